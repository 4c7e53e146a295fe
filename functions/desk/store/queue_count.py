"""The count of a long queue, kept for whoever asks: the sweep of triage writes it, everybody may read it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from desk.errors import Conflict
from desk.queue import Count

if TYPE_CHECKING:
    from desk.store.ledger import Ledger


def kept_count(ledger: Ledger) -> Count | None:
    """Give the last count of the queue if it was long then; a short queue is counted whenever somebody asks."""
    kept = ledger.get("COUNTED", "QUEUE", Count)
    return kept if kept and kept.is_long else None


def keep_count(ledger: Ledger, count: Count) -> None:
    """Keep a count of a long queue, and none of a short one; a later count is never replaced."""
    kept, version = ledger.versioned("COUNTED", "QUEUE", Count)
    is_later = kept is None or kept.as_of < count.as_of
    if is_later and (count.is_long or (kept and kept.is_long)):
        with suppress(Conflict):  # another sweep kept its own meanwhile, which is as good
            told = count if count.is_long else Count(count.as_of, {})  # it would name cases for good
            ledger.put_version("COUNTED", "QUEUE", told, version=version)
