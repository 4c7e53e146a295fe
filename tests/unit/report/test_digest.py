from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from desk.case import Case, Status
from desk.policy.model import Priority
from desk.sla import Metric
from report.alert_mail import news
from report.digest import alert_of, digests, may_tell
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case, a_clock
from tests.stories import shipped_policy
from triage.notices import notices

if TYPE_CHECKING:
    from desk.notice import Notice

POLICY = shipped_policy()
NOW = NOON + 3 * HOUR
"""16:00 in Berlin on a Monday: every team is at work, and a case of noon is two hours late."""
NIGHT = NOON + 13 * HOUR


def noticed(*cases: Case, at: int = NOW) -> list[Notice]:
    return [notice for case in cases for notice in notices(case, now=at)]


def told(*cases: Case, crossed: list[Notice] | None = None, now: int = NOW):
    known = {case.case_id: case for case in cases}
    return digests(noticed(*cases) if crossed is None else crossed, known, POLICY, now)


def test_a_breach_that_still_waits_is_told_with_how_late_it_is():
    (digest,) = told(a_case())
    (alert,) = digest.alerts
    assert (alert.is_breach, alert.late_seconds, alert.since) == (True, 2 * HOUR, None)
    assert digest.team.name == "care"
    assert news(digest.alerts) == "1 case breached, oldest 2 h"


def test_a_breach_that_was_healed_before_anybody_looked_is_told_as_answered_since():
    crossed = noticed(a_case(), at=NOON + 61 * MINUTE)
    (digest,) = told(a_case(answered_after=90 * MINUTE), crossed=crossed)
    (alert,) = digest.alerts
    assert (alert.late_seconds, alert.since) == (30 * MINUTE, "answered since")
    assert news(digest.alerts) == "1 case breached and since answered or closed, 30 min at most"


def test_a_breach_of_a_case_that_was_closed_since_is_told_as_closed():
    gone = a_case(clocks=(a_clock(cancelled="deleted by the customer"),), closed_because="deleted by the customer")
    (digest,) = told(gone, crossed=noticed(a_case()))
    assert digest.alerts[0].since == "closed: deleted by the customer"


def test_an_answer_in_time_that_was_seen_late_leaves_no_breach():
    (digest,) = told(a_case(answered_after=50 * MINUTE), crossed=noticed(a_case()))
    assert digest.alerts == ()
    assert len(digest.notices) == 1


def test_a_warning_is_told_while_it_stands_and_dropped_once_it_is_answered_or_breached():
    crossed = noticed(a_case(), at=NOON + 50 * MINUTE)
    assert [notice.what for notice in crossed] == ["warning"]
    (standing,) = told(a_case(), crossed=crossed, now=NOON + 50 * MINUTE)
    assert news(standing.alerts) == "1 case due soon, the first in 10 min"
    assert told(a_case(answered_after=55 * MINUTE), crossed=crossed)[0].alerts == ()
    (breached,) = told(a_case(), crossed=crossed + noticed(a_case()))
    assert [alert.is_breach for alert in breached.alerts] == [True]
    assert len(breached.notices) == 2


def test_a_case_is_told_to_the_team_that_has_it_now():
    moved = replace(a_case(), team="technical")
    (digest,) = told(moved, crossed=noticed(a_case()))
    assert digest.team.name == "technical"


def test_a_case_whose_team_is_gone_is_told_to_the_default_team():
    (digest,) = told(replace(a_case(), team="dissolved"))
    assert digest.team.name == POLICY.default_team


def test_an_erased_case_leaves_a_notice_without_an_alert():
    (digest,) = told(crossed=noticed(a_case()))
    assert (digest.alerts, len(digest.notices)) == ((), 1)


def test_two_breaches_of_one_clock_under_changed_targets_are_told_once():
    sooner = replace(a_case(), priority=Priority.P1, clocks=(a_clock(minutes=15),))
    (digest,) = told(sooner, crossed=noticed(a_case()) + noticed(sooner))
    assert len(digest.alerts) == 1
    assert len(digest.notices) == 2


def test_the_most_pressing_comes_first():
    healed = a_case(1, answered_after=2 * HOUR)
    late, later = a_case(2), a_case(3, opened_at=NOON - HOUR)
    urgent = a_case(4, priority=Priority.P1, opened_at=NOON + HOUR)
    soon = a_case(5, opened_at=NOW - 50 * MINUTE)
    (digest,) = told(healed, late, later, urgent, soon)
    assert [alert.case for alert in digest.alerts] == [urgent, later, late, soon, healed]
    assert news(digest.alerts) == "3 cases breached, oldest 3 h"


def test_a_next_response_shows_the_latest_post():
    clock = a_clock(Metric.NEXT_RESPONSE)
    case = replace(a_case(), clocks=(clock,), latest_post="6001", status=Status.WAITING)
    (digest,) = told(case)
    assert digest.alerts[0].post_id == "6001"


def test_a_team_is_told_in_its_hours_and_not_too_soon_after_the_last_mail():
    (digest,) = told(a_case(team="technical"))
    assert may_tell(digest, now=NOW, last_sent_at=None, cool_down_minutes=30)
    assert not may_tell(digest, now=NOW, last_sent_at=NOW - 29 * MINUTE, cool_down_minutes=30)
    assert may_tell(digest, now=NOW, last_sent_at=NOW - 30 * MINUTE, cool_down_minutes=30)
    assert not may_tell(digest, now=NIGHT, last_sent_at=None, cool_down_minutes=30)


def test_a_p1_is_told_at_once():
    (digest,) = told(a_case(team="technical", priority=Priority.P1))
    assert may_tell(digest, now=NIGHT, last_sent_at=NIGHT - 1, cool_down_minutes=30)


def test_a_notice_finds_its_own_clock_among_several():
    first = a_clock(Metric.NEXT_RESPONSE, met_at=NOON + 2 * HOUR)
    second = a_clock(Metric.NEXT_RESPONSE, NOON + DAY, met_at=NOON + DAY + MINUTE)
    case = replace(a_case(), clocks=(first, second))
    (notice,) = noticed(case, at=NOON + 2 * DAY)
    alert = alert_of(notice, case, NOON + 2 * DAY)
    assert alert is not None
    assert alert.due_at == first.due_at
