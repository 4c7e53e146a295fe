"""A first poll, workers killed with SIGKILL, days without a poll: the books balance to the post.

One stack of its own for all of it, and a small play; `make burst` plays the great one, beyond what X gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from desk.outbox import UNSETTLED, State
from local.burst.scenes import (
    CRASH,
    DAY,
    FIRST_POLL,
    KILLS,
    MINUTE,
    SET_UP_AT,
    Part,
    lay_out,
    policy_of,
    script_of,
)
from local.burst.siege import Siege
from local.run import SHIPPED_POLICY
from local.stack import Settings, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.burst.siege import Came

SILENCE = "silent-8-days"
PARTS = (
    Part(FIRST_POLL, "a first poll, old mentions", 30, 3 * DAY),
    Part(CRASH, "a poll killed half-way", 90, MINUTE),
    Part(KILLS, "workers killed all the time", 120, 4 * MINUTE),
    Part(SILENCE, "8 days without polling", 60, 8 * DAY),
)


@pytest.fixture(scope="module")
def came(built) -> Iterator[Mapping[str, Came]]:
    policy = policy_of(SHIPPED_POLICY, posts_a_day=2_000)
    scenes = lay_out(PARTS)
    settings = Settings(built=built)
    with Stack(script_of(scenes, policy), policy, set_up_at=SET_UP_AT, settings=settings) as stack:
        siege = Siege(stack, kills=24, seed=1)
        yield {scene.part.key: siege.play(scene) for scene in scenes}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_the_books_balance_to_the_post(came, part):
    """Each mention in exactly one case or reported as lost, nothing said twice, every planned post settled."""
    assert came[part.key].faults == ()


def test_what_was_written_before_the_desk_was_set_up_is_neither_held_nor_answered(came):
    assert (came[FIRST_POLL].held, came[FIRST_POLL].replies, came[FIRST_POLL].x_billed) == (0, 0, 0)


def test_a_poll_killed_half_way_is_made_good_by_the_next_one(came):
    crash = came[CRASH]
    assert (crash.killed.total(), crash.failed["Poll"]) == (1, 1)
    assert (crash.shown, crash.held, crash.cases, crash.replies) == (90, 90, 81, 81)


def test_workers_killed_at_any_moment_lose_nothing(came):
    kills = came[KILLS]
    assert kills.killed.total() >= 5, kills.killed
    assert kills.x_faults.total() > 0
    assert (kills.held, kills.lost, kills.cases) == (120, 0, 108)


def test_every_reply_that_was_planned_under_fire_is_settled(came):
    assert not UNSETTLED & came[KILLS].states.keys()
    assert sum(came[KILLS].states.values()) == 81 + 108
    assert came[KILLS].states[State.SENT] == came[CRASH].replies + came[KILLS].replies


def test_of_eight_silent_days_x_still_lists_the_newest_800_and_none_is_answered_by_a_machine_so_late(came):
    silence = came[SILENCE]
    assert (silence.held, silence.lost, silence.reported) == (60, 0, 0)
    assert silence.states[State.REFUSED] >= 50
