"""Waits in a shape that adds up: seconds as they were, and of crowded days a sketch of known error.

What was counted from cases is exact. Only what is packed, to be kept as a day's roll-up, gives up exact seconds: where
there are more than `MOST_KEPT` of them. Counts within the limits of reports stay exact even then.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from desk.figures.formulas import response_times, spread
from desk.figures.model import LIMITS_MINUTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.figures.model import ResponseTimes, Spread

MOST_KEPT = 1000
"""Waits of one kind in a day that are kept as they are; more become a sketch."""

RELATIVE_ERROR = 0.01
"""A duration read from a sketch is at most this share longer or shorter than the true one of its rank.

Source: Masson, Rim, Lee, "DDSketch" (2019), PVLDB 12(12), proposition 4; merging sketches adds no error.
"""

_MINUTE = 60


class Ranked(Protocol):
    """Durations that can be asked for by rank."""

    def __len__(self) -> int: ...

    def at(self, index: int) -> int:
        """Give the seconds of a rank, 0 the shortest."""
        ...

    def within(self, limit_minutes: int) -> int:
        """Count those no longer than one of `LIMITS_MINUTES`."""
        ...


class Exact(Struct, frozen=True):
    """Seconds as they were, in ascending order."""

    ordered: Sequence[int]

    def __len__(self) -> int:
        return len(self.ordered)

    def at(self, index: int) -> int:
        """Give the seconds of a rank."""
        return self.ordered[index]

    def within(self, limit_minutes: int) -> int:
        """Count those no longer than a limit."""
        return bisect_right(self.ordered, limit_minutes * _MINUTE)


class PackedSketch(Struct, frozen=True):
    """A sketch to be stored: counts of its bins from the bin `first` on, how many waited no second, counts by limit."""

    first: int
    counts: tuple[int, ...]
    at_once: int
    by_limit: tuple[int, ...]


class Sketch:
    """How many waits fell into each bin, a bin being about two per cent wide."""

    def __init__(self) -> None:
        # It takes 30 ms to import, which only the reports of crowded days need to pay for.
        from ddsketch.mapping import LogarithmicMapping  # noqa: PLC0415
        from ddsketch.store import DenseStore  # noqa: PLC0415

        self._mapping = LogarithmicMapping(RELATIVE_ERROR)
        self._bins = DenseStore()
        self._at_once = 0
        self._by_limit = [0] * len(LIMITS_MINUTES)

    def __len__(self) -> int:
        return self._at_once + int(self._bins.count)

    def add(self, seconds: Sequence[int]) -> None:
        """Count waits; one of no second or less counts as one of none."""
        for each in seconds:
            if each > 0:
                self._bins.add(self._mapping.key(each))
            else:
                self._at_once += 1
        exact = Exact(sorted(seconds))
        self._by_limit = [
            known + exact.within(limit) for known, limit in zip(self._by_limit, LIMITS_MINUTES, strict=True)
        ]

    def join(self, other: PackedSketch) -> None:
        """Take in what was counted elsewhere."""
        for offset, count in enumerate(other.counts):
            if count:
                self._bins.add(other.first + offset, count)
        self._at_once += other.at_once
        self._by_limit = [known + more for known, more in zip(self._by_limit, other.by_limit, strict=True)]

    def at(self, index: int) -> int:
        """Give about the seconds of a rank."""
        if index < self._at_once:
            return 0
        return round(self._mapping.value(self._bins.key_at_rank(index - self._at_once)))

    def within(self, limit_minutes: int) -> int:
        """Count those no longer than one of the limits, exactly."""
        return self._by_limit[LIMITS_MINUTES.index(limit_minutes)]

    def packed(self) -> PackedSketch:
        """Give it as it is stored."""
        counts = [int(count) for count in self._bins.bins]
        filled = [index for index, count in enumerate(counts) if count] or [0]
        kept = tuple(counts[filled[0] : filled[-1] + 1])
        return PackedSketch(self._bins.offset + filled[0], kept, self._at_once, tuple(self._by_limit))


class Waits(Struct):
    """Seconds of the waits that ended, how many have not, and what is known of crowded days by sketches alone."""

    seconds: list[int] = field(default_factory=list)
    unended: int = 0
    sketches: list[PackedSketch] = field(default_factory=list)

    @property
    def ended(self) -> int:
        """How many waits ended."""
        return len(self.seconds) + sum(sum(each.counts) + each.at_once for each in self.sketches)

    @property
    def count(self) -> int:
        """How many there are, ended or not."""
        return self.ended + self.unended

    def add(self, seconds: int | None) -> None:
        """Count one wait; None: it has not ended."""
        if seconds is None:
            self.unended += 1
        else:
            self.seconds.append(seconds)

    def join(self, other: Waits) -> None:
        """Take in the waits counted elsewhere."""
        self.seconds += other.seconds
        self.unended += other.unended
        self.sketches += other.sketches

    def ranked(self) -> Ranked:
        """Give those that ended by rank: exactly, or by a sketch where part of them is known by one."""
        if not self.sketches:
            return Exact(sorted(self.seconds))
        whole = Sketch()
        whole.add(self.seconds)
        for each in self.sketches:
            whole.join(each)
        return whole

    def times(self) -> ResponseTimes:
        """Give them as response times."""
        return response_times(self.ranked(), self.unended)

    def spread(self) -> Spread:
        """Give the middle and the upper end of those that ended."""
        return spread(self.ranked())

    def packed(self, most: int = MOST_KEPT) -> Waits:
        """Give them in the space of `most` waits."""
        if len(self.seconds) <= most:
            return self
        sketch = Sketch()
        sketch.add(self.seconds)
        return Waits([], self.unended, [*self.sketches, sketch.packed()])
