"""DynamoDB's units from the bytes of items: what a read or a write of them consumes. Pure.

Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats", "DynamoDB read and write operations",
"Using Global Secondary Indexes" and "Managing complex workflows with DynamoDB transactions" (as of 2026-11, from
memory). The guide calls its own sizes of numbers approximate.

The guide says that a transaction writes every item twice, and does not say whether that holds for index entries. Here
they count twice: what comes out is never too small by that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from desk.store.codec import Item

WRITE_BLOCK_BYTES = 1024
READ_BLOCK_BYTES = 4096
PAGE_BYTES = 1024 * 1024
"""A query's page holds no more."""

OVERHEAD_BYTES = 100
"""Storage billed for each item, and for each entry of an index, beside its own bytes."""

_NESTED_BYTES = 3
_TRANSACTION = 2
_EVENTUALLY = 0.5
TABLE = "table"


def item_bytes(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Give the size of an item in DynamoDB's low-level form: the UTF-8 names of its attributes, and their values."""
    return sum(_text_bytes(name) + _value_bytes(value) for name, value in item.items())


def write_units(size: int) -> int:
    """Give the units of one write of so many bytes: one for each KB begun, one at least."""
    return max(1, _blocks(size, WRITE_BLOCK_BYTES))


def read_units(size: int, *, consistent: bool) -> float:
    """Give the units of one read of so many bytes, those of one query's page together: also a read of nothing."""
    blocks = max(1, _blocks(size, READ_BLOCK_BYTES))
    return float(blocks) if consistent else blocks * _EVENTUALLY


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: its keys, and the attributes that it projects beside all keys (None: all there are)."""

    name: str
    keys: tuple[str, ...]
    projected: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """Give the entry that an item has here; None if it lacks a key of the index."""
        if item is None or not all(key in item for key in self.keys):
            return None
        if self.projected is None:
            return dict(item)
        return {name: value for name, value in item.items() if name in self.projected}


@dataclass(frozen=True, slots=True)
class Schema:
    """A table as far as units depend on it."""

    keys: tuple[str, ...]
    indexes: tuple[Index, ...] = ()

    @classmethod
    def of(cls, declared: Mapping[str, Any]) -> Schema:
        """Read what CloudFormation declares of a table."""
        keys = _names(declared["KeySchema"])
        indexes = declared.get("GlobalSecondaryIndexes", ())
        return cls(keys, tuple(_index(each, keys) for each in indexes))

    def index(self, name: str) -> Index:
        """Give the index of that name; raises StopIteration if there is none."""
        return next(index for index in self.indexes if index.name == name)

    def stored_bytes(self, item: Item) -> int:
        """Give the bytes that an item is billed as stored, its entries in the indexes included."""
        entries = [item, *filter(None, (index.entry(item) for index in self.indexes))]
        return sum(item_bytes(entry) + OVERHEAD_BYTES for entry in entries)

    def write(self, before: Item | None, after: Item | None, *, transactional: bool) -> Iterator[tuple[str, int]]:
        """Give the units of a write by where they arise: the table, and each index whose entry changes."""
        factor = _TRANSACTION if transactional else 1
        yield TABLE, factor * write_units(_larger(before, after))
        for index in self.indexes:
            units = _entry_units(index, index.entry(before), index.entry(after))
            if units:
                yield index.name, factor * units


def refused_write_units(existing: Item | None, wanted: Item | None, *, transactional: bool) -> int:
    """Give the units of a write whose condition did not hold: those of the larger item, without any index."""
    return (_TRANSACTION if transactional else 1) * write_units(_larger(existing, wanted))


def _entry_units(index: Index, before: Item | None, after: Item | None) -> int:
    """A changed key deletes one entry and puts another; other changes write the entry once, no change none."""
    if before == after:
        return 0
    if before and after and any(before[key] != after[key] for key in index.keys):
        return write_units(item_bytes(before)) + write_units(item_bytes(after))
    return write_units(_larger(before, after))


def _larger(before: Item | None, after: Item | None) -> int:
    return max(item_bytes(before or {}), item_bytes(after or {}))


def _blocks(size: int, block: int) -> int:
    return -(-size // block)


def _names(key_schema: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in key_schema)


def _index(declared: Mapping[str, Any], table_keys: tuple[str, ...]) -> Index:
    keys, projection = _names(declared["KeySchema"]), declared["Projection"]
    is_all = projection["ProjectionType"] == "ALL"
    named = projection.get("NonKeyAttributes", ())
    return Index(declared["IndexName"], keys, None if is_all else frozenset({*table_keys, *keys, *named}))


def _text_bytes(text: str) -> int:
    return len(text.encode())


def number_bytes(text: str) -> int:
    """Give the size of a number: a byte for two significant digits, one more, and one for a minus sign."""
    mantissa = text.lower().partition("e")[0]
    digits = mantissa.lstrip("+-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + mantissa.startswith("-")


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind not in _BYTES_OF:
        raise ValueError(f"{kind} is no type of DynamoDB that the desk uses")
    return _BYTES_OF[kind](content)


def _map_bytes(content: Mapping[str, Any]) -> int:
    return _NESTED_BYTES + sum(1 + _text_bytes(name) + _value_bytes(each) for name, each in content.items())


_BYTES_OF: dict[str, Callable[[Any], int]] = {
    "S": _text_bytes,
    "N": number_bytes,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda texts: sum(map(_text_bytes, texts)),
    "NS": lambda numbers: sum(map(number_bytes, numbers)),
    "L": lambda values: _NESTED_BYTES + sum(1 + _value_bytes(each) for each in values),
    "M": _map_bytes,
}
