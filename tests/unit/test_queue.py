from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from desk.case import Status
from desk.policy.model import Priority
from desk.queue import Counts, earliest, next_breach_at, standing, total
from tests.cases import MINUTE, NOON, a_case, a_clock

if TYPE_CHECKING:
    from desk.case import Case


@st.composite
def cases(draw: st.DrawFn) -> Case:
    opened = NOON - draw(st.integers(0, 180)) * MINUTE
    answered = draw(st.none() | st.integers(1, 100))
    return a_case(
        draw(st.integers(1, 10_000)),
        opened_at=opened,
        priority=draw(st.sampled_from(Priority)),
        answered_after=answered,
    )


@given(st.lists(cases(), unique_by=lambda case: case.case_id), st.randoms(use_true_random=False))
def test_the_order_of_the_cases_does_not_matter(found: list[Case], random: st.Random) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    one, other = standing("care", found, NOON), standing("care", shuffled, NOON)
    assert (one.counts, one.priorities) == (other.counts, other.priorities)
    assert (one.next_due, one.oldest_waiting) == (other.next_due, other.oldest_waiting)


@given(st.lists(cases()))
def test_every_case_is_counted_once(found: list[Case]) -> None:
    counts = standing("care", found, NOON).counts
    assert counts.open == len(found) == counts.waiting + counts.answered
    assert counts.pending + counts.imminent + counts.breaching == counts.waiting


def test_priorities_add_up_to_the_whole() -> None:
    found = [a_case(1, priority=Priority.P1), a_case(2, priority=Priority.P3, status=Status.ANSWERED)]
    told = standing("care", found, NOON)
    assert total(told.priorities.values()) == told.counts
    assert asdict(told.priorities[Priority.P2]) == asdict(Counts())


def test_what_is_late_already_is_not_next_to_be_late() -> None:
    late = a_clock(start=NOON - 120 * MINUTE)
    coming = a_clock(start=NOON)
    assert next_breach_at(a_case(clocks=(late, coming)), NOON) == coming.due_at
    assert next_breach_at(a_case(clocks=(late,)), NOON) is None


def test_nobody_is_the_earliest_of_none() -> None:
    assert earliest([None, None]) is None
