"""What the API's answers about the queue take, with few and with very many open cases.

The handler is the real one, from the request to the JSON; DynamoDB is a table in memory. So the time is the function's
own, without the network; how many pages and units DynamoDB would give is computed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from api import sources
from api.handler import handle
from benchmarks.declared import schemas
from benchmarks.made_up import DAY, MORNING, cases, shipped_policy
from benchmarks.memory_table import MemoryTable
from benchmarks.outcome import Outcome, Table
from benchmarks.timing import medians
from desk.access import Scope, fingerprint
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger, Token
from tests.api_gateway import FakeContext, request

if TYPE_CHECKING:
    from collections.abc import Iterator

_COUNTS = (100, 10_000, 100_000)
_TOKEN = "desk_benchmarks"  # noqa: S105 - made up
_PATHS = ("/health", "/queue", "/cases")
_PAGE_MS = 20
"""Assumed: a page of 1 MB read by a function of 512 MB. Only the note uses it."""


@dataclass(frozen=True, slots=True)
class _Answered:
    """One request: its median time, and the units and pages that it read."""

    path: str
    open_cases: int
    seconds: float
    read_units: float
    pages: int


def run() -> Outcome:
    """Measure and lay out."""
    answered = [each for count in _COUNTS for each in _answers(count)]
    yardstick = answered[0].seconds
    rows = [_row(each, yardstick) for each in answered]
    notes = (
        f"The yardstick is GET {_PATHS[0]}, which reads nothing. Time of the function alone, without the network.",
        f"Each page is a call, one after the other: at some {_PAGE_MS} ms each, pages x {_PAGE_MS} ms come on top.",
    )
    columns = ("request", "open cases", "x yardstick", "ms", "read units", "pages")
    figures = {f"{each.path} of {each.open_cases}": _figures(each) for each in answered}
    return Outcome((Table("API: the queue", columns, rows, notes),), figures)


def units_per_open_case() -> float:
    """Give the read units that GET /queue takes for each open case when there are many."""
    few = next(each for each in _answers(10_000, rounds=1) if each.path == "/queue")
    return few.read_units / few.open_cases


def _answers(count: int, *, rounds: int = 5) -> Iterator[_Answered]:
    table = MemoryTable(schemas())
    desk, ledger = DeskTable(table, "desk"), Ledger(table, "ledger")
    for case in cases(count, over_seconds=2 * DAY, now=MORNING):
        desk.save_case(case)
    ledger.put(f"TOKEN#{fingerprint(_TOKEN)}", "TOKEN", Token("benchmarks", (Scope.VIEWER,), MORNING))
    for team in shipped_policy().teams:
        ledger.put("QUEUES", team, {})
    tables = {"DESK_TABLE": "desk", "LEDGER_TABLE": "ledger"}
    with (
        patch.dict(os.environ, tables),
        patch.multiple(
            sources,
            desk_table=lambda: desk,
            ledger=lambda: ledger,
            policy=shipped_policy,
            clock_from=lambda _: lambda: MORNING,
        ),
    ):
        for path in _PATHS:
            yield _answer(path, count, table, rounds)


def _answer(path: str, count: int, table: MemoryTable, rounds: int) -> _Answered:
    seconds = medians({path: lambda: _ask(path)}, rounds=rounds)[path]
    table.reset()
    _ask(path)
    return _Answered(path, count, seconds, table.reads, table.pages)


def _ask(path: str) -> None:
    answer = handle(request(path, token=_TOKEN), FakeContext())  # type: ignore[arg-type]  # what Lambda gives
    if answer["statusCode"] != 200:  # noqa: PLR2004 - HTTP
        raise AssertionError(f"GET {path}: {answer['statusCode']} {answer['body'][:200]}")


def _row(each: _Answered, yardstick: float) -> tuple[str, ...]:
    return (
        f"GET {each.path}",
        f"{each.open_cases:,}",
        f"{each.seconds / yardstick:,.1f}",
        f"{each.seconds * 1000:,.1f}",
        f"{each.read_units:,.1f}",
        f"{each.pages}",
    )


def _figures(each: _Answered) -> dict[str, Any]:
    return {"milliseconds": each.seconds * 1000, "read_units": each.read_units, "pages": each.pages}
