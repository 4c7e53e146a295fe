"""Send the summary of a period now, and show its figures or write them to a file."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.pretty import Pretty

from desk.errors import DeskError, Misconfigured
from desk.figures import csv_of
from operate.outcome import Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "summary"
HELP = "send the summary of a period now"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True, help="first day, YYYY-MM-DD")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True, help="last day, included")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the figures there, one in each row")


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Invoke the summary function for the period; raises DeskError with its words if it fails."""
    terminal.say("counting and sending")
    until = arguments.last + timedelta(days=1)  # the function reads a period up to, not with, its end
    asked = {"kind": "period", "from": arguments.first.isoformat(), "to": until.isoformat()}
    answer = deployment.client("lambda").invoke(
        FunctionName=deployment.outputs["SummaryFunctionName"], Payload=json.dumps(asked).encode()
    )
    told: Any = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise DeskError(f"the summary failed: {told.get('errorMessage', told)}")
    if arguments.csv and told:
        _write(arguments.csv, csv_of(told["figures"]))
        terminal.say(f"wrote {arguments.csv}")
    return Outcome(told or {}, Pretty(told, expand_all=True) if told else "There was nothing to sum up.")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as fault:
        raise Misconfigured(f"the summary was sent, but {file} can't be written: {fault.strerror}") from fault
