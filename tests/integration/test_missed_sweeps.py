"""Nobody looked for a day: no sweep, no alerts. What the next run finds is what a run a minute would have found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.notice import Crossed
from desk.snowflake import id_at
from desk.store.ledger import Setup
from desk.store.policy_shelf import PolicyShelf
from report.alerts import AlertRun
from report.digest import alert_of
from tests.stories import CUSTOMER, MINUTE, MORNING, OURS, a_post, an_event, did, shipped_policy
from triage.filing import Filer
from triage.sweep import file_what_waits, go_through_queues

if TYPE_CHECKING:
    from desk.event import Event
    from report.mailer import Mail

POLICY = shipped_policy()
CASE = f"{CUSTOMER}-77"
DAY = 24 * 60
BROKEN = "your app keeps crashing and I can't check in"
"""A problem about the app: P2 of the technical team, 120 minutes from 10:00 in Berlin to its lunch break at 12:30."""


@dataclass
class Office:
    """The desk at any minute: posts come in, the schedules run or they do not."""

    desk: object
    ledger: object
    mails: list[tuple[Mail, tuple[str, ...]]] = field(default_factory=list)

    def send(self, mail, *, to, reply_to):
        assert reply_to
        self.mails.append((mail, tuple(to)))

    def hears(self, *events: Event) -> None:
        for event in events:
            self.desk.append(replace(event, filing=None))

    def runs(self, minute: float) -> None:
        """Run the sweep and the alerts once."""
        now = MORNING + int(minute * MINUTE)
        setup = Setup({"pebblewinghelp": OURS}, MORNING - DAY * MINUTE)
        filer = Filer(self.desk, self.ledger, PolicyShelf(POLICY, self.ledger), setup, now=now)
        swept = file_what_waits(filer, self.desk, now=now, has_time=lambda: True, tell=lambda _: None)
        aged = go_through_queues(filer, self.desk, self.ledger, now=now, has_time=lambda: True)
        assert swept.failed == aged.failed == 0
        AlertRun(self.desk, self.ledger, self, POLICY, "https://api.example", now).tell(owner="run", failed=_never)

    def noticed(self) -> dict[tuple[str, str, int], float]:
        """Every breach and escalation on record that is news, with its minute."""
        case, days = self.desk.case(CASE).case, ("2026-03-03", "2026-03-04", "2026-03-05")
        found = [each for day in days for each in self.ledger.notices(day) if each.what != Crossed.WARNING]
        found = [each for each in found if alert_of(each, case, MORNING + 2 * DAY * MINUTE)]
        return {(each.metric, each.what, each.level): (each.moment - 1 - MORNING) / MINUTE for each in found}


def _never(digest, fault):
    raise AssertionError(f"{digest.name}: {fault}")


def asked(minute: float, **changes):
    return an_event(a_post(minute, text=BROKEN, **changes))


def answer(minute: float):
    post = a_post(minute, author=OURS, text="on it", replies_to=id_at(MORNING), replies_to_user=CUSTOMER)
    return an_event(post)


@pytest.fixture
def office(desk, ledger):
    for team in POLICY.teams:
        ledger.put("QUEUES", team, {})
    return Office(desk, ledger)


CARE = did(0.5, Act.TRANSFER, team="care")
"""From its 30th second on it is the care team's: 60 minutes, levels after another 60 and 240."""


@pytest.fixture
def _unwatched(office):
    """A case that was filed, and then nobody looked for a day."""
    office.hears(asked(0), CARE)
    office.runs(2)
    assert office.noticed() == {}


@pytest.mark.usefixtures("_unwatched")
def test_a_breach_of_an_unwatched_day_and_the_levels_it_reached_are_found_at_their_true_moments(office):
    office.runs(DAY)
    assert office.noticed() == {
        ("first_response", "breach", 0): 60,
        ("first_response", "escalation", 1): 120,
        ("first_response", "escalation", 2): 300,
    }


@pytest.mark.usefixtures("_unwatched")
def test_each_is_told_to_its_people_once(office):
    office.runs(DAY)
    team = POLICY.teams["care"]
    assert [to for _, to in office.mails] == [team.emails, *(level.emails for level in team.escalation)]
    assert [mail.subject.partition(":")[0] for mail, _ in office.mails[1:]] == [
        "Escalated to level 1",
        "Escalated to level 2",
    ]
    for minute in (DAY + 1, DAY + 60, DAY + 100):
        office.runs(minute)
    assert len(office.mails) == 3


@pytest.mark.usefixtures("_unwatched")
def test_what_was_healed_before_anybody_looked_is_found_with_the_level_it_had_reached(office):
    office.hears(answer(150), asked(400), answer(430))
    office.runs(DAY)
    assert office.noticed() == {("first_response", "breach", 0): 60, ("first_response", "escalation", 1): 120}
    assert all("answered since" in mail.text.lower() for mail, _ in office.mails)


@pytest.mark.usefixtures("_unwatched")
def test_an_answer_in_time_that_nobody_filed_for_a_day_leaves_nothing_to_tell(office):
    office.hears(answer(50))
    office.runs(DAY)
    assert (office.noticed(), office.mails) == ({}, [])


@pytest.mark.parametrize("looks", [range(2, DAY, 7), (700,), ()], ids=["every 7 minutes", "once", "never"])
def test_how_often_somebody_looked_makes_no_difference_to_what_is_told(office, looks):
    story = [asked(0), CARE, answer(150), asked(400), did(440, Act.PRIORITISE, priority="P1"), answer(900)]
    waiting = list(story)
    for minute in (*looks, DAY):
        due = [event for event in waiting if event.at <= MORNING + minute * MINUTE]
        office.hears(*due)
        waiting = [event for event in waiting if event not in due]
        if due or minute == DAY or minute % 60 == 0:
            office.runs(minute + 1)
    assert office.noticed() == {
        ("first_response", "breach", 0): 60,
        ("first_response", "escalation", 1): 120,
        ("next_response", "breach", 0): 440,
        ("next_response", "escalation", 1): 500,
        ("next_response", "escalation", 2): 680,
        ("resolution", "breach", 0): 440 + 50,
        ("resolution", "escalation", 1): 440 + 50 + 60,
        ("resolution", "escalation", 2): 440 + 50 + 240,
    }
