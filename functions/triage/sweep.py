"""What the schedule mends: events that the stream gave up, and cases that only time has changed.

One event that can't be filed never holds up the others: it is counted, logged and tried again a minute later. As every
open case passes by, they are counted for whoever asks how the queue stands.
"""

from __future__ import annotations

import heapq
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct, field

from desk.errors import DeskError
from desk.queue import count
from desk.store.desk_items import read_case, read_event
from desk.store.queue_count import keep_count
from desk.telemetry import logger
from triage.retention import remove_old_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from desk.case import Case
    from desk.event import Event
    from desk.store.codec import Item
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from triage.filing import Filer
    from triage.watch import IncidentWatch

_STREAM_TAKES_SECONDS = 60
"""Younger events are still the stream's business."""
_HEARD_AT_ONCE = 25


class Swept(Struct, frozen=True):
    """What one sweep did; `oldest_seconds` is the age of the oldest event that should have been filed by then.

    An answer of ours whose conversation nobody knows may wait for its case for a day and counts for nothing here.
    """

    done: int = 0
    failed: int = 0
    oldest_seconds: int = 0


def watch_incidents(watch: IncidentWatch) -> Swept:
    """Let incidents take their course; what fails there holds up nothing else."""
    try:
        watched = watch.run()
        return Swept(watched.changed, watched.failed)
    except (DeskError, ValueError, KeyError):
        logger.exception("incidents can't be watched")
        return Swept(failed=1)


def file_what_waits(
    filer: Filer, desk: DeskTable, *, now: int, has_time: Callable[[], bool], tell: Callable[[Case | None], None]
) -> Swept:
    """File every event that nobody filed although it was due."""
    done = failed = oldest = 0
    for item in _listened(filer, desk.unfiled_items(now - _STREAM_TAKES_SECONDS)):
        if not has_time():
            break
        try:
            partition, event = read_event(item)
            oldest = max(oldest, 0 if event.may_wait else now - event.seen_at)
            tell(filer.file(partition, event))
            done += 1
        except (DeskError, ValueError, KeyError):
            failed += 1
            logger.exception("event can't be filed", partition=item["pk"]["S"], key=item["sk"]["S"])
    return Swept(done, failed, oldest)


def remove_texts(
    desk: DeskTable, ledger: Ledger, *, started_at: int, keep_days: int, now: int, has_time: Callable[[], bool]
) -> Swept:
    """Remove the texts that are too old; one that can't be removed is waited for, and holds up nothing else."""
    try:
        return Swept(
            remove_old_texts(desk, ledger, started_at=started_at, keep_days=keep_days, now=now, has_time=has_time)
        )
    except (DeskError, ValueError, KeyError):
        logger.exception("old texts can't be removed")
        return Swept(failed=1)


def readable(items: Iterable[Item]) -> Iterator[Event]:
    """Give the events that can be read; one that can't be must not keep the others from being heard."""
    for item in items:
        with suppress(DeskError, ValueError, KeyError):
            yield read_event(item)[1]


def _listened(filer: Filer, items: Iterable[Item]) -> Iterator[Item]:
    """Give what waits; the filer hears a batch of it before the first of that batch is filed."""
    rest = iter(items)
    while batch := list(islice(rest, _HEARD_AT_ONCE)):
        filer.listen(readable(batch))
        yield from batch


def go_through_queues(
    filer: Filer, desk: DeskTable, ledger: Ledger, *, now: int, has_time: Callable[[], bool]
) -> Swept:
    """Fold every open case that time alone has changed, of every team that ever had a queue, and count them all."""
    walk = _Walk(filer, now, has_time)
    counted = count(walk.cases(_queued(desk, ledger)), now)
    if walk.is_whole:
        keep_count(ledger, counted)
    return Swept(walk.done, walk.failed)


def _queued(desk: DeskTable, ledger: Ledger) -> Iterator[Item]:
    """Give the open cases of all teams as stored, the next due first: those that time has changed come early."""
    queues = (desk.open_case_items(team) for team, _ in ledger.values("QUEUES", dict))
    return heapq.merge(*queues, key=_due_at)


def _due_at(item: Item) -> int:
    return int(item["due_at"]["N"])


class _Walk(Struct):
    """One way through the queues. `is_whole`: it saw every case there is, so what it counted may be told."""

    filer: Filer
    now: int
    has_time: Callable[[], bool]
    done: int = 0
    failed: int = 0
    is_whole: bool = True
    seen: set[str] = field(default_factory=set)

    def cases(self, items: Iterable[Item]) -> Iterator[Case]:
        """Give each case once, as it stands now, although those that are folded move back in the queue meanwhile."""
        for item in items:
            if not self.has_time():
                self.is_whole = False
                return
            if item["sk"]["S"] not in self.seen:
                self.seen.add(item["sk"]["S"])
                yield from filter(None, [self._current(item)])

    def _current(self, item: Item) -> Case | None:
        """Give a case as it stands now: None if it was erased meanwhile, as stored if it can't be folded."""
        stored: Case | None = None
        try:
            stored = read_case(item)
            if stored.next_change is None or stored.next_change > self.now:
                return stored
            case = self.filer.refold(stored.case_id)
        except (DeskError, ValueError, KeyError):
            self.failed += 1
            self.is_whole = self.is_whole and stored is not None
            logger.exception("case can't be folded", case_id=item["sk"]["S"].removeprefix("CASE#"))
            return stored
        self.done += 1
        return case
