"""What becomes of the automatic replies of an incident's cases, and of its status posts, killed at any step."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from desk.errors import Ambiguous, DeskError, NotAllowed, Throttled
from desk.event import Kind, first_key_at
from desk.incidents.life import Move, moved
from desk.incidents.model import Incident, Resolution
from desk.incidents.status_post import approved, draft, planned
from desk.outbox import Move as Step
from desk.outbox import OutgoingKind, State, acknowledgement_key
from desk.policy.model import Caps, Priority
from desk.snowflake import id_at
from desk.spending import ACKNOWLEDGEMENTS, INCIDENT_REPLIES
from desk.store.desk_items import Filed, Profile
from desk.store.desk_table import DeskTable
from desk.store.incidents import incident as stored_incident
from desk.store.incidents import keep_incident, ongoing_one
from desk.store.ledger import Ledger, Setup, Switch
from desk.telemetry import metrics
from respond.incidents import Walk
from respond.sending import Sender
from tests.builders import a_policy
from tests.incidents import an_incident
from tests.stories import HOUR, MINUTE, MORNING, shipped_policy, the_case, wrote
from tests.stories import planned as a_plan
from tests.torture.faults import FailingDynamoDB, Fate, Killed, Run, Steps
from tests.torture.memory_dynamodb import MemoryDynamoDB

BRAND = "901"
SETUP = Setup(
    {"pebblewinghelp": "900", "pebblewing": BRAND, "mia_pebblewing": "902", "jonas_pbw": "903"}, MORNING - HOUR
)
INCIDENT = an_incident(Move.DECLARE, since=MORNING - HOUR)
ID = INCIDENT.incident_id
ANSWERS = a_policy(incidents=replace(shipped_policy().incidents, answers_joined=True))


@dataclass
class FakeX:
    """Our accounts on X: give their answers in turn, then accept whatever comes, each under an id of its own."""

    answers: list[BaseException] = field(default_factory=list)
    posted: list[tuple[str, str | None]] = field(default_factory=list)

    def post(self, text: str, *, reply_to: str | None = None) -> str:
        if self.answers:
            raise self.answers.pop(0)
        self.posted.append((text, reply_to))
        return str(4711 + len(self.posted))


class Desk:
    """Cases of an incident, with their replies planned, and respond over them."""

    def __init__(self, policy=None) -> None:
        self.memory, self.steps, self.x = MemoryDynamoDB.of_template(page_items=7), Steps(), FakeX()
        self.desk = DeskTable(FailingDynamoDB(self.memory, self.steps), "desk")
        self.ledger = Ledger(FailingDynamoDB(self.memory, self.steps), "ledger")
        self.policy = policy or shipped_policy()
        self.writes: Counter[str] = Counter()
        self.memory.on_write = lambda table, *_: self.writes.update([table])
        self.ledger.put("DESK", "SETUP", SETUP)
        self.ledger.put("DESK", "SWITCH", Switch(is_on=True, table="desk", by="lena", at=MORNING))
        keep_incident(self.ledger, INCIDENT, version=0)

    # ---- what there is

    def joins(self, number: int, *, minute: float = 0, incident: str | None = ID, **planned) -> str:
        """A customer's case with its planned reply; gives the customer."""
        customer, at = str(1000 + number), MORNING + int(minute * MINUTE)
        case_id, post_id = f"{customer}-{number}", str(int(id_at(at)) + number)
        case = replace(the_case([wrote(minute)], minute), case_id=case_id, customer_id=customer, incident_id=incident)
        where = {"customer_id": customer, "case_id": case_id, "key": acknowledgement_key(case_id)}
        plan = a_plan(**{**where, "reply_to": post_id, "reply_to_at": at, "planned_at": at + 30, **planned})
        self.desk.file(Filed((), case, 0, 1, (), Profile(customer), plan))
        return customer

    def changes(self, customer: str, **changes) -> None:
        """Its case is another, as triage writes it."""
        (case,) = self.desk.customer_cases(customer)
        stored = self.desk.case(case.case_id)
        self.desk.save_case(replace(stored.case, **changes), over=stored)

    def becomes(self, change) -> Incident:
        before, version = stored_incident(self.ledger, ID)
        after = change(before)
        keep_incident(self.ledger, after, version=version)
        return after

    def moves(self, move: Move, *, minute: float, replies: bool | None = None) -> None:
        at = MORNING + int(minute * MINUTE)
        resolution = None if replies is None else Resolution(at, "mia", replies)
        self.becomes(lambda each: replace(moved(each, move, at=at, by="mia"), resolution=resolution))

    def publishes(self, *, minute: float = 0, text: str | None = None, by: str = "mia"):
        """A status post is approved, as the API does it."""
        now = MORNING + int(minute * MINUTE)
        before, version = stored_incident(self.ledger, ID)
        post = draft(before, policy=self.policy, now=now)
        after = approved(before, replace(post, text=text or post.text), by=by, now=now)
        plan = planned(after, after.status_posts[-1], policy=self.policy, brand_id=BRAND, now=now)
        keep_incident(self.ledger, after, version=version, also=[self.desk.planning(plan)])
        return plan

    # ---- what runs

    def sender(self, minute: float) -> Sender:
        now = MORNING + int(minute * MINUTE)
        return Sender(self.desk, self.ledger, self.policy, lambda _: self.x, lambda _: None, now=now)

    def sends(self, customer: str, *, minute: float = 1):
        """The stream brings the plan."""
        (plan,) = self.desk.outgoing_of(customer)
        return self.sender(minute).send(customer, plan.key)

    def sweeps(self, minute: float, run: Run | None = None) -> Walk:
        """What respond's sweep does, killed where the run says so."""
        sender = self.sender(minute)
        walk = Walk(sender, self.desk, self.policy, lambda: True)

        def sweep() -> None:
            for outgoing in list(self.desk.unsettled(MORNING + int(minute * MINUTE))):
                if not sender.is_held_up(outgoing):
                    sender.look_again(outgoing)
            walk.go(self.ledger, SETUP)

        with contextlib.suppress(Killed, DeskError):
            self.steps.within(run or Run(), sweep)
        return walk

    # ---- what became of it

    def replies(self):
        found = (self.desk.outgoing_of(customer) for customer in sorted(self.memory.tables["desk"].partitions))
        return [each for every in found for each in every]

    def states(self) -> Counter[State]:
        return Counter(each.state for each in self.replies())

    def answered(self) -> Counter[str | None]:
        return Counter(reply_to for _, reply_to in self.x.posted)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """No metrics gather: there is no handler that would send them off."""
    monkeypatch.setattr(metrics, "add_metric", lambda *_, **__: None)


