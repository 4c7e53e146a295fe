"""Stop all posting at once. Mentions are still read, filed and clocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from operate import posting
from operate.outcome import Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "stop"
HELP = "stop all posting at once"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    posting.add_by(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:  # noqa: ARG001
    """Switch posting off."""
    posting.turn(deployment, on=False, by=arguments.by)
    return Outcome({"posting": False}, "Posting is off. Mentions are still read and clocked; `desk go` lets it post.")
