from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk import author
from desk.action import Act
from desk.author import Author
from desk.case import Status
from desk.event import Direction, Kind
from desk.notice import Crossed, day_of
from desk.outbox import Move, State
from desk.policy.load import parse, version
from desk.policy.model import EngineKind, Priority
from desk.reach import REASONS, Fact
from desk.rechecks import Request
from desk.sla import Metric
from desk.snowflake import id_at
from desk.store.desk_items import parked_partition
from desk.store.ledger import Setup
from desk.store.policy_shelf import PolicyShelf
from tests.builders import a_policy
from tests.stories import (
    CUSTOMER,
    HOUR,
    MINUTE,
    MORNING,
    OURS,
    a_post,
    an_event,
    counted,
    did,
    introduced,
    shipped_policy,
)
from triage.filing import Filer
from triage.sweep import file_what_waits

BRAND = "901"
CASE = f"{CUSTOMER}-77"
BROKEN = "your app keeps crashing and I can't check in"


class Desk:
    """The table, filled as poll fills it, and triage run over what waits."""

    def __init__(self, desk, ledger, policy=None) -> None:
        self.desk, self.ledger = desk, ledger
        self.policy = policy or shipped_policy()
        ledger.put("POLICY", self.policy.version, self.policy.text)
        self.setup = Setup({"pebblewinghelp": OURS, "pebblewing": BRAND, "mia_pebblewing": "902"}, MORNING - HOUR)

    def filer(self, minute: float = 5) -> Filer:
        shelf = PolicyShelf(self.policy, self.ledger)
        return Filer(self.desk, self.ledger, shelf, self.setup, now=MORNING + int(minute * MINUTE))

    def gets(self, *events, minute: float = 5, partition: str | None = None):
        """Append and file events in this order; gives the last case written."""
        case = None
        for event in events:
            self.desk.append(event, partition=partition)
            case = self.filer(minute).file(partition or event.customer_id, event) or case
        return case

    def sweeps(self, minute: float) -> None:
        for partition, event in list(self.desk.unfiled(MORNING + int(minute * MINUTE))):
            self.filer(minute).file(partition, event)

    def waiting(self) -> int:
        return len(list(self.desk.unfiled(MORNING + 10**7)))

    def case(self, case_id: str = CASE):
        stored = self.desk.case(case_id)
        assert stored is not None
        return stored.case

    def reply(self, case_id: str = CASE):
        return self.desk.outgoing(CUSTOMER, f"ACK#{case_id}")


@pytest.fixture
def the_desk(desk, ledger):
    return Desk(desk, ledger)


def asked(minute: float = 0, text: str = BROKEN, **changes):
    return an_event(a_post(minute, text=text, **changes))


def answer(minute: float, text: str = "We are on it ^MR", **changes):
    replies = {"replies_to": id_at(MORNING), "replies_to_user": CUSTOMER}
    return an_event(a_post(minute, author=OURS, text=text, **(replies | changes)), agent="Mia")


def test_a_mention_becomes_a_case_with_one_planned_acknowledgement(the_desk):
    case = the_desk.gets(asked())
    assert (case.case_id, case.status, case.acknowledgement) == (CASE, Status.WAITING, "planned")
    assert the_desk.reply().state is State.PLANNED
    assert the_desk.waiting() == 0


def test_a_case_goes_on_after_an_upgrade_that_asks_more_of_a_policy(the_desk):
    older = the_desk.policy.text.replace('purpose = "incident_resolved"', 'purpose = "canned"')
    the_desk.ledger.put("POLICY", version(older), older)
    running, the_desk.policy = the_desk.policy, parse(older, is_running=False)
    the_desk.gets(asked())
    the_desk.policy = running
    case = the_desk.gets(asked(30, replies_to=id_at(MORNING)), minute=31)
    assert (case.posts, the_desk.filer(40).refold(CASE).posts) == (2, 2)


def test_an_event_delivered_twice_is_filed_once(the_desk):
    the_desk.gets(asked(), asked())
    assert (the_desk.case().posts, len(the_desk.desk.customer_cases(CUSTOMER))) == (1, 1)


