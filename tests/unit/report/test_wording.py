from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.wording import count, duration, limit, moment, percent, stretch, unbroken
from tests.durations import READ


@pytest.mark.parametrize(("seconds", "told"), READ)
def test_a_duration_reads_in_its_two_largest_units_and_is_rounded_not_cut(seconds, told):
    assert duration(seconds) == told


@given(st.floats(0, 400 * 86_400))
def test_no_duration_reads_as_more_than_half_a_unit_away_from_what_it_is(seconds):
    units = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
    words = duration(seconds).split()
    told = sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    least = 1 if seconds < 3599.5 else 60 if seconds < 86_370 else 3600
    assert abs(told - seconds) <= least / 2


@pytest.mark.parametrize(
    ("share", "told"), [(None, "–"), (0, "0 %"), (0.001, "1 %"), (0.7422, "74 %"), (0.999, "99 %"), (1, "100 %")]
)
def test_a_share_never_reads_as_all_or_nothing_unless_it_is(share, told):
    assert percent(share) == told


def test_counts_agree_with_their_noun():
    assert [count(1, "case"), count(0, "case"), count(1483, "case")] == ["1 case", "0 cases", "1,483 cases"]


def test_moments_and_days_are_those_of_the_time_zone():
    assert moment(1_772_492_400, "Europe/Berlin") == "Tue 3 Mar 2026, 00:00"
    assert stretch(1_772_406_000, 1_772_492_400, "Europe/Berlin") == "Monday 2 March 2026"
    assert stretch(1_772_406_000, 1_772_578_800, "Europe/Berlin") == "2 March 2026 to 3 March 2026"


def test_a_line_never_ends_between_a_figure_and_its_unit():
    told = unbroken("Resolved after 40 min 58 s: 2 docks, 3 d 4 h")
    assert told == "Resolved after 40\u00a0min 58\u00a0s: 2 docks, 3\u00a0d 4\u00a0h"


def test_limits_are_named_as_people_name_them():
    assert [limit(minutes) for minutes in (15, 60, 90, 2880)] == ["15 min", "1 h", "90 min", "48 h"]
