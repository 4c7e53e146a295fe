"""The few formulas behind the figures, each by its usual definition. They know numbers only."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from desk.figures.model import LIMITS_MINUTES, HitRate, ResponseTimes, Spread, Within

if TYPE_CHECKING:
    from desk.figures.waits import Ranked
    from desk.policy.model import Priority
    from desk.sla import Metric

_Z = NormalDist().inv_cdf(0.975)
"""Two-sided 95 %."""


def percentile(ranked: Ranked, percent: int) -> int | None:
    """Give the nearest-rank percentile: one of the values, never between two."""
    rank = (percent * len(ranked) + 99) // 100
    return ranked.at(rank - 1) if len(ranked) else None


def median(ranked: Ranked) -> float | None:
    """Give the usual median: the middle value, or the mean of the two in the middle."""
    n = len(ranked)
    if n % 2:
        return ranked.at(n // 2)
    return (ranked.at(n // 2 - 1) + ranked.at(n // 2)) / 2 if n else None


def share(part: int, whole: int) -> float | None:
    """Give the part of the whole, 0 to 1; None of nothing."""
    return part / whole if whole else None


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """Give the 95 % interval of a share; None of nothing.

    Source: Wilson (1927), JASA 22, 209-212; right for small numbers and near 0 and 1, where the usual one is not.
    """
    if not whole:
        return None
    rate, square = part / whole, _Z * _Z
    middle = (rate + square / (2 * whole)) / (1 + square / whole)
    margin = _Z / (1 + square / whole) * sqrt(rate * (1 - rate) / whole + square / (4 * whole * whole))
    return max(0.0, min(rate, middle - margin)), min(1.0, max(rate, middle + margin))


def hit_rate(
    metric: Metric,
    *,
    achieved: int,
    breached: int,
    overdue: int,
    in_time: int,
    team: str | None = None,
    priority: Priority | None = None,
) -> HitRate:
    """Give the honest hit rate A / (A + B + O): what still runs in time says nothing yet, what is overdue does."""
    n = achieved + breached + overdue
    low, high = wilson(achieved, n) or (None, None)
    return HitRate(metric, team, priority, achieved, breached, overdue, in_time, n, share(achieved, n), low, high)


def response_times(ended: Ranked, unanswered: int) -> ResponseTimes:
    """Give the figures of waits that ended with an answer, and of those that have not ended."""
    answered, n = len(ended), len(ended) + unanswered
    return ResponseTimes(
        n=n,
        answered=answered,
        median_seconds=median(ended),
        p90_seconds=percentile(ended, 90),
        p95_seconds=percentile(ended, 95),
        within=tuple(_within(limit, ended, n) for limit in LIMITS_MINUTES),
    )


def _within(limit_minutes: int, ended: Ranked, n: int) -> Within:
    count = ended.within(limit_minutes)
    return Within(limit_minutes, count, share(count, len(ended)), share(count, n))


def spread(ended: Ranked) -> Spread:
    """Give the middle and the upper end of some durations."""
    return Spread(len(ended), median(ended), percentile(ended, 90))
