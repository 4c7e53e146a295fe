"""List incidents, the latest first, and show one with its evidence, the course of its posts and all that was done.

It only shows: declaring, publishing, resolving and dismissing are done on the wallboard or by the API.
"""

from __future__ import annotations

import re
from argparse import ArgumentError
from typing import TYPE_CHECKING

from rich.console import Group

from desk.errors import NotAllowed
from desk.store.incidents import incident, latest_incidents
from operate.moments import told
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from operate.tables import foreign, table
from report.wording import duration

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from rich.table import Table

    from api.models import IncidentSummary
    from desk.policy import Policy
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "incidents"
HELP = "list incidents, or show one with its evidence"

_ID = re.compile(r"[0-9]{1,20}")


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", nargs="?", choices=("list", "show"), default="list", help="default: list")
    parser.add_argument("incident_id", nargs="?", metavar="INCIDENT_ID", help="with show: which one")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="list N at most (default: 20)")
    add_policy(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """List or show; raises ArgumentError for what can't be an incident, NotAllowed for one that is not there."""
    policy = read(arguments.policy)
    if arguments.action == "show":
        return _show(deployment, arguments.incident_id or "", policy)
    if arguments.incident_id:
        remedy = f"`desk incidents show {arguments.incident_id}` shows one"
        raise ArgumentError(None, f"`desk incidents list` takes no incident; {remedy}")
    with terminal.working("reading"):
        return _list(deployment, max(1, arguments.limit), policy)


def _list(deployment: Deployment, most: int, policy: Policy) -> Outcome:
    from api.incident_views import summary  # noqa: PLC0415 - pydantic takes a while that other commands need not wait

    now, found = deployment.now(), latest_incidents(deployment.ledger, most=most + 1)
    shown, is_cut = [summary(each) for each in found[:most]], len(found) > most
    value = {"as_of": now, "incidents": [each.model_dump(mode="json") for each in shown], "is_cut": is_cut}
    rest = [f"The latest {most:,} are shown; --limit shows more."] if is_cut else []
    return Outcome(value, Group(_table(shown, now, policy.time_zone), *rest) if shown else "There was none yet.")


def _table(incidents: Iterable[IncidentSummary], now: int, zone: str) -> Table:
    shown = table("Incidents", "incident", "stage", "about", "began", "lasted", "at its height", "cases", "held")
    for each in incidents:
        shown.add_row(
            each.incident_id,
            each.stage,
            foreign(each.label),
            told(each.since, zone),
            duration((each.ended_at or now) - each.since),
            f"{each.peak.observed:,.0f}, usual {each.peak.expected:,.1f}",
            f"{each.joined:,}",
            f"{each.held:,}",
        )
    return shown


def _show(deployment: Deployment, incident_id: str, policy: Policy) -> Outcome:
    if not _ID.fullmatch(incident_id):
        raise ArgumentError(None, "name the incident: `desk incidents show 2028420046648246272`")
    found, _ = incident(deployment.ledger, incident_id)
    if found is None:
        raise NotAllowed(f"there is no incident {incident_id}", reason="unknown")
    from api.routes.incidents import detail  # noqa: PLC0415 - as above
    from api.sources import Sources  # noqa: PLC0415
    from operate.incident_story import story  # noqa: PLC0415

    sources = Sources(deployment.desk, deployment.ledger, policy, deployment.now())
    whole = detail(sources, found, with_texts=True)
    return Outcome(whole.model_dump(mode="json"), story(whole, policy.time_zone))
