from __future__ import annotations

from itertools import cycle, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.incidents.clusters import Cluster, Told, belongs, cluster, links_of, term_of

OUTAGE = (
    "@Pebblewing the app is down again, cannot log in",
    "Is your app down? Login fails since nine https://t.co/a1B2c3D4e5",
    "app down, login broken. please help",
    "my login does not work, app keeps crashing!!",
    "hello @Pebblewing, anyone else whose app is down? login error 503",
)
BEFORE = (
    "@Pebblewing where is my suitcase?",
    "two hours late from Porto, what about my connection",
    "can I bring a stroller on board?",
    "still waiting for my refund from March",
    "the app is nice but seats are tight",
)


def told(texts, count, *, topic=None, sentiment="negative", **also):
    return [
        Told(str(number), text, topic=topic, sentiment=sentiment, **also)
        for number, text in enumerate(islice(cycle(texts), count))
    ]


def is_of(found, text, *, topic=None, sentiment="negative"):
    return belongs(found, topic=topic, text=text, sentiment=sentiment)


def test_an_outage_is_named_by_what_its_posts_share_and_others_did_not():
    found = cluster(told(OUTAGE, 40), told(BEFORE, 40))
    assert found is not None
    assert found.topic is None
    assert {"login", "down"} <= {*found.terms}
    assert found.label.split(", ")[0] in {"login", "down", "app"}
    assert not {"suitcase", "please", "help", "again", "pebblewing"} & {*found.terms}


def test_later_posts_about_it_belong_and_others_do_not():
    found = cluster(told(OUTAGE, 40), told(BEFORE, 40))
    assert is_of(found, "LOGIN isn't working @Pebblewing")
    assert not is_of(found, "where is my suitcase?")
    assert not is_of(found, "the logins of others are none of my business")
    assert not is_of(found, "so happy the login works again, thank you!", sentiment="positive")


def test_a_desk_that_heard_nobody_before_still_tells_what_is_shared():
    found = cluster(told(OUTAGE, 12))
    assert found is not None
    assert "login" in found.terms


def test_a_topic_that_makes_up_the_surge_takes_all_its_posts():
    surge = [*told(OUTAGE, 20, topic="app"), *told(BEFORE, 5, topic="baggage")]
    found = cluster(surge, told(BEFORE, 60, topic="baggage"))
    assert found is not None
    assert found.topic == "app"
    assert is_of(found, "ne marche pas", topic="app")
    assert not is_of(found, "ne marche pas", topic="baggage")


def test_a_topic_as_frequent_as_ever_is_not_what_it_is_about():
    found = cluster(told(OUTAGE, 20, topic="app"), told(BEFORE, 20, topic="app"))
    assert found is not None
    assert found.topic is None


def test_posts_with_nothing_in_common_are_no_cluster():
    letters = "abcdefghijklmnopqrstuvwxyz"
    assert cluster([Told(each, f"{each * 4} {each * 5}", sentiment="negative") for each in letters]) is None
    assert cluster([]) is None
    assert cluster(told(OUTAGE, 3)) is None


def test_praise_and_what_wants_no_answer_say_nothing_of_an_incident():
    assert cluster(told(OUTAGE, 40, sentiment="positive")) is None
    assert cluster(told(OUTAGE, 40, sentiment="neutral", is_answerable=False)) is None


def test_a_shared_link_is_enough():
    posts = told(["look https://News.example.com/Fire?utm=1#top", "www.news.example.com/Fire/ !!"], 20)
    found = cluster(posts)
    assert found is not None
    assert found.links == ("news.example.com/Fire",)
    assert is_of(found, "is this true? https://news.example.com/Fire?from=me", sentiment="neutral")
    assert not is_of(found, "https://news.example.com/Other", sentiment="neutral")


def test_no_name_number_or_word_of_the_brand_becomes_a_term():
    texts = [
        "@some_customer call +44 20 7946 0958 or write to jane.doe@mail.example about booking 8812345, the kiosk froze",
        "Pebblewing! my PW Plus card, call +44 20 7946 0958, jane.doe@mail.example, 8812345, kiosk froze #PebblewingFail",
    ]
    found = cluster(told(texts, 20), unsaid=("Pebblewing", "PW Plus", "@PebblewingHelp"))
    assert found is not None
    assert {"kiosk", "froze"} <= {*found.terms}
    said = " ".join(found.terms)
    assert not any(
        each in said for each in ("some_customer", "7946", "jane", "mail", "8812345", "plus", "pebblewinghelp")
    )
    assert "pebblewing" not in found.terms


