"""What a benchmark hands back: tables for people, figures for files. It measures nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; every cell is text already. `notes` say what was measured and what was not."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def markdown(self) -> Iterator[str]:
        """Give the lines of the table in Markdown, its notes as a list."""
        yield from (f"## {self.title}", "", _row(self.columns))
        yield _row(["---", *["---:"] * (len(self.columns) - 1)])
        yield from map(_row, self.rows)
        yield ""
        yield from (f"* {note}" for note in self.notes)
        if self.notes:
            yield ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one benchmark found; `figures` are plain values with their units in their names."""

    tables: Sequence[Table]
    figures: Mapping[str, Any] = field(default_factory=dict)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