def test_a_persons_answer_joins_the_case_of_its_conversation(the_desk):
    case = the_desk.gets(asked(), answer(4))
    assert (case.first_answer_at, case.agent, case.status) == (MORNING + 4 * MINUTE, "Mia", Status.ANSWERED)


def test_an_answer_read_before_its_question_waits_for_it(the_desk):
    assert the_desk.gets(answer(4)) is None
    assert the_desk.waiting() == 1
    case = the_desk.gets(asked())
    assert case.first_answer_at == MORNING + 4 * MINUTE
    assert the_desk.waiting() == 0


def test_an_answer_whose_question_never_shows_is_laid_aside_after_a_day_and_still_found_later(the_desk):
    the_desk.gets(answer(4))
    the_desk.sweeps(minute=25 * 60)
    assert the_desk.waiting() == 0
    assert the_desk.gets(asked(), minute=26 * 60).first_answer_at == MORNING + 4 * MINUTE


def test_five_angry_posts_are_one_case_and_one_acknowledgement(the_desk):
    posts = [asked(minute, conversation_id=id_at(MORNING + minute * MINUTE)) for minute in (0, 2, 4, 6, 8)]
    case = the_desk.gets(*posts)
    assert (case.posts, len(case.conversations), len(the_desk.desk.customer_cases(CUSTOMER))) == (5, 5, 1)
    assert len(the_desk.desk.outgoing_of(CUSTOMER)) == 1


def test_posts_read_newest_first_make_the_same_one_case(the_desk):
    posts = [asked(minute, conversation_id=id_at(MORNING + minute * MINUTE)) for minute in (8, 4, 0)]
    case = the_desk.gets(*posts)
    assert (case.posts, case.opened_at) == (3, MORNING)
    assert len(the_desk.desk.outgoing_of(CUSTOMER)) == 1


def test_a_new_post_beyond_the_merge_window_is_a_case_of_its_own(the_desk):
    late = shipped_policy().cases.merge_window_minutes + 1
    the_desk.gets(asked(), asked(late, conversation_id=id_at(MORNING + late * MINUTE)))
    assert len(the_desk.desk.customer_cases(CUSTOMER)) == 2


def test_a_retweet_is_a_case_closed_with_that_reason_and_never_answered(the_desk):
    the_desk.gets(asked(retweets="5", text="RT @pebblewing: new routes"))
    assert the_desk.case().closed_because == "retweet"
    assert the_desk.reply() is None


def test_who_asked_us_to_stop_gets_no_automatic_reply_any_more(the_desk):
    the_desk.gets(asked(text="please no more automatic replies"))
    assert the_desk.reply() is None
    late = 600
    the_desk.gets(asked(late, conversation_id="88"), minute=late)
    assert the_desk.reply(f"{CUSTOMER}-88") is None
    assert "no automatic replies" in the_desk.case(f"{CUSTOMER}-88").acknowledgement


def test_a_post_that_does_not_mention_us_is_filed_but_never_answered(the_desk):
    case = the_desk.gets(replace(asked(mentions=(), text="Pebblewing lost my bag"), handle=None))
    assert case.status is Status.WAITING
    assert the_desk.reply() is None
    assert "X accepts no reply" in case.acknowledgement


def test_an_edit_is_the_same_interaction(the_desk):
    original = asked()
    edited = a_post(3, text="fixed, thank you! great service", post_id=id_at(MORNING + 180))
    edited = replace(edited, first_id=original.post.first_id)
    change = an_event(edited, kind=Kind.EDITED, event_id=edited.post_id, concerns=original.post.first_id)
    case = the_desk.gets(original, change)
    assert (case.posts, len(the_desk.desk.customer_cases(CUSTOMER))) == (1, 1)
    assert len(the_desk.desk.outgoing_of(CUSTOMER)) == 1


def test_an_opt_out_written_by_an_edit_is_honoured_too(the_desk):
    original = asked()
    edited = a_post(3, text="please no more automatic replies", post_id=id_at(MORNING + 180))
    edited = replace(edited, first_id=original.post.first_id)
    the_desk.gets(original, an_event(edited, kind=Kind.EDITED, event_id=edited.post_id, concerns=edited.first_id))
    assert the_desk.desk.profile(CUSTOMER).stopped_at == edited.at


