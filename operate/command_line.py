"""From the words on the command line to one command and its exit status. It decides nothing about the desk."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import contextmanager
from functools import cache
from logging import StreamHandler
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich_argparse import RichHelpFormatter

from desk.errors import DeskError
from desk.telemetry import logger
from operate import commands
from operate.deployment import find
from operate.overview import FAULTY, FINE, INTERRUPTED, MISUSED, overview
from operate.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHORT_TRIES = Config(connect_timeout=5, retries={"mode": "standard"})
_ONE_LONG_TRY = Config(connect_timeout=5, read_timeout=310, retries={"total_max_attempts": 1})
"""A function may run for 300 s, and what it does by hand must not be done again because nobody waited."""


class _Help(RichHelpFormatter):
    """Help in colour; what stands in brackets is meant so."""

    text_markup = help_markup = False
    group_name_formatter = str


class _Overview(argparse.ArgumentParser):
    """The whole command line, which shows its commands by purpose; argparse itself ends with MISUSED."""

    def format_help(self) -> str:
        console = Console(highlight=False)
        with console.capture() as shown:
            console.print(overview())
        return shown.get()


def parser() -> argparse.ArgumentParser:
    """Give the parser of the whole command line."""
    made = _Overview(prog="desk", usage="desk COMMAND [OPTIONS]")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--stack",
        metavar="NAME",
        default=os.environ.get("DESK_STACK", "mentiondesk"),
        help="name of the deployed stack (default: $DESK_STACK, else mentiondesk)",
    )
    shared.add_argument("--json", action="store_true", help="print one JSON document, and ask nothing")
    chosen = made.add_subparsers(
        dest="command", required=True, metavar="COMMAND", prog="desk", parser_class=argparse.ArgumentParser
    )
    for command in commands.ALL:
        added = chosen.add_parser(command.NAME, description=command.__doc__, parents=[shared], formatter_class=_Help)
        command.add_arguments(added)
        added.set_defaults(run=command.run)
    return made


def run(words: Sequence[str]) -> int:
    """Run one command; gives its exit status: 0 fine, 1 something is wrong, 2 misused."""
    if not words:
        parser().print_help(sys.stderr)
        return MISUSED
    arguments = parser().parse_args(words)
    terminal = Terminal(as_json=arguments.json)
    try:
        with _logs_apart():
            outcome = arguments.run(find(arguments.stack, _client), arguments, terminal)
    except argparse.ArgumentError as fault:
        terminal.complain(f"desk {arguments.command}: {fault}")
        return MISUSED
    except (DeskError, ClientError, BotoCoreError) as fault:
        terminal.complain(f"desk {arguments.command}: {fault}")
        return FAULTY
    except KeyboardInterrupt:
        return INTERRUPTED
    terminal.show(outcome)
    return FINE if outcome.is_fine else FAULTY


@contextmanager
def _logs_apart() -> Iterator[None]:
    """Let what the desk's own code logs go where complaints go: an answer stays one JSON document."""
    handlers = [each for each in logger.handlers if isinstance(each, StreamHandler)]
    streams = [handler.setStream(sys.stderr) or sys.stderr for handler in handlers]
    try:
        yield
    finally:
        for handler, stream in zip(handlers, streams, strict=True):
            handler.setStream(stream)


@cache
def _client(service: str) -> Any:
    make: Any = boto3.client  # its stubs know services by literal names only
    return make(service, config=_ONE_LONG_TRY if service == "lambda" else _SHORT_TRIES)
