"""How every table of the command looks."""

from __future__ import annotations

from rich import box
from rich.table import Table


def table(title: str, *columns: str) -> Table:
    """Give an empty table without a frame: it is to be read, and may be narrow."""
    return Table(*columns, title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
