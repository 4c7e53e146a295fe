"""Let the desk post: acknowledgements go out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.errors import Misconfigured
from operate import posting
from operate.outcome import Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "go"
HELP = "let the desk post"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    posting.add_by(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:  # noqa: ARG001 - one shape for all
    """Switch posting on; raises Misconfigured before `desk setup`, which checks what posting needs."""
    if deployment.ledger.setup() is None:
        raise Misconfigured("the desk is not set up yet: run `desk setup` first")
    posting.turn(deployment, on=True, by=arguments.by)
    return Outcome({"posting": True}, "Posting is on. `desk stop` ends it at once.")
