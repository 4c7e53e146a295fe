from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from desk.action import Act
from desk.course import Ask, Round
from desk.policy.model import Category, Priority
from desk.sla import Metric
from report.alert_mail import Mark, mark, news
from report.digest import alert_of, digests, may_tell
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case, a_clock, a_course
from tests.stories import MORNING, answered, deleted, did, introduced, shipped_policy, the_case, wrote
from triage.notices import notices

if TYPE_CHECKING:
    from desk.case import Case
    from desk.notice import Notice

POLICY = shipped_policy()
REPORTS = replace(POLICY.reports, alert_cool_down_minutes=30)
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
    assert news(digest) == "1 case breached, oldest 2 h"


def test_a_breach_that_was_healed_before_anybody_looked_is_told_as_answered_since():
    crossed = noticed(a_case(), at=NOON + 61 * MINUTE)
    (digest,) = told(a_case(answered_after=90 * MINUTE), crossed=crossed)
    (alert,) = digest.alerts
    assert (alert.late_seconds, alert.since) == (30 * MINUTE, "answered since")
    assert news(digest) == "1 case breached and since answered or closed, 30 min at most"


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
    assert news(standing) == "1 case due soon, the first in 10 min"
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
    assert news(digest) == "3 cases breached, oldest 3 h"


def test_a_next_response_shows_the_oldest_post_that_waits_for_it():
    again = Round((Ask(NOON, Priority.P2, "6001"), Ask(NOON + 1, Priority.P2, "6002")))
    course = replace(a_course(NOON - DAY, answered_at=NOON - HOUR), rounds=(*a_course().rounds, again))
    (digest,) = told(replace(a_case(), clocks=(a_clock(Metric.NEXT_RESPONSE),), course=course))
    assert digest.alerts[0].post_id == "6001"


def test_a_post_that_was_deleted_is_not_shown_but_the_next_that_stands_is():
    post = wrote(0)
    case = the_case([post, wrote(5), deleted(40, post)], minute=200)
    alert = alert_of(next(notices(case, now=MORNING + 200 * MINUTE)), case, MORNING + 200 * MINUTE)
    assert alert is not None
    assert alert.post_id == wrote(5).event_id
    assert alert.post_id != case.opening_post


def test_a_team_is_told_in_its_hours_and_not_too_soon_after_the_last_mail():
    (digest,) = told(a_case(team="technical"))
    assert may_tell(digest, REPORTS, now=NOW, last_sent_at=None)
    assert not may_tell(digest, REPORTS, now=NOW, last_sent_at=NOW - 29 * MINUTE)
    assert may_tell(digest, REPORTS, now=NOW, last_sent_at=NOW - 30 * MINUTE)
    assert not may_tell(digest, REPORTS, now=NIGHT, last_sent_at=None)


def test_a_p1_is_told_at_once_unless_the_policy_says_otherwise():
    (digest,) = told(a_case(team="technical", priority=Priority.P1))
    assert may_tell(digest, REPORTS, now=NIGHT, last_sent_at=NIGHT - 1)
    patient = replace(REPORTS, alert_p1_at_once=False)
    assert not may_tell(digest, patient, now=NIGHT, last_sent_at=None)
    assert not may_tell(digest, patient, now=NOW, last_sent_at=NOW - 1)


def test_a_notice_finds_its_own_clock_among_several():
    first = a_clock(Metric.NEXT_RESPONSE, met_at=NOON + 2 * HOUR)
    second = a_clock(Metric.NEXT_RESPONSE, NOON + DAY, met_at=NOON + DAY + MINUTE)
    case = replace(a_case(), clocks=(first, second))
    (notice,) = noticed(case, at=NOON + 2 * DAY)
    alert = alert_of(notice, case, NOON + 2 * DAY)
    assert alert is not None
    assert alert.due_at == first.due_at


def test_an_alert_is_marked_late_near_or_done():
    late = told(a_case())[0].alerts[0]
    assert mark(late) == Mark("2 h late", "late")
    assert mark(replace(late, since="answered since")) == Mark("answered since", "done", "2 h late")
    assert mark(replace(late, is_breach=False, late_seconds=-12 * MINUTE)) == Mark("due in 12 min", "near")


def late(minute: float, *more) -> tuple[Case, list[Notice]]:
    """A case of the care team that nobody answered by a minute, and all it had crossed by then."""
    now = MORNING + int(minute * MINUTE)
    case = the_case([wrote(0), *more], minute)
    return case, list(notices(case, now=now))