@pytest.fixture
def ours():
    return Desk()


# ---- held


def test_a_joined_case_gets_no_acknowledgement_while_its_incident_goes_on(ours):
    held = ours.sends(ours.joins(1))
    assert (held.state, held.held_by, held.reason) == (State.DEFERRED, ID, f"incident {ID}")
    assert held.is_held
    assert ours.x.posted == []
    assert [each.key for each in ours.desk.held(ID)] == [held.key]


def test_what_is_held_costs_nothing_while_it_waits(ours):
    for number in range(20):
        ours.sends(ours.joins(number))
    ours.writes.clear()
    for minute in range(1, 300):
        assert ours.sweeps(minute).done == 0
    assert ours.writes == Counter()
    assert len(list(ours.desk.held(ID))) == 20


def test_a_reply_that_was_put_off_and_whose_case_joins_meanwhile_is_caught(ours):
    customer = ours.joins(1, incident=None)
    ours.x.answers = [Throttled("429", until=MORNING + 10 * MINUTE)]
    assert ours.sends(customer).state is State.DEFERRED
    ours.changes(customer, incident_id=ID)
    ours.sweeps(11)
    assert [each.is_held for each in ours.replies()] == [True]
    assert ours.x.posted == []


def test_cases_outside_the_incident_are_acknowledged_as_ever(ours):
    ours.sends(ours.joins(1))
    assert ours.sends(ours.joins(2, incident=None)).state is State.SENT


def test_a_reply_whose_case_leaves_just_as_it_is_to_be_held_is_sent(ours):
    """Between reading the case and holding its reply triage makes it a P1: nobody would look at it again."""
    customer = ours.joins(1)
    hold, raced = ours.desk.hold, []

    def raced_hold(*args, **how):
        if not raced:
            raced.append(ours.changes(customer, incident_id=None, priority=Priority.P1))
        return hold(*args, **how)

    ours.desk.hold = raced_hold
    assert ours.sends(customer).state is State.SENT


# ---- let go


