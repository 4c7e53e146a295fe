"""SLA clocks computed from what happened: exact to the second even if nobody looked.

A *round* is a stretch in which the customer waited for a person. The first round is the first response, every later
one a next response; all together, minus the time we waited for the customer, are the resolution. A response is due
when the first of the posts it answers is, each by its own priority: a post that turns urgent later makes nothing late
that was in time. No clock ever starts from the time of import, and an automatic reply never ends a round.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from desk.policy.model import Priority  # noqa: TC001 - the codec reads the types at run time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desk.calendar import Calendar
    from desk.policy.model import Target

_MINUTE = 60


class Metric(StrEnum):
    """What a clock measures."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    """PENDING, IMMINENT, BREACHING run; ACHIEVED, BREACHED ended by an answer; PAUSED, CANCELLED wait for nobody."""

    PENDING = "pending"
    IMMINENT = "imminent"
    BREACHING = "breaching"
    ACHIEVED = "achieved"
    BREACHED = "breached"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Ask:
    """A customer post that wants an answer: when it was written (UTC epoch seconds), and how urgent it is."""

    at: int
    priority: Priority


@dataclass(frozen=True, slots=True)
class Round:
    """The customer waited from the first of `asks` (in order, at least one) to `answered_at` (None: still waiting)."""

    asks: tuple[Ask, ...]
    answered_at: int | None = None

    @property
    def started_at(self) -> int:
        """The moment from which the customer waited."""
        return self.asks[0].at


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a case is measured: its team's targets, hours and warning share, and the priority of the whole case."""

    targets: Mapping[Priority, Target]
    calendar: Calendar
    warn_at_share: float
    priority: Priority

    def calendar_of(self, priority: Priority) -> Calendar | None:
        """Give the hours in which a priority's target is counted; None counts day and night."""
        return None if self.targets[priority].wall_clock else self.calendar


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock with its moments in UTC epoch seconds; `due_at` itself is still in time.

    `met_at`: answered then. `paused_at`: the resolution clock rests while we wait for the customer.
    `cancelled`: why the clock ended without an answer. `asks`: the posts that a response answers.
    """

    metric: Metric
    started_at: int
    warn_at: int
    due_at: int
    met_at: int | None = None
    paused_at: int | None = None
    cancelled: str | None = None
    asks: tuple[Ask, ...] = ()

    def state(self, now: int) -> ClockState:
        """Give the state at `now`."""
        if self.cancelled is not None:
            return ClockState.CANCELLED
        if self.met_at is not None:
            return ClockState.ACHIEVED if self.met_at <= self.due_at else ClockState.BREACHED
        if self.paused_at is not None:
            return ClockState.PAUSED if self.paused_at <= self.due_at else ClockState.BREACHED
        if now > self.due_at:
            return ClockState.BREACHING
        return ClockState.IMMINENT if now >= self.warn_at else ClockState.PENDING

    def breached_at(self, now: int) -> int | None:
        """Give the exact moment of the breach if there was one until `now`: the first second past `due_at`."""
        late = self.state(now) in {ClockState.BREACHING, ClockState.BREACHED}
        return self.due_at + 1 if late else None

    @property
    def is_running(self) -> bool:
        """Time alone can still change the state."""
        return self.met_at is None and self.paused_at is None and self.cancelled is None

    def next_change(self, now: int) -> int | None:
        """Give the next moment at which time alone changes the state, or None."""
        if not self.is_running:
            return None
        return next((moment for moment in (self.warn_at, self.due_at + 1) if moment > now), None)


def clocks(
    rounds: Sequence[Round], terms: Terms, *, resolved_at: int | None, cancelled: str | None = None
) -> tuple[Clock, ...]:
    """Give every clock of a case, first response first, the resolution last.

    `cancelled` ends whatever still runs, with that reason.
    """
    responses = [_response(index, each, terms, cancelled) for index, each in enumerate(rounds)]
    minutes = terms.targets[terms.priority].resolution_minutes
    if minutes is None or not rounds:
        return tuple(responses)
    resolving = _Resolving(rounds, terms.calendar_of(terms.priority))
    return (*responses, resolving.clock(minutes * _MINUTE, terms.warn_at_share, resolved_at, cancelled))


def _response(index: int, each: Round, terms: Terms, cancelled: str | None) -> Clock:
    """Give a response's clock: the earliest moment at which any of its posts warns, and is due."""

    def allowed(ask: Ask) -> int:
        target = terms.targets[ask.priority]
        return _MINUTE * (target.next_response_minutes if index else target.first_response_minutes)

    def after(ask: Ask, seconds: int) -> int:
        return _advance(terms.calendar_of(ask.priority), ask.at, seconds)

    return Clock(
        Metric.NEXT_RESPONSE if index else Metric.FIRST_RESPONSE,
        each.started_at,
        warn_at=min(after(ask, int(allowed(ask) * terms.warn_at_share)) for ask in each.asks),
        due_at=min(after(ask, allowed(ask)) for ask in each.asks),
        met_at=each.answered_at,
        cancelled=cancelled if each.answered_at is None else None,
        asks=each.asks,
    )


@dataclass(frozen=True, slots=True)
class _Resolving:
    """The resolution counts the time in which the customer waited, round after round."""

    rounds: Sequence[Round]
    calendar: Calendar | None

    def clock(self, allowed: int, share: float, resolved_at: int | None, cancelled: str | None) -> Clock:
        return Clock(
            Metric.RESOLUTION,
            self.rounds[0].started_at,
            warn_at=self._reached(int(allowed * share)),
            due_at=self._reached(allowed),
            met_at=resolved_at,
            paused_at=self.rounds[-1].answered_at,
            cancelled=cancelled if resolved_at is None else None,
        )

    def _reached(self, allowed: int) -> int:
        """Give the moment at which the waiting adds up to `allowed` seconds; the last round may have no end."""
        left = allowed
        *earlier, last = self.rounds
        for each in earlier:
            spent = self._spent(each)
            if spent >= left:
                return _advance(self.calendar, each.started_at, left)
            left -= spent
        return _advance(self.calendar, last.started_at, left)

    def _spent(self, each: Round) -> int:
        end = each.started_at if each.answered_at is None else each.answered_at
        return end - each.started_at if self.calendar is None else self.calendar.elapsed(each.started_at, end)


def _advance(calendar: Calendar | None, start: int, seconds: int) -> int:
    return start + seconds if calendar is None else calendar.advance(start, seconds)