def test_an_escalation_goes_to_the_people_of_its_level_in_a_mail_of_their_own():
    case, crossed = late(130)
    own, escalated = told(case, crossed=crossed, now=MORNING + 130 * MINUTE)
    assert (own.name, own.emails, own.level) == ("care", POLICY.teams["care"].emails, 0)
    assert (escalated.name, escalated.emails) == ("care#1", POLICY.teams["care"].escalation[0].emails)
    assert news(escalated) == "Escalated to level 1: 1 case breached, oldest 1 h 10 min"
    assert [notice.moment for notice in escalated.notices] == [MORNING + 120 * MINUTE + 1]


def test_a_level_that_was_reached_before_the_answer_is_told_as_answered_since():
    case, crossed = late(300, answered(150))
    _, escalated = told(case, crossed=crossed, now=MORNING + 300 * MINUTE)
    assert escalated.alerts[0].since == "answered since"
    assert escalated.alerts[0].late_seconds == 90 * MINUTE


def test_a_level_that_an_answer_seen_late_had_kept_away_is_no_news():
    _, crossed = late(130)
    answered_in_time = the_case([wrote(0), answered(100)], 131)
    _, escalated = told(answered_in_time, crossed=crossed, now=MORNING + 131 * MINUTE)
    assert escalated.alerts == ()


def test_a_level_that_the_team_does_not_have_is_told_to_the_highest_it_has():
    case = the_case([wrote(0), did(5, Act.ESCALATE, level=3)], 6)
    (digest,) = told(case, crossed=list(notices(case, now=MORNING + 6 * MINUTE)), now=MORNING + 6 * MINUTE)
    assert digest.emails == POLICY.teams["care"].escalation[-1].emails
    (digest,) = told(replace(case, team="technical"), crossed=list(digest.notices), now=MORNING + 6 * MINUTE)
    assert digest.emails == POLICY.teams["technical"].emails


def test_a_case_that_a_person_takes_to_a_level_is_told_whatever_its_clocks_say():
    case = the_case([wrote(0), did(5, Act.ESCALATE, level=2)], 6)
    (digest,) = told(case, crossed=list(notices(case, now=MORNING + 6 * MINUTE)), now=MORNING + 6 * MINUTE)
    (alert,) = digest.alerts
    assert mark(alert) == Mark("escalated by Mia", "late", "due in 54 min")
    assert news(digest) == "Escalated to level 2: 1 case due soon, the first in 54 min"
    praise = the_case([wrote(0, category=Category.PRAISE), did(5, Act.ESCALATE, level=1)], 6)
    (digest,) = told(praise, crossed=list(notices(praise, now=MORNING + 6 * MINUTE)), now=MORNING + 6 * MINUTE)
    assert news(digest) == "Escalated to level 1: 1 case without a clock that runs"


def test_a_breach_that_was_resolved_without_an_answer_is_told_with_how_late_it_was_then():
    case, crossed = late(90, did(80, Act.RESOLVE))
    (digest,) = told(case, crossed=crossed, now=MORNING + 90 * MINUTE)
    assert (digest.alerts[0].since, digest.alerts[0].late_seconds) == (
        "closed: resolved without an answer",
        20 * MINUTE,
    )


LARGE = POLICY.reach.followers


def a_viral_case(minute=30, **story):
    return the_case([wrote(0), introduced(3, LARGE), *story.get("more", ())], minute=minute)


def test_an_unhappy_post_that_many_may_read_has_a_mail_of_its_own_at_once_by_day_and_night():
    case = a_viral_case(minute=70)
    quiet, viral = told(case, crossed=noticed(case, at=MORNING + 70 * MINUTE), now=MORNING + 70 * MINUTE)
    assert (quiet.is_viral, viral.is_viral, viral.name) == (False, True, "care#viral")
    assert [alert.viral.figure for alert in viral.alerts] == [LARGE]
    assert viral.emails == ("care-lead@pebblewing.example", "duty-manager@pebblewing.example")
    assert may_tell(viral, REPORTS, now=NIGHT, last_sent_at=NIGHT - 1)


def test_a_viral_post_that_was_deleted_since_is_no_news():
    post = wrote(0)
    gone = the_case([post, wrote(1), deleted(20, post)], minute=30)
    assert told(replace(gone, viral=()), crossed=noticed(a_viral_case(), at=MORNING + 4 * MINUTE))[0].alerts == ()


def test_a_viral_post_that_was_answered_since_is_told_with_that():
    case = a_viral_case(more=[answered(20)])
    (digest,) = told(case, crossed=noticed(a_viral_case(), at=MORNING + 4 * MINUTE), now=MORNING + 30 * MINUTE)
    assert [alert.since for alert in digest.alerts] == ["answered since"]


def test_a_viral_fact_that_stood_in_the_stored_case_is_not_noticed_again():
    case = a_viral_case()
    assert [notice.fact for notice in notices(case, now=MORNING + 4 * MINUTE)] == ["large_account"]
    assert list(notices(case, before=case, now=MORNING + 4 * MINUTE)) == []