def test_after_a_false_alarm_the_young_are_acknowledged_and_the_old_refused(ours):
    for number, minute in ((1, 0), (2, 50)):
        ours.sends(ours.joins(number, minute=minute), minute=minute + 1)
    ours.moves(Move.DISMISS, minute=70)
    ours.sweeps(71)
    old, young = ours.replies()
    assert (old.state, old.reason) == (State.REFUSED, "too old: the post is more than 60 minutes old")
    assert (young.state, young.incident_id) == (State.SENT, None)
    assert "This is fixed" not in young.text
    assert not ours.desk.waits_for(ID)


def test_without_replies_every_held_one_is_refused_at_once(ours):
    for number in range(40):
        ours.sends(ours.joins(number))
    ours.moves(Move.RESOLVE, minute=30, replies=False)
    ours.sweeps(31)
    assert ours.states() == {State.REFUSED: 40}
    assert {each.reason for each in ours.replies()} == {"its incident ended without replies"}
    assert not ours.desk.waits_for(ID)


def test_the_end_is_told_to_each_once_a_few_a_minute_the_oldest_first(ours):
    for number in range(25):
        ours.sends(ours.joins(number, minute=number))
    ours.moves(Move.RESOLVE, minute=90, replies=True)
    ours.sweeps(91)
    assert len(ours.x.posted) == 2
    assert [int(reply_to or 0) % 4096 for _, reply_to in ours.x.posted] == [0, 1]
    for minute in range(92, 120):
        ours.sweeps(minute)
    assert ours.states() == {State.SENT: 25}
    assert set(ours.answered().values()) == {1}
    assert {each.incident_id for each in ours.replies()} == {ID}
    assert len({text for text, _ in ours.x.posted}) == 25
    assert not ours.desk.waits_for(ID)


def test_an_incidents_replies_leave_others_their_part_of_both_caps():
    ours = Desk(a_policy(caps=Caps(posts_per_15_minutes=20, automatic_per_day=30)))
    for number in range(60):
        ours.sends(ours.joins(number))
    ours.moves(Move.RESOLVE, minute=2, replies=True)
    for minute in range(3, 15):
        ours.sweeps(minute)
    assert len(ours.x.posted) == 10
    for number in range(60, 70):
        assert ours.sends(ours.joins(number, minute=14, incident=None), minute=14.9).state is State.SENT
    for minute in range(15, 180):
        ours.sweeps(minute)
    assert ours.ledger.spent("2026-03-03")[INCIDENT_REPLIES] == 15
    assert ours.ledger.spent("2026-03-03")[ACKNOWLEDGEMENTS] == 25
    ours.sweeps(24 * 60 + 2)
    assert ours.states() == {State.SENT: 25, State.REFUSED: 45}
    assert {each.reason for each in ours.replies() if each.state is State.REFUSED} == {
        "too old: the post is more than 24 hours old"
    }


def test_a_share_used_up_by_another_run_in_between_claims_nothing(ours, monkeypatch):
    ours.sends(ours.joins(1))
    ours.moves(Move.RESOLVE, minute=30, replies=True)
    ours.ledger.add("2026-03-03", INCIDENT_REPLIES, 100)
    with monkeypatch.context() as stale:
        stale.setattr(ours.ledger, "spent", lambda _period: {})
        ours.sweeps(31)
    assert ours.x.posted == []
    ours.sweeps(32)
    assert [each.reason for each in ours.replies()] == [f"incident {ID}: share of automatic posts per day"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"first_answer_at": MORNING}, "a person answered already"),
        ({"reply_written_at": MORNING}, "a person answers"),
        ({"closed_because": "deleted by the customer"}, "the case is closed: deleted by the customer"),
        ({"acknowledged_at": MORNING}, "X shows its acknowledgement already"),
    ],
)
def test_who_needs_no_reply_by_then_gets_none(ours, changes, reason):
    customer = ours.joins(1)
    ours.sends(customer)
    ours.changes(customer, **changes)
    ours.moves(Move.RESOLVE, minute=30, replies=True)
    ours.sweeps(31)
    assert [(each.state, each.reason) for each in ours.replies()] == [(State.REFUSED, reason)]


def test_an_opt_out_is_honoured_after_the_wait_as_well(ours):
    customer = ours.joins(1)
    ours.sends(customer)
    ours.desk.save_profile(replace(ours.desk.profile(customer), stopped_at=MORNING + 5 * MINUTE))
    ours.moves(Move.RESOLVE, minute=30, replies=True)
    ours.sweeps(31)
    assert ours.states() == {State.REFUSED: 1}


