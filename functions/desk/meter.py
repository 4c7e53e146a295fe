"""What this process has used since it was last written down: sums in memory, and nothing else.

Whoever uses something adds it here; `desk.store.counted` writes the sums to the ledger once an invocation.
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Metered(StrEnum):
    """What is counted; the values are attributes of the ledger's items.

    WRITE_UNIT, READ_UNIT: DynamoDB's request units, as it reports them. REFUSED_UNIT: write units of conditions that
    did not hold, which it bills and does not report: the least they can be. MEGABYTE_MS: memory times time. MAIL: one
    for each recipient. COMPREHEND_UNIT: 100 characters, three at least for a text. MENTION: a post to us that was not
    known yet.
    """

    WRITE_UNIT = "write_unit"
    REFUSED_UNIT = "refused_unit"
    READ_UNIT = "read_unit"
    INVOCATION = "invocation"
    MEGABYTE_MS = "megabyte_ms"
    MAIL = "mail"
    COMPREHEND_UNIT = "comprehend_unit"
    MENTION = "mention"


class Meter:
    """Sums that threads may add to at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sums: defaultdict[str, float] = defaultdict(int)

    def add(self, what: str, amount: float) -> None:
        """Add to one sum."""
        with self._lock:
            self._sums[what] += amount

    def take(self) -> dict[str, float]:
        """Give all sums and begin anew; what could not be written down is given back by `put_back`."""
        with self._lock:
            taken = dict(self._sums)
            self._sums.clear()
        return taken

    def put_back(self, taken: Mapping[str, float]) -> None:
        """Take back what was taken, on top of what was added meanwhile."""
        for what, amount in taken.items():
            self.add(what, amount)


@cache
def meter() -> Meter:
    """Give the meter of this process."""
    return Meter()
