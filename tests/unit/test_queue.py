from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from desk.case import Status
from desk.policy.model import Priority
from desk.queue import FEW, Count, Counts, TeamQueue, count, earliest, next_breach_at, total
from desk.store.codec import decode, encode
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
        team=draw(st.sampled_from(["care", "sales"])),
        answered_after=answered,
    )


@given(st.lists(cases(), unique_by=lambda case: case.case_id), st.randoms(use_true_random=False))
def test_the_order_of_the_cases_does_not_matter(found: list[Case], random: st.Random) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert count(found, NOON) == count(shuffled, NOON)


@given(st.lists(cases()))
def test_every_case_is_counted_once(found: list[Case]) -> None:
    counts = total(team.counts for team in count(found, NOON).teams.values())
    assert counts.open == len(found) == counts.waiting + counts.answered
    assert counts.pending + counts.imminent + counts.breaching == counts.waiting


@given(st.lists(cases()))
def test_a_team_is_counted_as_if_it_were_alone(found: list[Case]) -> None:
    counted = count(found, NOON)
    for team in ("care", "sales"):
        assert count([case for case in found if case.team == team], NOON).of(team) == counted.of(team)


@given(st.lists(cases()))
def test_a_count_that_was_kept_is_the_same_when_it_is_read(found: list[Case]) -> None:
    counted = count(found, NOON)
    assert decode(encode(counted), Count) == counted


def test_who_is_not_open_any_more_is_not_counted() -> None:
    counted = count([a_case(1, status=Status.RESOLVED), a_case(2, status=Status.CLOSED)], NOON)
    assert counted.of("care") == TeamQueue("care")
    assert not counted.is_long


def test_a_queue_is_long_beyond_what_is_counted_whenever_somebody_asks() -> None:
    found = [a_case(number, team="care" if number % 2 else "sales") for number in range(FEW + 1)]
    assert count(found, NOON).is_long
    assert not count(found[1:], NOON).is_long


def test_priorities_add_up_to_the_whole() -> None:
    found = [a_case(1, priority=Priority.P1), a_case(2, priority=Priority.P3, status=Status.ANSWERED)]
    told = count(found, NOON).of("care")
    assert total(told.priorities.values()) == told.counts
    assert asdict(told.priorities[Priority.P2]) == asdict(Counts())


def test_what_is_late_already_is_not_next_to_be_late() -> None:
    late = a_clock(start=NOON - 120 * MINUTE)
    coming = a_clock(start=NOON)
    assert next_breach_at(a_case(clocks=(late, coming)), NOON) == coming.due_at
    assert next_breach_at(a_case(clocks=(late,)), NOON) is None


def test_nobody_is_the_earliest_of_none() -> None:
    assert earliest([None, None]) is None