def test_a_lost_answer_of_x_is_never_repeated(ours):
    ours.sends(ours.joins(1))
    ours.moves(Move.RESOLVE, minute=30, replies=True)
    ours.x.answers = [Ambiguous("time-out")]
    ours.sweeps(31)
    assert ours.states() == {State.SENDING: 1}
    for minute in range(32, 80):
        ours.sweeps(minute)
    assert ours.states() == {State.UNKNOWN: 1}
    assert ours.x.posted == []


def test_a_reply_that_x_puts_off_goes_out_later_as_its_incident_then_stands(ours):
    ours.sends(ours.joins(1, minute=25), minute=26)
    ours.moves(Move.RESOLVE, minute=30, replies=True)
    ours.x.answers = [Throttled("429", until=MORNING + 40 * MINUTE)]
    ours.sweeps(31)
    (put_off,) = ours.replies()
    assert (put_off.state, put_off.text, put_off.incident_id) == (State.DEFERRED, None, None)
    assert ours.ledger.spent("2026-03-03")[INCIDENT_REPLIES] == 0
    ours.sweeps(41)
    assert [(each.state, each.incident_id) for each in ours.replies()] == [(State.SENT, ID)]


@pytest.mark.parametrize("fate", [Fate.KILLED_BEFORE, Fate.KILLED_AFTER, Fate.ANSWER_LOST, Fate.CONFLICT])
def test_whatever_happens_at_any_step_of_letting_go_nobody_is_told_twice(fate):
    step, run = 0, Run()
    while step <= run.steps:
        ours = Desk()
        for number in range(3):
            ours.sends(ours.joins(number))
        ours.moves(Move.RESOLVE, minute=30, replies=True)
        run = Run({step: fate})
        ours.sweeps(31, run)
        for minute in (32, 33, 47, 48, 49):
            ours.sweeps(minute)
        assert set(ours.answered().values()) == {1}
        states = ours.states()
        assert states[State.SENT] + states[State.UNKNOWN] == 3, states
        assert len(ours.x.posted) >= 2, "one may have been claimed and never posted: X can't be asked again"
        assert not ours.desk.waits_for(ID)
        step += 1
    assert step > 30


# ---- once to a customer, however many cases


def has_two_cases(ours, minute=70):
    """A customer writes about it anew, in a case of its own; gives the keys of both replies, which are held."""
    customer = ours.joins(1)
    case_id, at = f"{customer}-9", MORNING + minute * MINUTE
    case = replace(the_case([wrote(minute)], minute), case_id=case_id, customer_id=customer, incident_id=ID)
    first, second = acknowledgement_key(f"{customer}-1"), acknowledgement_key(case_id)
    where = {"customer_id": customer, "case_id": case_id, "key": second, "reply_to": id_at(at), "reply_to_at": at}
    ours.desk.file(Filed((), case, 0, 1, (), None, a_plan(**where, planned_at=at + 30)))
    for key in (first, second):
        assert ours.sender(minute + 1).send(customer, key).is_held
    return customer, first, second


def test_a_customer_with_several_cases_is_told_once_that_it_is_over(ours):
    customer, first, second = has_two_cases(ours)
    ours.moves(Move.RESOLVE, minute=90, replies=True)
    for minute in range(91, 95):
        ours.sweeps(minute)
    told, other = (ours.desk.outgoing(customer, key) for key in (first, second))
    assert (told.state, len(ours.x.posted)) == (State.SENT, 1)
    assert (other.state, other.reason) == (State.REFUSED, "the customer was told of this incident already")
    assert not ours.desk.waits_for(ID)


def test_a_lost_answer_of_x_counts_as_told(ours):
    customer, _, second = has_two_cases(ours)
    ours.moves(Move.RESOLVE, minute=90, replies=True)
    ours.x.answers = [Ambiguous("time-out")]
    for minute in range(91, 95):
        ours.sweeps(minute)
    assert ours.x.posted == []
    assert ours.desk.outgoing(customer, second).reason == "the customer was told of this incident already"


