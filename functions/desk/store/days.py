"""The UTC days on which cases opened, and when a case of an earlier day was last written: what roll-ups go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from desk.notice import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.store.ledger import Ledger


class Opened(Struct, frozen=True):
    """A day on which a case opened; `changed_at`: when a case of it was last written on a later day."""

    changed_at: int = 0


def mark_changed(ledger: Ledger, opened_at: int, *, now: int) -> None:
    """Say that a case opened at that moment is about to be written; on the day itself it goes without saying."""
    day = day_of(opened_at)
    if day == day_of(now):
        ledger.put_if_absent("DAYS", day, Opened())
    else:
        ledger.put("DAYS", day, Opened(changed_at=now))


def days_opened(ledger: Ledger, *, last: str = "~") -> Iterator[tuple[str, Opened]]:
    """Give the days on which a case opened, up to and with the UTC day `last`, in order."""
    return ledger.values("DAYS", Opened, until=last)
