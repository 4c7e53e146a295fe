"""SLA clocks computed from what happened: exact to the second even if nobody looked.

A *round* is a stretch in which the customer waited for a person. The first round is the first response, every later
one a next response; all together, minus the time in which the case was snoozed, are the resolution. A response is due
when the first of the posts it answers is, each by its own priority. No clock ever starts from the time of import, and
an automatic reply never ends a round.

Time is used up second by second **under the terms of that second**: the target, the hours and the warning share of the
team and the priority that the case had then. When they change, the seconds used so far stay used and the rest is
counted by the new terms. What that leaves over-used is due at the moment of the change (or when the team opens next),
never earlier; and what was late before the change stays late. So nobody is late in hindsight, and nobody heals a breach
by moving the case.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from functools import partial
from itertools import chain
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from desk.calendar import Calendar
    from desk.course import Charge, Course, Rest, Round
    from desk.policy.model import Priority, Target, Team

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


class Escalation(Struct, frozen=True):
    """The moment from which a breach is the business of a team's further level, 1 the nearest."""

    level: int
    at: int


class Clock(Struct, frozen=True):
    """One clock with its moments in UTC epoch seconds; `due_at` itself is still in time.

    `met_at`: answered then, or resolved; of a resolution the moment at which its waiting ended. `paused_at`: it rests
    since then. `cancelled`: why the clock ended without an answer. `escalations`: if it stays open for so long.
    """

    metric: Metric
    started_at: int
    warn_at: int
    due_at: int
    met_at: int | None = None
    paused_at: int | None = None
    cancelled: str | None = None
    escalations: tuple[Escalation, ...] = ()

    @property
    def ended_at(self) -> int | None:
        """When it stopped counting, None while it counts."""
        return self.paused_at if self.met_at is None else self.met_at

    def state(self, now: int) -> ClockState:
        """Give the state at `now`."""
        if self.ended_at is not None and self.ended_at > self.due_at:
            return ClockState.BREACHED
        if self.cancelled is not None:
            return ClockState.CANCELLED
        if self.ended_at is not None:
            return ClockState.PAUSED if self.met_at is None else ClockState.ACHIEVED
        if now > self.due_at:
            return ClockState.BREACHING
        return ClockState.IMMINENT if now >= self.warn_at else ClockState.PENDING

    def breached_at(self, now: int) -> int | None:
        """Give the exact moment of the breach if there was one until `now`: the first second past `due_at`."""
        late = self.state(now) in {ClockState.BREACHING, ClockState.BREACHED}
        return self.due_at + 1 if late else None

    def escalated(self, now: int) -> tuple[Escalation, ...]:
        """Give the levels that the breach has reached by `now`, or had when it ended."""
        if self.breached_at(now) is None:
            return ()
        until = now if self.ended_at is None else self.ended_at
        return tuple(each for each in self.escalations if each.at <= until)

    @property
    def is_running(self) -> bool:
        """Time alone can still change the state."""
        return self.ended_at is None and self.cancelled is None

    def next_change(self, now: int) -> int | None:
        """Give the next moment at which time alone changes the state or the level, or None."""
        if not self.is_running:
            return None
        moments = (self.warn_at, self.due_at + 1, *(each.at for each in self.escalations))
        return min((moment for moment in moments if moment > now), default=None)


def clocks(course: Course, teams: Mapping[str, Team]) -> tuple[Clock, ...]:
    """Give every clock of a case, first response first, the resolution last; `teams` knows each team of the course.

    A team or priority without a resolution target measures none, unless the target of an earlier one was missed.
    """
    responses = (_response(index, each, course, teams) for index, each in enumerate(course.rounds))
    resolution = _resolution(course, teams) if course.rounds else None
    return tuple(clock for clock in (*responses, resolution) if clock)


class Terms(Struct, frozen=True):
    """By what a case is measured at a moment: a team's targets and hours for a priority."""

    team: Team
    priority: Priority

    @property
    def target(self) -> Target:
        """What is allowed."""
        return self.team.targets[self.priority]

    @property
    def calendar(self) -> Calendar | None:
        """The hours in which the target is counted; None counts day and night."""
        return None if self.target.wall_clock else self.team.calendar


def _response(index: int, each: Round, course: Course, teams: Mapping[str, Team]) -> Clock | None:
    def limit(terms: Terms) -> int:
        target = terms.target
        return _MINUTE * (target.next_response_minutes if index else target.first_response_minutes)

    runs = [_run([(ask.at, each.answered_at)], each.rests, _terms(course.charges([ask]), teams)) for ask in each.asks]
    reason = course.cancelled or ("resolved without an answer" if each.rests_since is not None else None)
    return _clock(
        Metric.NEXT_RESPONSE if index else Metric.FIRST_RESPONSE,
        runs,
        limit,
        met_at=each.answered_at,
        paused_at=each.rests_since,
        cancelled=reason if each.answered_at is None else None,
    )


