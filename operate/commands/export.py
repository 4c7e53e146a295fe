"""Write the cases of a period, or its figures, to a file for a spreadsheet or another program. It sends nothing.

`cases`: one case in each row. `sla` and `accuracy`: one figure in each row, as the API's reports of these names.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import to_builtins
from msgspec.structs import replace

from desk.figures import csv_of, figures_of
from desk.figures.accuracy import accuracy_of
from desk.store.cases_of_period import cases_of_period
from desk.store.costs_of_period import costs_of_period
from desk.store.roll_ups import Counting
from operate.asked_cases import by_opening
from operate.case_rows import csv_of_cases
from operate.csv_file import write
from operate.days import add_days, asked_period
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from report.wording import stretch

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Mapping

    from desk.figures import Period
    from desk.policy import Policy
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "export"
HELP = "write cases or figures of a period to a CSV file"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("what", choices=sorted(_WRITERS), help="what is written: %(choices)s", metavar="WHAT")
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="where it goes; what was there is replaced")
    add_days(parser)
    add_policy(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Count and write; raises ArgumentError for days in the wrong order, Misconfigured where nothing can be written."""
    policy = read(arguments.policy)
    period = asked_period(arguments, policy.time_zone)
    with terminal.working("counting"):
        text = _WRITERS[arguments.what](deployment, policy, period)
    write(arguments.file, text)
    rows = text.count("\r\n") - 1
    value = {"what": arguments.what, "file": str(arguments.file), "rows": rows} | to_builtins(period)
    days = stretch(period.from_at, period.until_at, policy.time_zone)
    return Outcome(value, f"Wrote {arguments.what} of {days} to {arguments.file}, {rows:,} rows.")


def _cases(deployment: Deployment, policy: Policy, period: Period) -> str:  # noqa: ARG001 - one shape for all
    found = sorted(cases_of_period(deployment.desk, deployment.ledger, period), key=by_opening)
    return csv_of_cases(found, deployment.now())


def _sla(deployment: Deployment, policy: Policy, period: Period) -> str:
    """Give what `GET /reports/sla.csv` gives, of as many days as one likes."""
    from api.models import SlaReport  # noqa: PLC0415 - pydantic takes a while that other commands need not wait

    now = deployment.now()
    tally = Counting(deployment.desk, deployment.ledger, policy, now).tally(period)
    figures = figures_of(tally, period, policy=policy, as_of=now)
    costs = costs_of_period(deployment.ledger, period, policy=policy, as_of=now)
    return csv_of(SlaReport.model_validate(replace(figures, costs=costs)).model_dump(mode="json"))


def _accuracy(deployment: Deployment, policy: Policy, period: Period) -> str:
    """Give what `GET /reports/accuracy.csv` gives, of as many days as one likes."""
    from api.models import AccuracyReport  # noqa: PLC0415 - as above

    now = deployment.now()
    tally = Counting(deployment.desk, deployment.ledger, policy, now).tally(period)
    told = {"as_of": now, "period": period, "time_zone": policy.time_zone}
    return csv_of(AccuracyReport.model_validate(to_builtins(accuracy_of(tally)) | told).model_dump(mode="json"))


_WRITERS: Mapping[str, Callable[[Deployment, Policy, Period], str]] = {
    "cases": _cases,
    "sla": _sla,
    "accuracy": _accuracy,
}
