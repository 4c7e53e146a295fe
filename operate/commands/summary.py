"""Send the summary of a period now, and show its figures or write them to a file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk.errors import DeskError, Misconfigured
from desk.figures import csv_of
from operate.days import add_days, check_days
from operate.outcome import Outcome
from operate.tables import table
from report.wording import count, duration, money, percent, words

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

    from rich.table import Table

    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "summary"
HELP = "send the summary of a period now"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_days(parser)
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the figures there, one in each row")


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Invoke the summary function for the period; raises DeskError with its words if it fails."""
    check_days(arguments)
    until = arguments.last + timedelta(days=1)  # the function reads a period up to, not with, its end
    asked = {"kind": "period", "from": arguments.first.isoformat(), "to": until.isoformat()}
    with terminal.working("counting and sending"):
        answer = deployment.client("lambda").invoke(
            FunctionName=deployment.outputs["SummaryFunctionName"], Payload=json.dumps(asked).encode()
        )
        told: Any = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise DeskError(f"the summary failed: {told.get('errorMessage', told)}")
    if arguments.csv:
        _write(arguments.csv, csv_of(told["figures"]))
        terminal.say(f"wrote {arguments.csv}")
    is_empty = not told["figures"]["volume"]["cases"]
    return Outcome(told, "No case, so no mail was sent." if is_empty else _table(arguments, told["figures"]))


def _table(arguments: Namespace, figures: Mapping[str, Any]) -> Table:
    """Show the head of the summary, which the mail tells whole."""
    volume, coverage, first = figures["volume"], figures["coverage"], figures["responses"]["answerable"]
    shown = table(f"Summary of {arguments.first} to {arguments.last}, sent", "what", "figure")
    shown.add_row(
        "cases", f"{volume['cases']:,}, {volume['answerable']:,} answerable, {count(volume['posts'], 'post')}"
    )
    shown.add_row("coverage", f"{percent(coverage['share'])}, {coverage['answered']:,} of {coverage['answerable']:,}")
    shown.add_row("first response", f"median {duration(first['median_seconds'])}, p90 {duration(first['p90_seconds'])}")
    for each in figures["hit_rates"]:
        if each["team"] is None and each["priority"] is None:
            shown.add_row(f"{words(each['metric'])} on time", f"{percent(each['share'])} of {each['n']:,}")
    shown.add_row("breaches", f"{figures['breach_count']:,}")
    if figures["costs"]:
        shown.add_row("costs", money(figures["costs"]["total"]["usd"]))
    return shown


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as fault:
        raise Misconfigured(f"the summary was sent, but {file} can't be written: {fault.strerror}") from fault
