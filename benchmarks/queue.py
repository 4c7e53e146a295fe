"""What the API's answers about the queue take, with few and with very many open cases, and the sweep that counts them.

Handler and sweep are the real ones; DynamoDB is a table in memory. So the time is the function's own, without the
network; how many pages and units DynamoDB would give is computed. The sweep finds nothing to fold: it was there a
minute ago.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from msgspec.structs import replace

from api import sources
from api.handler import handle
from benchmarks.declared import schemas
from benchmarks.made_up import DAY, MORNING, cases, setup, shipped_policy
from benchmarks.memory_table import MemoryTable
from benchmarks.outcome import Outcome, Table
from benchmarks.timing import medians
from desk.access import Scope, fingerprint
from desk.notice import day_of
from desk.queue import FEW
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger, Token
from desk.store.policy_shelf import PolicyShelf
from tests.api_gateway import FakeContext, request
from triage.filing import Filer
from triage.sweep import Swept, go_through_queues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from desk.case import Case

_COUNTS = (100, 10_000, 100_000)
_TOKEN = "desk_benchmarks"  # noqa: S105 - made up
_PATHS = ("/health", "/queue", "/cases")
_SWEEP = "sweep"
_BEFORE = datetime.fromtimestamp(MORNING - 2 * DAY, UTC).date().isoformat()
"""The day on which the first of the cases was opened."""
_PAGE_MS = 20
"""Assumed: a page of 1 MB read by a function of 512 MB. Only the note uses it."""


@dataclass(frozen=True, slots=True)
class _Answered:
    """One request or sweep: its median time, and the units and pages that it read."""

    name: str
    open_cases: int
    seconds: float
    read_units: float
    pages: int


def run() -> Outcome:
    """Measure and lay out."""
    answered = [each for count in _COUNTS for each in _answers(count)]
    yardstick = next(each.seconds for each in answered if each.name == f"GET {_PATHS[0]}")
    rows = [_row(each, yardstick) for each in answered]
    notes = (
        f"Up to {FEW} open cases are counted by whoever asks, more of them by the sweep of triage, once a minute.",
        f"The yardstick is GET {_PATHS[0]}, which reads nothing. Time of the function alone, without the network.",
        f"Each page is a call, one after the other: at some {_PAGE_MS} ms each, pages x {_PAGE_MS} ms come on top.",
    )
    columns = ("what", "open cases", "x yardstick", "ms", "read units", "pages")
    figures = {f"{each.name} of {each.open_cases}": _figures(each) for each in answered}
    return Outcome((Table("The queue", columns, rows, notes),), figures)


def units_per_open_case() -> float:
    """Give the read units that counting the queue takes for each open case when there are many."""
    tables = _Tables.of(10_000)
    return tables.reading(_SWEEP, tables.sweep, rounds=1).read_units / 10_000


@dataclass(frozen=True, slots=True)
class Wallboard:
    """What a wallboard's requests read: the board of the longest queue that is counted live, a report by case."""

    board_units: float
    board_pages: int
    report_units_per_case: float


def wallboard() -> Wallboard:
    """Measure what a wallboard asks for, at its dearest: one case more and the sweep counts the queue."""
    tables = _Tables.of(FEW)
    with _answering(tables):
        board = tables.reading("board", partial(_ask, "/board", limit=50, state="waiting"), rounds=1)
        report = tables.reading("report", partial(_ask, "/reports/sla", from_=_BEFORE), rounds=1)
    return Wallboard(board.read_units, board.pages, report.read_units / FEW)


@dataclass(frozen=True, slots=True)
class _Tables:
    """Both tables, with so many open cases."""

    count: int
    client: MemoryTable
    desk: DeskTable
    ledger: Ledger

    @classmethod
    def of(cls, count: int) -> _Tables:
        """Fill them."""
        client = MemoryTable(schemas())
        desk, ledger = DeskTable(client, "desk"), Ledger(client, "ledger")
        opened = [_swept(case) for case in cases(count, over_seconds=2 * DAY, now=MORNING)]
        for case in opened:
            desk.save_case(case)
        for day in {day_of(case.opened_at) for case in opened}:
            ledger.put("DAYS", day, {})
        ledger.put(f"TOKEN#{fingerprint(_TOKEN)}", "TOKEN", Token("benchmarks", (Scope.VIEWER,), MORNING))
        for team in shipped_policy().teams:
            ledger.put("QUEUES", team, {})
        return cls(count, client, desk, ledger)

    def sweep(self) -> None:
        """Count as the schedule does."""
        filer = Filer(self.desk, self.ledger, PolicyShelf(shipped_policy(), self.ledger), setup(), now=MORNING)
        swept = go_through_queues(filer, self.desk, self.ledger, now=MORNING, has_time=lambda: True)
        if swept != Swept():
            raise AssertionError(f"there was something to do: {swept}")

    def reading(self, name: str, work: Callable[[], None], rounds: int) -> _Answered:
        """Time it, and note what it reads."""
        seconds = medians({name: work}, rounds=rounds)[name]
        self.client.reset()
        work()
        return _Answered(name, self.count, seconds, self.client.reads, self.client.pages)


def _swept(case: Case) -> Case:
    """Give a case that no sweep folds at this moment."""
    is_due = case.next_change is not None and case.next_change <= MORNING
    return replace(case, next_change=None) if is_due else case


def _answers(count: int, *, rounds: int = 5) -> Iterator[_Answered]:
    tables = _Tables.of(count)
    yield tables.reading(_SWEEP, tables.sweep, rounds)
    with _answering(tables):
        for path in _PATHS:
            yield tables.reading(f"GET {path}", partial(_ask, path), rounds)


@contextmanager
def _answering(tables: _Tables) -> Iterator[None]:
    """Let the function answer from these tables."""
    with (
        patch.dict(os.environ, {"DESK_TABLE": "desk", "LEDGER_TABLE": "ledger"}),
        patch.multiple(
            sources,
            desk_table=lambda: tables.desk,
            ledger=lambda: tables.ledger,
            policy=shipped_policy,
            clock_from=lambda _: lambda: MORNING,
        ),
    ):
        yield


def _ask(path: str, **query: Any) -> None:
    asked = request(path, token=_TOKEN, **query)
    answer = handle(asked, FakeContext())  # type: ignore[arg-type]  # what Lambda gives
    if answer["statusCode"] != 200:  # noqa: PLR2004 - HTTP
        raise AssertionError(f"GET {path}: {answer['statusCode']} {answer['body'][:200]}")


def _row(each: _Answered, yardstick: float) -> tuple[str, ...]:
    return (
        each.name,
        f"{each.open_cases:,}",
        f"{each.seconds / yardstick:,.1f}",
        f"{each.seconds * 1000:,.1f}",
        f"{each.read_units:,.1f}",
        f"{each.pages}",
    )


def _figures(each: _Answered) -> dict[str, Any]:
    return {"milliseconds": each.seconds * 1000, "read_units": each.read_units, "pages": each.pages}
