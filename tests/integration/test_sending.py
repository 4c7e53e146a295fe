"""What becomes of a planned post when X answers in every way it can."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from desk.errors import (
    Ambiguous,
    BadPayload,
    Conflict,
    CredentialRefused,
    CreditsDepleted,
    Misconfigured,
    NotAllowed,
    Throttled,
    Unavailable,
)
from desk.event import Kind, first_key_at
from desk.outbox import Move, State
from desk.policy.model import Budget
from desk.spending import ACKNOWLEDGEMENTS, Spent
from desk.store.desk_items import Filed, Profile
from desk.store.ledger import Setup, Switch
from respond.sending import Sender
from tests.builders import a_policy
from tests.stories import CASE, CUSTOMER, MINUTE, MORNING, planned, shipped_policy, the_case, wrote

NOW = MORNING + 2 * MINUTE
KEY = f"ACK#{CASE}"


@dataclass
class FakeX:
    """Our account on X: gives its answers in turn, then accepts whatever comes."""

    answers: list[Exception] = field(default_factory=list)
    posted: list[tuple[str, str | None]] = field(default_factory=list)
    renewed: int = 0

    def post(self, text: str, *, reply_to: str | None = None) -> str:
        if self.answers:
            raise self.answers.pop(0)
        self.posted.append((text, reply_to))
        return "4711"

    def __len__(self) -> int:
        return len(self.posted)


class Desk:
    def __init__(self, desk, ledger) -> None:
        self.desk, self.ledger, self.x = desk, ledger, FakeX()
        event = wrote(0)
        desk.append(replace(event, filing=None))
        desk.file(Filed((event,), the_case([event]), 0, 1, ("77",), Profile(CUSTOMER), planned()))
        handles = {handle.name.lower(): str(number) for number, handle in enumerate(shipped_policy().handles)}
        ledger.put("DESK", "SETUP", Setup(handles, MORNING))
        ledger.put("DESK", "SWITCH", Switch(is_on=True, table=desk.name, by="lena", at=MORNING))

    def sender(self, now: int = NOW, policy=None) -> Sender:
        def renew(_handle: str) -> None:
            self.x.renewed += 1

        return Sender(self.desk, self.ledger, policy or shipped_policy(), lambda _: self.x, renew, now=now)

    def sends(self, now: int = NOW, **how):
        return self.sender(now, **how).send(CUSTOMER, KEY)

    def looks_again(self, now: int):
        for outgoing in list(self.desk.unsettled(now)):
            self.sender(now).look_again(outgoing)
        return self.stored()

    def stored(self):
        return self.desk.outgoing(CUSTOMER, KEY)

    def outcomes(self):
        events = self.desk.events_from(CUSTOMER, first_key_at("0"))
        return [(event.state, event.reason) for event in events if event.kind is Kind.OUTCOME]


@pytest.fixture
def ours(desk, ledger):
    return Desk(desk, ledger)


def test_an_accepted_post_is_sent_once_with_its_outcome(ours):
    sent = ours.sends()
    assert (sent.state, sent.post_id, len(ours.x)) == (State.SENT, "4711", 1)
    assert ours.x.posted[0] == (sent.text, planned().reply_to)
    assert ours.outcomes() == [("sent", None)]


def test_a_post_delivered_twice_is_sent_once(ours):
    ours.sends()
    ours.sends()
    assert len(ours.x) == 1


def test_a_reply_whose_answer_was_lost_is_never_sent_twice(ours):
    ours.x.answers = [Ambiguous("time-out after the request left")]
    assert ours.sends().state is State.SENDING
    ours.sends()
    ours.looks_again(NOW + 14 * MINUTE)
    assert (ours.stored().state, len(ours.x)) == (State.SENDING, 0)


def test_what_nobody_saw_for_a_quarter_of_an_hour_is_unknown_and_still_never_repeated(ours):
    ours.x.answers = [Ambiguous("time-out")]
    ours.sends()
    unknown = ours.looks_again(NOW + 15 * MINUTE)
    assert (unknown.state, len(ours.x)) == (State.UNKNOWN, 0)
    assert [state for state, _ in ours.outcomes()] == ["unknown"]
    assert ours.looks_again(NOW + 10**6).state is State.UNKNOWN


@pytest.mark.parametrize("reason", ["not_summoned", "duplicate", "forbidden", "gone"])
def test_what_x_refuses_for_good_is_refused_with_the_reason(ours, reason):
    ours.x.answers = [NotAllowed("X's words", reason=reason)]
    refused = ours.sends()
    assert (refused.state, refused.reason) == (State.REFUSED, f"X refused: {reason}")
    assert ours.outcomes() == [("refused", f"X refused: {reason}")]


def test_a_request_x_can_not_read_is_refused(ours):
    ours.x.answers = [BadPayload("unknown key")]
    assert ours.sends().state is State.REFUSED


@pytest.mark.parametrize(
    ("answer", "rests"),
    [
        (Throttled("429", until=NOW + 600), 600),
        (CreditsDepleted("402"), 3600),
        (Unavailable("connection refused"), 60),
    ],
)
def test_when_x_did_not_post_the_reply_is_deferred_and_the_account_rests(ours, answer, rests):
    ours.x.answers = [answer]
    deferred = ours.sends()
    assert (deferred.state, deferred.not_before, deferred.text) == (State.DEFERRED, NOW + rests, None)
    assert ours.looks_again(NOW + rests - 1).state is State.DEFERRED


def test_a_deferred_reply_goes_out_by_the_schedule_when_its_time_has_come(ours):
    ours.x.answers = [Throttled("429", until=NOW + 600)]
    ours.sends()
    assert ours.looks_again(NOW + 600).state is State.SENT
    assert len(ours.x) == 1


def test_a_wait_that_x_does_not_date_lasts_a_minute_at_least(ours):
    ours.x.answers = [Throttled("429", until=0)]
    assert ours.sends().not_before == NOW + MINUTE


def test_what_never_went_out_is_not_counted_as_posted(ours, ledger):
    ours.x.answers = [Unavailable("connection refused")]
    ours.sends()
    assert set(ledger.spent("2026-03-03").values()) == {0}


def test_an_account_that_left_the_policy_refuses_before_the_claim(ours):
    def missing(_handle):
        raise Misconfigured("@pebblewinghelp is not an own account of the policy")

    sender = Sender(ours.desk, ours.ledger, shipped_policy(), missing, missing, now=NOW)
    refused = sender.send(CUSTOMER, KEY)
    assert (refused.state, refused.text) == (State.REFUSED, None)


def test_a_write_that_was_only_throttled_loses_nothing_that_x_said(ours, monkeypatch):
    move, faults = ours.desk.move, [Unavailable("throttled")]

    def throttled(outgoing, step, **changes):
        if step is Move.ACCEPTED and faults:
            raise faults.pop()
        return move(outgoing, step, **changes)

    monkeypatch.setattr(ours.desk, "move", throttled)
    assert (ours.sends().post_id, len(ours.x)) == ("4711", 1)


def test_a_rotated_token_leaves_no_gap(ours):
    ours.x.answers = [CredentialRefused("401")]
    assert (ours.sends().state, ours.x.renewed, len(ours.x)) == (State.SENT, 1, 1)


def test_a_token_that_stays_refused_defers_the_reply(ours):
    ours.x.answers = [CredentialRefused("401"), CredentialRefused("401")]
    assert (ours.sends().state, ours.x.renewed) == (State.DEFERRED, 1)


def test_nothing_is_posted_before_somebody_switches_posting_on(ours, ledger):
    ledger.delete("DESK", "SWITCH")
    assert (ours.sends().state, ours.stored().reason) == (State.DEFERRED, "posting is switched off")
    assert len(ours.x) == 0


def test_a_restored_table_posts_nothing(ours, ledger):
    ledger.put("DESK", "SWITCH", Switch(is_on=True, table="another-table", by="lena", at=MORNING))
    assert ours.sends().state is State.DEFERRED


def test_a_cap_reached_by_another_run_in_between_claims_nothing(ours, ledger, monkeypatch):
    caps = replace(shipped_policy().caps, automatic_per_day=1)
    policy = replace(shipped_policy(), caps=caps)
    spent = ledger.spent
    monkeypatch.setattr(ledger, "spent", lambda _period: {})
    ledger.add("2026-03-03", ACKNOWLEDGEMENTS, 1)
    with pytest.raises(Conflict):
        ours.sends(policy=policy)
    monkeypatch.setattr(ledger, "spent", spent)
    refused = ours.sends(policy=policy)
    assert (refused.state, refused.reason, len(ours.x)) == (State.REFUSED, "cap of automatic posts per day", 0)


def test_a_reply_is_counted_by_its_kind_in_day_and_month(ours, ledger):
    ours.sends()
    assert ledger.spent_by(NOW) == Spent({ACKNOWLEDGEMENTS: 1}, {ACKNOWLEDGEMENTS: 1})


def test_the_last_cent_of_the_budget_is_spent_once(ours, ledger, monkeypatch):
    policy = a_policy(budget=Budget(usd_per_day=1.0, usd_per_month=10.0, searches_off_at_share=0.8))
    ledger.count(NOW, "posts:reply", 98)
    ledger.count(NOW, ACKNOWLEDGEMENTS, 1)
    read_before = ledger.spent_by(NOW)
    ledger.count(NOW, ACKNOWLEDGEMENTS, 1)  # by another run, after this one looked
    with monkeypatch.context() as stale:
        stale.setattr(ledger, "spent_by", lambda _now: read_before)
        with pytest.raises(Conflict):
            ours.sends(policy=policy)
    refused = ours.sends(policy=policy)
    assert (refused.state, refused.reason, len(ours.x)) == (State.REFUSED, "the budget for X is used up", 0)


def test_what_the_stream_dropped_is_sent_by_the_schedule(ours):
    assert ours.looks_again(planned().planned_at + 59).state is State.PLANNED
    assert ours.looks_again(planned().planned_at + 60).state is State.SENT


def test_a_crash_after_the_claim_leaves_it_to_be_settled_and_never_to_be_repeated(ours):
    ours.x.answers = [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        ours.sends()
    assert ours.stored().state is State.SENDING
    ours.sends()
    assert len(ours.x) == 0


def test_what_triage_saw_on_our_timeline_first_stays_sent(ours, desk):
    class Raced(FakeX):
        def post(self, text: str, *, reply_to: str | None = None) -> str:
            claimed = desk.outgoing(CUSTOMER, KEY)
            desk.move(claimed, Move.SEEN, post_id="4711", settled_at=NOW)
            return super().post(text, reply_to=reply_to)

    ours.x = Raced()
    assert (ours.sends().state, len(ours.x)) == (State.SENT, 1)


def test_an_old_post_is_refused_however_it_came_to_wait(ours):
    late = MORNING + shipped_policy().acknowledgement.max_age_minutes * MINUTE + 1
    assert ours.looks_again(late).reason.startswith("too old")


def test_what_must_wait_on_costs_nothing_while_it_waits(ours, ledger):
    """A burst of thousands meets a cap of a hundred in a quarter hour: the rest must not be judged every time."""
    ledger.delete("DESK", "SWITCH")
    sender = ours.sender()
    waiting = sender.send(CUSTOMER, KEY)
    another = replace(waiting, key="ACK#another")
    assert sender.is_held_up(another)
    assert not ours.sender().is_held_up(another), "another run has to find out by itself"
    assert not sender.is_held_up(replace(another, handle="pebblewing")), "another account may be open"
    assert not sender.is_held_up(replace(another, state=State.SENDING)), "what was claimed must come to its end"


def test_what_would_be_too_old_after_the_wait_is_not_held_up(ours, ledger):
    ledger.delete("DESK", "SWITCH")
    sender = ours.sender()
    waiting = sender.send(CUSTOMER, KEY)
    limit = shipped_policy().acknowledgement.max_age_minutes * MINUTE
    assert not sender.is_held_up(replace(waiting, reply_to_at=waiting.not_before - limit - 1))
