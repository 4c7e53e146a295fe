"""How every table of the command looks, and how words that others wrote stand in it."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text


def table(title: str, *columns: str) -> Table:
    """Give an empty table without a frame: it is to be read, and may be narrow."""
    return Table(*columns, title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")


def foreign(text: str, style: str = "") -> Text:
    """Take words from outside as they are: no markup, nothing that a terminal would obey or turn around."""
    return Text("".join(each if each.isprintable() or each == "\n" else " " for each in text), style=style)
