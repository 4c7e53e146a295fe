"""What the figures of a report take over 100,000 cases: time, memory, and the units of reading them by their days.

The cases come one by one from a table in memory, as JSON: decoding them is part of the time, the network is not.
"""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

from benchmarks.declared import schemas
from benchmarks.made_up import DAY, MORNING, cases, shipped_policy
from benchmarks.memory_table import MemoryTable
from benchmarks.outcome import Outcome, Table
from benchmarks.timing import once
from desk.figures import Period, measure
from desk.notice import day_of
from desk.store.cases_of_period import cases_of_period
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

_COUNTS = (1_000, 100_000)
_SHARE_ANSWERED = 0.8
_OVER_DAYS = 7
_MEGABYTE = 1024 * 1024


def run() -> Outcome:
    """Measure and lay out."""
    measured = [_measured(count) for count in _COUNTS]
    base = measured[0]["seconds"]
    rows = [_row(each, base) for each in measured]
    notes = (
        f"Cases opened over {_OVER_DAYS} days, {_SHARE_ANSWERED:.0%} answered by a person. Decoding is included.",
        "Memory: the peak of what Python allocates beyond the stored texts, by tracemalloc in a run of its own.",
        "A summary reads its period and the one before: twice this.",
    )
    columns = ("cases", "x the first", "seconds", "us per case", "peak MB", "read units", "pages")
    figures = {f"of {each['cases']} cases": each for each in measured}
    return Outcome((Table("Report: the figures of a period", columns, rows, notes),), figures)


def _measured(count: int) -> dict[str, Any]:
    table = MemoryTable(schemas())
    desk, ledger = DeskTable(table, "desk"), Ledger(table, "ledger")
    for case in cases(count, over_seconds=_OVER_DAYS * DAY, now=MORNING, share_answered=_SHARE_ANSWERED):
        desk.save_case(case, version=0)
    for days in range(_OVER_DAYS + 1):
        ledger.put("DAYS", day_of(MORNING - days * DAY), {})
    period = Period(MORNING - _OVER_DAYS * DAY, MORNING)

    def figures() -> None:
        found = measure(cases_of_period(desk, ledger, period), period, policy=shipped_policy(), as_of=MORNING)
        if found.volume.cases != count:
            raise AssertionError(f"{found.volume.cases} of {count} cases were counted")

    table.reset()
    seconds = once(figures)
    reads, pages = table.reads, table.pages
    peak = _peak_bytes(figures)
    return {"cases": count, "seconds": seconds, "peak_bytes": peak, "read_units": reads, "pages": pages}


def _peak_bytes(work: Callable[[], None]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _row(each: dict[str, Any], base: float) -> tuple[str, ...]:
    return (
        f"{each['cases']:,}",
        f"{each['seconds'] / base:.1f}",
        f"{each['seconds']:.2f}",
        f"{each['seconds'] / each['cases'] * 1e6:.1f}",
        f"{each['peak_bytes'] / _MEGABYTE:.1f}",
        f"{each['read_units']:,.0f}",
        f"{each['pages']}",
    )