def test_what_x_refused_told_the_customer_nothing(ours):
    customer, first, second = has_two_cases(ours)
    ours.moves(Move.RESOLVE, minute=90, replies=True)
    ours.x.answers = [NotAllowed("403", reason="it is gone")]
    for minute in range(91, 95):
        ours.sweeps(minute)
    assert [ours.desk.outgoing(customer, key).state for key in (first, second)] == [State.REFUSED, State.SENT]


def test_of_two_replies_claimed_at_once_one_goes_out(ours, monkeypatch):
    customer, first, second = has_two_cases(ours)
    ours.moves(Move.RESOLVE, minute=90, replies=True)
    claim, raced = DeskTable.claim, []

    def claim_late(desk, outgoing, **how):
        if not raced:
            raced.append(second)
            ours.sender(91).look_again(ours.desk.outgoing(customer, second))
        return claim(desk, outgoing, **how)

    monkeypatch.setattr(DeskTable, "claim", claim_late)
    ours.sender(91).look_again(ours.desk.outgoing(customer, first))
    assert len(ours.x.posted) == 1
    assert [ours.desk.outgoing(customer, key).state for key in (first, second)] == [State.REFUSED, State.SENT]


def test_a_reply_that_x_put_off_and_another_overtook_is_not_sent(ours):
    customer, first, second = has_two_cases(ours)
    ours.moves(Move.RESOLVE, minute=90, replies=True)
    ours.x.answers = [Throttled("429", until=MORNING + 95 * MINUTE)]
    ours.sender(91).look_again(ours.desk.outgoing(customer, first))
    ours.sender(96).look_again(ours.desk.outgoing(customer, second))
    ours.sweeps(97)
    assert [ours.desk.outgoing(customer, key).state for key in (first, second)] == [State.REFUSED, State.SENT]
    assert len(ours.x.posted) == 1


# ---- answered while it goes on


def test_who_called_us_gets_the_incidents_own_answer_once_the_status_post_is_out():
    ours = Desk(ANSWERS)
    waiting = ours.joins(1)
    assert ours.sends(waiting).is_held
    ours.publishes(minute=2)
    ours.sends(BRAND, minute=2)
    ours.sweeps(3)
    at_once = ours.sends(ours.joins(2, minute=4), minute=4.5)
    first, second = (text for text, _ in ours.x.posted[1:])
    assert at_once.state is State.SENT
    assert "https://x.com/i/status/4712" in first
    assert "https://x.com/i/status/4712" in second
    assert first.split()[:3] != second.split()[:3]
    assert "(automatic reply)" in first
    assert [each.held_by for each in ours.replies() if each.kind is OutgoingKind.ACKNOWLEDGEMENT] == [ID, None]


def test_beyond_their_share_answers_wait_among_the_held_for_the_next_quarter():
    ours = Desk(replace(ANSWERS, caps=Caps(posts_per_15_minutes=4, automatic_per_day=200)))
    ours.publishes()
    ours.sends(BRAND)
    for number in range(4):
        ours.sends(ours.joins(number, minute=1), minute=2)
    assert len(list(ours.desk.held(ID))) == 2
    ours.sweeps(16)
    ours.sweeps(17)
    assert list(ours.desk.held(ID)) == []


# ---- status posts


def test_a_status_post_goes_out_once_and_its_incident_knows_it(ours):
    plan = ours.publishes(text="We are on it.")
    for _ in range(3):
        ours.sender(1).send(BRAND, plan.key)
        ours.sweeps(2)
    assert ours.x.posted == [("We are on it.", None)]
    known, _ = stored_incident(ours.ledger, ID)
    assert (known.published.post_id, known.published.posted_at) == ("4712", MORNING + MINUTE)
    events = ours.desk.events_from(BRAND, first_key_at("0"))
    assert [(each.kind, each.state, each.concerns) for each in events] == [(Kind.OUTCOME, "sent", None)]


def test_an_update_hangs_under_the_post_before_it(ours):
    ours.publishes(text="We are on it.")
    ours.publishes(text="Still on it.")
    (first, second) = ours.desk.outgoing_of(BRAND)
    assert ours.sender(1).send(BRAND, second.key).reason == "the status post before it is not out yet"
    ours.sender(1).send(BRAND, first.key)
    for minute in range(2, 10):
        ours.sweeps(minute)
    assert ours.x.posted == [("We are on it.", None), ("Still on it.", "4712")]


