"""An outage on the deployed stack: forty times the usual mentions for two hours, all about the same trouble.

Declared by itself within ten minutes, told in one status post, ended by one action that is killed in the middle. The
morning before it is all that the desk has learnt.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from desk.incidents.model import Stage
from desk.outbox import State
from desk.store.days import days_opened
from desk.store.incidents import latest_incidents
from local.books import balance
from local.burst.killing import Killer
from local.burst.scenes import policy_of
from local.cloud import CloudError
from local.outage import outage
from local.play import MINUTE, Play
from local.run import SHIPPED_POLICY
from local.stack import Settings, Stack
from local.watch import act

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desk.case import Case
    from desk.incidents.model import Incident
    from desk.outbox import Outgoing
    from local.cloud import Mail
    from local.outage import Outage

_BEFORE_SECONDS = 90 * MINUTE
_STEP_MINUTES = 4
_LATER_STEP_MINUTES = 12
_MOST_MINUTES = 90
_KILLS = 5
_BETWEEN_KILLS = (0.1, 0.6)


@dataclass(frozen=True, slots=True)
class Told:
    """How it all stood when the incident was closed."""

    outage: Outage
    incident: Incident
    cases: dict[str, Case]
    """By the key of the post that opened each."""
    outgoing: dict[str, Outgoing | None]
    """The one automatic reply of each case, by the same key."""
    status_posts: Sequence[str]
    resolved_twice: Sequence[str]
    replied_twice: Sequence[str]
    kills: int
    mails: Sequence[Mail]
    faults: Sequence[str]


@pytest.fixture(scope="module")
def told(built) -> Iterator[Told]:
    whole = outage()
    script = whole.excerpt(before_seconds=_BEFORE_SECONDS)
    policy = policy_of(SHIPPED_POLICY, posts_a_day=2_000, share_of_posts=0.9)
    with Stack(script, policy, settings=Settings(built=built)) as stack:
        desk = _Outage(stack, whole)
        desk.plays_to(whole.begins_at, step_minutes=30)
        desk.plays_to(whole.begins_at + 12 * MINUTE, step_minutes=_STEP_MINUTES)
        desk.approves_the_status_post()
        desk.plays_to(whole.ends_at + MINUTE, step_minutes=_LATER_STEP_MINUTES)
        kills = desk.resolves_under_fire()
        yield desk.told(kills)


class _Outage:
    """One desk in an outage, and what its people do."""

    def __init__(self, stack: Stack, played: Outage) -> None:
        self._stack = stack
        self._played = played
        self._play = Play(stack, run=self._run)
        self._opened = {stack.ids[line.key]: line.key for line in stack.script.lines}

    def plays_to(self, moment: int, *, step_minutes: int) -> None:
        while (now := int(self._stack.world.now)) < moment:
            self._play.go_on_to(min(moment, now + step_minutes * MINUTE))

    def approves_the_status_post(self) -> None:
        self._acts("status-posts", {})
        self._play.go_on_to(int(self._stack.world.now) + MINUTE)

    def resolves_under_fire(self) -> int:
        """Resolve with replies, and kill whoever carries it out again and again until it is done."""
        self._acts("resolve", {"replies": True, "text": "check-in works again"})
        process = self._stack.cloud.process_id
        with Killer(process, seed=1, most=_KILLS, between_seconds=_BETWEEN_KILLS) as killer:
            for _ in range(_MOST_MINUTES):
                self._stack.world.advance_to(self._stack.world.now + MINUTE)
                self._run("TriageSweep")
                self._run("RespondSweep")
                if self._newest().closed_at is not None:
                    break
        self._play.go_on_to(int(self._stack.world.now) + MINUTE)  # our own timeline is read, the mails go out
        self._play.go_on_to(int(self._stack.world.now) + 20 * MINUTE)  # what X left open is settled
        return killer.kills.total()

    def told(self, kills: int) -> Told:
        desk = self._stack.desk
        found = {self._opened[case.opening_post]: case for case in self._cases() if case.opening_post in self._opened}
        outgoing = {key: desk.outgoing(case.customer_id, f"ACK#{case.case_id}") for key, case in found.items()}
        joined = {key: case for key, case in found.items() if case.incident_id}
        return Told(
            outage=self._played,
            incident=self._newest(),
            cases=found,
            outgoing=outgoing,
            status_posts=self._status_posts(),
            resolved_twice=[key for key, case in joined.items() if self._acts_on(case, "resolve") != 1],
            replied_twice=[post for post, replies in self._replied_to().items() if replies > 1],
            kills=kills,
            mails=self._stack.cloud.sent_mails(),
            faults=balance(self._stack).faults,
        )

    def _run(self, function: str) -> None:
        """Run one scheduled function; one that is killed is run again a minute later, as its schedule does."""
        try:
            self._stack.invoke(function, {})
        except CloudError as fault:
            if not any(died in str(fault) for died in ("Worker process", "Broken pipe")):
                raise

    def _newest(self) -> Incident:
        (newest, *others) = latest_incidents(self._stack.ledger, most=5)
        assert not others, [each.cluster.label for each in others]
        return newest

    def _acts(self, verb: str, body: dict[str, Any]) -> None:
        act(self._stack, f"/incidents/{self._newest().incident_id}", verb, body)

    def _cases(self) -> Iterator[Case]:
        for day, _ in days_opened(self._stack.ledger):
            yield from self._stack.desk.cases_of_day(day)

    def _status_posts(self) -> list[str]:
        """Give what the brand posted to nobody since the desk runs, as X shows it."""
        world = self._stack.world
        user = world.user_named(self._stack.policy.incidents.status_handle)
        written = {str(each) for each in self._stack.ids.values()}
        posts = world.posts_by(user.id, user.id) if user else ()
        return [post.full.text for post in posts if str(post.id) not in written and not post.replied_to]

    def _acts_on(self, case: Case, act: str) -> int:
        events = self._stack.desk.events_from(case.customer_id, case.first_key)
        return sum(bool(event.action and event.action.act == act) for event in events)

    def _replied_to(self) -> Counter[str]:
        """Count the desk's own replies on X by the post they answer."""
        world = self._stack.world
        own = [user.id for each in self._stack.policy.handles if (user := world.user_named(each.name))]
        written = {str(each) for each in self._stack.ids.values()}
        posts = (post for user_id in own for post in world.posts_by(user_id, user_id))
        return Counter(str(post.replied_to) for post in posts if post.replied_to and str(post.id) not in written)


