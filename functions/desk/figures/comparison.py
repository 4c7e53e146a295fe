"""What a past period would look like under other targets and calendars: the same cases, measured twice.

It changes no case. Who answered when is taken as it was, although other targets might have made people hurry.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from desk.case import restated
from desk.figures.counting import figures_of, tally_of
from desk.figures.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from desk.case import Case
    from desk.figures.model import Figures, HitRate
    from desk.figures.period import Period
    from desk.policy.model import Policy, Priority
    from desk.sla import Metric

_AT_A_TIME = 1000
"""Cases held in memory at once."""


class Compared(Struct, frozen=True):
    """One hit rate as it was and as it would have been; None where that policy set no such clock."""

    metric: Metric
    team: str | None
    priority: Priority | None
    as_was: HitRate | None
    what_if: HitRate | None


class WhatIf(Struct, frozen=True):
    """Hit rates side by side, and the cases with a breach of any clock: kept, spared, and those that become late."""

    period: Period
    as_of: int
    policy_version: str
    cases: int
    hit_rates: tuple[Compared, ...]
    breached_as_was: int
    breached_what_if: int
    newly_breached: tuple[str, ...]
    spared: tuple[str, ...]


def what_if(cases: Iterable[Case], period: Period, *, policy: Policy, as_of: int) -> WhatIf:
    """Measure the cases opened in a period by their own clocks and by those of another policy, as of one moment."""
    was, would = Tally(), Tally()
    for some in _chunks(cases):
        was.join(tally_of(some, period, policy=policy, as_of=as_of))
        would.join(tally_of((restated(case, policy) for case in some), period, policy=policy, as_of=as_of))
    before, after = (figures_of(tally, period, policy=policy, as_of=as_of) for tally in (was, would))
    late_before, late_after = ({breach.case_id for breach in each.breaches} for each in (before, after))
    return WhatIf(
        period=period,
        as_of=as_of,
        policy_version=policy.version,
        cases=before.volume.cases,
        hit_rates=tuple(_side_by_side(before, after)),
        breached_as_was=len(late_before),
        breached_what_if=len(late_after),
        newly_breached=tuple(sorted(late_after - late_before)),
        spared=tuple(sorted(late_before - late_after)),
    )


def _chunks(cases: Iterable[Case]) -> Iterator[list[Case]]:
    left = iter(cases)
    while chunk := list(islice(left, _AT_A_TIME)):
        yield chunk


def _side_by_side(before: Figures, after: Figures) -> Iterator[Compared]:
    about = dict.fromkeys((rate.metric, rate.team, rate.priority) for rate in (*before.hit_rates, *after.hit_rates))
    for metric, team, priority in about:
        was, would = (each.hit_rate(metric, team=team, priority=priority) for each in (before, after))
        yield Compared(metric, team, priority, was, would)