def _resolution(course: Course, teams: Mapping[str, Team]) -> Clock | None:
    """The resolution counts the time in which the customer waited, round after round, but while it was snoozed."""

    def limit(terms: Terms) -> int | None:
        minutes = terms.target.resolution_minutes
        return None if minutes is None else minutes * _MINUTE

    waits = [(each.started_at, each.answered_at) for each in course.rounds]
    rests = sorted(
        (*course.snoozes, *chain.from_iterable(each.rests for each in course.rounds)), key=attrgetter("since")
    )
    asks = chain.from_iterable(each.asks for each in course.rounds)
    run = _run(waits, rests, _terms(course.charges(asks), teams))
    ended_at = run[-1].ends_at
    is_resolved = course.resolved_at is not None
    return _clock(
        Metric.RESOLUTION,
        [run],
        limit,
        met_at=(course.resolved_at if ended_at is None else ended_at) if is_resolved else None,
        paused_at=ended_at,
        cancelled=None if is_resolved else course.cancelled,
    )


# ---- how time is used up


class _Stretch(Struct, frozen=True):
    """Time that counts, under the same terms throughout; `ends_at` None: it goes on."""

    begins_at: int
    ends_at: int | None
    terms: Terms

    def after(self, seconds: int) -> int:
        calendar = self.terms.calendar
        return self.begins_at + seconds if calendar is None else calendar.advance(self.begins_at, seconds)

    def spent(self) -> int:
        end = self.begins_at if self.ends_at is None else self.ends_at
        calendar = self.terms.calendar
        return end - self.begins_at if calendar is None else calendar.elapsed(self.begins_at, end)


_Run: TypeAlias = "list[_Stretch]"
_Span: TypeAlias = "tuple[int, int | None]"
_Terms: TypeAlias = "list[tuple[int, Terms]]"
"""Terms by the moments from which they hold, in order."""

_Limit: TypeAlias = "Callable[[Terms], int | None]"
"""Gives the seconds that terms allow; None: they set no limit."""


def _clock(metric: Metric, runs: Sequence[_Run], limit: _Limit, **ended: Any) -> Clock | None:
    """Give the clock of several runs that end together: it warns and is due when the first of them does."""
    reached = [(*found, run) for run in runs if (found := _reached(run, limit))]
    if not reached:
        return None
    due_at, _, pressing = min(reached, key=lambda each: each[0])
    return Clock(
        metric,
        min(run[0].begins_at for run in runs),
        warn_at=min(_warned(run, terms, limit) for _, terms, run in reached),
        due_at=due_at,
        escalations=tuple(_escalations(pressing, due_at)),
        **ended,
    )


def _reached(run: _Run, limit: _Limit) -> tuple[int, Terms] | None:
    """Give the moment at which the used time adds up to what is allowed then, and by which terms.

    A run that ended before gives the moment at which it would have, had it gone on.
    """
    used, found = 0, None
    for each in run:
        allowed = limit(each.terms)
        found = None if allowed is None else (each.after(max(0, allowed - used)), each.terms)
        if found and each.ends_at is not None and found[0] < each.ends_at:
            return found
        used += each.spent()
    return found


def _warned(run: _Run, due_by: Terms, limit: _Limit) -> int:
    """Give when the warning share was used up, by the terms under which it is due: others no longer count."""

    def share(terms: Terms) -> int | None:
        return int((limit(terms) or 0) * terms.team.warn_at_share) if terms == due_by else None

    found = _reached(run, share)
    return found[0] if found else run[0].begins_at


def _escalations(run: _Run, due_at: int) -> Iterator[Escalation]:
    """Tell each level's moment: what it waits for is counted from the breach, in the hours of the target."""
    late = [each for each in run if each.ends_at is None or each.ends_at > due_at]
    after = [replace(each, begins_at=max(each.begins_at, due_at)) for each in late]
    for level in range(1, 1 + max((len(each.terms.team.escalation) for each in after), default=0)):
        if found := _reached(after, partial(_borne_seconds, level=level)):
            yield Escalation(level, found[0] + 1)


def _borne_seconds(terms: Terms, *, level: int) -> int | None:
    levels = terms.team.escalation
    return levels[level - 1].after_minutes * _MINUTE if level <= len(levels) else None


def _terms(charges: Iterable[tuple[int, Charge]], teams: Mapping[str, Team]) -> _Terms:
    return [(at, Terms(teams[charge.team], charge.priority)) for at, charge in charges]


def _run(waits: Iterable[_Span], rests: Sequence[Rest], terms: _Terms) -> _Run:
    """Cut what was waited where nothing counted, and where the terms changed."""
    return [each for wait in waits for span in _without(wait, rests) for each in _under(span, terms)]


def _without(wait: _Span, rests: Iterable[Rest]) -> Iterator[_Span]:
    """Leave out rests, in order; the moment at which a wait ended stays, be it as an empty span."""
    begins_at, ends_at = wait
    for rest in rests:
        if rest.until is not None and rest.until <= begins_at:
            continue
        if ends_at is not None and rest.since >= ends_at:
            break
        yield begins_at, rest.since
        if rest.until is None:
            return
        begins_at = rest.until
    yield begins_at, ends_at


def _under(span: _Span, terms: _Terms) -> Iterator[_Stretch]:
    begins_at, ends_at = span
    first = max(0, bisect_right(terms, begins_at, key=itemgetter(0)) - 1)
    cuts = [at for at, _ in terms[first + 1 :] if ends_at is None or at < ends_at]
    begins = [begins_at, *cuts]
    for (begin, end), (_, each) in zip(zip(begins, [*cuts, ends_at], strict=True), terms[first:], strict=False):
        yield _Stretch(begin, end, each)
