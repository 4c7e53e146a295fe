"""How many people each hour of the week needs, from the customers who came, by the Erlang C formula.

It suggests and knows no roster: the handling time is an assumption of the policy, and one week is one sample.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from math import exp, floor
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.figures.formulas import share
from desk.figures.model import HeatCell, StaffedHour, Staffing
from desk.policy.model import Priority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from desk.figures.period import Period
    from desk.policy.model import Policy

_MINUTE = 60
_HOUR = 3600
_STEP = 900
"""Every time zone's offset since 1972 is a whole number of quarters of an hour (tz database 2026)."""
_AIMED_AT = (Priority.P2, Priority.P3)
"""Ordinary cases: P1 is let through first whoever works, P4 can wait for a quiet hour."""


def probability_of_waiting(load: float, agents: int) -> float:
    """Give the share of customers who find everybody busy; 1 where the agents can't even carry the load.

    `load` is offered traffic in erlangs: arrivals per hour times hours of work each takes.
    Source: A. K. Erlang's second formula (1917), from his first by the recursion that ITU-D's "Teletraffic Engineering
    Handbook" (2005) gives: it neither overflows nor loses digits, however many agents there are.
    """
    if agents <= load:
        return 1.0
    blocked = 1.0
    for agent in range(1, agents + 1):
        blocked = load * blocked / (agent + load * blocked)
    return agents * blocked / (agents - load * (1 - blocked))


def share_in_time(load: float, agents: int, *, target_minutes: float, handling_minutes: float) -> float:
    """Give the share of customers whose answer begins within the target; 0 where the queue only grows."""
    if agents <= load:
        return 0.0
    return 1 - probability_of_waiting(load, agents) * exp((load - agents) * target_minutes / handling_minutes)


def agents_for(load: float, *, share: float, target_minutes: float, handling_minutes: float) -> int:
    """Give the fewest agents who answer the wanted share, above 0 and up to 1, within the target; none for no load.

    A wanted share of 1 means the first number at which what is missing is less than a double can hold.
    """
    if not load:
        return 0
    agents = floor(load) + 1
    while share_in_time(load, agents, target_minutes=target_minutes, handling_minutes=handling_minutes) < share:
        agents += 1
    return agents


def staffing(
    heat_map: Sequence[HeatCell], answered_in_time: int, period: Period, *, policy: Policy, as_of: int
) -> Staffing | None:
    """Suggest the agents of each hour of the week in which somebody came who was to be answered; None if nobody came.

    `answered_in_time` of them had a person's answer within `target_minutes`. Each customer is one piece of work of the
    policy's handling time, and counts as in time where a person's answer begins within the stricter of the default
    team's first-response targets for P2 and P3, day and night alike: people who came to a closed desk waited too.
    """
    arrivals = sum(cell.to_answer for cell in heat_map)
    if not arrivals:
        return None
    hours = tuple(_hours(heat_map, _lasted(period, policy.time_zone, as_of), policy))
    weekly = sum(hour.arrivals_per_hour for hour in hours)
    target = target_minutes(policy)
    return Staffing(
        handling_minutes=policy.reports.handling_minutes,
        target_minutes=target,
        wanted_share=policy.reports.staffing_share,
        agent_hours=sum(hour.agents for hour in hours),
        share_as_it_was=share(answered_in_time, arrivals),
        share_expected=sum(hour.arrivals_per_hour * hour.share_in_time for hour in hours) / weekly,
        hours=hours,
    )


def target_minutes(policy: Policy) -> int:
    """Give the target the suggestion aims at: the stricter one of the default team's for ordinary cases."""
    targets = policy.teams[policy.default_team].targets
    return min(targets[priority].first_response_minutes for priority in _AIMED_AT)


def _hours(
    heat_map: Sequence[HeatCell], lasted: Mapping[tuple[int, int], int], policy: Policy
) -> Iterator[StaffedHour]:
    aim = {"target_minutes": target_minutes(policy), "handling_minutes": policy.reports.handling_minutes}
    for cell in heat_map:
        if not cell.to_answer:
            continue
        per_hour = cell.to_answer * _HOUR / max(lasted[cell.weekday, cell.hour], _HOUR)  # one that began counts whole
        load = per_hour * policy.reports.handling_minutes * _MINUTE / _HOUR
        agents = agents_for(load, share=policy.reports.staffing_share, **aim)
        yield StaffedHour(cell.weekday, cell.hour, per_hour, agents, share_in_time(load, agents, **aim))


def _lasted(period: Period, time_zone: str, as_of: int) -> dict[tuple[int, int], int]:
    """Give for how many seconds of the period so far the clocks of the time zone showed each hour of the week."""
    zone, lasted = ZoneInfo(time_zone), defaultdict[tuple[int, int], int](int)
    until_at = min(period.until_at, as_of)
    for start in range(period.from_at - period.from_at % _STEP, until_at, _STEP):
        local = datetime.fromtimestamp(start, zone)
        lasted[local.weekday(), local.hour] += min(start + _STEP, until_at) - max(start, period.from_at)
    return lasted
