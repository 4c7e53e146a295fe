from __future__ import annotations

import re

import pytest

from api.routes.page import FOLDER
from benchmarks.costs import Assumptions, Line, billed_reads

HOUR = 3600


def test_a_post_read_only_once_is_billed_once():
    assert billed_reads(0.005, reread_hours=48) == pytest.approx(0.005 * (1 + share_of_phases_that_reach_tomorrow()))


def share_of_phases_that_reach_tomorrow() -> float:
    """Read again once at an age below a day: on the next day unless both lie in one."""
    phases = [48 * part / 8 for part in range(8)]
    again = [hour + phase >= 24 for hour in range(24) for phase in phases if phase < 24]
    return sum(again) / (24 * 8)


def test_reading_the_last_day_twice_bills_a_post_on_its_day_and_mostly_on_the_next():
    cost = billed_reads(0.001, reread_hours=12)
    assert 0.0015 < cost < 0.002


def test_a_look_on_a_day_already_billed_is_free():
    assert billed_reads(0.005, reread_hours=12, looks=[(1, 0.005)]) == billed_reads(0.005, reread_hours=12)


def test_a_look_on_a_new_day_is_billed_at_its_own_price():
    without = billed_reads(0.001, reread_hours=12)
    assert billed_reads(0.001, reread_hours=12, looks=[(72 * HOUR, 0.005)]) == pytest.approx(without + 0.005)


def test_a_line_of_the_bill_may_have_a_part_that_ends_somewhere():
    line = Line("x", fixed=1.0, per_mention=0.001, at_most=5.0)
    assert (line.at(1_000), line.at(100_000)) == (2.0, 6.0)


def test_a_line_of_the_bill_has_a_fixed_part_and_one_for_each_mention():
    assert Line("x", fixed=2.0, per_mention=0.001).at(10_000) == pytest.approx(12.0)


def test_the_wallboard_asks_as_often_as_is_assumed():
    page = (FOLDER / "wallboard.js").read_text(encoding="utf-8")
    seconds = {name: int(value) for name, value in re.findall(r"^const (\w+)_S = (\d+);", page, re.MULTILINE)}
    month = 43_800 * 60
    assert Assumptions().boards_a_month == month // seconds["REFRESH"]
    assert Assumptions().reports_a_month == 2 * month // seconds["REPORT"]
