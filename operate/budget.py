"""How X's budget stands, in an operator's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from desk.spending import Stage, standing
from operate.moments import told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.policy import Policy
    from desk.spending import Line, Standing
    from operate.deployment import Deployment

_WORDS: Final[Mapping[Stage, str]] = {
    Stage.EVERYTHING_ON: "everything is on",
    Stage.SEARCHES_OFF: "searches are off",
    Stage.QUEUE_ONLY: "searches and acknowledgements are off",
}


def look(deployment: Deployment, policy: Policy) -> Standing:
    """Give how the desk stands by X's budget now."""
    now = deployment.now()
    return standing(deployment.ledger.spent_by(now), policy, now=now)


def words(found: Standing) -> str:
    """Say it: the stage, until when, and what was spent of what."""
    until = f" until {told(found.until, 'UTC')}" if found.until else ""
    return f"{_WORDS[found.stage]}{until}; USD {_part(found.day)} today, {_part(found.month)} this month"


def _part(line: Line) -> str:
    return f"{line.spent_usd:,.2f} of {line.budget_usd:,.2f}"