def test_a_status_post_is_counted_at_its_price(ours):
    ours.sender(1).send(BRAND, ours.publishes(text="We are on it: status.pebblewing.com").key)
    ours.sender(1).send(BRAND, ours.publishes(text="We are on it.").key)
    spent = ours.ledger.spent("2026-03")
    assert (spent["posts:status_with_url"], spent["posts:status"]) == (1, 1)


def test_a_status_post_whose_answer_was_lost_is_not_repeated(ours):
    plan = ours.publishes()
    ours.x.answers = [Ambiguous("time-out")]
    ours.sender(1).send(BRAND, plan.key)
    for minute in range(2, 40):
        ours.sweeps(minute)
    assert (ours.states(), ours.x.posted) == ({State.UNKNOWN: 1}, [])


def test_an_incident_learns_that_nobody_knows_whether_a_status_post_stands_there(ours):
    plan = ours.publishes()
    ours.x.answers = [Ambiguous("time-out")]
    ours.sender(1).send(BRAND, plan.key)
    for minute in range(2, 20):
        ours.sweeps(minute)
    lost, _ = stored_incident(ours.ledger, ID)
    assert lost.status_posts[0].lost_at is not None
    assert ongoing_one(ours.ledger, ID).pending == (1,)
    unknown = ours.desk.outgoing(BRAND, plan.key)
    ours.desk.move(unknown, Step.SEEN, post_id="4711", settled_at=unknown.settled_at + 60)
    ours.sweeps(21)
    seen, _ = stored_incident(ours.ledger, ID)
    assert (seen.published.number, seen.status_posts[0].lost_at) == (1, None)


def test_an_incident_learns_why_a_status_post_was_not_posted_and_the_next_takes_its_place(ours):
    plan = ours.publishes(text="We are on it.")
    ours.x.answers = [NotAllowed("403", reason="duplicate content")]
    ours.sender(1).send(BRAND, plan.key)
    known, _ = stored_incident(ours.ledger, ID)
    assert (known.status_posts[0].refused, known.published) == ("X refused: duplicate content", None)
    assert ongoing_one(ours.ledger, ID).pending == ()
    again = ours.publishes(minute=2)
    assert (again.purpose, ours.sender(3).send(BRAND, again.key).state) == ("status", State.SENT)
    assert stored_incident(ours.ledger, ID)[0].published.number == 2


def test_an_incident_learns_of_a_status_post_that_was_given_up_although_the_run_was_killed(ours, monkeypatch):
    ours.ledger.put("DESK", "SWITCH", Switch(is_on=False, table="desk", by="lena", at=MORNING))
    plan = ours.publishes()
    with monkeypatch.context() as killed:
        killed.setattr(Sender, "note_end", lambda *_: None)
        ours.sweeps(2)
        ours.sweeps(62)
    assert ours.desk.outgoing(BRAND, plan.key).state is State.REFUSED
    assert ongoing_one(ours.ledger, ID).pending == (1,)
    ours.sweeps(63)
    assert stored_incident(ours.ledger, ID)[0].status_posts[0].refused == "it could not be posted within 60 minutes"


def test_a_status_post_that_x_puts_off_keeps_its_words(ours):
    plan = ours.publishes(text="We are on it.")
    ours.x.answers = [Throttled("429", until=MORNING + 5 * MINUTE)]
    ours.sender(1).send(BRAND, plan.key)
    ours.sweeps(6)
    assert ours.x.posted == [("We are on it.", None)]
    assert ours.ledger.spent("2026-03")["posts:status"] == 1


@pytest.mark.parametrize("fate", [Fate.KILLED_BEFORE, Fate.KILLED_AFTER, Fate.ANSWER_LOST, Fate.CONFLICT])
def test_whatever_happens_at_any_step_a_status_post_is_out_once_at_most_and_its_incident_learns_of_it(fate):
    step, run = 0, Run()
    while step <= run.steps:
        ours = Desk()
        plan = ours.publishes()
        run = Run({step: fate})
        with contextlib.suppress(Killed, DeskError):
            ours.steps.within(run, lambda ours=ours, plan=plan: ours.sender(1).send(BRAND, plan.key))
        for minute in (2, 3, 17, 18):
            ours.sweeps(minute)
        (sent,) = ours.replies()
        known, _ = stored_incident(ours.ledger, ID)
        assert len(ours.x.posted) <= 1
        assert (sent.state is State.SENT) == (known.published is not None), sent
        assert sent.state in {State.SENT, State.UNKNOWN}
        step += 1
    assert step > 10
