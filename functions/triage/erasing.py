"""Erases the customers that the API was asked to erase, one after the other, within the time a sweep has.

What can't be finished now is taken up by the next sweep where it stands. It logs how much went, never whose.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from desk.credentials import erasure_key_for_good
from desk.errors import Conflict, DeskError
from desk.store.erasing import Erasure, wanted
from desk.telemetry import logger
from triage.sweep import Swept

if TYPE_CHECKING:
    from collections.abc import Callable

    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger


def erase_who_is_to_go(
    desk: DeskTable, ledger: Ledger, *, run: str, clock: Callable[[], int], has_time: Callable[[], bool]
) -> Swept:
    """Erase everybody who is to be erased; `run` names this sweep, and its lease of the poll."""
    done = failed = 0
    for customer_id, asked in wanted(ledger):
        erasure = Erasure(
            desk,
            ledger,
            customer_id,
            asked.by,
            secret=erasure_key_for_good,
            owner=f"erase-{run}",
            clock=clock,
            pause=time.sleep,
            has_time=has_time,
        )
        try:
            receipt = erasure.run()
        except Conflict as fault:
            failed += 1
            logger.warning("customer not erased yet", by=asked.by, reason=str(fault))
            continue
        except (DeskError, ValueError, KeyError):
            failed += 1
            logger.exception("customer can't be erased", by=asked.by)
            continue
        done += 1
        logger.info("customer erased", by=asked.by, items=sum(receipt.deleted.values()))
    return Swept(done, failed)
