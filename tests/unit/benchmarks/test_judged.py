"""How far triage agrees with people who judged posts by hand."""

from __future__ import annotations

import pytest

from benchmarks import judged
from desk.policy.model import Priority

HUNDRED = judged.posts("hundred")
AT_LEAST = {"category": 77, "priority": 81, "team": 97, "sentiment": 70, "answerable": 94}


@pytest.mark.parametrize("aspect", AT_LEAST)
def test_the_agreement_on_the_hundred_does_not_fall(aspect):
    assert judged.agreement(HUNDRED)[aspect] >= AT_LEAST[aspect]


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
