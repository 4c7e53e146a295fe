"""How the queue stands: open cases counted by team, priority and SLA state at one moment. Pure; it fetches nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from desk.policy.model import Priority
from desk.sla import ClockState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from desk.case import Case


@dataclass(frozen=True, slots=True)
class Counts:
    """Open cases: waiting for us or answered; and, where a clock runs, by the most pressing clock's state."""

    open: int = 0
    waiting: int = 0
    answered: int = 0
    pending: int = 0
    imminent: int = 0
    breaching: int = 0


@dataclass(frozen=True, slots=True)
class Pressing:
    """One case and the moment (UTC epoch seconds) for which it stands out."""

    case_id: str
    team: str
    priority: Priority
    at: int


@dataclass(frozen=True, slots=True)
class TeamQueue:
    """A team's open cases. `oldest_waiting` waits longest for us; `next_due` is the next to break its target."""

    team: str
    counts: Counts
    priorities: Mapping[Priority, Counts]
    oldest_waiting: Pressing | None
    next_due: Pressing | None


def standing(team: str, cases: Iterable[Case], now: int) -> TeamQueue:
    """Count a team's open cases at `now`, in one pass; any order of them gives the same."""
    tallies: dict[Priority, Counter[str]] = {priority: Counter() for priority in Priority}
    oldest: Pressing | None = None
    due: Pressing | None = None
    for case in cases:
        tallies[case.priority].update(_marks(case, now))
        oldest = _earlier(oldest, case, case.waiting_since)
        due = _earlier(due, case, next_breach_at(case, now))
    by_priority = {priority: Counts(**tally) for priority, tally in tallies.items()}
    return TeamQueue(
        team=team,
        counts=total(by_priority.values()),
        priorities=by_priority,
        oldest_waiting=oldest,
        next_due=due,
    )


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


def _marks(case: Case, now: int) -> tuple[str, ...]:
    state = case.clock_state(now)
    return ("open", case.status.value, *((state.value,) if state else ()))


def _earlier(best: Pressing | None, case: Case, at: int | None) -> Pressing | None:
    if at is None:
        return best
    return earliest((best, Pressing(case.case_id, case.team, case.priority, at)))
