from __future__ import annotations

from benchmarks.made_up_days import DAY, HOUR, MONDAY, Brand, played
from benchmarks.surges import Found, Series, judge

SERIES = Series([0, 2 * DAY], [1, 1], [(6 * HOUR, 8 * HOUR), (20 * HOUR, 21 * HOUR)])


def test_an_alarm_within_a_window_finds_it_and_the_first_tells_the_delay():
    assert judge(SERIES, [6 * HOUR + 600, 7 * HOUR]) == Found(1, 2, 0, 2.0, (10.0,))


def test_alarms_outside_count_as_one_while_less_than_an_hour_lies_between_them():
    outside = [HOUR, HOUR + 3000, HOUR + 6000, 4 * HOUR]
    assert judge(SERIES, outside).outside == 2


def test_made_up_days_are_the_same_for_the_same_seed():
    days = [list(played(Brand(70), seed=seed, days=1)) for seed in (1, 1, 2)]
    assert days[0] == days[1] != days[2]
    assert days[0][0][0] == MONDAY
    assert 40 < sum(counts.posts for _, counts in days[0]) < 110
