"""The erasure of a customer as an operator runs it, over a deployment's tables and under its secret."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from desk.credentials import ERASURE_KEY, lasting_secret
from desk.store.erasing import Erasure

if TYPE_CHECKING:
    from operate.deployment import Deployment


def erasure_of(deployment: Deployment, customer_id: str, *, by: str) -> Erasure:
    """Give the erasure of a customer, under a lease of its own."""
    return Erasure(
        deployment.desk,
        deployment.ledger,
        customer_id,
        by,
        secret=lambda: lasting_secret(deployment.client("ssm"), deployment.parameter(ERASURE_KEY)),
        owner=f"erase-{secrets.token_hex(8)}",
        clock=deployment.now,
        pause=time.sleep,
    )