AT_THE_AIRPORT = tuple(f"At the airport. {text}" for text in OUTAGE)
KNOWN = Cluster("app", ("login",), (), "login")


def test_a_term_that_brings_in_nobody_is_not_added_to_what_is_known():
    surge = told(AT_THE_AIRPORT, 40, topic="app")
    whole, added = cluster(surge, told(BEFORE, 40)), cluster(surge, told(BEFORE, 40), known=KNOWN)
    assert whole is not None
    assert added is not None
    assert "airport" in whole.terms
    assert is_of(whole, "which bus goes to the airport?"), "a stranger"
    assert (added.topic, added.terms, added.label) == ("app", ("login",), whole.label)
    assert not is_of(added, "which bus goes to the airport?")


def test_a_term_by_which_others_tell_of_it_is_added():
    others = told(("error 503 at check-in, at the airport", "check-in shows an error"), 6, topic="booking")
    added = cluster([*told(AT_THE_AIRPORT, 30, topic="app"), *others], told(BEFORE, 40), known=KNOWN)
    assert added is not None
    assert {*added.terms} - {*KNOWN.terms} == {"error"}
    assert is_of(added, "nothing but an error", topic="booking")


def test_a_term_that_is_usual_among_those_outside_is_not_what_they_tell_of():
    usual = told(("to the airport by bus?", "where is my suitcase?"), 40)
    surge = [*told(AT_THE_AIRPORT, 38, topic="app"), *told(("to the airport by bus?", "two hours late"), 4)]
    assert "airport" not in cluster(surge, usual, known=KNOWN).terms


@given(st.lists(st.text(max_size=60), min_size=4, max_size=20))
def test_what_is_known_already_takes_terms_away_and_never_adds_any(texts):
    posts = told(texts, len(texts))
    whole, added = cluster(posts), cluster(posts, known=KNOWN)
    assert (whole is None) == (added is None)
    if whole and added:
        assert {*added.terms} <= {*whole.terms}
        assert (added.topic, added.links, added.label) == (whole.topic, whole.links, whole.label)


def test_a_pair_of_words_belongs_only_side_by_side():
    pair = Cluster(None, ("gate change",), (), "gate change")
    assert is_of(pair, "another GATE change?!")
    assert not is_of(pair, "the gate did not change")


def test_addresses_lead_somewhere():
    assert links_of("see example.com and https://t.co/Ab1 (www.example.com/a/?b=c)") == {"t.co/Ab1", "example.com/a"}


def test_nothing_belongs_to_a_cluster_without_anything():
    assert not is_of(Cluster(None, (), (), "more posts than usual"), "anything at all", topic=None)


@given(st.lists(st.text(max_size=80), max_size=30), st.text(max_size=300))
def test_any_text_can_be_clustered_and_every_term_finds_a_post_that_has_it(texts, another):
    found = cluster([Told(str(number), text, sentiment="negative") for number, text in enumerate(texts)])
    if found is not None:
        assert found.label
        for term in found.terms:
            assert any(
                belongs(Cluster(None, (term,), (), ""), topic=None, text=text, sentiment="negative") for text in texts
            )
        is_of(found, another)


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ("Boarding  Pass!", "boarding pass"),
        ("can\u2019t log in", "can't log in"),
        ("#CheckIn", "checkin"),
        ("the", None),
        ("of the", None),
        ("Pebblewing", None),
        ("@PebblewingHelp", None),
        ("https://pebblewing.example/app", None),
        ("!?", None),
    ],
)
def test_a_persons_words_become_a_term_that_is_found_in_posts_or_none(said, term):
    found = term_of(said, unsaid=["Pebblewing", "@PebblewingHelp"])
    assert found == term
    if term:
        about = Cluster(None, (term,), (), term)
        assert belongs(about, topic=None, text=f"help: {said} since noon", sentiment="negative")
