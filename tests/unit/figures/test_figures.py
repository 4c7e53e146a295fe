from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from desk.case import Case, Status
from desk.figures import Period, hit_rate, local_day, measure, percentile, wilson
from desk.figures.counting import first_wait
from desk.figures.waits import Exact
from desk.policy import load
from desk.policy.model import Category, Priority
from desk.sla import Clock, Metric
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case, a_clock
from tests.stories import answered, the_case, wrote

POLICY = load(Path(__file__).parents[3] / "functions" / "policy.toml")
MONDAY = local_day(date(2026, 3, 2), "Europe/Berlin")
AS_OF = NOON + 3 * DAY

CASES = (
    a_case(1, answered_after=10 * MINUTE, agent="Mia", sentiment="neutral", topic="baggage", posts=3),
    a_case(2, answered_after=30 * MINUTE, agent="Mia", opened_at=NOON + HOUR, topic="baggage"),
    a_case(3, answered_after=2 * HOUR, opened_at=NOON + HOUR, language="de", acknowledgement="sent", acknowledged_at=NOON + HOUR + 60),
    a_case(4, opened_at=NOON + 2 * HOUR),
    a_case(5, acknowledgement="sent", acknowledged_at=NOON + 180, opened_at=NOON),
    a_case(6, closed_because="deleted by the customer", status=Status.CLOSED, clocks=(a_clock(cancelled="deleted by the customer"),)),
    a_case(
        7, category=Category.PRAISE, thanked=True, acknowledgement="sent", acknowledged_at=NOON + 60, sentiment="positive",
        status=Status.RESOLVED, clocks=(a_clock(cancelled="praise has no target"),), team="technical", priority=Priority.P4,
    ),
    a_case(
        8, category=Category.SPAM, is_answerable=False, status=Status.CLOSED, closed_because="spam", acknowledgement="spam",
        clocks=(a_clock(cancelled="spam"),), sentiment="neutral",
    ),
    a_case(9, answered_after=MINUTE, opened_at=NOON - DAY),
    a_case(10, opened_at=AS_OF - 30 * MINUTE),
)  # fmt: skip


def figures(cases: tuple[Case, ...] = CASES, period: Period = MONDAY):
    return measure(cases, period, policy=POLICY, as_of=AS_OF)


def test_volume_counts_the_cases_opened_in_the_period_alone():
    volume = figures().volume
    assert (volume.cases, volume.posts, volume.answerable, volume.open) == (8, 10, 7, 5)
    assert volume.topics == {"none": 6, "baggage": 2}
    assert volume.sentiments == {"negative": 5, "neutral": 2, "positive": 1}
    assert volume.languages == {"en": 7, "de": 1}
    assert volume.categories == {"problem": 6, "praise": 1, "spam": 1}


def test_coverage_counts_a_thank_you_and_gives_a_reason_for_every_case_without_an_answer():
    coverage = figures().coverage
    assert (coverage.answerable, coverage.answered) == (7, 4)
    assert coverage.share == 4 / 7
    assert coverage.unanswered == {"acknowledged only": 1, "deleted by the customer": 1, "waiting, overdue": 1}
    assert sum(coverage.unanswered.values()) == coverage.answerable - coverage.answered


def test_a_case_still_in_time_waits_in_time():
    later = replace(MONDAY, until_at=AS_OF)
    assert figures(period=later).coverage.unanswered["waiting, in time"] == 1


def test_a_complaint_after_praise_waits_from_its_own_time():
    praise = wrote(0, category=Category.PRAISE, priority=Priority.P4)
    case = the_case([praise, wrote(180), answered(190)], minute=200)
    period = Period(case.opened_at, case.opened_at + DAY)
    responses = measure([case], period, policy=POLICY, as_of=period.until_at).responses
    assert responses.answerable.median_seconds == responses.in_business_time.median_seconds == 10 * MINUTE
    assert responses.all_cases.median_seconds == 190 * MINUTE


def test_a_case_without_a_post_that_stands_is_measured_from_its_opening():
    assert first_wait(a_case(clocks=(), answered_after=HOUR)) == (NOON, NOON + HOUR)


