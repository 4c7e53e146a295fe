"""The stores of this process, built once on first use; tests replace them by clearing the caches."""

from __future__ import annotations

from functools import cache

from desk.settings import settings
from desk.store.aws import dynamodb
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger


@cache
def desk_table() -> DeskTable:
    """Give the Desk table of this deployment."""
    return DeskTable(dynamodb(), settings().desk_table)


@cache
def ledger() -> Ledger:
    """Give the ledger of this deployment."""
    return Ledger(dynamodb(), settings().ledger_table)
