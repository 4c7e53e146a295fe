"""Which warnings and breaches a team is told of, and when. Pure: notices and cases in, digests out.

A notice says what was crossed; the case as it stands says what is left of it. A breach stays a breach when it was
healed before anybody looked; a warning that was answered in time is no news; what turns out never to have been late,
because the answer was only seen late, is none either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.notice import Crossed
from desk.policy.model import Priority
from desk.sla import ClockState, Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from desk.case import Case
    from desk.notice import Notice
    from desk.policy.model import Policy, Team
    from desk.sla import Clock

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Alert:
    """One clock of a case that a person should know of.

    `late_seconds` past `due_at`, until the answer or until now; below zero before it is due. `since` says how the
    wait ended: None while it lasts.
    """

    case: Case
    metric: Metric
    is_breach: bool
    due_at: int
    late_seconds: int
    since: str | None

    @property
    def post_id(self) -> str:
        """The post to show: the one that opened the case, or the latest where people answered before."""
        return self.case.opening_post if self.metric is Metric.FIRST_RESPONSE else self.case.latest_post


@dataclass(frozen=True, slots=True)
class Digest:
    """What one team is told in one mail, the most pressing first, and the notices that are then told."""

    team: Team
    alerts: tuple[Alert, ...]
    notices: tuple[Notice, ...]


def alert_of(notice: Notice, case: Case, now: int) -> Alert | None:
    """Give what is left of a notice at `now`; None if it is no news any more."""
    clock = _clock_of(notice, case)
    if clock is None:
        return None
    state = clock.state(now)
    is_breach = notice.what is Crossed.BREACH
    telling = {ClockState.BREACHING, ClockState.BREACHED, ClockState.CANCELLED} if is_breach else {ClockState.IMMINENT}
    if state not in telling:
        return None
    ended_at = clock.met_at if clock.met_at is not None else clock.paused_at
    late = (now if ended_at is None else ended_at) - clock.due_at
    return Alert(case, clock.metric, is_breach, clock.due_at, late, _since(clock, ended_at))


def _clock_of(notice: Notice, case: Case) -> Clock | None:
    """Give the clock that the notice is about, by its moment; the latest of its kind if its target changed since."""
    moments = ((clock, clock.due_at + 1 if notice.what is Crossed.BREACH else clock.warn_at) for clock in case.clocks)
    exact = (clock for clock, moment in moments if clock.metric == notice.metric and moment == notice.moment)
    return next(exact, case.current_clock(Metric(notice.metric)))


def _since(clock: Clock, ended_at: int | None) -> str | None:
    if clock.cancelled is not None:
        return f"closed: {clock.cancelled}"
    return None if ended_at is None else "answered since"


def digests(notices: Iterable[Notice], cases: Mapping[str, Case], policy: Policy, now: int) -> list[Digest]:
    """Group notices by the team that has the case now; cases that are gone leave notices without an alert."""
    alerts: dict[str, dict[tuple[str, Metric, int], Alert]] = {}
    told: dict[str, list[Notice]] = {}
    for notice in notices:
        case = cases.get(notice.case_id)
        name = _team_name(case.team if case else notice.team, policy)
        told.setdefault(name, []).append(notice)
        alert = alert_of(notice, case, now) if case else None
        if alert:
            alerts.setdefault(name, {})[alert.case.case_id, alert.metric, alert.due_at] = alert
    return [
        Digest(policy.teams[name], tuple(sorted(alerts.get(name, {}).values(), key=_pressing)), tuple(all_of_team))
        for name, all_of_team in sorted(told.items())
    ]


def _team_name(name: str, policy: Policy) -> str:
    return name if name in policy.teams else policy.default_team


def _pressing(alert: Alert) -> tuple[bool, bool, Priority, int, str]:
    """Sort key: what still waits first, breaches before warnings, then urgency, then the latest."""
    return (alert.since is not None, not alert.is_breach, alert.case.priority, -alert.late_seconds, alert.case.case_id)


def may_tell(digest: Digest, *, now: int, last_sent_at: int | None, cool_down_minutes: int) -> bool:
    """Say whether a team is told now: in its hours and not too soon after the last mail, but at once of a P1."""
    if any(alert.case.priority is Priority.P1 for alert in digest.alerts):
        return True
    has_rested = last_sent_at is None or now - last_sent_at >= cool_down_minutes * _MINUTE
    return has_rested and digest.team.calendar.is_open(now)
