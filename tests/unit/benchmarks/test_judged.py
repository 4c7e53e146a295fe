"""How far triage agrees with people who judged posts by hand."""

from __future__ import annotations

import pytest

from benchmarks import judged
from desk.policy.model import Priority

HUNDRED = judged.posts("hundred")
AT_LEAST = {
    "hundred": {"category": 78, "priority": 84, "team": 97, "sentiment": 70, "answerable": 95},
    "ninety": {"category": 59, "priority": 59, "team": 88, "sentiment": 51, "answerable": 86},
}
MOST_FALSE_ALARMS = {"hundred": 2, "ninety": 6, "fifty": 2, "seventy": 8}
FEWEST_CAUGHT = {"hundred": 16, "ninety": 16, "fifty": 7, "seventy": 13}


@pytest.mark.parametrize("name", AT_LEAST)
def test_the_agreement_on_what_was_in_view_does_not_fall(name):
    agreed = judged.agreement(judged.posts(name))
    assert {aspect: agreed[aspect] for aspect, least in AT_LEAST[name].items() if agreed[aspect] < least} == {}


@pytest.mark.parametrize("name", judged.SETS)
def test_no_more_emergencies_wait_than_before_and_no_more_others_are_taken_for_one(name):
    caught, false = (int(cell.split()[0]) for cell in judged.alarm_cells(judged.posts(name)))
    assert caught >= FEWEST_CAUGHT[name]
    assert false <= MOST_FALSE_ALARMS[name]


def test_no_emergency_among_the_hundred_waits_as_ordinary():
    waiting = {
        post["id"]: made.priority
        for post in HUNDRED
        if post["priority"] == "P1" and (made := judged.assessed(post)).priority != Priority.P1
    }
    assert waiting == {}


def test_what_the_desk_knows_already_is_told_to_triage():
    known = {post["context"] for post in HUNDRED if "Cases of its author so far: 1." in judged.assessed(post).reasons}
    assert known == {"after our answer", "repeat"}


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(50, 100, 0.404, 0.596), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0)]
)
def test_the_interval_is_wilsons(right, of, low, high):
    assert judged.wilson(right, of) == pytest.approx((low, high), abs=0.001)