def test_it_is_declared_within_ten_minutes_of_its_beginning(told):
    declared = told.incident.reached(Stage.DECLARED)
    assert declared is not None
    assert declared - told.outage.begins_at <= 10 * MINUTE


def test_what_is_about_the_outage_joins_it_and_nothing_else_does(told):
    joined = {key for key, case in told.cases.items() if case.incident_id}
    reports = {key for key in told.outage.reports if key in told.cases}
    assert len(joined & reports) >= 0.9 * len(reports)
    assert not joined & {*told.outage.others, *told.outage.dangers}


def test_once_it_was_declared_no_case_of_it_gets_an_acknowledgement_of_its_own(told):
    declared = told.incident.reached(Stage.DECLARED)
    single = [
        key
        for key, case in told.cases.items()
        if case.incident_id
        and (sent := told.outgoing[key])
        and sent.state is State.SENT
        and sent.incident_id is None
        and (sent.claimed_at or 0) > declared
    ]
    assert single == []


def test_danger_and_other_matters_are_acknowledged_as_ever(told):
    for key in (*told.outage.dangers, *told.outage.others):
        sent = told.outgoing[key]
        assert sent is not None, key
        assert (sent.state, sent.incident_id) == (State.SENT, None), key
        assert sent.claimed_at - sent.reply_to_at <= (_LATER_STEP_MINUTES + 1) * MINUTE, key
    assert {told.cases[key].priority for key in told.outage.dangers} == {"P1"}


def test_one_status_post_says_it_once(told):
    assert len(told.status_posts) == 1
    assert told.incident.published is not None
    assert "status.pebblewing.example" in told.incident.published.text


def test_one_action_closes_every_case_once_and_answers_each_customer_once_although_killed_in_the_middle(told):
    assert told.kills >= 3
    assert told.incident.closed_at is not None
    assert told.resolved_twice == []
    assert told.replied_twice == []
    held = [each for each in told.outgoing.values() if each and each.held_by]
    assert len(held) >= 60
    settled = {State.SENT, State.UNKNOWN, State.REFUSED}
    assert {each.state for each in held} <= settled
    assert sum(each.state is State.SENT for each in held) >= len(held) - told.kills


def test_the_books_balance(told):
    assert list(told.faults) == []


def test_people_hear_of_it_and_of_what_it_saved(told):
    subjects = [mail.subject for mail in told.mails]
    assert sum("Incident" in subject for subject in subjects) >= 2, subjects
    closing = told.mails[max(number for number, subject in enumerate(subjects) if "Incident" in subject)]
    assert f"{told.incident.joined}" in closing.text
    assert "USD" in closing.text
