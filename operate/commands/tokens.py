"""Create, list, rotate and revoke tokens of the API.

`rotate` gives a new one of the same name and scope; the old one ends at once, as a revoked one does.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rich.text import Text

from desk.access import Scope
from operate import tokens
from operate.moments import told
from operate.outcome import Outcome
from operate.tables import table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "tokens"
HELP = "create, list, rotate and revoke tokens of the API"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", nargs="?", default="list", choices=("create", "list", "rotate", "revoke"))
    parser.add_argument("name", nargs="?", help="whose or what for; needed but to list")
    parser.add_argument("--scope", type=Scope, choices=list(Scope), default=Scope.VIEWER, help="default: viewer")


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:  # noqa: ARG001
    """Do what was asked; raises DeskError for a name that is taken, or that nobody has."""
    if arguments.action == "list":
        return _listed(deployment)
    if not arguments.name:
        raise argparse.ArgumentError(None, f"`desk tokens {arguments.action}` needs a name")
    if arguments.action == "create":
        return _created(deployment, arguments.name, arguments.scope)
    if arguments.action == "rotate":
        return _rotated(deployment, arguments.name)
    tokens.revoke(deployment.ledger, arguments.name)
    return Outcome({"revoked": arguments.name}, f"The token {arguments.name} is valid no more.")


def created(name: str, scope: Scope, token: str) -> Text:
    """Say a new token, the only time."""
    text = Text(f"Token {name} ({scope}), shown only now; keep it where you keep passwords:\n")
    text.no_wrap = True
    return text.append(token, style="bold")


def _created(deployment: Deployment, name: str, scope: Scope) -> Outcome:
    token = tokens.create(deployment.ledger, name=name, scope=scope, now=deployment.now())
    return Outcome({"name": name, "scope": scope.value, "token": token}, created(name, scope, token))


def _rotated(deployment: Deployment, name: str) -> Outcome:
    scope, token = tokens.rotate(deployment.ledger, name, now=deployment.now())
    return Outcome({"name": name, "scope": scope.value, "token": token}, created(name, scope, token))


def _listed(deployment: Deployment) -> Outcome:
    found = list(tokens.every(deployment.ledger))
    shown = table("Tokens of the API", "name", "scope", "since")
    for each in found:
        shown.add_row(each.name, each.scope.value, told(each.created_at, "UTC"))
    value = [{"name": each.name, "scope": each.scope.value, "created_at": each.created_at} for each in found]
    return Outcome({"tokens": value}, shown)
