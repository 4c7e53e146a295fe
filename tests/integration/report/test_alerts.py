from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from desk.errors import Ambiguous
from desk.event import Direction, Event, Kind
from desk.policy.model import Priority
from desk.post import Post
from desk.reach import Fact, Viral
from report.alerts import AlertRun, Told
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case
from tests.stories import shipped_policy
from triage.notices import notices

if TYPE_CHECKING:
    from desk.case import Case
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from report.mailer import Mail

POLICY = shipped_policy()
CARE, TECHNICAL = (POLICY.teams[name].title for name in ("care", "technical"))
NOW = NOON + 3 * HOUR


@dataclass
class PostOffice:
    """Takes every mail, unless it has a fault."""

    sent: list[tuple[Mail, tuple[str, ...]]] = field(default_factory=list)
    fault: Exception | None = None

    def send(self, mail, *, to, reply_to):
        assert reply_to
        if self.fault:
            raise self.fault
        self.sent.append((mail, tuple(to)))

    @property
    def subjects(self) -> list[str]:
        return [mail.subject for mail, _ in self.sent]


@dataclass
class Office:
    desk: DeskTable
    ledger: Ledger
    mailer: PostOffice = field(default_factory=PostOffice)
    failures: list[str] = field(default_factory=list)

    def has(self, *cases: Case, at: int = NOW, text: str = "my bag is lost") -> None:
        """Store cases as triage does at a moment, with the post that opened each and what was crossed."""
        for case in cases:
            self.desk.save_case(case, over=self.desk.case(case.case_id))
            self.desk.append(_event(case, text))
            for notice in notices(case, now=at):
                self.ledger.record_notice(notice)

    def run(self, now: int = NOW) -> Told:
        run = AlertRun(self.desk, self.ledger, self.mailer, POLICY, "https://api.example", now)
        return run.tell(owner="run", failed=lambda digest, _: self.failures.append(digest.team.name))


def _event(case: Case, text: str) -> Event:
    post = Post(case.opening_post, case.opening_post, case.customer_id, case.opening_post, case.opened_at, text)
    return Event(
        case.customer_id, Kind.POST, post.first_id, post.at, post.at, "mentions", post.post_id, Direction.INBOUND, post
    )


@pytest.fixture
def office(desk: DeskTable, ledger: Ledger) -> Office:
    return Office(desk, ledger)


def test_a_breach_is_told_once(office):
    office.has(a_case())
    assert office.run() == Told(mails=1, told=1)
    ((mail, to),) = office.mailer.sent
    assert mail.subject == f"1 case breached, oldest 2 h - {CARE}"
    assert to == ("care-lead@pebblewing.example",)
    assert "my bag is lost" in mail.html
    assert "https://x.com/i/status/5001" in mail.text
    assert "https://api.example/cases/901-5001" in mail.text
    assert office.run(NOW + HOUR) == Told()


def test_each_team_gets_one_mail_with_its_cases_alone(office):
    office.has(a_case(1), a_case(2), a_case(3, team="technical"))
    assert office.run().mails == 2
    assert office.mailer.subjects == [
        f"2 cases breached, oldest 2 h - {CARE}",
        f"1 case breached, oldest 2 h - {TECHNICAL}",
    ]


def test_personal_data_in_a_post_is_never_mailed(office):
    office.has(a_case(), text="call me &amp; my wife on +49 170 1234567, booking PW-AB12CD")
    office.run()
    ((mail, _),) = office.mailer.sent
    for part in (mail.html, mail.text):
        assert "1234567" not in part
        assert "PW-AB12CD" not in part
    assert "call me & my wife on [phone], booking [reference]" in mail.text


def test_a_team_that_just_had_a_mail_gets_the_next_news_after_the_cool_down(office):
    office.has(a_case(1))
    office.run()
    office.has(a_case(2), at=NOW + MINUTE)
    assert office.run(NOW + MINUTE) == Told(waiting=1)
    assert office.run(NOW + 30 * MINUTE) == Told(mails=1, told=1)


