"""Measure a past period under another policy's targets and calendars, beside what it was. It changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import to_builtins
from rich.console import Group

from desk.figures import what_if
from desk.store.cases_of_period import cases_of_period
from operate.days import add_days, asked_period
from operate.outcome import Outcome
from operate.policy_file import read
from operate.tables import table
from report.wording import count, percent, stretch, words

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from rich.table import Table

    from desk.figures import Compared, HitRate, WhatIf
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "what-if"
HELP = "measure a past period under other targets or calendars"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_days(parser)
    parser.add_argument("--policy", type=Path, required=True, metavar="FILE", help="the policy to measure by")


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Read the period's cases and measure them twice; raises ArgumentError for days in the wrong order."""
    policy = read(arguments.policy)
    period = asked_period(arguments, policy.time_zone)
    with terminal.working("measuring"):
        cases = cases_of_period(deployment.desk, deployment.ledger, period)
        found = what_if(cases, period, policy=policy, as_of=deployment.now())
    title = f"{count(found.cases, 'case')} of {stretch(period.from_at, period.until_at, policy.time_zone)}"
    return Outcome(to_builtins(found), Group(_table(title, found), _late(found)))


def _table(title: str, found: WhatIf) -> Table:
    shown = table(title, "on time")
    for column in ("as it was", "of", f"under {found.policy_version}", "of", "points"):
        shown.add_column(column, justify="right")
    for each in found.hit_rates:
        shown.add_row(_name(each), *_told(each.as_was), *_told(each.what_if), _moved(each))
    return shown


def _name(each: Compared) -> str:
    return ", ".join(filter(None, (words(each.metric), each.team, each.priority)))


def _told(rate: HitRate | None) -> tuple[str, str]:
    return (percent(rate.share), f"{rate.n:,}") if rate else (percent(None), "-")


def _moved(each: Compared) -> str:
    was, would = (rate.share if rate else None for rate in (each.as_was, each.what_if))
    return "" if was is None or would is None else f"{(would - was) * 100:+.1f}"


def _late(found: WhatIf) -> str:
    return (
        f"Cases with a breach: {found.breached_as_was:,} as it was, {found.breached_what_if:,} under "
        f"{found.policy_version}; {len(found.newly_breached):,} newly late, {len(found.spared):,} spared."
    )
