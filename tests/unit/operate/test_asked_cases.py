from __future__ import annotations

import pytest

from operate.asked_cases import Wanted, by_opening, by_urgency
from tests.cases import HOUR, MINUTE, NOON, a_case, a_clock

LATE = a_case(1, opened_at=NOON - 2 * HOUR, team="care", assignee="Mia")
ANSWERED = a_case(2, answered_after=MINUTE, team="technical")


@pytest.mark.parametrize(
    ("wanted", "admitted"),
    [
        (Wanted(), [LATE, ANSWERED]),
        (Wanted(team="care"), [LATE]),
        (Wanted(state="answered"), [ANSWERED]),
        (Wanted(state="breaching"), [LATE]),
        (Wanted(state="waiting", priority="P2", category="problem"), [LATE]),
        (Wanted(priority="P1"), []),
        (Wanted(assignee="mia"), [LATE]),
        (Wanted(assignee=""), [ANSWERED]),
    ],
)
def test_only_cases_that_are_all_that_was_asked_for_are_shown(wanted: Wanted, admitted: list[object]) -> None:
    assert [case for case in (LATE, ANSWERED) if wanted.admits(case, NOON)] == admitted


def test_a_case_is_breaching_only_once_its_target_is_past() -> None:
    case = a_case(clocks=(a_clock(minutes=60),))
    assert [Wanted(state="breaching").admits(case, NOON + 60 * MINUTE + late) for late in (0, 1)] == [False, True]


def test_open_cases_come_by_their_due_time_and_past_ones_by_their_opening() -> None:
    first, second = a_case(1, due_at=NOON + HOUR), a_case(2, due_at=NOON, opened_at=NOON + MINUTE)
    assert sorted((first, second), key=by_urgency) == [second, first]
    assert sorted((second, first), key=by_opening) == [first, second]
