"""Which warnings, breaches, escalations and viral posts people are told of, and when. Pure: notices in, digests out.

A notice says what was crossed; the case as it stands says what is left of it. A breach stays a breach when it was
healed before anybody looked, and so does the level it had reached; a warning that was answered in time is no news; what
turns out never to have been late, because the answer was only seen late, is none either. That many may read an unhappy
post is told at once and by a mail of its own, as long as the post stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from desk.notice import Crossed
from desk.policy.model import Priority
from desk.sla import ClockState, Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from desk.case import Case
    from desk.notice import Notice
    from desk.policy.model import Policy, Reports, Team
    from desk.reach import Viral
    from desk.sla import Clock

_MINUTE = 60


class Alert(Struct, frozen=True):
    """One clock of a case that a person should know of.

    `late_seconds` past `due_at`, until the answer or until now; below zero before it is due. `since` says how the
    wait ended: None while it lasts. `raised_by`: the person who took the case to a level, `viral`: why many may read a
    post of it, whatever its clocks say; then `metric` and `due_at` are those of its most pressing clock, None if none
    runs.
    """

    case: Case
    metric: Metric | None
    is_breach: bool
    due_at: int | None
    late_seconds: int
    since: str | None
    raised_by: str | None = None
    viral: Viral | None = None

    @property
    def post_id(self) -> str | None:
        """The post to show: the oldest that waited for this, of those that still stand on X; None if none does."""
        if self.viral:
            return self.viral.post
        rounds = self.case.course.rounds
        shown = rounds[:1] if self.metric is Metric.FIRST_RESPONSE else reversed(rounds)
        return next((ask.post for each in shown for ask in each.asks if ask.post), None)


class Digest(Struct, frozen=True):
    """What one mail tells, the most pressing first, and the notices that are then told.

    `level` 0 is for the team itself, 1 to 3 for the people its cases are escalated to. `is_viral`: it tells of unhappy
    posts that many may read, `also` to others than the team.
    """

    team: Team
    alerts: tuple[Alert, ...]
    notices: tuple[Notice, ...]
    level: int = 0
    is_viral: bool = False
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What its cool-down goes by."""
        if self.is_viral:
            return f"{self.team.name}#viral"
        return f"{self.team.name}#{self.level}" if self.level else self.team.name

    @property
    def emails(self) -> tuple[str, ...]:
        """Who gets it: the level's people, those of the highest level there is, or the team's own."""
        levels = self.team.escalation[: self.level]
        own = levels[-1].emails if levels else self.team.emails
        return tuple(dict.fromkeys((*own, *self.also)))


def alert_of(notice: Notice, case: Case, now: int) -> Alert | None:
    """Give what is left of a notice at `now`; None if it is no news any more."""
    if notice.what is Crossed.VIRAL:
        return _of_many_readers(notice, case, now)
    if notice.metric is None:
        return _raised(notice, case, now)
    clock = _clock_of(notice, case)
    if clock is None or not _is_news(notice, clock, now):
        return None
    is_breach = notice.what is not Crossed.WARNING
    return Alert(case, clock.metric, is_breach, clock.due_at, _late_seconds(clock, now), _since(case, clock))


def _is_news(notice: Notice, clock: Clock, now: int) -> bool:
    state = clock.state(now)
    if notice.what is Crossed.WARNING:
        return state is ClockState.IMMINENT
    if notice.what is Crossed.ESCALATION:
        return any(each.level == notice.level for each in clock.escalated(now))
    return state in {ClockState.BREACHING, ClockState.BREACHED, ClockState.CANCELLED}


def _raised(notice: Notice, case: Case, now: int) -> Alert | None:
    """Give the alert of a case that a person took to a level, with its most pressing clock."""
    wanted = (notice.moment, notice.level)
    by = next((each.by for each in case.raised if (each.at, each.level) == wanted), None)
    if by is None:
        return None
    since = None if case.is_open else f"{case.status} since"
    return replace(_by_its_clock(case, since, now), raised_by=by)


