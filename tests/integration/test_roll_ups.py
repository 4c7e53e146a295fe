"""Figures added up from stored days against figures counted from cases."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk.accuracy import Aspect, Judged
from desk.figures import Period, figures_of, measure
from desk.store.cases_of_period import cases_of_period
from desk.store.days import mark_changed
from desk.store.roll_ups import Counting
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case, a_clock
from tests.stories import shipped_policy

POLICY = shipped_policy()
MIDNIGHT = NOON - 13 * HOUR
"""In Berlin."""
TWO_DAYS = Period(MIDNIGHT, MIDNIGHT + 2 * DAY)
LATER = MIDNIGHT + 5 * DAY


@pytest.fixture
def filed(desk, ledger):
    def file(*cases, now=None):
        for case in cases:
            mark_changed(ledger, case.opened_at, now=case.opened_at if now is None else now)
            desk.save_case(case, over=desk.case(case.case_id))

    return file


@pytest.fixture
def counting(desk, ledger):
    return lambda as_of, policy=POLICY: Counting(desk, ledger, policy, as_of, keeps=True)


@pytest.fixture
def reads(desk, monkeypatch):
    """The days whose cases were read."""
    days, real = [], desk.cases_of_day
    monkeypatch.setattr(type(desk), "cases_of_day", lambda _, day: days.append(day) or real(day))
    return days


def done(number, **changes):
    """A case that time changes no more."""
    changes.setdefault("answered_after", number * MINUTE)
    return a_case(number, next_change=None, **changes)


def counted(desk, ledger, period, as_of, policy=POLICY):
    return measure(cases_of_period(desk, ledger, period), period, policy=policy, as_of=as_of)


def figures(counting, period=TWO_DAYS, policy=POLICY):
    return figures_of(counting.tally(period), period, policy=policy, as_of=counting.as_of)


def test_days_added_up_say_what_the_cases_say(desk, ledger, filed, counting):
    filed(*(done(number, opened_at=MIDNIGHT + number * 3 * HOUR) for number in range(1, 16)))
    filed(*(done(number, opened_at=MIDNIGHT + number * HOUR, incident_id="88") for number in range(16, 20)))
    expected = counted(desk, ledger, TWO_DAYS, LATER)
    assert figures(counting(LATER)) == expected
    assert figures(counting(LATER)) == expected


def test_a_day_that_is_over_is_counted_from_its_cases_once(filed, counting, reads):
    filed(done(1), done(2, opened_at=NOON + DAY))
    figures(counting(LATER))
    reads.clear()
    again = figures(counting(LATER + HOUR))
    assert again.volume.cases == 2
    assert reads == []


def test_a_day_that_changed_is_counted_again_and_the_others_are_not(filed, counting, reads):
    first, second = done(1), done(2, opened_at=NOON + DAY)
    filed(first, second)
    figures(counting(LATER))
    filed(replace(second, answers=2, agent="Mia"), now=LATER + MINUTE)
    reads.clear()
    again = figures(counting(LATER + HOUR))
    assert {agent.agent for agent in again.agents} == {"Mia", "unattributed"}
    assert set(reads) == {"2026-03-02", "2026-03-03"}  # the Berlin day of the 3rd begins on the 2nd, UTC


def test_what_changes_at_the_moment_of_a_roll_up_is_not_missed(filed, counting):
    case = done(1)
    filed(case)
    filed(replace(case, agent="Mia"), now=LATER - 5)
    figures(counting(LATER))
    filed(replace(case, agent="Leo"), now=LATER - 5)  # reached the index only after the days were counted
    assert [each.agent for each in figures(counting(LATER + HOUR)).agents] == ["Leo"]


def test_a_day_that_is_not_over_is_never_kept(ledger, filed, counting):
    filed(done(1))
    figures(counting(NOON + HOUR))
    assert list(ledger.values("ROLLUP#2026-03-02", object)) == []


def test_what_time_alone_changes_ends_a_roll_up(filed, counting):
    waiting = a_case(1, next_change=LATER + HOUR, clocks=(a_clock(minutes=6 * 24 * 60),))
    filed(waiting)
    before = figures(counting(LATER))
    (rate,) = [each for each in before.hit_rates if each.team is None and each.priority is None]
    assert (rate.in_time, rate.overdue) == (1, 0)
    after = figures(counting(LATER + 2 * DAY))
    (rate,) = [each for each in after.hit_rates if each.team is None and each.priority is None]
    assert (rate.in_time, rate.overdue) == (0, 1)


def test_an_open_breach_of_a_kept_day_goes_on_growing(filed, counting):
    filed(a_case(1, next_change=None))
    figures(counting(LATER))
    (breach,) = figures(counting(LATER + DAY)).breaches
    assert breach.late_seconds == LATER + DAY - (NOON + HOUR)


def test_another_policy_counts_by_its_own_calendars(desk, ledger, filed, counting):
    filed(done(1))
    figures(counting(LATER))
    round_the_clock = replace(POLICY, version="other", teams=dict.fromkeys(POLICY.teams, POLICY.teams["technical"]))
    expected = counted(desk, ledger, TWO_DAYS, LATER, round_the_clock)
    assert figures(counting(LATER, round_the_clock), policy=round_the_clock) == expected


def test_a_period_that_begins_within_a_day_counts_that_day_from_its_cases(desk, ledger, filed, counting):
    filed(*(done(number, opened_at=MIDNIGHT + number * 3 * HOUR) for number in range(1, 16)))
    figures(counting(LATER))
    odd = Period(MIDNIGHT + 7 * HOUR, MIDNIGHT + 30 * HOUR)
    assert figures(counting(LATER), odd) == counted(desk, ledger, odd, LATER)


def test_a_crowded_day_agrees_within_the_stated_error(desk, ledger, filed, counting, monkeypatch):
    monkeypatch.setattr("desk.figures.waits.Waits.packed.__defaults__", (5,))
    filed(
        *(
            done(number, opened_at=MIDNIGHT + number * HOUR, answered_after=number * number * 7)
            for number in range(1, 40)
        )
    )
    figures(counting(LATER))
    rolled, exact = figures(counting(LATER)), counted(desk, ledger, TWO_DAYS, LATER)
    assert rolled.quantile_error == 0.01
    ours, true = rolled.responses.all_cases, exact.responses.all_cases
    assert ours.within == true.within
    for name in ("median_seconds", "p90_seconds", "p95_seconds"):
        assert getattr(ours, name) == pytest.approx(getattr(true, name), rel=rolled.quantile_error, abs=0.5)
    assert (rolled.volume, rolled.coverage, rolled.hit_rates) == (exact.volume, exact.coverage, exact.hit_rates)


def test_a_day_rolled_up_before_something_new_was_counted_is_counted_again(filed, counting, reads, monkeypatch):
    filed(done(1, judged=(Judged(Aspect.TEAM, "care", "sales"),)))
    with monkeypatch.context() as before:
        before.setattr("desk.figures.roll_up.EDITION", 1)
        figures(counting(LATER))
    reads.clear()
    assert figures(counting(LATER + HOUR)).accuracy.is_known
    assert reads
    reads.clear()
    assert figures(counting(LATER + HOUR)).accuracy.is_known
    assert reads == []
