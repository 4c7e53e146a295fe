"""Plays a script on a deployed stack under the stepped clock.

The clock advances to the next moment at which something happens: a post, a due moment, a deferral, a schedule. There
the scheduled functions run that are due (skipped runs of a schedule once), the streams drain, and time goes on. With
a step, moments are rounded up to it and all but summaries run only there: SLA times come from the posts, so a coarser
step changes no figure.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.outbox import State
from local.cloud import CloudError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.stack import Stack

MINUTE = 60
HOUR = 3600
_SUMMARY_HOUR = 7
_STUCK_SECONDS = 60
IN_FLIGHT_SECONDS = 10
"""A call to X that is not over by then was never answered; the desk settles it later."""
_CHECK_SECONDS = 0.05
_CHECK_SECONDS_EACH = 0.006
"""Looking reads all that is left, and whoever reads it takes the processor from whoever moves it on."""
_AFTER_MINUTES = (1, 2, 20)
"""Steps after the last post: replies are read back, what X left open is settled."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where the play stands: the moment just played and its place among the script's time."""

    now: int
    share: float


class Play:
    """One play; `step_seconds` None follows every moment of the script and of the desk, to the minute.

    `run` runs one scheduled function by its logical name, as the stack does by default. `in_flight_seconds`: so long a
    call to X is waited for.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        step_seconds: int | None = None,
        run: Callable[[str], object] | None = None,
        in_flight_seconds: float = IN_FLIGHT_SECONDS,
    ) -> None:
        self._stack = stack
        self._run = run or (lambda function: stack.invoke(function, {}))
        self._in_flight_seconds = in_flight_seconds
        self._step = step_seconds
        self._zone = ZoneInfo(stack.policy.time_zone)
        self._summarised: set[str] = set()
        self._start = int(stack.world.now)
        self._moments = stack.script.moments()
        self._end = _ceiling(stack.script.ends_at, MINUTE)
        self._polls = {_ceiling(moment, step_seconds or MINUTE) for moment in self._moments}
        self._polls |= {self._end + minutes * MINUTE for minutes in _AFTER_MINUTES}

    def steps(self) -> Iterator[Step]:
        """Play to the end, step by step; raises CloudError when a function fails or the streams don't drain."""
        self._run_functions()  # the desk listens from here on
        yield Step(self._start, 0.0)
        now = self._start
        while (moment := self._next(now)) is not None:
            now = moment
            self._stack.world.advance_to(now)
            if self._step is None or now in self._polls:
                self._run_functions()
            self._summarise(now)
            yield Step(now, self._share(now))

    def go_on_to(self, moment: int) -> None:
        """Go on to a moment beyond the script, and run there what the schedules run each minute."""
        self._stack.world.advance_to(moment)
        self._run_functions()

    def _share(self, now: int) -> float:
        """Tell how much of the script was played, by what happens in it: years without a post count for nothing."""
        return bisect_right(self._moments, now) / (len(self._moments) + 1)

    def _last(self) -> int:
        """Give the summary of the last day, the end of every play."""
        return max(self._summary_after(self._end), self._end + _AFTER_MINUTES[-1] * MINUTE)

    def _next(self, now: int) -> int | None:
        moments = [*self._polls, *self._of_schedules()]
        if self._step is None:
            moments += self._of_desk(now)
        return min((moment for moment in moments if now < moment <= self._last()), default=None)

    def _of_schedules(self) -> Iterator[int]:
        """Give the times of the summaries, of days with posts only."""
        yield from {self._summary_after(moment) for moment in self._moments}

    def _of_desk(self, now: int) -> Iterator[int]:
        """Give the next moment at which a case, an outgoing post or a request to look again is due."""
        for team in self._stack.policy.teams:
            yield from (
                _ceiling(case.next_change, MINUTE) for case in self._stack.desk.open_cases(team) if case.next_change
            )
        for outgoing in self._stack.desk.unsettled(now + HOUR):
            if outgoing.state is State.DEFERRED and outgoing.not_before:
                yield _ceiling(outgoing.not_before, MINUTE)
        yield from (_ceiling(int(key[:12]), MINUTE) for key, _ in self._stack.ledger.values("LOOK", dict))

    def _summary_after(self, moment: float) -> int:
        """Give the time of the summary that counts a moment's local day."""
        day = datetime.fromtimestamp(moment, self._zone).date() + timedelta(days=1)
        return int(datetime(day.year, day.month, day.day, _SUMMARY_HOUR, tzinfo=self._zone).timestamp())

    def _run_functions(self) -> None:
        self._run("Poll")
        self._drain()
        self._run("TriageSweep")
        self._run("RespondSweep")
        self._drain()
        self._run("Alert")

    def _summarise(self, now: int) -> None:
        """Send the summary of yesterday once its hour has come."""
        day = datetime.fromtimestamp(now, self._zone)
        if day.hour >= _SUMMARY_HOUR and day.date().isoformat() not in self._summarised:
            self._summarised.add(day.date().isoformat())
            self._stack.invoke("Summary", {"kind": "daily"})

    def _drain(self) -> None:
        """Wait until the streams have delivered: nothing is left that a stream would still bring."""
        moved_at, before = time.monotonic(), None
        while left := self._left(patient=time.monotonic() - moved_at < self._in_flight_seconds):
            if left != before:
                moved_at, before = time.monotonic(), left
            if time.monotonic() - moved_at > _STUCK_SECONDS:
                raise CloudError(f"the streams stand still: {left} events or posts were not moved on")
            time.sleep(_CHECK_SECONDS + left * _CHECK_SECONDS_EACH)

    def _left(self, *, patient: bool) -> int:
        """Count what streams have still to move: what leaves the first place by then shows in the second or third."""
        return self._unfiled() or self._unsent(patient=patient) or self._unfiled()

    def _unfiled(self) -> int:
        """Count events to be filed, but for posts of ours whose conversation nobody knows yet."""
        unfiled = self._stack.desk.unfiled(int(self._stack.world.now) + HOUR)
        return sum(not event.may_wait for _, event in unfiled)

    def _unsent(self, *, patient: bool) -> int:
        moving = {State.PLANNED, State.SENDING} if patient else {State.PLANNED}
        outgoing = self._stack.desk.unsettled(int(self._stack.world.now) + HOUR)
        return sum(each.state in moving for each in outgoing)


def _ceiling(moment: float, grid: int) -> int:
    return math.ceil(moment / grid) * grid