def test_who_quotes_an_answer_of_ours_summons_us(the_desk):
    said = answer(4)
    the_desk.gets(asked(), said)
    quoting = asked(9, text="this never worked", quotes=said.post_id, mentions=(), conversation_id="99")
    assert the_desk.gets(quoting, minute=10).is_summoned


def test_one_event_that_can_not_be_read_does_not_hide_the_others(the_desk, dynamodb):
    the_desk.desk.append(asked())
    broken = {"pk": "1", "sk": "EVENT#0#POST", "queue": "UNFILED", "body": "{"}
    item = {name: {"S": value} for name, value in broken.items()} | {"due_at": {"N": "1"}}
    dynamodb.put_item(TableName=the_desk.desk.name, Item=item)
    swept = file_what_waits(
        the_desk.filer(), the_desk.desk, now=MORNING + HOUR, has_time=lambda: True, tell=lambda _case: None
    )
    assert (swept.done, swept.failed) == (1, 1)


def test_an_edit_read_before_the_post_waits_for_it(the_desk):
    original = asked()
    edited = replace(a_post(3, text="edited"), first_id=original.post.first_id)
    the_desk.gets(an_event(edited, kind=Kind.EDITED, event_id=edited.post_id, concerns=original.post.first_id))
    assert the_desk.waiting() == 1
    the_desk.gets(original)
    the_desk.sweeps(minute=6)
    assert the_desk.waiting() == 0


def test_a_deletion_is_recorded_and_closes_the_case(the_desk):
    post = asked()
    gone = an_event(post.post, kind=Kind.DELETED, event_id=id_at(MORNING + 2400), at=MORNING + 2400)
    gone = replace(gone, post=None, concerns=post.post.first_id)
    assert the_desk.gets(post, gone, minute=41).closed_because == "deleted by the customer"


def test_our_own_acknowledgement_on_the_timeline_settles_it_and_counts_as_no_answer(the_desk):
    the_desk.gets(asked())
    claimed = the_desk.desk.claim(the_desk.reply(), now=MORNING, said="Thanks & sorry! (automatic reply)", spend=[])
    assert claimed.state is State.SENDING
    case = the_desk.gets(answer(2, text="@ana Thanks &amp; sorry! (automatic reply)"))
    assert (case.first_answer_at, case.acknowledgement) == (None, "sent")
    assert the_desk.reply().state is State.SENT


def test_an_unknown_reply_that_shows_later_becomes_sent(the_desk):
    the_desk.gets(asked())
    claimed = the_desk.desk.claim(the_desk.reply(), now=MORNING, said="Thanks!", spend=[])
    the_desk.desk.move(claimed, Move.LOSE_SIGHT, reason="not seen")
    the_desk.gets(answer(2, text="@ana Thanks!"), minute=30)
    assert the_desk.reply().state is State.SENT


def test_a_person_who_writes_something_else_answered(the_desk):
    the_desk.gets(asked())
    the_desk.desk.claim(the_desk.reply(), now=MORNING, said="Thanks!", spend=[])
    assert the_desk.gets(answer(2, text="@ana Thanks, we see your booking ^MR")).answers == 1
    assert the_desk.reply().state is State.SENDING


def test_a_reply_to_our_own_reply_waits_parked_until_its_parent_is_known(the_desk):
    the_desk.gets(asked())
    first = answer(3)
    second = answer(4, text="2/2 and then it works", replies_to=first.post_id, replies_to_user=OURS)
    parked = parked_partition(first.post_id)
    the_desk.gets(replace(second, customer_id=OURS), partition=parked)
    assert the_desk.waiting() == 1
    the_desk.gets(first)
    assert the_desk.desk.parked(first.post_id) == []
    the_desk.sweeps(minute=6)
    assert (the_desk.case().answers, the_desk.waiting()) == (2, 0)


