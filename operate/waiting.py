"""What the desk has still to do: events that nobody filed, outgoing posts that are not settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from report.wording import duration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.store.desk_table import DeskTable


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and for how long the oldest does, in seconds."""

    count: int
    oldest_seconds: int

    @property
    def words(self) -> str:
        """Say it."""
        return f"{self.count}, the oldest for {duration(self.oldest_seconds)}" if self.count else "none"


def unfiled(desk: DeskTable, now: int) -> Waiting:
    """Count events that nobody filed yet, but for answers of ours that may still wait for their case."""
    return _counted((event.seen_at for _, event in desk.unfiled(now) if not event.may_wait), now)


def unsettled(desk: DeskTable, now: int) -> Waiting:
    """Count outgoing posts that a schedule should have looked at by now; deferred ones count from when they may go."""
    return _counted((each.not_before or each.claimed_at or each.planned_at for each in desk.unsettled(now)), now)


def _counted(moments: Iterable[int], now: int) -> Waiting:
    ages = [max(0, now - moment) for moment in moments]
    return Waiting(len(ages), max(ages, default=0))
