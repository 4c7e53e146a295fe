"""What `desk --help` says: every command by its purpose, what all of them take, how they end, and examples. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from operate.commands import BY_PURPOSE

if TYPE_CHECKING:
    from collections.abc import Iterable

ABOUT = "Set up, watch and steer a deployed MentionDesk: on AWS, or the local one where AWS_ENDPOINT_URL points to it."

FINE, FAULTY, MISUSED, INTERRUPTED = 0, 1, 2, 130

STATUSES: Final = (
    (FINE, "done; what was looked at is well"),
    (FAULTY, "something is wrong, or could not be done: it is said on the error stream"),
    (MISUSED, "the command was not understood"),
    (INTERRUPTED, "interrupted"),
)

OPTIONS: Final = (
    ("--stack NAME", "name of the deployed stack (default: $DESK_STACK, else mentiondesk)"),
    ("--json", "print one JSON document, and ask nothing"),
    ("--help", "show this, or what a command takes"),
)

EXAMPLES: Final = (
    "desk cases --team care --state breaching",
    "desk cases show 80222-2031310341534646272",
    "desk export cases march.csv --from 2026-03-01 --to 2026-03-31",
    "desk doctor --json --stack mentiondesk-staging",
)

_HEAD, _NAME = "bold", "cyan"


def overview() -> Group:
    """Give the whole page."""
    commands = (
        _part(purpose, ((command.NAME, command.HELP) for command in some)) for purpose, some in BY_PURPOSE.items()
    )
    return Group(
        Text.assemble(("desk", f"{_HEAD} {_NAME}"), " COMMAND [OPTIONS]\n"),
        Text(f"{ABOUT}\n"),
        *commands,
        _part("every command takes", OPTIONS),
        _part("ends with status", ((str(status), means) for status, means in STATUSES)),
        _part("examples", ((example, "") for example in EXAMPLES)),
    )


def _part(title: str, rows: Iterable[tuple[str, str]]) -> Group:
    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_column(no_wrap=True, style=_NAME, min_width=12)
    grid.add_column()
    for name, means in rows:
        grid.add_row(Text(name), Text(means))
    return Group(Text(title, style=_HEAD), Padding(grid, (0, 0, 1, 2)))
