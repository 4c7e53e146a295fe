"""The live view of a play in the terminal, and plain lines where there is no terminal.

It decides how a `Snapshot` looks, in 80 columns and 24 lines or more, and nothing else: it asks nobody for figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

LAST_ACKNOWLEDGED = 2
LAST_SUBJECTS = 2

_HOUR = 3600
_QUIET, _NAME, _GOOD, _SOON, _BAD = "dim", "not dim bold cyan", "green", "yellow", "bold red"
_NONE = "·"
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Team:
    """How many of a team's cases wait for us, and how many of these are nearly or already late."""

    title: str
    waiting: int
    due_soon: int
    breached: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One automatic reply: when it went out (UTC epoch seconds), to whom (handle without the @), and its text."""

    at: int
    customer: str
    text: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the view shows at one moment of a play.

    `now` is the play's own time in UTC epoch seconds, `share` how much of it was played, from 0 to 1. `sent`,
    `refused` and `waiting` count automatic replies. `acknowledged` and `subjects` (of e-mails) come newest first.
    """

    title: str
    now: int
    time_zone: str
    share: float
    mentions: int
    open: int
    answered: int
    closed: int
    x_calls: int
    teams: tuple[Team, ...]
    sent: int
    refused: int
    waiting: int
    acknowledged: tuple[Acknowledged, ...]
    mails: int
    subjects: tuple[str, ...]
    api_url: str
    token: str
    mailbox_url: str


class View:
    """Shows one snapshot after the other: a frame that changes in place, or a line for each hour of the play."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._live = Live(console=self._console, auto_refresh=False) if self._console.is_terminal else None
        self._hour: int | None = None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def show(self, snapshot: Snapshot) -> None:
        """Show a snapshot; without a terminal only the first one of each hour, and the last one of the play."""
        if self._live:
            self._live.update(frame(snapshot), refresh=True)
            return
        if self._hour is None:
            self._print(*addresses(snapshot))
        hour = snapshot.now // _HOUR
        if hour != self._hour or snapshot.share >= 1:
            self._print(line(snapshot))
        self._hour = hour

    def _print(self, *lines: str) -> None:
        for each in lines:
            self._console.print(each, markup=False, soft_wrap=True)


def frame(snapshot: Snapshot) -> RenderableType:
    """Draw a snapshot; the frame's height does not depend on the figures, so that nothing jumps."""
    return Group(
        _head(snapshot),
        _inset(_figures(snapshot)),
        Text(),
        _inset(_teams(snapshot.teams)),
        Text(),
        _inset(_acknowledgements(snapshot)),
        Text(),
        _inset(_mails(snapshot)),
        Text(),
        _addresses(snapshot),
    )


def line(snapshot: Snapshot) -> str:
    """Say a snapshot in one line."""
    due_soon, breached = (sum(getattr(team, name) for team in snapshot.teams) for name in ("due_soon", "breached"))
    return (
        f"{_local(snapshot.now, snapshot):%a %d %b %H:%M}  {snapshot.share:4.0%}"
        f"  mentions {snapshot.mentions}, cases open {snapshot.open}, answered {snapshot.answered},"
        f" closed {snapshot.closed}, due soon {due_soon}, breached {breached};"
        f" acknowledged {snapshot.sent}, refused {snapshot.refused}, waiting {snapshot.waiting};"
        f" e-mails {snapshot.mails}"
    )


def curl(api_url: str, token: str) -> tuple[str, str]:
    """Give the command that asks the API for the queue, in two lines that a shell takes as one."""
    return f"curl {api_url.rstrip('/')}/queue \\", f'  -H "Authorization: Bearer {token}"'


def wallboard(api_url: str) -> str:
    """Give the address of the wallboard, which asks for the token."""
    return f"{api_url.rstrip('/')}/"


def addresses(snapshot: Snapshot) -> tuple[str, ...]:
    """Say what is played and where one can look at it, in lines."""
    where = f"wallboard: {wallboard(snapshot.api_url)}", f"e-mails: {snapshot.mailbox_url}"
    return (snapshot.title, *curl(snapshot.api_url, snapshot.token), *where)


# ---- the parts of the frame


