"""Show how the queue stands: open cases by team, and who waits longest."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import to_builtins

from desk.queue import TeamQueue, count
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from operate.tables import table
from report.wording import duration

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from rich.table import Table

    from desk.queue import Pressing
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "queue"
HELP = "show how the queue stands"

_COLUMNS = ("waiting", "imminent", "breaching", "answered")


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_policy(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:  # noqa: ARG001
    """Count the open cases of every team that has or ever had a queue."""
    now = deployment.now()
    former = {name for name, _ in deployment.ledger.values("QUEUES", object)}
    names = sorted(former | set(read(arguments.policy).teams))
    counted = count(chain.from_iterable(map(deployment.desk.open_cases, names)), now)
    queues = [counted.of(name) for name in names]
    return Outcome({"as_of": now, "teams": [to_builtins(each) for each in queues]}, _table(queues, now))


def _table(queues: list[TeamQueue], now: int) -> Table:
    shown = table("The queue", "team")
    for column in (*_COLUMNS, "longest wait", "next due in"):
        shown.add_column(column, justify="right")
    for each in queues:
        counts = to_builtins(each.counts)
        numbers = [str(counts[column]) for column in _COLUMNS]
        shown.add_row(each.team, *numbers, _distance(each.oldest_waiting, now), _distance(each.next_due, now))
    return shown


def _distance(found: Pressing | None, now: int) -> str:
    return duration(abs(now - found.at)) if found else "-"
