from __future__ import annotations

import pytest

from report.wording import count, duration, limit, moment, percent, stretch


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(None, "–"), (0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3599, "59 min"), (7800, "2 h 10 min"), (7200, "2 h"), (100_800, "1 d 4 h"), (86_400, "1 d")],
)  # fmt: skip
def test_a_duration_reads_in_its_two_largest_units(seconds, told):
    assert duration(seconds) == told


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


def test_limits_are_named_as_people_name_them():
    assert [limit(minutes) for minutes in (15, 60, 1440, 2880)] == ["15 min", "1 h", "24 h", "48 h"]