def _of_many_readers(notice: Notice, case: Case, now: int) -> Alert | None:
    """Give the alert of an unhappy post that many may read, while that post stands."""
    found = next((each for each in case.viral if each.fact == notice.fact), None)
    if found is None:
        return None
    since = None if case.waiting_since is not None else f"{case.status} since"
    return replace(_by_its_clock(case, since, now), viral=found)


def _by_its_clock(case: Case, since: str | None, now: int) -> Alert:
    """Give the alert of a case with its most pressing clock."""
    clock = min((clock for clock in case.clocks if clock.is_running), key=lambda clock: clock.due_at, default=None)
    if clock is None:
        return Alert(case, None, is_breach=False, due_at=None, late_seconds=0, since=since)
    is_late = clock.state(now) is ClockState.BREACHING
    return Alert(case, clock.metric, is_late, clock.due_at, now - clock.due_at, since)


def _late_seconds(clock: Clock, now: int) -> int:
    return (now if clock.ended_at is None else clock.ended_at) - clock.due_at


def _clock_of(notice: Notice, case: Case) -> Clock | None:
    """Give the clock that the notice is about, by its moment.

    None if what was found since moved that moment: then the fold that found it noted the true one.
    """
    of_kind = (clock for clock in case.clocks if clock.metric == notice.metric)
    return next((clock for clock in of_kind if notice.moment in _moments(clock, notice.what)), None)


def _moments(clock: Clock, what: Crossed) -> tuple[int, ...]:
    if what is Crossed.ESCALATION:
        return tuple(each.at for each in clock.escalations)
    return (clock.due_at + 1,) if what is Crossed.BREACH else (clock.warn_at,)


def _since(case: Case, clock: Clock) -> str | None:
    if clock.cancelled is not None:
        return f"closed: {clock.cancelled}"
    if clock.ended_at is None:
        return None
    return "answered since" if case.course.snoozed_until is None else "snoozed since"


class _Place(NamedTuple):
    """Which digest a notice belongs to."""

    team: str
    level: int
    is_viral: bool


def digests(notices: Iterable[Notice], cases: Mapping[str, Case], policy: Policy, now: int) -> list[Digest]:
    """Group notices by the team that has the case now and by level; cases that are gone leave notices without alert."""
    alerts: dict[_Place, dict[object, Alert]] = {}
    told: dict[_Place, list[Notice]] = {}
    for notice in notices:
        case = cases.get(notice.case_id)
        team = _team_name(case.team if case else notice.team, policy)
        place = _Place(team, notice.level, notice.what is Crossed.VIRAL)
        told.setdefault(place, []).append(notice)
        alert = alert_of(notice, case, now) if case else None
        if alert:
            alerts.setdefault(place, {})[_same(alert)] = alert
    return [_digest(place, alerts.get(place, {}).values(), told[place], policy) for place in sorted(told)]


def _same(alert: Alert) -> object:
    """Give what tells alerts of one digest apart."""
    return alert.case.case_id, alert.metric, alert.due_at, alert.raised_by, alert.viral


def _digest(place: _Place, alerts: Iterable[Alert], told: Iterable[Notice], policy: Policy) -> Digest:
    also = policy.reach.emails if place.is_viral else ()
    pressing_first = tuple(sorted(alerts, key=_pressing))
    return Digest(policy.teams[place.team], pressing_first, tuple(told), place.level, place.is_viral, also)


def _team_name(name: str, policy: Policy) -> str:
    return name if name in policy.teams else policy.default_team


def _pressing(alert: Alert) -> tuple[bool, bool, Priority, int, str]:
    """Sort key: what still waits first, breaches before warnings, then urgency, then the latest."""
    return (alert.since is not None, not alert.is_breach, alert.case.priority, -alert.late_seconds, alert.case.case_id)


def may_tell(digest: Digest, reports: Reports, *, now: int, last_sent_at: int | None) -> bool:
    """Say whether people are told now: in the team's hours, not too soon after the last mail, maybe at once of a P1.

    What many may read waits for nothing.
    """
    if digest.is_viral:
        return True
    if reports.alert_p1_at_once and any(alert.case.priority is Priority.P1 for alert in digest.alerts):
        return True
    has_rested = last_sent_at is None or now - last_sent_at >= reports.alert_cool_down_minutes * _MINUTE
    return has_rested and digest.team.calendar.is_open(now)
