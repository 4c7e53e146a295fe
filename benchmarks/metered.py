"""A DynamoDB client that keeps account: it passes every request on and notes the units that AWS would bill for it.

It reads items before and after each write to know their bytes; those reads are not in its account.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from benchmarks.capacity import TABLE, Schema, item_bytes, read_units, refused_write_units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from desk.store.codec import Item


IN_VAIN = "conditions that did not hold"


@dataclass(slots=True)
class Account:
    """Units and requests. `refused`: write units of conditions that did not hold; `writes` holds them too."""

    reads: float = 0.0
    writes: float = 0.0
    refused: float = 0.0
    doubled_index_writes: float = 0.0
    requests: float = 0.0
    by_place: Counter[str] = field(default_factory=Counter)

    def add(self, other: Account, share: float = 1.0) -> None:
        """Add another account, or a share of it; a negative share takes away."""
        self.reads += share * other.reads
        self.writes += share * other.writes
        self.refused += share * other.refused
        self.doubled_index_writes += share * other.doubled_index_writes
        self.requests += share * other.requests
        for place, units in other.by_place.items():
            self.by_place[place] += share * units  # type: ignore[assignment]  # a Counter counts in floats too


def total(accounts: Iterable[Account], *, per: float = 1.0) -> Account:
    """Add up accounts, and divide."""
    whole = Account()
    for account in accounts:
        whole.add(account, 1 / per)
    return whole


class MeteredClient:
    """DynamoDB's low-level client as the stores use it; `client` carries the requests out."""

    def __init__(self, client: Any, schemas: Mapping[str, Schema]) -> None:
        self._client = client
        self._schemas = schemas
        self._account = Account()

    @contextmanager
    def metering(self, account: Account) -> Iterator[Account]:
        """Note what happens in this block in an account."""
        before, self._account = self._account, account
        try:
            yield account
        finally:
            self._account = before

    # ---- reads

    def get_item(self, **request: Any) -> Any:
        """Read one item."""
        found = self._client.get_item(**request)
        self._read(item_bytes(found.get("Item", {})), consistent=request.get("ConsistentRead", False))
        self._account.requests += 1
        return found

    def batch_get_item(self, **request: Any) -> Any:
        """Read some items: each is billed by itself, missing ones too."""
        found = self._client.batch_get_item(**request)
        for name, asked in request["RequestItems"].items():
            items = found["Responses"].get(name, [])
            missing: list[Item] = [{}] * (len(asked["Keys"]) - len(items))
            for item in [*items, *missing]:
                self._read(item_bytes(item), consistent=asked.get("ConsistentRead", False))
        self._account.requests += 1
        return found

    def query(self, **request: Any) -> Any:
        """Read a page: billed by all that was looked at, before any filter."""
        unfiltered = {key: value for key, value in request.items() if key != "FilterExpression"}
        looked_at = self._client.query(**unfiltered)["Items"]
        index = request.get("IndexName")
        if index:
            looked_at = [self._schemas[request["TableName"]].index(index).entry(item) for item in looked_at]
        self._read(sum(map(item_bytes, looked_at)), consistent=request.get("ConsistentRead", False))
        self._account.requests += 1
        return self._client.query(**request)

    # ---- writes

    def put_item(self, **request: Any) -> Any:
        """Put an item."""
        return self._write(lambda: self._client.put_item(**request), [request], transactional=False)

    def update_item(self, **request: Any) -> Any:
        """Update an item."""
        return self._write(lambda: self._client.update_item(**request), [request], transactional=False)

    def delete_item(self, **request: Any) -> Any:
        """Delete an item."""
        return self._write(lambda: self._client.delete_item(**request), [request], transactional=False)

    def transact_write_items(self, **request: Any) -> Any:
        """Write several items or none."""
        parts = [part for each in request["TransactItems"] for part in each.values()]
        return self._write(lambda: self._client.transact_write_items(**request), parts, transactional=True)

    # ---- the account

    def _read(self, size: int, *, consistent: bool) -> None:
        self._account.reads += read_units(size, consistent=consistent)

    def _write(self, carry_out: Callable[[], Any], parts: Sequence[dict[str, Any]], *, transactional: bool) -> Any:
        before = [self._image(part) for part in parts]
        self._account.requests += 1
        try:
            answer = carry_out()
        except ClientError:
            wanted = [part.get("Item") for part in parts]
            pairs = zip(before, wanted, strict=True)
            units = sum(refused_write_units(*pair, transactional=transactional) for pair in pairs)
            self._account.writes += units
            self._account.refused += units
            self._account.by_place[IN_VAIN] += units
            raise
        for part, image in zip(parts, before, strict=True):
            self._note(part["TableName"], image, self._image(part), transactional=transactional)
        return answer

    def _note(self, table: str, before: Item | None, after: Item | None, *, transactional: bool) -> None:
        for place, units in self._schemas[table].write(before, after, transactional=transactional):
            self._account.writes += units
            self._account.by_place[f"{table} {place}"] += units
            if transactional and place != TABLE:
                self._account.doubled_index_writes += units / 2

    def _image(self, part: Mapping[str, Any]) -> Item | None:
        keys = self._schemas[part["TableName"]].keys
        key = part.get("Key") or {name: part["Item"][name] for name in keys}
        item: Item | None = self._client.get_item(TableName=part["TableName"], Key=key, ConsistentRead=True).get("Item")
        return item
