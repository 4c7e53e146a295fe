"""How CloudWatch judges an alarm of the template by the points of its metric. Pure.

By "Using Amazon CloudWatch alarms" and "Configuring how CloudWatch alarms treat missing data" (user guide, read
2026-11), for what the template uses: one metric, one statistic, M of N periods.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tests.infra.template import spelled, template

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.infra.template import Properties


class State(StrEnum):
    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric; `at` in UTC epoch seconds."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    unit: str
    value: float
    at: int


_LOOKS_BACK = 2
"""Periods before those it judges in which CloudWatch looks for data: five for three, by the guide's examples."""
_STATISTICS = {"Sum": sum, "Maximum": max, "Minimum": min}
_COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def watched(alarm: Properties, points: Iterable[Point]) -> list[Point]:
    """Give the points of the alarm's own metric: namespace, name and all dimensions are those it names."""
    dimensions = {each["Name"]: spelled(each["Value"]) for each in alarm.get("Dimensions", ())}
    wanted = (_default(alarm["Namespace"]), alarm["MetricName"], dimensions)
    return [each for each in points if (each.namespace, each.name, dict(each.dimensions)) == wanted]


def state(alarm: Properties, points: Iterable[Point], *, now: int) -> State:
    """Give the alarm's state at a moment."""
    periods = int(_default(alarm["EvaluationPeriods"]))
    spans = _by_period(alarm, watched(alarm, points), now, periods + _LOOKS_BACK)
    found = [_is_breach(alarm, values) for values in spans if values]
    return judged(
        found[:periods],
        periods=periods,
        needed=alarm.get("DatapointsToAlarm", periods),
        missing=alarm["TreatMissingData"],
    )


def judged(found: Sequence[bool], *, periods: int, needed: int, missing: str) -> State:
    """Give the state by the periods that have data: whether each breaches; those without are `missing`."""
    if missing == "notBreaching":
        found = [*found, *[False] * (periods - len(found))]
    if not found:
        return State.INSUFFICIENT_DATA
    return State.ALARM if sum(found) >= min(needed, len(found)) else State.OK


def _by_period(alarm: Properties, points: Sequence[Point], now: int, periods: int) -> list[list[float]]:
    """Give the values of each period, the latest first."""
    length = alarm["Period"]
    spans = [(now - (count + 1) * length, now - count * length) for count in range(periods)]
    return [[each.value for each in points if begins < each.at <= ends] for begins, ends in spans]


def _is_breach(alarm: Properties, values: list[float]) -> bool:
    found = _STATISTICS[alarm["Statistic"]](values)
    return bool(_COMPARISONS[alarm["ComparisonOperator"]](found, alarm["Threshold"]))


def _default(value: Any) -> Any:
    """Give a value; of a parameter its default."""
    match value:
        case {"Ref": name}:
            return template()["Parameters"][name]["Default"]
        case _:
            return value
