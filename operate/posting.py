"""The switch that lets the desk post, turned for one Desk table alone: a restored or second table starts off."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from desk.store.ledger import Switch

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from operate.deployment import Deployment


def add_by(parser: ArgumentParser) -> None:
    """Add who turns it."""
    parser.add_argument("--by", default=getpass.getuser(), help="who turns the switch, for the record (default: you)")


def turn(deployment: Deployment, *, on: bool, by: str) -> Switch:
    """Turn posting on or off; respond reads it at every post, so it holds at once."""
    switch = Switch(is_on=on, table=deployment.desk.name, by=by, at=deployment.now())
    deployment.ledger.put("DESK", "SWITCH", switch)
    return switch


def words(deployment: Deployment) -> str:
    """Say how the switch stands."""
    switch = deployment.ledger.switch()
    if switch is None:
        return "off; nobody ever switched it on"
    if switch.is_on and not switch.allows(deployment.desk.name):
        return f"off; it was switched on for another table ({switch.table}) by {switch.by}"
    return f"{'on' if switch.is_on else 'off'}, by {switch.by}"