def test_first_answers_in_public_are_told_from_those_that_ask_to_go_on_in_private():
    asked = a_case(11, answered_after=5 * MINUTE, invited=True)
    responses = figures((*CASES, asked)).responses
    assert (responses.private.n, responses.private.median_seconds) == (1, 5 * MINUTE)
    assert responses.public.n + responses.private.n == responses.answerable.answered


def test_praise_nobody_thanked_for_is_named_as_such():
    praise = a_case(category=Category.PRAISE, acknowledgement="opted out")
    assert figures((praise,)).coverage.unanswered == {"praise without a thank-you": 1}


def test_first_responses_of_all_cases_keep_the_unanswered_in_the_denominator():
    times = figures().responses.all_cases
    assert (times.n, times.answered) == (8, 3)
    assert (times.median_seconds, times.p90_seconds, times.p95_seconds) == (30 * MINUTE, 2 * HOUR, 2 * HOUR)
    assert [each.count for each in times.within] == [1, 2, 3, 3, 3]
    assert [each.share_of_answered for each in times.within] == [1 / 3, 2 / 3, 1, 1, 1]
    assert [each.share_of_all for each in times.within] == [1 / 8, 2 / 8, 3 / 8, 3 / 8, 3 / 8]


def test_a_thank_you_for_praise_is_no_response_and_no_missing_one():
    times = figures().responses.answerable
    assert (times.n, times.answered) == (6, 3)


def test_praise_that_a_person_answered_counts_as_a_response():
    praise = a_case(category=Category.PRAISE, thanked=True, acknowledged_at=NOON + 1, answered_after=MINUTE)
    assert figures((praise,)).responses.answerable.answered == 1


def test_business_time_leaves_out_the_hours_in_which_the_team_is_closed():
    friday_evening = int(NOON + 4 * DAY + 6 * HOUR)
    late = a_case(team="technical", opened_at=friday_evening, answered_after=4 * DAY)
    times = figures((late,), Period(NOON, NOON + 9 * DAY)).responses
    calendar = POLICY.teams["technical"].calendar
    assert times.in_business_time.median_seconds == calendar.elapsed(friday_evening, friday_evening + 4 * DAY)
    assert times.in_business_time.median_seconds < times.answerable.median_seconds == 4 * DAY


def test_a_team_that_is_gone_from_the_policy_is_clocked_by_the_default_team_s_calendar():
    case = a_case(team="dissolved", answered_after=DAY)
    assert (
        figures((case,)).responses.in_business_time == figures((replace(case, team="care"),)).responses.in_business_time
    )


def test_next_responses_are_told_from_their_clocks():
    next_clocks = (
        a_clock(Metric.NEXT_RESPONSE, NOON + HOUR, met_at=NOON + 2 * HOUR),
        a_clock(Metric.NEXT_RESPONSE, NOON + 3 * HOUR),
    )
    case = a_case(answered_after=MINUTE)
    times = figures((replace(case, clocks=case.clocks + next_clocks),)).responses.next_response
    assert (times.n, times.answered, times.median_seconds) == (2, 1, HOUR)


def test_acknowledgements_are_counted_apart_from_thank_yous_and_with_the_reason_of_each_other():
    found = figures().acknowledgements
    assert (found.sent, found.thanked) == (2, 1)
    assert found.others == {"none planned": 4, "spam": 1}
    assert (found.time_to.n, found.time_to.median_seconds, found.time_to.p90_seconds) == (2, 120, 180)


def test_the_hit_rate_counts_overdue_clocks_against_the_team_and_cancelled_ones_for_nobody():
    first = figures().hit_rate(Metric.FIRST_RESPONSE)
    assert first is not None
    assert (first.achieved, first.breached, first.overdue, first.in_time, first.n) == (2, 1, 2, 0, 5)
    assert first.share == 2 / 5
    care = figures().hit_rate(Metric.FIRST_RESPONSE, team="care")
    urgent = figures().hit_rate(Metric.FIRST_RESPONSE, priority=Priority.P2)
    assert care == replace(first, team="care")
    assert urgent == replace(first, priority=Priority.P2)
    assert figures().hit_rate(Metric.RESOLUTION) is None


def test_the_known_vector_of_the_honest_hit_rate():
    rate = hit_rate(Metric.FIRST_RESPONSE, achieved=600, breached=50, overdue=40, in_time=310)
    assert (rate.n, f"{rate.share:.1%}") == (690, "87.0%")
    assert (f"{rate.low:.4f}", f"{rate.high:.4f}") == ("0.8424", "0.8927")