def _head(snapshot: Snapshot) -> RenderableType:
    first = Table.grid(expand=True)
    first.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    first.add_column(justify="right", no_wrap=True)
    moment = _local(snapshot.now, snapshot)
    when = Text.assemble((f"{moment:%A} {moment.day} {moment:%B}", _QUIET), f"   {moment:%H:%M}", style="bold")
    first.add_row(_plain(snapshot.title, "bold"), when)
    second = Table.grid(expand=True, padding=(0, 1))
    second.add_column(ratio=1)
    second.add_column(justify="right", width=5)
    bar = ProgressBar(
        total=1, completed=snapshot.share, style="bright_black", complete_style="cyan", finished_style="cyan"
    )
    second.add_row(bar, Text(f"{snapshot.share:.0%}", style=_QUIET))
    return Panel(
        Group(first, second),
        box=box.ROUNDED,
        border_style=_QUIET,
        title=Text("MentionDesk", style=_NAME),
        title_align="left",
        padding=(0, 1),
    )


def _figures(snapshot: Snapshot) -> RenderableType:
    figures = {
        "mentions": snapshot.mentions,
        "cases open": snapshot.open,
        "answered": snapshot.answered,
        "closed": snapshot.closed,
        "calls to X": snapshot.x_calls,
    }
    grid = Table.grid(expand=True)
    for _ in figures:
        grid.add_column(ratio=1)
    grid.add_row(*(Text(f"{figure:,}", style="bold") for figure in figures.values()))
    grid.add_row(*(Text(name, style=_QUIET) for name in figures))
    return grid


def _teams(teams: Iterable[Team]) -> RenderableType:
    table = Table(box=None, expand=True, padding=0, header_style=_QUIET)
    table.add_column("teams", ratio=1, no_wrap=True, overflow="ellipsis")
    for name in ("waiting", "due soon", "breached"):
        table.add_column(name, justify="right", width=13)
    for team in teams:
        counts = _count(team.waiting, "bold"), _count(team.due_soon, _SOON), _count(team.breached, _BAD)
        table.add_row(_plain(team.title), *counts)
    return table


def _acknowledgements(snapshot: Snapshot) -> RenderableType:
    counts = (
        (snapshot.sent, "sent", _GOOD),
        (snapshot.refused, "refused", "bold"),
        (snapshot.waiting, "waiting", _SOON),
    )
    rows = Table.grid(expand=True, padding=(0, 2, 0, 0))
    rows.add_column(width=5, no_wrap=True)
    rows.add_column(width=16, no_wrap=True)
    rows.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for each in snapshot.acknowledged[:LAST_ACKNOWLEDGED]:
        at = Text(f"{_local(each.at, snapshot):%H:%M}", style=_QUIET)
        rows.add_row(at, _plain(f"@{each.customer}", "cyan"), _plain(each.text))
    return Group(_headed("acknowledgements", counts), *_filled(rows, LAST_ACKNOWLEDGED))


def _mails(snapshot: Snapshot) -> RenderableType:
    rows = Table.grid(expand=True)
    rows.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for subject in snapshot.subjects[:LAST_SUBJECTS]:
        rows.add_row(_plain(subject))
    return Group(_headed("e-mails", [(snapshot.mails, "sent", _GOOD)]), *_filled(rows, LAST_SUBJECTS))


def _addresses(snapshot: Snapshot) -> RenderableType:
    """Write them without frame or padding: a space behind the backslash would break a copied command."""
    ask, token = curl(snapshot.api_url, snapshot.token)
    board = (f"{_INDENT}wallboard  ", _QUIET), wallboard(snapshot.api_url)
    mails = (f"\n{_INDENT}e-mails    ", _QUIET), snapshot.mailbox_url
    return Text.assemble(f"{_INDENT}{ask}\n{_INDENT}{token}\n", *board, *mails, overflow="fold")


def _headed(name: str, counts: Iterable[tuple[int, str, str]]) -> RenderableType:
    words = [Text.assemble(("   ", ""), _count(count, style), (f" {what}", _QUIET)) for count, what, style in counts]
    return Text.assemble((name, _QUIET), *words)


def _filled(rows: Table, height: int) -> Sequence[RenderableType]:
    """Give rows, and as many empty lines as are missing."""
    filled: list[RenderableType] = [rows] if rows.row_count else []
    return [*filled, *(Text() for _ in range(height - rows.row_count))]


def _count(count: int, style: str) -> Text:
    return Text(f"{count:,}", style=style) if count else Text(_NONE, style=_QUIET)


def _inset(what: RenderableType) -> RenderableType:
    return Padding(what, (0, len(_INDENT)))


def _plain(text: str, style: str = "") -> Text:
    """Take words from outside as they are: no markup, no line breaks, nothing that a terminal would obey."""
    return Text("".join(each if each.isprintable() else " " for each in text), style=style)


def _local(moment: int, snapshot: Snapshot) -> datetime:
    return datetime.fromtimestamp(moment, ZoneInfo(snapshot.time_zone))
