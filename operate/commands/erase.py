"""Erase a customer: everything stored of them, for good, with a receipt. Cut short, triage's sweep goes on."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import to_builtins

from desk.erasure import Wanted
from desk.errors import Misconfigured
from desk.store.erasing import want
from operate import posting
from operate.erasure import erasure_of
from operate.moments import told
from operate.outcome import Outcome
from operate.tables import table

if TYPE_CHECKING:
    from rich.table import Table

    from desk.erasure import Receipt
    from desk.store.erasing import Erasure
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "erase"
HELP = "erase everything stored of a customer, with a receipt"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("customer_id", help="the customer's user id on X, a number")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    posting.add_by(parser)


def run(deployment: Deployment, arguments: argparse.Namespace, terminal: Terminal) -> Outcome:
    """Erase after asking; raises Misconfigured before `desk setup`."""
    customer_id = arguments.customer_id
    _check(deployment, customer_id)
    erasure = erasure_of(deployment, customer_id, by=arguments.by)
    if not (arguments.yes or terminal.confirms(_question(erasure, customer_id))):
        return Outcome({"erased": False}, "Nothing was erased; without a terminal say --yes.", is_fine=False)
    want(deployment.ledger, customer_id, Wanted(arguments.by, deployment.now()))  # the sweep finishes what is cut short
    receipt = erasure.run()
    return Outcome({"erased": True, "customer_id": customer_id, **to_builtins(receipt)}, _table(customer_id, receipt))


def _check(deployment: Deployment, customer_id: str) -> None:
    setup = deployment.ledger.setup()
    if setup is None:
        raise Misconfigured("the desk is not set up yet: run `desk setup` first")
    if not (customer_id.isascii() and customer_id.isdigit()):
        raise argparse.ArgumentError(None, f"{customer_id!r} is no user id of X; the API shows it as customer_id")
    if customer_id in setup.own_ids:
        raise argparse.ArgumentError(
            None, f"{customer_id} is the account @{setup.name_of(customer_id)} of the desk itself"
        )


def _question(erasure: Erasure, customer_id: str) -> str:
    found = Counter(each.kind for each in erasure.inventory())
    words = ", ".join(f"{kind}: {count}" for kind, count in sorted(found.items())) or "nothing is stored"
    return f"Erase customer {customer_id} for good ({words})?"


def _table(customer_id: str, receipt: Receipt) -> Table:
    shown = table(f"Customer {customer_id} is erased", "what", "")
    for kind, count in sorted(receipt.deleted.items()):
        shown.add_row(f"{kind} deleted", str(count))
    shown.add_row("begun", told(receipt.begun_at, "UTC"))
    shown.add_row("finished", told(receipt.finished_at, "UTC"))
    shown.add_row("by", receipt.by)
    shown.add_row("receipt", receipt.key)
    for words in receipt.beyond_reach:
        shown.add_row("beyond reach", words)
    return shown
