"""How what came of scenes is told: lines and a table. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from desk.meter import Metered
from desk.outbox import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from local.burst.siege import Came

_COLUMNS = ("what happens", "mentions", "held", "lost", "reported", "said twice", "minutes", "wall s")
_MOST_FAULTS = 10


def lines_of(came: Came) -> Iterator[str]:
    """Say in lines what became of a scene."""
    yield f"{came.scene.part.name}: {came.scene.part.mentions:,} mentions, all read after {came.minutes} minutes"
    yield f"    held {came.held:,}, lost {came.lost:,}, reported as lost {came.reported:,}; cases {came.cases:,}"
    yield f"    automatic replies on X {came.replies:,}, said twice {came.said_twice}; so far {_counts(came.states)}"
    yield f"    X: {came.x_requests:,} calls, {came.x_returned:,} posts read, {came.x_billed:,} of them billed"
    yield f"    DynamoDB: {_units(came, Metered.WRITE_UNIT)} write units, {_units(came, Metered.READ_UNIT)} read units"
    if came.killed:
        yield f"    killed {_counts(came.killed)}; scheduled runs that died of it {_counts(came.failed) or 'none'}"
    if came.x_faults:
        yield f"    calls to X that failed: {_counts(came.x_faults)}"
    yield from (f"    FAULT {fault}" for fault in came.faults[:_MOST_FAULTS])
    if len(came.faults) > _MOST_FAULTS:
        yield f"    and {len(came.faults) - _MOST_FAULTS:,} more"
    yield f"    {came.seconds:.0f} s"


def table_of(all_of_them: Iterable[Came]) -> Table:
    """Draw what became of all scenes."""
    table = Table(title="Bursts, silences and kills on the deployed stack", title_justify="left", header_style="")
    for number, column in enumerate(_COLUMNS):
        table.add_column(column, justify="right" if number else "left")
    for came in all_of_them:
        table.add_row(*_row(came))
    return table


def _row(came: Came) -> Iterator[str]:
    yield came.scene.part.name
    counts = (came.scene.part.mentions, came.held, came.lost, came.reported, came.said_twice, came.minutes)
    yield from (f"{count:,}" for count in counts)
    yield f"{came.seconds:.0f}"


def _units(came: Came, name: str) -> str:
    return f"{came.used[name]:,.0f}" if name in came.used else "-"


def _counts(counts: Mapping[str, int]) -> str:
    """Write counts by name, states in their own order."""
    order = [*State, *sorted(counts.keys() - set(State))]
    return ", ".join(f"{counts[name]:,} {name}" for name in order if counts.get(name))
