"""What a team lead would decide, and what must hold for any text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.author import Author
from desk.policy.model import Category, Customers, Priority, Route
from desk.post import Post
from tests.builders import a_policy
from tests.stories import a_post, shipped_policy
from tests.unit.triage.judged_posts import JUDGED, MISSED
from triage.tree import CATEGORIES, PRIORITIES, History, assess

if TYPE_CHECKING:
    from desk.event import Assessment

OURS = "900"


def judge(text: str, language: str | None = "en", policy: Any = None, **known: Any) -> Assessment:
    """Assess a post that mentions us exactly if its text holds an @."""
    changes = {name: known.pop(name) for name in ("retweets", "replies_to", "mentions") if name in known}
    post = a_post(text=text, language=language, **{"mentions": (OURS,) if "@" in text else ()} | changes)
    return assess(post, policy=policy or shipped_policy(), own_ids=frozenset({OURS}), history=History(**known))


@pytest.mark.parametrize(("language", "text", "category", "priority", "team"), JUDGED)
def test_the_desk_decides_as_a_good_team_lead_would(language, text, category, priority, team):
    made = judge(text, language)

    assert (made.category, made.priority, made.team) == (category, priority, team), made.reasons


@pytest.mark.parametrize(("language", "text", "category", "priority", "team"), MISSED)
def test_what_the_desk_gets_wrong_is_known(language, text, category, priority, team):
    made = judge(text, language)

    assert (made.category, made.priority, made.team) != (category, priority, team)


def test_judged_posts_cover_seven_languages_and_every_category():
    assert {language for language, *_ in JUDGED} >= {"en", "de", "es", "fr", "pt", "it", "da"}
    assert {category for _, _, category, *_ in JUDGED} == set(Category)


@pytest.mark.parametrize(
    ("category", "answerable"),
    [("you clowns", False), ("my bag is lost", True), ("want to book a trip", False), ("thank you all", True)],
)
def test_only_what_service_owes_an_answer_is_answerable(category, answerable):
    assert judge(f"@PebblewingHelp {category}").is_answerable is answerable


UNHAPPY = "@PebblewingHelp do you ever answer? I am so disappointed and sad"
CALM = "@PebblewingHelp what time does check-in open?"
LARGE = Author(shipped_policy().reach.followers)


def test_a_vip_of_ours_is_one_step_more_urgent_and_the_reasons_say_so():
    plain, made = judge(CALM), judge(CALM, is_vip=True)
    assert (plain.priority, made.priority) == (Priority.P3, Priority.P2)
    assert set(made.reasons) - set(plain.reasons) == {"Its author is a VIP of ours."}
    assert judge("@PebblewingHelp my bag is lost", is_vip=True).priority is Priority.P1


def test_there_is_no_step_above_the_first_and_none_for_what_nobody_answers():
    assert judge("@PebblewingHelp smoke in the cabin!", is_vip=True).priority is Priority.P1
    assert judge("RT @ann: smoke in the cabin", retweets="5", is_vip=True).priority is Priority.P4


def test_a_policy_may_treat_vips_as_everybody():
    policy = a_policy(customers=Customers(vip_raises_priority=False))
    assert judge(CALM, policy=policy, is_vip=True) == judge(CALM, policy=policy)


@pytest.mark.parametrize("known", [{"author": LARGE}, {"author": Author(3, "government")}, {"per_hour": 100}])
def test_an_unhappy_post_that_many_read_is_at_least_as_urgent_as_the_policy_says(known):
    first = a_policy(reach=replace(shipped_policy().reach, priority=Priority.P1))
    assert judge(UNHAPPY, **known).priority is Priority.P2
    assert judge(UNHAPPY, policy=first, **known).priority is Priority.P1
    assert judge(CALM, policy=first, **known) == judge(CALM, policy=first)


def test_a_small_account_and_a_slow_post_raise_nothing():
    assert judge(UNHAPPY, author=Author(812, "blue"), per_hour=99) == judge(UNHAPPY)


@given(
    st.sampled_from([UNHAPPY, CALM, "thanks!", "RT @ann: sad", "my bag is lost"]),
    st.booleans(),
    st.integers(0, 10**9),
    st.integers(0, 10**6),
    st.sampled_from(Priority),
)
def test_what_is_known_of_an_author_never_makes_a_post_less_urgent(text, is_vip, followers, per_hour, priority):
    policy = a_policy(reach=replace(shipped_policy().reach, priority=priority))
    known = judge(text, policy=policy, is_vip=is_vip, author=Author(followers), per_hour=per_hour)
    assert known.priority <= judge(text, policy=policy).priority


def test_a_repost_is_closed_whatever_it_says():
    assert judge("RT @ann: smoke in the cabin", retweets="5").category is Category.RETWEET
    assert judge("RT @ann: smoke in the cabin").category is Category.RETWEET


def test_a_customer_with_an_open_case_is_never_closed_as_troll_spam_or_lead():
    for text in ("@PebblewingHelp you clowns", "@PebblewingHelp click here", "@PebblewingHelp I want to book"):
        assert judge(text, has_open_case=True).is_answerable


def test_a_competitor_is_listened_to_only_while_nobody_speaks_to_us():
    text = "SkylarkJet is so much better"
    assert judge(text).category is Category.COMPETITOR
    assert judge(text, mentions=(OURS,)).category is not Category.COMPETITOR
    assert judge(text, has_open_case=True).category is not Category.COMPETITOR
    assert judge(text, quotes_us=True).category is not Category.COMPETITOR
    assert judge("@SkylarkJet is better than @mia_pebblewing", mentions=("5",)).category is not Category.COMPETITOR


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("@PebblewingHelp Nobody can find my reservation number", Category.CHATTER),
        ("@PebblewingHelp nobody: ... me: boarding at 4 am", Category.JOKE),
        ("@PebblewingHelp left at ten, landed at midnight, slept on the floor. Morons.", Category.COMPLAINT),
        ("@PebblewingHelp you only delay us so that you can make money with the hotels, I am sure", Category.PROBLEM),
        ("@PebblewingHelp do you take bitcoin?", Category.QUESTION),
    ],
)
def test_a_customer_is_not_closed_for_a_word(text, category):
    assert judge(text).category is category


@pytest.mark.parametrize(
    "text",
    [
        "hung up on again. This is awesome. #sarcasm",
        "thanks for letting me sleep at the terminal to ruin as much of my holiday as you could",
        "Great, another night in this terminal 🙄",
        "thank you, however I expected more",
    ],
)
def test_bitter_thanks_are_not_thanked_for(text):
    assert judge(f"@PebblewingHelp {text}").category is not Category.PRAISE


def test_a_competitor_that_a_search_listens_to_is_still_not_us():
    shipped = shipped_policy()
    listening = a_policy(
        searches=(*shipped.searches, replace(shipped.searches[0], name="others", terms=("skylark jet",)))
    )
    for text in ("Skylark Jet lost my bag", "@SkylarkJet you lost my bag"):
        made = judge(text, policy=listening, mentions=())
        assert (made.category, made.is_answerable) == (Category.COMPETITOR, False)
    assert judge("Pebblewing is no better than Skylark Jet", policy=listening).category is not Category.COMPETITOR


def test_a_tone_that_no_model_heard_is_told_so():
    assert (
        "Its tone is told by words alone: no model of tone knows its language (sv)."
        in judge("var är min väska", "sv").reasons
    )
    assert not [reason for reason in judge("where is my bag").reasons if "no model" in reason]


def test_danger_comes_first_even_in_a_wish_to_buy():
    made = judge("@Pebblewing I want to book but my husband is unconscious")
    assert (made.category, made.priority) == (Category.PROBLEM, Priority.P1)


def test_a_figure_of_speech_is_no_danger():
    assert judge("@Pebblewing the new livery is fire, love this").category is Category.PRAISE
    assert judge("@Pebblewing love this crew, but there is fire and smoke here").priority is Priority.P1


def test_the_second_conversation_about_an_urgent_topic_is_most_urgent():
    text = "@PebblewingHelp my flight is cancelled"
    assert judge(text).priority is Priority.P2
    assert judge(text, has_open_case=True).priority is Priority.P1
    assert judge(text, has_open_case=True, replies_to="4").priority is Priority.P2


def test_a_question_about_money_comes_before_other_questions():
    assert judge("@PebblewingHelp why is there a fee of 35 EUR?").priority is Priority.P2
    assert judge("@PebblewingHelp why is there a fee?").priority is Priority.P3


def test_the_first_route_that_holds_names_the_team():
    routes = (
        Route("sales", frozenset(), frozenset(), frozenset({"da"})),
        Route("technical", frozenset({Category.PROBLEM}), frozenset(), frozenset()),
    )
    policy = a_policy(routes=routes)
    assert judge("@PebblewingHelp appen virker ikke", "da", policy).team == "sales"
    assert judge("@PebblewingHelp the app is broken", "en", policy).team == "technical"
    assert judge("@PebblewingHelp hello", "en", policy).team == "care"


def test_reasons_say_which_branch_priority_and_route_decided():
    made = judge("@PebblewingHelp the app crashes, call me on +49 170 1234567")
    assert made.reasons == (
        "It tells of something that does not work.",
        "It tells calmly of something that can wait.",
        "Team technical: by route 1.",
        "Topic: app-and-website.",
        "It shows personal data (phone): go on in private.",
    )


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("the app stops working after the login", Priority.P3),
        ("the app stops working after the login, my £40 are gone", Priority.P2),
        ("third time I write: the app stops working after the login", Priority.P2),
        ("the app stops working after the login and my train goes in 20 minutes", Priority.P1),
    ],
)
def test_a_problem_told_calmly_waits_unless_money_time_or_a_second_try_press(text, priority):
    assert judge(f"@PebblewingHelp {text}").priority is priority


def test_reasons_tell_that_the_author_is_known():
    assert "Cases of its author so far: 3." in judge("@PebblewingHelp hello", cases=3).reasons


def test_an_unclear_or_unanswered_language_is_told_and_lowers_the_confidence():
    clear, none, foreign = judge("@P refund please"), judge("@P ????", "und"), judge("@P refund please", "nl")
    assert clear.confidence > foreign.confidence > none.confidence
    assert "Its language is not clear: taken for en." in none.reasons
    assert "We do not answer in its language (nl)." in foreign.reasons


@pytest.mark.parametrize(("said", "meant"), [("iw", "he"), ("in", "id"), ("de", "de")])
def test_the_language_is_what_x_says_with_retired_codes_renewed(said, meant):
    assert judge("hello", said).language == meant


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ich habe meine Tasche nicht und warte auf euch", "de"),
        ("je suis dans le train avec mes bagages et vous", "fr"),
        ("no me han dado la maleta y el vuelo se va", "es"),
        ("jeg har ikke fået min kuffert", "da"),
        ("a minha mala não está com vocês", "pt"),
        ("la mia valigia non è qui e sono in ritardo", "it"),
        ("the bag is not with you", "en"),
        ("min tas is niet aangekomen", "nl"),
        ("мой чемодан потерялся", "ru"),
        ("mera bag abhi tak nahi mila kya karu", "hi"),
        ("🛫", "en"),
    ],
)
def test_without_a_code_letters_tell_the_language(text, language):
    assert judge(text, "und").language == language
    assert judge(text, None).language == language


def test_only_an_own_account_or_a_quoted_post_of_ours_summons_us():
    assert judge("hi", mentions=(OURS,)).is_summons
    assert judge("hi", mentions=("@pebblewinghelp",)).is_summons
    assert judge("hi", quotes_us=True).is_summons
    assert not judge("hi @PebblewingHelp", mentions=("7",)).is_summons


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "STOP"),
        ("en", "stop please!"),
        ("en", "No bots please. Where is my bag?"),
        ("en", "I don't want a bot answering me"),
        ("en", "Stop replying to me with this nonsense"),
        ("en", "unsubscribe"),
        ("de", "Stopp"),
        ("de", "keine automatischen Antworten, danke"),
        ("es", "no me respondan más"),
        ("fr", "arrêtez de répondre"),
        ("pt", "parem"),
        ("it", "basta"),
        ("da", "hold op"),
    ],
)
def test_a_wish_for_no_automatic_replies_is_seen(language, text):
    assert judge(f"@PebblewingHelp {text}", language).asks_to_stop


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the app stops working"),
        ("en", "please stop losing my bags"),
        ("en", "you don't reply to my emails"),
        ("en", "Why don't you reply?"),
        ("en", "how do I unsubscribe from your newsletter?"),
        ("en", "the bus stop at the terminal has moved"),
        ("en", "Charged again for nothing. Please stop it."),
        ("de", "Hört auf, Koffer zu verlieren"),
        ("de", "ich kann mich nicht abmelden"),
        ("es", "basta ya de retrasos"),
        ("fr", "arrêtez de perdre nos valises"),
        ("da", "hold op med at miste kufferter"),
    ],
)
def test_the_word_stop_in_a_sentence_is_no_opt_out(language, text):
    assert not judge(f"@PebblewingHelp {text}", language).asks_to_stop


def test_nobody_opts_out_by_a_post_that_does_not_speak_to_us():
    assert not judge("stop").asks_to_stop
    assert judge("stop", has_open_case=True).asks_to_stop


@pytest.mark.parametrize(
    ("language", "text", "closes"),
    [
        ("en", "thanks, that worked!", True),
        ("en", "ok thx", True),
        ("de", "Danke, hat geklappt", True),
        ("fr", "merci, c'est réglé", True),
        ("es", "gracias, ya funciona", True),
        ("da", "tak for hjælpen", True),
        ("en", "thanks, but my bag is lost again", False),
        ("en", "thanks, when will it arrive?", False),
        ("en", "thanks for nothing", False),
        ("en", "thank you, however I expected more", False),
    ],
)
def test_thanks_close_the_talk_only_without_a_concern(language, text, closes):
    made = judge(f"@PebblewingHelp {text}", language, has_open_case=True)
    assert made.is_closing_remark is closes
    assert (made.category is Category.PRAISE) is closes


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "could you change the name on my booking, I mistyped it"),
        ("de", "könnt ihr den Namen auf meinem Ticket ändern, ich habe mich vertippt"),
        ("es", "¿se puede llevar un perro en el avión?"),
        ("fr", "est-ce que le bagage cabine est compris ?"),
        ("pt", "dá para levar uma prancha de surf?"),
        ("it", "si può portare il passeggino a bordo?"),
        ("da", "må man have en barnevogn med?"),
    ],
)
def test_a_calm_wish_or_question_is_no_complaint(language, text):
    assert judge(f"@PebblewingHelp {text}", language).category in {Category.REQUEST, Category.QUESTION}


@pytest.mark.parametrize(
    "text", ["congratulations on ten years!", "wow, what a view", "thanks for the answer within 2 hours", "bravo!"]
)
def test_kind_words_without_a_bad_fact_are_meant(text):
    assert judge(f"@Pebblewing {text}").category is not Category.COMPLAINT


def test_a_headline_passed_on_is_a_repost():
    assert judge('"Pebblewing fined for delays" via @NorthernNoon', mentions=()).category is Category.RETWEET
    assert judge('Via @NorthernNoon: "Pebblewing fined"', mentions=()).category is Category.RETWEET


def test_whoever_booked_via_somebody_or_quotes_us_repeats_nobody():
    assert judge("@Pebblewing I booked via @TripMoth and got no ticket").category is not Category.RETWEET
    assert judge('I was told "we call back" via @PebblewingHelp. When?').category is not Category.RETWEET


def test_a_question_in_a_joking_voice_is_a_question():
    assert judge("@PebblewingHelp asking for a friend: may a cat fly?").category is Category.QUESTION


def test_a_party_in_trouble_is_no_sales_lead():
    assert judge("@PebblewingHelp we are 40 people at the airport, can you help?").category is not Category.SALES_LEAD


@pytest.mark.parametrize("last", [CATEGORIES[-1], PRIORITIES[-1]])
def test_every_reading_of_the_tables_ends(last):
    assert last.holds({}, None)
    assert not any((last.every, last.some, last.none, last.among))


def test_every_category_has_a_branch():
    assert {branch.outcome for branch in CATEGORIES} == set(Category)
    assert {branch.outcome for branch in PRIORITIES} == set(Priority)


# ---- for any text

PHRASES = st.sampled_from(
    [text.replace("@PebblewingHelp ", "") for _, text, *_ in JUDGED]
    + ["+49 170 1234567", "PW-AB12CD", "ann@example.org"],
)
LANGUAGES = st.sampled_from(["en", "de", "es", "fr", "pt", "it", "da", "nl", "ja", "und", None])
ANY_TEXT = st.one_of(
    st.text(), st.text(alphabet=st.characters(exclude_categories=())), st.lists(PHRASES, max_size=4).map(" ".join)
)


@given(ANY_TEXT, LANGUAGES, st.booleans(), st.booleans())
@example("\0<b>&amp;&lt;script&gt;\ud800\u202e\u200d👩‍👩‍👧🏽", "en", False, False)
@example("مرحبا، حقيبتي ضاعت؟", "ar", True, False)
@example("荷物がありません。助けて", "ja", False, True)
def test_no_text_raises(text, language, has_open_case, quotes_us):
    made = judge(text, language, has_open_case=has_open_case, quotes_us=quotes_us)
    assert 0 < made.confidence <= 1
    assert made.team in shipped_policy().teams


@pytest.mark.parametrize(
    "piece", ["lost bag ", "@", "a", "?", "é\u0301", "😡", "\u200b", "http://", "1 ", "stop replying "]
)
def test_the_longest_post_is_read_as_any_other(piece):
    judge((piece * 25_000)[:25_000])


@given(ANY_TEXT, LANGUAGES)
def test_own_handles_in_any_case_and_added_links_change_no_decision(text, language):
    plain = judge(f"@PebblewingHelp {text}", language)
    assert judge(f"@PEBBLEWINGHELP {text}", language) == plain
    assert judge(f"@pebblewinghelp {text} https://t.co/Ab12Cd34Ef", language) == plain
    assert judge(f"@PebblewingHelp https://t.co/Ab12Cd34Ef {text}", language) == plain


@given(st.lists(PHRASES, min_size=1, max_size=3), LANGUAGES)
def test_reasons_carry_no_text_of_the_post(phrases, language):
    made = judge("@PebblewingHelp " + " zebra ".join(phrases) + " zebra", language)
    reasons = " ".join(made.reasons).lower()
    assert "zebra" not in reasons
    assert not any(secret in reasons for secret in ("1234567", "ab12cd", "example.org"))


@given(ANY_TEXT, LANGUAGES)
def test_the_same_post_gets_the_same_decision(text, language):
    assert judge(text, language) == judge(text, language)


def test_a_policy_with_other_words_is_compiled_anew():
    words = a_policy().words
    lists = {name: {"*": ("zebra",)} if name == "complaint" else {} for name in words.lists}
    striped = a_policy(words=type(words)(lists))
    assert judge("@P zebra", policy=striped).category is Category.COMPLAINT
    assert judge("@P zebra").category is Category.CHATTER


@pytest.mark.parametrize(
    ("term", "text", "holds"),
    [
        ("荷物", "私の荷物がありません", True),
        ("шум", "у вас шум в салоне", True),
        ("шум", "шумный салон", False),
        ("कर", "मेरा कर वापस", True),
        ("कर", "करना है", False),
        ("can't pay", "I cant pay", True),
        ("ad", "my bad", False),
        ("❤️", "so good ❤", True),
        ("👍", "👍🏽", True),
    ],
)
def test_terms_match_whole_words_in_any_script(term, text, holds):
    words = a_policy().words
    policy = a_policy(words=type(words)({name: {"*": (term,)} if name == "feedback" else {} for name in words.lists}))
    assert (judge(text, "ja", policy).category is Category.FEEDBACK) is holds


def test_a_post_without_any_text_is_chatter():
    post = Post("1", "1", "7", "1", 1_700_000_000, "")
    made = assess(post, policy=shipped_policy(), own_ids=frozenset(), history=History())
    assert made.category is Category.CHATTER
