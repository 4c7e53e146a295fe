from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.incidents.baseline import BUCKET_SECONDS, Baseline, Cell, Stretch

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = 1_767_567_600
"""2026-01-05, a Monday, 0:00 in Berlin."""
DAY = 86_400
QUARTER = 1


def learnt(counts: list[int], baseline: Baseline | None = None, *, begins: int = MONDAY) -> Baseline:
    baseline = baseline or Baseline.of_weekdays()
    cells = [Cell.of(begins + number * BUCKET_SECONDS, BERLIN) for number in range(len(counts))]
    for number in range(len(counts)):
        baseline = baseline.learn(Stretch(counts[number : number + 11], cells[number : number + 11]))
    return baseline


def of_week(by_hour: int, *, on_sunday: int) -> list[int]:
    return [on_sunday if day == 6 else by_hour for day in range(7) for _ in range(288)]


def test_a_cell_is_an_hour_of_the_brands_own_clock():
    assert Cell.of(MONDAY, BERLIN) == Cell(0, 0)
    assert Cell.of(MONDAY + 6 * DAY + 23 * 3600, BERLIN) == Cell(23, 167)
    summer = 1_783_288_800  # Monday 2026-07-06, 0:00 in Berlin, an hour earlier by UTC
    assert Cell.of(summer, BERLIN) == Cell(0, 0)


def test_an_hour_that_is_always_busy_is_expected_to_be():
    day = [12 if 9 <= bucket // 12 < 11 else 2 for bucket in range(288)]
    baseline = learnt(day * 3)
    nine, noon = Cell(9, 9 + 3 * 24), Cell(12, 12 + 3 * 24)
    assert baseline.usual(nine) > 3 * baseline.usual(noon)


def test_a_weekday_that_is_quiet_is_expected_to_be():
    baseline = learnt(of_week(10, on_sunday=1) * 3)
    assert baseline.usual(Cell(12, 12 + 6 * 24)) < 0.5 * baseline.usual(Cell(12, 12))


def test_a_series_that_knows_no_weekdays_expects_the_same_on_all():
    baseline = learnt(of_week(10, on_sunday=1), Baseline())
    assert baseline.usual(Cell(12, 12)) == baseline.usual(Cell(12, 12 + 6 * 24))


def test_an_hour_never_seen_may_hold_three_times_the_level_and_one_often_seen_what_is_usual():
    first_morning = learnt([4] * 24)
    assert first_morning.allowed(Cell(9, 9)) == pytest.approx(3 * 4, rel=0.01)
    assert first_morning.allowed(Cell(9, 9), before=10) == pytest.approx(30)
    old = learnt([4] * 288 * 28)
    assert old.allowed(Cell(9, 9)) < 1.5 * old.usual(Cell(9, 9))


def test_a_weekday_never_seen_may_be_as_busy_as_the_busiest():
    friday_to_sunday = [20] * 288 + [2] * 288 * 2
    baseline = learnt(friday_to_sunday, begins=MONDAY + 4 * DAY)
    assert baseline.allowed(Cell(9, 9)) > 20


def test_an_empty_baseline_expects_nothing_and_allows_what_was_just_before():
    assert Baseline.of_weekdays().usual(Cell(1, 1)) == 0
    assert Baseline.of_weekdays().allowed(Cell(1, 1), before=5) == 15


def test_chance_alone_makes_a_deviation_even_where_nothing_ever_happened():
    silent = learnt([0] * 288)
    assert silent.deviation(QUARTER, Cell(3, 3), 0.0) == 1
    assert silent.deviation(QUARTER, Cell(3, 3), 99.0) == 10


def test_bursts_widen_the_deviation_without_raising_the_level_as_far():
    bursts = learnt(([2] * 35 + [40]) * 24)
    steady = learnt([2] * 36 * 24)
    cell = Cell(9, 9)
    assert bursts.deviation(QUARTER, cell, 6.0) > 2 * steady.deviation(QUARTER, cell, 6.0)
    assert bursts.level < 2 * steady.level


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.integers(0, 6 * DAY))
def test_what_is_allowed_is_never_less_than_what_is_usual(counts, later):
    baseline = learnt(counts)
    cell = Cell.of(MONDAY + later, BERLIN)
    assert 0 <= baseline.usual(cell) <= baseline.allowed(cell) * (1 + 1e-9)
    assert baseline.deviation(0, cell, baseline.usual(cell)) >= 1
