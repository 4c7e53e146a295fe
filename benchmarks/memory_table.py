"""Tables in memory that answer the desk's own queries, for more cases than a simulated DynamoDB can hold in time.

It knows equality of the partition key, `sk <= :until`, limits, pages of 1 MB and start keys, and nothing else. The
units it notes are those of DynamoDB; its time is not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from benchmarks.capacity import PAGE_BYTES, item_bytes, read_units

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.capacity import Schema
    from desk.store.codec import Item

Rank = tuple[int | str, ...]
Partition = list[tuple[Rank, int, "Item"]]


class MemoryTable:
    """A client of DynamoDB in memory; `reads` are the units read so far, `pages` the pages of queries."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._partitions: defaultdict[tuple[str, str, str], Partition] = defaultdict(list)
        self._items: dict[tuple[str, str, str], Item] = {}
        self._sorted = True
        self.reads = 0.0
        self.pages = 0

    def reset(self) -> None:
        """Begin the account anew."""
        self.reads, self.pages = 0.0, 0

    def put_item(self, **request: Any) -> None:
        """Put an item; it must be a new one."""
        name, item = request["TableName"], request["Item"]
        schema = self._schemas[name]
        self._items[name, item["pk"]["S"], item["sk"]["S"]] = item
        self._add(name, "", schema.keys, item)
        for index in schema.indexes:
            entry = index.entry(item)
            if entry is not None:
                self._add(name, index.name, (*index.keys, *schema.keys), entry)
        self._sorted = False

    def get_item(self, **request: Any) -> dict[str, Item]:
        """Read one item."""
        key = request["Key"]
        item = self._items.get((request["TableName"], key["pk"]["S"], key["sk"]["S"]))
        self.reads += read_units(item_bytes(item or {}), consistent=request.get("ConsistentRead", False))
        return {"Item": item} if item is not None else {}

    def query(self, **request: Any) -> dict[str, Any]:
        """Read one page of a partition."""
        self._sort()
        name, index = request["TableName"], request.get("IndexName", "")
        keys = self._keys(name, index)
        values = request["ExpressionAttributeValues"]
        partition = self._partitions[name, index, next(iter(values.values()))["S"]]
        first, last = _bounds(partition, keys, request.get("ExclusiveStartKey"), values.get(":until"))
        page, size = _page(partition, first, min(last, first + request.get("Limit", last)))
        self.reads += read_units(size, consistent=request.get("ConsistentRead", False))
        self.pages += 1
        has_more = first + len(page) < last
        return {"Items": page, **({"LastEvaluatedKey": {key: page[-1][key] for key in keys}} if has_more else {})}

    def _keys(self, name: str, index: str) -> tuple[str, ...]:
        schema = self._schemas[name]
        return (*schema.index(index).keys, *schema.keys) if index else schema.keys

    def _add(self, name: str, index: str, keys: tuple[str, ...], item: Item) -> None:
        self._partitions[name, index, item[keys[0]]["S"]].append((_rank(item, keys), item_bytes(item), item))

    def _sort(self) -> None:
        if not self._sorted:
            for partition in self._partitions.values():
                partition.sort(key=lambda entry: entry[0])
            self._sorted = True


def _rank(item: Mapping[str, Mapping[str, Any]], keys: tuple[str, ...]) -> Rank:
    return tuple(int(item[key]["N"]) if "N" in item[key] else str(item[key]["S"]) for key in keys[1:])


def _bounds(
    partition: Partition, keys: tuple[str, ...], start: Item | None, until: Mapping[str, str] | None
) -> tuple[int, int]:
    first = bisect_right(partition, _rank(start, keys), key=lambda entry: entry[0]) if start else 0
    ceiling: Rank = (until["S"],) if until else ()
    last = bisect_right(partition, ceiling, key=lambda entry: entry[0]) if until else len(partition)
    return first, max(first, last)


def _page(partition: Partition, first: int, last: int) -> tuple[list[Item], int]:
    page: list[Item] = []
    size = 0
    for position in range(first, last):
        _, each, item = partition[position]
        if page and size + each > PAGE_BYTES:
            break
        page.append(item)
        size += each
    return page, size
