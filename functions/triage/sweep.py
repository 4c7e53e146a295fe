"""What the schedule mends: events that the stream gave up, and cases that only time has changed.

One event that can't be filed never holds up the others: it is counted, logged and tried again a minute later.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from desk.errors import DeskError
from desk.store.desk_items import read_event
from desk.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from desk.case import Case
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from triage.filing import Filer

_STREAM_TAKES_SECONDS = 60
"""Younger events are still the stream's business."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did; `oldest_seconds` is the age of the oldest event that should have been filed by then.

    An answer of ours whose conversation nobody knows may wait for its case for a day and counts for nothing here.
    """

    done: int = 0
    failed: int = 0
    oldest_seconds: int = 0


def file_what_waits(
    filer: Filer, desk: DeskTable, *, now: int, has_time: Callable[[], bool], tell: Callable[[Case | None], None]
) -> Swept:
    """File every event that nobody filed although it was due."""
    done = failed = oldest = 0
    for item in desk.unfiled_items(now - _STREAM_TAKES_SECONDS):
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


def refold_what_changed(
    filer: Filer, desk: DeskTable, ledger: Ledger, *, now: int, has_time: Callable[[], bool]
) -> Swept:
    """Fold every open case whose state time alone has changed, of every team that ever had a queue."""
    done = failed = 0
    for case_id in _changing(desk, ledger, now):
        if not has_time():
            break
        try:
            filer.refold(case_id)
            done += 1
        except (DeskError, ValueError, KeyError):
            failed += 1
            logger.exception("case can't be folded", case_id=case_id)
    return Swept(done, failed)


def _changing(desk: DeskTable, ledger: Ledger, now: int) -> Iterator[str]:
    teams = [team for team, _ in ledger.values("QUEUES", dict)]
    return chain.from_iterable(desk.changing_cases(team, now) for team in teams)
