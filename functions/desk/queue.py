"""How the queue stands: open cases counted by team, priority and SLA state at one moment. Pure; it fetches nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping  # noqa: TC003 - the codec reads the types at run time
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import asdict

from desk.policy.model import Priority
from desk.sla import ClockState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.case import Case

FEW = 500
"""So many open cases are counted whenever somebody asks: less than a page of 1 MB. More are counted once a minute."""


class Counts(Struct, frozen=True):
    """Open cases: waiting for us or answered; and, where a clock runs, by the most pressing clock's state."""

    open: int = 0
    waiting: int = 0
    answered: int = 0
    pending: int = 0
    imminent: int = 0
    breaching: int = 0


class Pressing(Struct, frozen=True):
    """One case and the moment (UTC epoch seconds) for which it stands out."""

    case_id: str
    team: str
    priority: Priority
    at: int


class TeamQueue(Struct, frozen=True):
    """A team's open cases. `oldest_waiting` waits longest for us; `next_due` is the next to break its target."""

    team: str
    counts: Counts = Counts()
    priorities: Mapping[Priority, Counts] = field(default_factory=lambda: dict.fromkeys(Priority, Counts()))
    oldest_waiting: Pressing | None = None
    next_due: Pressing | None = None


class Count(Struct, frozen=True):
    """Every open case, counted as of a moment (UTC epoch seconds), by team; a team without any may be missing."""

    as_of: int
    teams: Mapping[str, TeamQueue]

    @property
    def is_long(self) -> bool:
        """There are too many to count them whenever somebody asks."""
        return sum(team.counts.open for team in self.teams.values()) > FEW

    def of(self, team: str) -> TeamQueue:
        """Give a team's queue, be it empty."""
        return self.teams.get(team) or TeamQueue(team)


def count(cases: Iterable[Case], now: int) -> Count:
    """Count the open ones of these cases at `now`, in one pass; any order of them gives the same."""
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    for case in cases:
        if case.is_open:
            tallies[case.team].add(case, now)
    return Count(now, {team: tally.told(team) for team, tally in sorted(tallies.items())})


def total(counts: Iterable[Counts]) -> Counts:
    """Add up."""
    tally: Counter[str] = Counter()
    for each in counts:
        tally.update(asdict(each))
    return Counts(**tally)


def earliest(found: Iterable[Pressing | None]) -> Pressing | None:
    """Give the earliest of those that there are."""
    return min(filter(None, found), key=lambda each: (each.at, each.case_id), default=None)


def next_breach_at(case: Case, now: int) -> int | None:
    """Give when the case's next clock still in time falls due; None if none runs or all are late already."""
    running = [clock for clock in case.clocks if clock.is_running]
    return min((clock.due_at for clock in running if clock.state(now) is not ClockState.BREACHING), default=None)


def late_since(case: Case, now: int) -> int | None:
    """Give when the first of the case's running clocks that are late by now fell due; None if none is."""
    return min((each.due_at for each in case.clocks if each.is_running and each.due_at < now), default=None)


class _Tally(Struct):
    """One team's sums so far."""

    marks: dict[Priority, Counter[str]] = field(default_factory=lambda: {each: Counter() for each in Priority})
    oldest: Pressing | None = None
    due: Pressing | None = None

    def add(self, case: Case, now: int) -> None:
        self.marks[case.priority].update(_marks(case, now))
        self.oldest = _earlier(self.oldest, case, case.waiting_since)
        self.due = _earlier(self.due, case, next_breach_at(case, now))

    def told(self, team: str) -> TeamQueue:
        priorities = {priority: Counts(**marks) for priority, marks in self.marks.items()}
        return TeamQueue(team, total(priorities.values()), priorities, self.oldest, self.due)


def _marks(case: Case, now: int) -> tuple[str, ...]:
    state = case.clock_state(now)
    return ("open", case.status.value, *((state.value,) if state else ()))


def _earlier(best: Pressing | None, case: Case, at: int | None) -> Pressing | None:
    if at is None:
        return best
    return earliest((best, Pressing(case.case_id, case.team, case.priority, at)))
