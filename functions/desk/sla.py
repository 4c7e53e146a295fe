"""SLA clocks computed from what happened: exact to the second even if nobody looked.

A *round* is a stretch in which the customer waited for a person. The first round is the first response, every later
one a next response; all together, minus the time we waited for the customer, are the resolution. No clock ever
starts from the time of import, and an automatic reply never ends a round.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

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
class Round:
    """The customer waited from `started_at` to `answered_at` (None: still waiting); UTC epoch seconds."""

    started_at: int
    answered_at: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock with its moments in UTC epoch seconds; `due_at` itself is still in time.

    `met_at`: answered then. `paused_at`: the resolution clock rests while we wait for the customer.
    `cancelled`: why the clock ended without an answer.
    """

    metric: Metric
    started_at: int
    warn_at: int
    due_at: int
    met_at: int | None = None
    paused_at: int | None = None
    cancelled: str | None = None

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
    rounds: Sequence[Round],
    *,
    resolved_at: int | None,
    target: Target,
    calendar: Calendar | None,
    warn_at_share: float,
    cancelled: str | None = None,
) -> tuple[Clock, ...]:
    """Give every clock of a case, first response first, the resolution last.

    `calendar` None counts wall-clock time. `cancelled` ends whatever still runs, with that reason.
    """
    build = _Builder(calendar, warn_at_share, cancelled)
    responses = [build.response(index, each, target) for index, each in enumerate(rounds)]
    if target.resolution_minutes is None or not rounds:
        return tuple(responses)
    return (*responses, build.resolution(rounds, resolved_at, target.resolution_minutes * _MINUTE))


@dataclass(frozen=True, slots=True)
class _Builder:
    calendar: Calendar | None
    share: float
    cancelled: str | None

    def response(self, index: int, each: Round, target: Target) -> Clock:
        metric = Metric.NEXT_RESPONSE if index else Metric.FIRST_RESPONSE
        minutes = target.next_response_minutes if index else target.first_response_minutes
        start, allowed = each.started_at, minutes * _MINUTE
        return Clock(
            metric,
            start,
            warn_at=self._advance(start, int(allowed * self.share)),
            due_at=self._advance(start, allowed),
            met_at=each.answered_at,
            cancelled=self.cancelled if each.answered_at is None else None,
        )

    def resolution(self, rounds: Sequence[Round], resolved_at: int | None, allowed: int) -> Clock:
        *earlier, last = rounds
        used = sum(self._elapsed(each.started_at, each.answered_at or each.started_at) for each in earlier)
        return Clock(
            Metric.RESOLUTION,
            rounds[0].started_at,
            warn_at=self._reaching(rounds, used, int(allowed * self.share)),
            due_at=self._reaching(rounds, used, allowed),
            met_at=resolved_at,
            paused_at=last.answered_at,
            cancelled=self.cancelled if resolved_at is None else None,
        )

    def _reaching(self, rounds: Sequence[Round], used: int, allowed: int) -> int:
        """Give the moment at which the waiting so far adds up to `allowed` seconds."""
        if used <= allowed:
            return self._advance(rounds[-1].started_at, allowed - used)
        left = allowed
        for each in rounds:
            spent = self._elapsed(each.started_at, each.answered_at or each.started_at)
            if spent >= left:
                return self._advance(each.started_at, left)
            left -= spent
        raise AssertionError("more was used than all rounds together")

    def _advance(self, start: int, seconds: int) -> int:
        return start + seconds if self.calendar is None else self.calendar.advance(start, seconds)

    def _elapsed(self, start: int, end: int) -> int:
        return end - start if self.calendar is None else self.calendar.elapsed(start, end)