def test_an_agents_private_post_that_answers_nobody_we_know_loses_its_text_after_a_day(the_desk):
    private = an_event(a_post(0, author="902", text="see you tonight", replies_to="5"), handle="mia_pebblewing")
    the_desk.gets(replace(private, customer_id="902"), partition=parked_partition("5"))
    the_desk.sweeps(minute=25 * 60)
    (kept,) = the_desk.desk.events_from("902", "EVENT#")
    assert kept.post.text == ""
    assert the_desk.desk.parked("5") == []


def test_a_post_of_ours_that_addresses_nobody_belongs_to_no_case(the_desk):
    event = an_event(a_post(0, author=BRAND, text="new routes!"), customer_id=BRAND, direction=Direction.OUTBOUND)
    assert the_desk.gets(event) is None
    assert the_desk.waiting() == 0


def test_a_case_keeps_the_targets_of_the_policy_it_opened_under(the_desk, desk, ledger):
    before = the_desk.gets(asked()).current_clock(Metric.FIRST_RESPONSE).due_at
    text = shipped_policy().text.replace("first_response_minutes = 60", "first_response_minutes = 30")
    from desk.policy import parse

    changed = Desk(desk, ledger, parse(text))
    assert changed.policy.version != the_desk.policy.version
    case = changed.gets(answer(7))
    assert case.current_clock(Metric.FIRST_RESPONSE).due_at == before


def test_a_breach_is_noted_at_its_moment_when_time_alone_crosses_it(the_desk):
    due = the_desk.gets(asked()).current_clock(Metric.FIRST_RESPONSE).due_at
    case = the_desk.filer((due + 600 - MORNING) / MINUTE).refold(CASE)
    breaches = [notice for notice in the_desk.ledger.notices("2026-03-03") if notice.what == "breach"]
    assert [(notice.moment, notice.metric) for notice in breaches] == [(due + 1, "first_response")]
    assert case.due_at is not None


def test_two_first_posts_filed_at_once_still_make_one_case(the_desk, monkeypatch):
    first, second = asked(0, conversation_id="77"), asked(1, conversation_id=id_at(MORNING + 60))
    the_desk.desk.append(first)
    the_desk.desk.append(second)
    filer = the_desk.filer()
    read = the_desk.desk.context

    def interrupted(event):
        context = read(event)
        if event.post_id == second.post_id and the_desk.desk.case(CASE) is None:
            the_desk.filer().file(CUSTOMER, first)
        return context

    monkeypatch.setattr(the_desk.desk, "context", interrupted)
    filer.file(CUSTOMER, second)
    assert len(the_desk.desk.customer_cases(CUSTOMER)) == 1
    assert len(the_desk.desk.outgoing_of(CUSTOMER)) == 1


def acts(the_desk, event, *, minute: float = 30):
    """An action as an agent makes it on what is stored; filed by the sweep."""
    stored = the_desk.desk.case(CASE)
    revision = the_desk.desk.act(replace(event, filing=None), revision=stored.revision)
    the_desk.sweeps(minute=minute)
    return revision


def test_an_action_is_folded_into_its_case_under_the_revision_it_stepped(the_desk):
    the_desk.gets(asked())
    revision = acts(the_desk, did(10, Act.TRANSFER, team="sales"))
    stored = the_desk.desk.case(CASE)
    assert (stored.case.team, stored.revision, the_desk.waiting()) == ("sales", revision, 0)
    assert [case.case_id for case in the_desk.desk.open_cases("sales")] == [CASE]


def test_a_post_steps_the_revision_and_time_alone_does_not(the_desk):
    the_desk.gets(asked())
    the_desk.gets(asked(3))
    assert the_desk.desk.case(CASE).revision == 2
    the_desk.filer(600).refold(CASE)
    stored = the_desk.desk.case(CASE)
    assert (stored.version, stored.revision) == (3, 2)


