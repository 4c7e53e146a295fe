"""The figures as a table: one row for each, under a name that stays the same from period to period.

It takes the figures as plain values, just as the API and the summary function answer them, and computes none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Value: TypeAlias = str | float | bool | None

COLUMNS = ("figure", "value")

KEYS: Mapping[str, tuple[str, ...]] = {
    "within": ("limit_minutes",),
    "hit_rates": ("metric", "team", "priority"),
    "breaches": ("case_id", "metric", "due_at"),
    "teams": ("team",),
    "agents": ("agent",),
    "heat_map": ("weekday", "hour"),
    "hours": ("weekday", "hour"),
    "kinds": ("kind",),
    "aspects": ("aspect",),
    "classes": ("name",),
    "confusions": ("by_triage", "by_people"),
}
"""By list: what tells its entries apart, which stands in the name instead of a position that may change."""

_ALL = "*"
"""Stands where an entry is about all teams or priorities; no name in a policy may be so."""


def rows(figures: Mapping[str, object]) -> Iterator[tuple[str, Value]]:
    """Give every figure with its name: `volume.cases`, `hit_rates.first_response.care.*.share`, `heat_map.0.13.cases`.

    Raises KeyError for a list that `KEYS` does not know.
    """
    for name, value in figures.items():
        yield from _rows(name, name, value)


def csv_of(figures: Mapping[str, object]) -> str:
    """Give the figures as CSV (RFC 4180) with a header; nothing stands for what is null."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows((name, _cell(value)) for name, value in rows(figures))
    return text.getvalue()


def _rows(name: str, last: str, value: object) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _rows(f"{name}.{key}", key, inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            told = {key: inner for key, inner in entry.items() if key not in KEYS[last]}
            apart = (_ALL if entry[key] is None else str(entry[key]) for key in KEYS[last])
            yield from _rows(".".join((name, *apart)), last, told)
    elif value is None or isinstance(value, str | float | int):
        yield name, value
    else:
        raise TypeError(f"{name} is no plain value: {value!r}")


def _cell(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value
