"""Cases as a table for a spreadsheet: one row each, under columns that stay the same. Pure.

No word of a customer stands in it, so that nothing that a spreadsheet would take for a formula can come in.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from desk.sla import Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from desk.case import Case

Cell = str | int | bool | None

COLUMNS = (
    *("case_id", "customer_id", "url", "opened_at", "team", "priority", "category", "topic", "status", "sla_state"),
    *("language", "sentiment", "handle", "is_answerable", "posts", "answers", "first_answer_at", "agent", "assignee"),
    *("acknowledgement", "resolved_at", "closed_because", "policy_version"),
    *(f"{metric}_{fact}" for metric in Metric for fact in ("state", "due_at", "met_at")),
)
"""Moments are UTC, as 2026-03-10T07:06:00Z. Of each target it tells the latest clock."""


def csv_of_cases(cases: Iterable[Case], now: int) -> str:
    """Give cases as CSV (RFC 4180) with a header, as they stand at `now`; nothing stands for what is not known."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({name: _cell(name, value) for name, value in _row(case, now).items()} for case in cases)
    return text.getvalue()


def _row(case: Case, now: int) -> Mapping[str, Cell]:
    own = {name: getattr(case, name) for name in COLUMNS if hasattr(case, name)}
    shown = {"url": f"https://x.com/i/status/{case.opening_post}", "sla_state": case.clock_state(now)}
    return own | shown | dict(_clocks(case, now))


def _clocks(case: Case, now: int) -> Iterator[tuple[str, Cell]]:
    for metric in Metric:
        clock = case.current_clock(metric)
        yield f"{metric}_state", clock.state(now) if clock else None
        yield f"{metric}_due_at", clock.due_at if clock else None
        yield f"{metric}_met_at", clock.met_at if clock else None


def _cell(name: str, value: Cell) -> Cell:
    if isinstance(value, bool):
        return str(value).lower()
    if name.endswith("_at") and isinstance(value, int):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value