def test_actions_filed_in_another_order_make_the_same_case(the_desk):
    the_desk.gets(asked())
    first, then = did(10, Act.PRIORITISE, priority="P1"), did(12, Act.RESOLVE)
    assert the_desk.desk.act(replace(first, filing=None), revision=1) == 2
    assert the_desk.desk.act(replace(then, filing=None), revision=2) == 3
    for event in (then, first):
        the_desk.filer(13).file(CUSTOMER, replace(event, filing=None))
    stored = the_desk.desk.case(CASE)
    assert (stored.case.priority, stored.case.status, stored.revision) == ("P1", Status.RESOLVED, 3)


def test_an_answer_that_asks_to_go_on_in_private_is_told_from_one_in_public(the_desk):
    assert the_desk.gets(asked(), answer(4, "Please send us a DM with your booking number ^MR")).invited


# ---- Amazon Comprehend


class Listener:
    """Amazon Comprehend, which finds everything sad; counts the texts of each batch."""

    def __init__(self) -> None:
        self.batches = []

    def batch_detect_dominant_language(self, *, TextList):  # noqa: N803
        self.batches.append(len(TextList))
        english = [{"LanguageCode": "en", "Score": 0.9}]
        return {"ResultList": [{"Index": index, "Languages": english} for index in range(len(TextList))]}

    def batch_detect_sentiment(self, *, TextList, LanguageCode):  # noqa: N803
        assert LanguageCode == "en"
        self.batches.append(len(TextList))
        sad = {"Positive": 0.01, "Negative": 0.97, "Neutral": 0.01, "Mixed": 0.01}
        return {"ResultList": [{"Index": index, "SentimentScore": sad} for index in range(len(TextList))]}


@pytest.fixture
def listener(monkeypatch):
    made = Listener()
    monkeypatch.setattr("triage.engines.comprehend.comprehend", lambda: made)
    return made


def test_what_waits_is_heard_in_batches_before_it_is_filed(desk, ledger, listener):
    the_desk = Desk(desk, ledger, a_policy(engine=EngineKind.COMPREHEND))
    for number in range(30):
        conversation = id_at(MORNING + number * MINUTE)
        text = f"a day at gate {number}"
        event = asked(number, text, conversation_id=conversation, author=str(1000 + number))
        desk.append(replace(event, customer_id=str(1000 + number), direction=Direction.INBOUND))
    swept = file_what_waits(the_desk.filer(60), desk, now=MORNING + HOUR, has_time=lambda: True, tell=lambda _: None)
    assert (swept.done, swept.failed, listener.batches) == (30, 0, [25, 25, 5, 5])
    case = desk.case(f"1003-{id_at(MORNING + 3 * MINUTE)}").case
    assert case.sentiment == "negative"
    assert "Amazon Comprehend heard its tone." in case.reasons


def test_a_post_nobody_heard_beforehand_is_heard_by_the_desk_itself(desk, ledger, listener):
    the_desk = Desk(desk, ledger, a_policy(engine=EngineKind.COMPREHEND))
    case = the_desk.gets(asked())
    assert listener.batches == []
    assert not [reason for reason in case.reasons if "Comprehend" in reason]


def known(minute: float, followers: int, case_id: str = CASE, **told):
    """The event by which poll tells what X told of the customer."""
    event = introduced(minute, followers, **told)
    return replace(event, concerns=case_id, post_id=id_at(MORNING), filing=None)


CALM = "what time does check-in open tomorrow?"
SAD = "do you ever answer? I am so disappointed and sad"
LARGE = shipped_policy().reach.followers


def viral_notices(the_desk, at=MORNING):
    return [notice for notice in the_desk.ledger.notices(day_of(at)) if notice.what is Crossed.VIRAL]


def test_the_author_of_an_unhappy_post_is_asked_for_and_that_of_a_calm_one_is_not(the_desk):
    the_desk.gets(asked(0, text=CALM))
    assert list(the_desk.ledger.values("AUTHOR", dict)) == []
    the_desk.gets(asked(1, text=SAD))
    ((key, request),) = the_desk.ledger.values("AUTHOR", author.Request)
    assert request == author.Request(CUSTOMER, CASE, id_at(MORNING + MINUTE))
    assert key.endswith(request.post_id)


