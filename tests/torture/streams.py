"""The Desk table's stream and its two consumers, by the rules that AWS documents for event source mappings.

Records of one partition key come in order, in as many lanes as the mapping runs at once. A batch whose function fails
is split in two and tried again; where the function names records that failed, the first of those and all behind it
are. What was tried too often or grew too old goes to the failure queue. Any batch may come once more.
Source: AWS Lambda developer guide, "Using Lambda to process records from DynamoDB Streams", 2026; figures: template.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from desk.errors import DeskError
from tests.infra.stream_filters import passes
from tests.tables import template
from tests.torture.faults import Killed

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from desk.store.codec import Item


@dataclass(frozen=True, slots=True)
class Record:
    """A new image as the stream carries it; `at` is when it was written (UTC epoch seconds)."""

    number: int
    name: str
    image: Item
    at: int

    @property
    def document(self) -> dict[str, Any]:
        keys = {"pk": self.image["pk"], "sk": self.image["sk"]}
        change = {"SequenceNumber": str(self.number), "Keys": keys, "NewImage": self.image}
        return {"eventID": str(self.number), "eventName": self.name, "eventSource": "aws:dynamodb", "dynamodb": change}


@dataclass(slots=True)
class Batch:
    records: list[Record]
    tries: int = 0


@dataclass(slots=True)
class Lane:
    """Records of some partition keys: those that failed come before those that wait."""

    failed: deque[Batch] = field(default_factory=deque)
    waiting: deque[Record] = field(default_factory=deque)


class Consumer:
    """One event source mapping: the records that pass its filter, and the function it calls with them."""

    def __init__(self, logical: str, event: str, invoke: Callable[[dict[str, Any]], Any], counts: Counter[str]) -> None:
        declared = _declared(logical, event)
        self._patterns = tuple(each["Pattern"] for each in declared["FilterCriteria"]["Filters"])
        self._most_tries = declared["MaximumRetryAttempts"]
        self._longest = declared["MaximumRecordAgeInSeconds"]
        self._most_records = declared["BatchSize"]
        self._lanes = [Lane() for _ in range(declared.get("ParallelizationFactor", 1))]
        self._invoke = invoke
        self._counts = counts
        self._delivered: deque[list[Record]] = deque(maxlen=20)
        self.given_up: list[Record] = []

    def __len__(self) -> int:
        return sum(len(lane.waiting) + sum(len(batch.records) for batch in lane.failed) for lane in self._lanes)

    def take(self, record: Record) -> None:
        """A record reaches the stream."""
        if _passes(record.name, record.image["sk"]["S"].partition("#")[0], self._patterns):
            lane = crc32(record.image["pk"]["S"].encode()) % len(self._lanes)
            self._lanes[lane].waiting.append(record)

    def deliver(self, *, now: int, at_most: int = 100, swapped: bool = False) -> bool:
        """Call the function with one batch of each lane; False if there was none."""
        called = [self._deliver(lane, now, at_most, swapped=swapped) for lane in self._lanes]
        return any(called)

    def deliver_again(self, which: int) -> None:
        """A batch that was delivered comes once more: the checkpoint was lost."""
        if self._delivered:
            self._counts["batch delivered again"] += 1
            self._call(self._delivered[which % len(self._delivered)])

    def lose(self) -> None:
        """All that waits is given up, as after a failure that lasted too long."""
        for lane in self._lanes:
            for record in [each for batch in lane.failed for each in batch.records] + list(lane.waiting):
                self._give_up(record)
            lane.failed.clear()
            lane.waiting.clear()

    def _deliver(self, lane: Lane, now: int, at_most: int, *, swapped: bool) -> bool:
        batch = self._next(lane, min(at_most, self._most_records))
        if batch is None:
            return False
        for record in [each for each in batch.records if now - each.at > self._longest]:
            self._give_up(record)
            batch.records.remove(record)
        if batch.records:
            self._try(lane, batch, swapped=swapped)
        return True

    def _next(self, lane: Lane, size: int) -> Batch | None:
        if lane.failed:
            return lane.failed.popleft()
        taken = [lane.waiting.popleft() for _ in range(min(size, len(lane.waiting)))]
        return Batch(taken) if taken else None

    def _try(self, lane: Lane, batch: Batch, *, swapped: bool) -> None:
        first = self._call(batch.records)
        left = batch.records[first:]
        if not left:
            return
        if batch.tries >= self._most_tries:
            for record in left:
                self._give_up(record)
            return
        self._counts["batch tried again"] += 1
        half = (len(left) + 1) // 2
        again = [Batch(part, batch.tries + 1) for part in (left[:half], left[half:]) if part]
        lane.failed.extendleft(again if swapped else reversed(again))

    def _call(self, records: list[Record]) -> int:
        """Call the function; gives how many records are done, counted from the first."""
        self._delivered.append(list(records))
        try:
            answer = self._invoke({"Records": [record.document for record in records]})
        except (Killed, DeskError):  # anything else is a fault of the code, and nobody catches it
            return 0
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        numbers = [str(record.number) for record in records]
        return min((numbers.index(each) for each in failed), default=len(records))

    def _give_up(self, record: Record) -> None:
        self._counts["record given up"] += 1
        self.given_up.append(record)


class Stream:
    """What the table's stream brings to its consumers."""

    def __init__(self, *consumers: Consumer) -> None:
        self._consumers = consumers
        self._number = 0

    def write(self, before: Item | None, after: Item | None, *, now: int) -> None:
        """The table changed."""
        if after is None:
            return
        self._number += 1
        record = Record(self._number, "INSERT" if before is None else "MODIFY", after, now)
        for consumer in self._consumers:
            consumer.take(record)


@cache
def _declared(logical: str, event: str) -> dict[str, Any]:
    properties: dict[str, Any] = template()["Resources"][logical]["Properties"]["Events"][event]["Properties"]
    return properties


@cache
def _passes(name: str, kind: str, patterns: tuple[str, ...]) -> bool:
    """Ask the template's filter, which looks at the change and the beginning of the sort key."""
    return passes({"eventName": name, "dynamodb": {"NewImage": {"sk": {"S": f"{kind}#"}}}}, patterns)
