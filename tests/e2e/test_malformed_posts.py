"""A post that can't be understood is kept aside with its reason; the rest goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from desk.notice import day_of
from local.x_simulator import Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.x_simulator import FaultPlan

MENTIONS_OF_HELP = "/2/users/7002/mentions"


@pytest.fixture
def faults(desk) -> Iterator[FaultPlan]:
    yield desk.stack.simulator.faults
    desk.stack.simulator.faults.clear()


def test_a_post_without_an_author_is_kept_aside_and_the_others_are_filed(desk, faults):
    desk.minutes_pass(10)  # nothing of before is read again
    broken = desk.writes("@PebblewingHelp is anybody there?")
    whole = desk.writes("@Pebblewing is the lounge open today?")
    faults.add(Fault(kind=Kind.DROP_FIELDS, path=MENTIONS_OF_HELP, fields=("author_id",), times=9))
    desk.minutes_pass(1)
    aside = dict(desk.stack.ledger.values(f"ASIDE#{day_of(desk.now)}", dict))
    (kept,) = [each for each in aside.values() if broken.post_id in each["raw"]]
    assert "author_id" in kept["reason"]
    assert desk.reads(f"/cases/{whole.case_id}")["posts"] == 1
    assert desk.stack.desk.find_post(broken.post_id) is None


def test_a_post_that_comes_whole_the_next_time_is_filed_after_all(desk, faults):
    desk.minutes_pass(10)
    written = desk.writes("@PebblewingHelp is the crew rested?")
    faults.add(Fault(kind=Kind.DROP_FIELDS, path=MENTIONS_OF_HELP, fields=("author_id",), times=9))
    desk.minutes_pass(1)
    faults.clear()
    desk.minutes_pass(1)
    assert desk.reads(f"/cases/{written.case_id}")["posts"] == 1
