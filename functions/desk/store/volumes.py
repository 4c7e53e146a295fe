"""Volumes as the ledger keeps them: one item for five minutes, overwritten by each recount, for sixty days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.incidents.volume import Volume
from desk.notice import day_of

if TYPE_CHECKING:
    from desk.store.ledger import Ledger

_KEEP_SECONDS = 60 * 86_400
_DAY = 86_400


def keep_volume(ledger: Ledger, begins: int, volume: Volume) -> None:
    """Write what was counted of the bucket that begins at `begins` (UTC epoch seconds), whatever stood there."""
    ledger.put(_partition(begins), str(begins), volume, keep_seconds=_KEEP_SECONDS)


def volumes(ledger: Ledger, from_at: int, until_at: int) -> list[tuple[int, Volume]]:
    """Give what was counted from one moment up to, but without, another, in the order of time."""
    days = sorted({_partition(at) for at in (*range(from_at, until_at, _DAY), until_at - 1)})
    found = [each for day in days for each in ledger.values(day, Volume, until=str(until_at - 1))]
    return [(int(begins), volume) for begins, volume in found if int(begins) >= from_at]


def _partition(at: int) -> str:
    return f"VOLUME#{day_of(at)}"
