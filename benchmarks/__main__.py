"""`python -m benchmarks [NAME ...] [--json FILE] [--markdown FILE]`: runs benchmarks, all without a name, and prints.

`python -m benchmarks sample PATH` plays to the published AWS sample instead, of which PATH is a checkout, and
`python -m benchmarks surges PATH` looks for surges in a folder of series beside those it makes up. It decides
nothing and judges nothing; figures in JSON are for comparing two runs on one machine.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table as Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.outcome import Outcome, Table

NAMES = ("cpu", "quality", "judged", "dynamodb", "queue", "summary", "imports", "costs")
ON_A_PATH = ("sample", "surges")
"""Benchmarks that are run one at a time, on a folder that is no part of the repository."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What the desk costs, measured.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables there")
    asked = parser.parse_args(arguments)
    names, checkout = _parted(asked.names)
    if unknown := [name for name in names if name not in {*NAMES, *ON_A_PATH}]:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES + ON_A_PATH)}")
    _seclude()
    console = Console(width=None if Console().is_terminal else 140)
    outcomes = {}
    for name in names or NAMES:
        outcomes[name] = _run(name, *checkout)
        for table in outcomes[name].tables:
            _print(console, table)
    if asked.json:
        asked.json.write_text(json.dumps(_document(outcomes), indent=2) + "\n", encoding="utf-8")
    if asked.markdown:
        command = f"python -m benchmarks {' '.join([*asked.names, '--markdown', str(asked.markdown)])}"
        asked.markdown.write_text(_page(outcomes, command), encoding="utf-8")


def _seclude() -> None:
    """Before anything of the desk is imported: no account of anybody's can be reached, and timing writes no log."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "benchmarks",
        "AWS_SECRET_ACCESS_KEY": "benchmarks",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "benchmarks",
        "POWERTOOLS_METRICS_NAMESPACE": "MentionDesk",
        "LOG_LEVEL": "CRITICAL",
    }
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        os.environ.pop(name, None)


def _parted(words: Sequence[str]) -> tuple[Sequence[str], Sequence[Path]]:
    """Part names of benchmarks from the folder that some are told."""
    return (words[:1], [Path(each) for each in words[1:2]]) if {*words[:1]} & {*ON_A_PATH} else (words, ())


def _run(name: str, *checkout: Path) -> Outcome:
    outcome: Outcome = importlib.import_module(f"benchmarks.{name}").run(*checkout)
    return outcome


def _print(console: Console, table: Table) -> None:
    drawn = Drawn(title=table.title, title_justify="left", title_style="bold", header_style="")
    for number, column in enumerate(table.columns):
        drawn.add_column(column, justify="right" if number else "left")
    for row in table.rows:
        drawn.add_row(*row)
    console.print(drawn)
    for note in table.notes:
        console.print(f"  {note}", markup=False, highlight=False, style="dim")
    console.print()


def _page(outcomes: dict[str, Outcome], command: str) -> str:
    head = ["# What it costs", "", f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d}; do not edit.", ""]
    lines = [line for outcome in outcomes.values() for table in outcome.tables for line in table.markdown()]
    return "\n".join([*head, *lines]).rstrip() + "\n"


def _document(outcomes: dict[str, Outcome]) -> dict[str, object]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "figures": {name: outcome.figures for name, outcome in outcomes.items()},
    }


if __name__ == "__main__":
    main()
