"""Which warnings and breaches a case has crossed by now, each at its exact moment. Pure.

They are written to the ledger when crossed, so that a breach that was healed before anybody looked is still told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.notice import Crossed, Notice, day_of
from desk.sla import Clock, ClockState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.case import Case


def notices(case: Case, *, now: int) -> Iterator[Notice]:
    """Give every warning still standing and every breach of a case at `now`."""
    for clock in case.clocks:
        breached_at = clock.breached_at(now)
        if breached_at is not None:
            yield _notice(case, clock, Crossed.BREACH, breached_at)
        elif clock.state(now) is ClockState.IMMINENT:
            yield _notice(case, clock, Crossed.WARNING, clock.warn_at)


def _notice(case: Case, clock: Clock, what: Crossed, moment: int) -> Notice:
    return Notice(
        day=day_of(moment),
        key=f"{moment:012d}#{case.case_id}#{clock.metric}#{what}",
        case_id=case.case_id,
        team=case.team,
        metric=clock.metric,
        what=what,
        moment=moment,
    )