def test_breaches_come_latest_first_with_how_late_they_are():
    found = figures().breaches
    late = AS_OF - NOON
    assert [(each.case_id, each.late_seconds, each.is_open) for each in found] == [
        ("905-5005", late - HOUR, True),
        ("904-5004", late - 3 * HOUR, True),
        ("903-5003", HOUR, False),
    ]
    assert found[0].opening_post == "5005"


def test_agents_answer_for_the_cases_they_answered_first():
    assert [(each.agent, each.cases, each.first_response.median_seconds) for each in figures().agents] == [
        ("Mia", 2, 20 * MINUTE),
        ("unattributed", 1, 2 * HOUR),
    ]


def test_teams_are_listed_by_load():
    care, technical = figures().teams
    assert (care.team, care.cases, care.open, care.first_response.n) == ("care", 7, 5, 6)
    assert (technical.team, technical.cases, technical.open, technical.first_response.n) == ("technical", 1, 0, 0)


def test_the_heat_map_speaks_the_brand_s_time_zone():
    assert [(each.weekday, each.hour, each.cases, each.median_seconds) for each in figures().heat_map] == [
        (0, 13, 5, 10 * MINUTE),
        (0, 14, 2, (30 * MINUTE + 2 * HOUR) / 2),
        (0, 15, 1, None),
    ]


def test_ingest_lag_is_a_figure_of_its_own():
    lag = figures((a_case(1, ingest_lag=10), a_case(2, ingest_lag=50))).ingest_lag
    assert (lag.n, lag.median_seconds, lag.p90_seconds) == (2, 30, 50)


def test_no_cases_give_no_shares_and_no_fault():
    nothing = figures(())
    assert nothing.coverage.share is None
    assert nothing.responses.all_cases.median_seconds is None
    assert nothing.responses.all_cases.within[0].share_of_all is None
    assert nothing.hit_rates == nothing.breaches == nothing.heat_map == ()


def test_a_percentile_is_one_of_the_values():
    assert percentile(Exact([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 90) == 9
    assert percentile(Exact([7]), 95) == 7
    assert percentile(Exact([]), 90) is None


def test_wilson_of_extremes_stays_within_0_and_1():
    assert wilson(0, 0) is None
    assert wilson(0, 5)[0] == 0
    assert wilson(5, 5)[1] == 1


def test_a_day_on_which_the_clock_changes_has_23_or_25_hours():
    spring, autumn = local_day(date(2026, 3, 29), "Europe/Berlin"), local_day(date(2026, 10, 25), "Europe/Berlin")
    assert spring.until_at - spring.from_at == 23 * HOUR
    assert autumn.until_at - autumn.from_at == 25 * HOUR


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends after it begins"):
        Period(5, 5)


def test_clocks_of_cases_that_count_nowhere_make_no_breach():
    spam = a_case(is_answerable=False, clocks=(Clock(Metric.FIRST_RESPONSE, NOON, NOON, NOON),))
    assert figures((spam,)).breaches == ()


def test_cases_of_an_incident_are_clocked_apart_and_hide_nothing_of_the_others():
    crowd = [a_case(20 + number, incident_id="88", opened_at=NOON) for number in range(5)]
    mine = a_case(30, incident_id="88", answered_after=10 * MINUTE)
    told, alone = figures((*CASES, *crowd, mine)), figures()
    assert (told.hit_rates, told.breaches, told.responses.answerable) == (
        alone.hit_rates,
        alone.breaches,
        alone.responses.answerable,
    )
    (rate,) = [each for each in told.joined.hit_rates if each.team is None and each.priority is None]
    assert (rate.metric, rate.achieved, rate.overdue, rate.n) == (Metric.FIRST_RESPONSE, 1, 5, 6)
    assert (told.joined.cases, told.joined.answered) == (6, 1)
    assert (told.joined.first_response.n, told.joined.first_response.answered) == (6, 1)
    assert told.volume.cases == alone.volume.cases + 6
    assert told.coverage.unanswered["answered with its incident"] == 5


def test_where_no_incident_was_nothing_is_told_apart():
    assert (figures().joined.cases, figures().joined.hit_rates) == (0, ())
