"""Show how the desk stands: since when it listens, whether it posts, incidents, what waits, what it spent today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import to_builtins

from desk.notice import day_of
from desk.store.incidents import ongoing
from operate import budget, posting, waiting
from operate.moments import told
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from operate.tables import foreign, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from desk.store.incidents import Ongoing
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "status"
HELP = "show how the desk stands"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_policy(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:  # noqa: ARG001
    """Read what the desk knows of itself, and X's budget in the policy."""
    now = deployment.now()
    setup = deployment.ledger.setup()
    unfiled, unsettled = waiting.unfiled(deployment.desk, now), waiting.unsettled(deployment.desk, now)
    spent = deployment.ledger.spent(day_of(now))
    switch = deployment.ledger.switch()
    stands = budget.look(deployment, read(arguments.policy))
    incidents = ongoing(deployment.ledger)
    value = {
        "as_of": now,
        "stack": deployment.stack,
        "api_url": deployment.outputs["ApiUrl"],
        "handles": sorted(setup.handles) if setup else [],
        "listens_since": setup.started_at if setup else None,
        "posting": bool(switch and switch.allows(deployment.desk.name)),
        "incidents": [_incident(each) for each in incidents],
        "unfiled": unfiled.count,
        "unsettled": unsettled.count,
        "budget": to_builtins(stands),
        "spent_today": spent,
    }
    shown = table(f"{deployment.stack}, {told(now, 'UTC')}", "what", "how it stands")
    shown.add_row("listens", f"since {told(setup.started_at, 'UTC')}" if setup else "not yet: run `desk setup`")
    shown.add_row("accounts", ", ".join(f"@{name}" for name in sorted(setup.handles)) if setup else "-")
    shown.add_row("posting", posting.words(deployment))
    shown.add_row("incidents", foreign("\n".join(_told(each) for each in incidents) or "none"))
    shown.add_row("X's budget", budget.words(stands))
    shown.add_row("events not filed yet", unfiled.words)
    shown.add_row("posts not settled yet", unsettled.words)
    shown.add_row("spent today (UTC)", ", ".join(f"{what} {amount}" for what, amount in sorted(spent.items())) or "-")
    shown.add_row("API", deployment.outputs["ApiUrl"])
    return Outcome(value, shown)


def _incident(each: Ongoing) -> dict[str, str | int]:
    return {"incident_id": each.incident_id, "stage": each.stage, "label": each.cluster.label, "since": each.since}


def _told(each: Ongoing) -> str:
    return f"{each.stage}: {each.cluster.label}, since {told(each.since, 'UTC')} ({each.incident_id})"
