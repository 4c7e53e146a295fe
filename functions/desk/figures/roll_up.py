"""One day's tally in a shape that can be stored, and how long it stays true. Pure.

A month is then added up from its days, and only the days that changed are counted from cases again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping  # noqa: TC003 - the codec reads the types at run time
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from desk.figures.model import Breach, Standing  # noqa: TC001
from desk.figures.tally import Subject, Tally
from desk.figures.waits import Waits
from desk.policy.model import Priority  # noqa: TC001
from desk.sla import Metric  # noqa: TC001

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from desk.case import Case

SETTLES_SECONDS = 600
"""What was written so long ago is surely in the index that cases are counted from, on every machine's clock."""


EDITION = 3
"""Of what is counted: a roll-up of another edition is counted again. 3: the cases of incidents apart."""


class RollUp(Struct, frozen=True):
    """A day's tally as of a moment. `changes_at`: when time alone changes it, unless a case of it changes before."""

    as_of: int
    changes_at: int | None
    counts: Mapping[Subject, Mapping[str, int]]
    waits: Mapping[Subject, Mapping[str, Waits]]
    clocks: tuple[tuple[Metric, str, Priority, Standing, int], ...]
    breaches: tuple[Breach, ...]
    edition: int = 1
    clocks_apart: tuple[tuple[Metric, str, Priority, Standing, int], ...] = ()

    def is_true(self, *, changed_at: int, now: int) -> bool:
        """Say whether it still tells what its cases do, of which the latest was written at `changed_at`."""
        is_unchanged = self.edition == EDITION and changed_at + SETTLES_SECONDS < self.as_of
        return is_unchanged and (self.changes_at is None or now < self.changes_at)


class Watched:
    """Cases passing by; `changes_at` is the first moment at which time alone changes one of those that did."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._cases = cases
        self.changes_at: int | None = None

    def __iter__(self) -> Iterator[Case]:
        for case in self._cases:
            if case.next_change is not None:
                self.changes_at = min(case.next_change, self.changes_at or case.next_change)
            yield case


def rolled_up(tally: Tally, *, as_of: int, changes_at: int | None) -> RollUp:
    """Pack a tally."""
    counts: defaultdict[Subject, dict[str, int]] = defaultdict(dict)
    for (subject, name), count in tally.counts.items():
        counts[subject][name] = count
    waits: defaultdict[Subject, dict[str, Waits]] = defaultdict(dict)
    for (subject, name), some in tally.waits.items():
        waits[subject][name] = some.packed()
    clocks, apart = (tuple((*key, count) for key, count in some.items()) for some in (tally.clocks, tally.clocks_apart))
    return RollUp(as_of, changes_at, counts, waits, clocks, tuple(tally.breaches), EDITION, apart)


def unrolled(stored: RollUp, *, as_of: int) -> Tally:
    """Give the tally again; what was late and is still open is later by now."""
    counts = {(subject, name): count for subject, by in stored.counts.items() for name, count in by.items()}
    waits = {(subject, name): some for subject, by in stored.waits.items() for name, some in by.items()}
    clocks, apart = (
        Counter({(metric, team, priority, standing): n for metric, team, priority, standing, n in some})
        for some in (stored.clocks, stored.clocks_apart)
    )
    breaches = [_aged(breach, as_of) for breach in stored.breaches]
    return Tally(Counter(counts), defaultdict(Waits, waits), clocks, breaches, apart)


def _aged(breach: Breach, as_of: int) -> Breach:
    return replace(breach, late_seconds=as_of - breach.due_at) if breach.is_open else breach