def test_a_closed_team_hears_of_the_night_in_the_morning_and_of_a_p1_at_once(office):
    night = NOON + 14 * HOUR
    office.has(a_case(1, team="technical"), at=night)
    assert office.run(night) == Told(waiting=1)
    office.has(a_case(2, team="technical", priority=Priority.P1), at=night)
    assert office.run(night + MINUTE) == Told(mails=1, told=2)


def test_what_waits_over_midnight_is_told_the_next_day(office):
    evening, morning = NOON + 8 * HOUR, NOON + 21 * HOUR
    office.has(a_case(team="technical"), at=evening)
    assert office.run(evening).waiting == 1
    assert office.run(NOON + 12 * HOUR + MINUTE).waiting == 1
    assert office.run(morning) == Told(mails=1, told=1)


def test_a_sweep_that_did_not_run_for_a_day_tells_exactly_the_breaches_of_that_day_once(office):
    office.run(NOON - HOUR)
    healed = a_case(2, answered_after=2 * HOUR)
    office.has(a_case(1), replace(a_case(2), next_change=None), at=NOON + 61 * MINUTE)
    office.has(healed, at=NOON + DAY)
    office.has(a_case(3, answered_after=30 * MINUTE), at=NOON + DAY)
    assert office.run(NOON + DAY) == Told(mails=1, told=2)
    ((mail, _),) = office.mailer.sent
    assert mail.subject == f"1 case breached, oldest 23 h - {CARE}"
    assert "ANSWERED SINCE (1 h late)" in mail.text
    assert office.run(NOON + DAY + HOUR) == Told()


def test_a_breach_of_a_day_long_done_with_is_found_within_the_hour(office):
    office.run(NOON + 5 * DAY)
    office.has(a_case(), at=NOON + 5 * DAY)
    assert office.run(NOON + 5 * DAY + MINUTE) == Told()
    assert office.run(NOON + 5 * DAY + HOUR) == Told(mails=1, told=1)


def test_a_mail_that_failed_is_sent_by_the_next_run_and_keeps_no_other_team_waiting(office):
    office.has(a_case(1))
    office.mailer.fault = Ambiguous("no answer")
    assert office.run() == Told(failed=1, waiting=1)
    assert office.failures == ["care"]
    office.mailer.fault = None
    assert office.run(NOW + MINUTE) == Told(mails=1, told=1)


def test_two_runs_at_once_tell_once(office):
    office.has(a_case())
    office.ledger.take_lease("alerts", owner="the other", now=NOW, seconds=50)
    assert office.run() == Told()
    assert office.run(NOW + MINUTE).mails == 1


def test_a_flood_is_told_in_one_mail_that_shows_the_first_of_it(office):
    office.has(*(a_case(number) for number in range(40)))
    assert office.run() == Told(mails=1, told=40)
    ((mail, _),) = office.mailer.sent
    assert mail.subject == f"40 cases breached, oldest 2 h - {CARE}"
    assert mail.text.count("https://x.com/i/status/") == 25
    assert "And 15 more: https://api.example/cases?team=care" in mail.text


def a_viral_case(number: int = 1, at: int = NOON + HOUR) -> Case:
    case = a_case(number, followers=90_000, verified="none")
    found = Viral(Fact.LARGE_ACCOUNT, at, case.opening_post, 90_000, Priority.P2)
    return replace(case, clocks=(), viral=(found,))


def test_an_unhappy_post_of_a_large_account_is_told_once_and_at_once_without_personal_data(office):
    office.has(a_viral_case(), text="never again! call +49 170 1234567")
    night = NOON + 14 * HOUR
    assert office.run(night) == Told(mails=1, told=1)
    ((mail, to),) = office.mailer.sent
    assert mail.subject == f"An unhappy post by a large account: 90,000 followers - {CARE}"
    assert to == ("care-lead@pebblewing.example", "duty-manager@pebblewing.example")
    for part in (mail.html, mail.text):
        assert "1234567" not in part
        assert "never again! call [phone]" in part
    assert office.run(night + HOUR) == Told()


def test_a_viral_alert_has_no_cool_down_and_delays_no_other(office):
    office.has(a_viral_case(1), a_case(2))
    assert office.run() == Told(mails=2, told=2)
    office.has(a_viral_case(3, at=NOW + MINUTE))
    assert office.run(NOW + 2 * MINUTE) == Told(mails=1, told=1)