def test_what_x_tells_of_an_author_raises_the_case_and_is_known_from_then_on(the_desk):
    the_desk.gets(asked(text=SAD))
    case = the_desk.gets(known(3, LARGE))
    assert (case.followers, [each.fact for each in case.viral]) == (LARGE, [Fact.LARGE_ACCOUNT])
    profile = the_desk.desk.profile(CUSTOMER)
    assert (profile.author, profile.author_known_at) == (Author(LARGE), MORNING + 3 * MINUTE)
    later = the_desk.gets(asked(600, text=SAD, conversation_id="80"), minute=601)
    assert later.followers == LARGE
    assert REASONS[Fact.LARGE_ACCOUNT] in later.reasons
    assert len(list(the_desk.ledger.values("AUTHOR", dict))) == 1


def test_an_author_who_was_asked_for_long_ago_is_asked_for_again(the_desk):
    the_desk.gets(asked(text=SAD), known(3, LARGE))
    month = 31 * 24 * 60
    later = the_desk.gets(asked(month, text=SAD, conversation_id="80"), minute=month + 1)
    assert later.followers is None
    assert len(list(the_desk.ledger.values("AUTHOR", dict))) == 2


def test_an_older_word_about_an_author_does_not_replace_a_newer_one(the_desk):
    the_desk.gets(asked(text=SAD), known(9, 70), known(3, 60))
    assert the_desk.desk.profile(CUSTOMER).author == Author(70)
    assert the_desk.case().followers == 70


def test_a_viral_fact_is_noted_once_for_a_case_whatever_is_learnt_later(the_desk):
    the_desk.gets(asked(text=SAD), known(9, LARGE))
    the_desk.gets(known(12, LARGE + 5), asked(14, text=SAD), known(3, LARGE), minute=15)
    (notice,) = viral_notices(the_desk)
    assert (notice.fact, notice.moment) == (Fact.LARGE_ACCOUNT, MORNING + 9 * MINUTE)


def test_an_unhappy_post_of_a_large_account_is_watched(the_desk):
    the_desk.gets(asked(text=SAD), known(4, LARGE))
    looks = {int(key[:12]): request for key, request in the_desk.ledger.values("LOOK", Request)}
    post = id_at(MORNING)
    assert looks[MORNING + 10 * MINUTE] == Request(CUSTOMER, post, 0, is_watched=True)
    assert looks[MORNING + HOUR] == Request(CUSTOMER, post, 0)


def test_reactions_that_come_fast_raise_the_case_and_have_the_post_watched(the_desk):
    the_desk.gets(asked(text=SAD))
    told = replace(counted(60, 0, 140), filing=None)
    case = the_desk.gets(told, minute=61)
    assert [each.fact for each in case.viral] == [Fact.SPREADING]
    assert [notice.fact for notice in viral_notices(the_desk)] == [Fact.SPREADING]
    looks = {int(key[:12]): request for key, request in the_desk.ledger.values("LOOK", Request)}
    assert looks[MORNING + 120 * MINUTE] == Request(CUSTOMER, id_at(MORNING), 140, is_watched=True)


def test_a_count_that_came_before_its_post_was_filed_waits_for_it(the_desk):
    told = replace(counted(60, 0, 140), filing=None)
    assert the_desk.gets(told) is None
    the_desk.gets(asked(text=SAD))
    the_desk.sweeps(70)
    assert [each.fact for each in the_desk.case().viral] == [Fact.SPREADING]


def test_a_post_of_a_vip_is_one_step_more_urgent_and_so_is_its_edit(the_desk):
    plain = the_desk.gets(asked(0, text=CALM))
    profile = the_desk.desk.profile(CUSTOMER)
    the_desk.desk.save_profile(replace(profile, is_vip=True))
    original = asked(200, text=CALM, conversation_id="80")
    edited = replace(original.post, post_id=id_at(MORNING + 204 * MINUTE), text=f"{CALM} please")
    change = an_event(edited, kind=Kind.EDITED, event_id=edited.post_id, concerns=original.post.first_id)
    vip = the_desk.gets(original, minute=201)
    assert (plain.priority, vip.priority) == (Priority.P3, Priority.P2)
    assert "Its author is a VIP of ours." in the_desk.gets(change, minute=205).reasons
