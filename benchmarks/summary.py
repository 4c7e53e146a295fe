"""What the figures of a report take over 100,000 cases, and the whole weekly summary of as many a week.

Time, memory, and the units of reading them by their days.

The cases come one by one from a table in memory, as JSON: decoding them is part of the time, the network is not.
"""

from __future__ import annotations

import tracemalloc
from itertools import count as count_up
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from benchmarks.declared import schemas
from benchmarks.made_up import DAY, MORNING, cases, shipped_policy
from benchmarks.memory_table import MemoryTable
from benchmarks.outcome import Outcome, Table
from benchmarks.timing import once
from desk.figures import Period, measure
from desk.store.cases_of_period import cases_of_period
from desk.store.days import mark_changed
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger
from report.summary import WEEKLY, Summaries, read_request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from report.mailer import Mail

_COUNTS = (1_000, 100_000)
_SHARE_ANSWERED = 0.8
_OVER_DAYS = 7
_MEGABYTE = 1024 * 1024


def run() -> Outcome:
    """Measure and lay out."""
    measured = [_measured(count) for count in _COUNTS]
    weekly = _weekly(_COUNTS[-1])
    base = measured[0]["seconds"]
    rows = [_row(f"{each['cases']:,}", each, base) for each in measured]
    rows += [_row(f"{each['cases']:,}, {name}", each, base) for name, each in weekly.items()]
    notes = (
        f"Cases opened over {_OVER_DAYS} days, {_SHARE_ANSWERED:.0%} answered by a person. Decoding is included.",
        "Memory: the peak of what Python allocates beyond the stored texts, by tracemalloc in a run of its own.",
        "A summary reads its period and the one before: twice this.",
        f"The last rows are a whole weekly summary: {_COUNTS[-1]:,} cases a week, both weeks, staffing and both mails.",
    )
    columns = ("cases", "x the first", "seconds", "us per case", "peak MB", "read units", "pages")
    figures = {f"of {each['cases']} cases": each for each in measured} | weekly
    return Outcome((Table("Report: the figures of a period", columns, rows, notes),), figures)


def _measured(count: int) -> dict[str, Any]:
    table = MemoryTable(schemas())
    desk, ledger = DeskTable(table, "desk"), Ledger(table, "ledger")
    for case in cases(count, over_seconds=_OVER_DAYS * DAY, now=MORNING, share_answered=_SHARE_ANSWERED):
        desk.save_case(case)
    _days_known(ledger, MORNING, _OVER_DAYS)
    period = Period(MORNING - _OVER_DAYS * DAY, MORNING)

    def figures() -> None:
        found = measure(cases_of_period(desk, ledger, period), period, policy=shipped_policy(), as_of=MORNING)
        if found.volume.cases != count:
            raise AssertionError(f"{found.volume.cases} of {count} cases were counted")

    return {"cases": count, **_taken(figures, table)}


def _weekly(count: int) -> dict[str, dict[str, Any]]:
    """Make and render the summary of a week with so many cases after another such week: from cases, from roll-ups."""
    request = read_request({"kind": WEEKLY}, time_zone=shipped_policy().time_zone, now=MORNING)
    table = MemoryTable(schemas())
    desk, ledger = DeskTable(table, "desk"), Ledger(table, "ledger")
    until_at, days = request.period.until_at, 2 * _OVER_DAYS
    for case in cases(2 * count, over_seconds=days * DAY, now=until_at, share_answered=_SHARE_ANSWERED):
        desk.save_case(replace(case, next_change=None))  # what time was to change it has changed
    _days_known(ledger, until_at, days)
    box = _Box()
    summaries = Summaries(desk, ledger, box, shipped_policy(), "https://api.example", MORNING)

    numbers = count_up()

    def summary() -> None:
        summaries.send(request, summaries.figures(request.period))

    def from_cases() -> None:
        policy = replace(shipped_policy(), version=f"never used {next(numbers)}")  # so that nothing is rolled up yet
        some = replace(summaries, policy=policy)
        some.send(request, some.figures(request.period))

    taken = {"weekly summary from cases": _taken(from_cases, table)}
    summary()  # rolls the days up
    taken["the same from roll-ups"] = _taken(summary, table)
    if not box.subject.startswith(f"{shipped_policy().brand}, week 9: {count:,} cases"):
        raise AssertionError(f"the mail says {box.subject}")
    return {name: {"cases": 2 * count, **each} for name, each in taken.items()}


class _Box:
    """Takes mails; it keeps the last subject."""

    subject = ""

    def send(self, mail: Mail, *, to: Sequence[str], reply_to: Sequence[str]) -> None:  # noqa: ARG002
        self.subject = mail.subject


def _days_known(ledger: Ledger, until_at: int, days: int) -> None:
    for number in range(days + 1):
        mark_changed(ledger, until_at - number * DAY, now=until_at - number * DAY)


def _taken(work: Callable[[], None], table: MemoryTable) -> dict[str, Any]:
    table.reset()
    seconds = once(work)
    reads, pages = table.reads, table.pages
    return {"seconds": seconds, "peak_bytes": _peak_bytes(work), "read_units": reads, "pages": pages}


def _peak_bytes(work: Callable[[], None]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _row(name: str, each: dict[str, Any], base: float) -> tuple[str, ...]:
    return (
        name,
        f"{each['seconds'] / base:.1f}",
        f"{each['seconds']:.2f}",
        f"{each['seconds'] / each['cases'] * 1e6:.1f}",
        f"{each['peak_bytes'] / _MEGABYTE:.1f}",
        f"{each['read_units']:,.0f}",
        f"{each['pages']}",
    )
