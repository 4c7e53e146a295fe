"""The days that a command is asked for, from the first to the last, counted as the brand counts days."""

from __future__ import annotations

from argparse import ArgumentError
from datetime import date
from typing import TYPE_CHECKING

from desk.figures import Period, local_day

if TYPE_CHECKING:
    from argparse import Namespace, _ActionsContainer


def add_days(parser: _ActionsContainer, *, required: bool = True) -> None:
    """Add the first and the last day."""
    for option, name, meaning in (("--from", "first", "first day"), ("--to", "last", "last day, included")):
        shown = {"dest": name, "metavar": "DAY", "help": f"{meaning}, YYYY-MM-DD"}
        parser.add_argument(option, type=date.fromisoformat, required=required, **shown)


def asked_period(arguments: Namespace, time_zone: str) -> Period:
    """Give the period of the days asked for; raises ArgumentError as `check_days`."""
    check_days(arguments)
    first, last = (local_day(day, time_zone) for day in (arguments.first, arguments.last))
    return Period(first.from_at, last.until_at)


def check_days(arguments: Namespace) -> None:
    """Raise ArgumentError where the last day is before the first."""
    if arguments.first > arguments.last:
        raise ArgumentError(None, f"--from {arguments.first} is after --to {arguments.last}")
