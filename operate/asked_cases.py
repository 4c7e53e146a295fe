"""Which cases an operator asks for, and in which order they come. Pure; it reads no store."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from desk.case import Status
from desk.sla import ClockState
from desk.store.desk_items import Place

if TYPE_CHECKING:
    from argparse import Namespace

    from desk.case import Case

STATES: Final = (*Status, ClockState.PENDING, ClockState.IMMINENT, ClockState.BREACHING)
"""What a case can be: by whose turn it is, or by its most pressing clock."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a case must be to be shown; None: anything. `assignee` "" is nobody's; letters may be large or small."""

    team: str | None = None
    state: str | None = None
    priority: str | None = None
    category: str | None = None
    assignee: str | None = None

    @classmethod
    def of(cls, arguments: Namespace) -> Wanted:
        """Read it from the options of the same names."""
        return cls(**{field.name: getattr(arguments, field.name) for field in fields(cls)})

    def admits(self, case: Case, now: int) -> bool:
        """Say whether a case is one of them at `now` (UTC epoch seconds)."""
        state = case.clock_state(now)
        return (
            self.team in {None, case.team}
            and self.state in {None, case.status, state}
            and self.priority in {None, case.priority}
            and self.category in {None, case.category}
            and (self.assignee is None or self.assignee.casefold() == (case.assignee or "").casefold())
        )


def by_urgency(case: Case) -> tuple[int, str]:
    """Rank open cases as their queue does: the next due first."""
    return Place.of(case).due_at, case.case_id


def by_opening(case: Case) -> tuple[int, str]:
    """Rank cases by when they opened."""
    return case.opened_at, case.case_id
