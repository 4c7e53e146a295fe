"""Reads what can be read of several items: one that can't be hides no other, and is never written.

Newer code may have written it, before this code was deployed again, or it is broken. It stays as it stands until code
that understands it is there; an ERROR names it, and a metric counts it, by which an alarm rings. This is for items that
do without each other: what is only true as a whole (the events of a case, tombstones) is read as a whole or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from desk.errors import NewerItem
from desk.telemetry import MetricUnit, logger, metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from desk.store.codec import Item

T = TypeVar("T")

UNREADABLE = (NewerItem, ValueError, KeyError)
"""What reading an item raises that this code does not understand."""


def readable(
    items: Iterable[Item], read: Callable[[Item], T], *, left_out: Callable[[str], object] | None = None
) -> Iterator[T]:
    """Give what `read` makes of each item; `left_out` is told the sort keys of those that can't be read."""
    for item in items:
        try:
            value = read(item)
        except UNREADABLE:
            metrics.add_metric("UnreadableItems", MetricUnit.Count, 1)
            logger.exception("item can't be read, it stays as it is", partition=item["pk"]["S"], key=item["sk"]["S"])
            if left_out is not None:
                left_out(item["sk"]["S"])
        else:
            yield value
