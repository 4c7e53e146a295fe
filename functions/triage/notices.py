"""Which warnings, breaches and escalations a case has crossed by now, each at its moment; what makes it viral. Pure.

They are written to the ledger when crossed, so that a breach that was healed before anybody looked is still told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.notice import Crossed, Notice, day_of
from desk.sla import Clock, ClockState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.case import Case
    from desk.reach import Viral
    from desk.sla import Metric


def notices(case: Case, *, before: Case | None = None, now: int) -> Iterator[Notice]:
    """Give every warning still standing, every breach and every escalation of a case at `now`, and what makes it viral.

    A fact that stood in the case as it was `before` was noted then: found earlier by later events, it is no news.
    """
    noted = {each.fact for each in before.viral} if before else set()
    for each in case.viral:
        if each.fact not in noted:
            yield _of_many_readers(case, each)
    for clock in case.clocks:
        yield from _of_clock(case, clock, now)
    for raised in case.raised:
        yield _notice(case, None, Crossed.ESCALATION, raised.at, raised.level)


def _of_clock(case: Case, clock: Clock, now: int) -> Iterator[Notice]:
    breached_at = clock.breached_at(now)
    if breached_at is not None:
        yield _notice(case, clock.metric, Crossed.BREACH, breached_at)
    elif clock.state(now) is ClockState.IMMINENT:
        yield _notice(case, clock.metric, Crossed.WARNING, clock.warn_at)
    for each in clock.escalated(now):
        yield _notice(case, clock.metric, Crossed.ESCALATION, each.at, each.level)


def _of_many_readers(case: Case, found: Viral) -> Notice:
    return Notice(
        day=day_of(found.at),
        key=f"{found.at:012d}#{case.case_id}#{found.fact}#{Crossed.VIRAL}",
        case_id=case.case_id,
        team=case.team,
        metric=None,
        what=Crossed.VIRAL,
        moment=found.at,
        fact=found.fact,
    )


def _notice(case: Case, metric: Metric | None, what: Crossed, moment: int, level: int = 0) -> Notice:
    about = f"{metric or 'person'}#{what}"
    return Notice(
        day=day_of(moment),
        key=f"{moment:012d}#{case.case_id}#{about}#{level}" if level else f"{moment:012d}#{case.case_id}#{about}",
        case_id=case.case_id,
        team=case.team,
        metric=metric,
        what=what,
        moment=moment,
        level=level,
    )
