"""Which texts the desk must not keep, and the sweep that removes the old ones in small steps.

The text of a customer's post goes when the post was deleted on X (X's developer policy, 2026-08: within 24 hours), that
of every filed post when it is older than the policy keeps texts. Figures, ids and what triage decided stay, so that a
case folds to the same. What was filed late finds its text gone by its own filing; the sweep removes all the others.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from desk.event import Event, Gone, Kind
from desk.store.desk_items import BUCKET_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

_DAY_SECONDS = 86_400
_SETTLES_SECONDS = 3600
"""Until then the index surely shows what was filed; what is filed later is old enough by its own filing."""

_READ_BACK_SECONDS = 8 * _DAY_SECONDS
"""Posts made this long before the setup may be here: X's search reaches 7 days back (X docs, 2026-08)."""

_BUCKETS_A_RUN = 48
"""Four hours of five-minute buckets, read within a second; six runs catch up with a day."""

_AT_ONCE = 8
"""Threads that scrub: a burst's bucket may hold thousands of posts."""


def texts_to_remove(events: Sequence[Event], *, now: int, keep_days: int) -> dict[str, Gone]:
    """Give the sort keys of the events of one case whose texts must go, with the reason. Pure."""
    deleted = {event.concerns for event in events if event.kind is Kind.DELETED}
    found = ((event.key, _why(event, deleted, now - keep_days * _DAY_SECONDS)) for event in events if event.has_text)
    return {key: why for key, why in found if why}


def _why(event: Event, deleted: set[str | None], before: int) -> Gone | None:
    if event.post and event.post.first_id in deleted:
        return Gone.DELETED
    return Gone.EXPIRED if event.at <= before else None


def remove_old_texts(
    desk: DeskTable, ledger: Ledger, *, started_at: int, keep_days: int, now: int, has_time: Callable[[], bool]
) -> int:
    """Remove texts older than `keep_days` from where the last run ended; gives how many went.

    `started_at`: when the desk was set up. Killed anywhere, the next run goes over the same buckets again.
    """
    first = begins = ledger.get("RETENTION", "TEXTS", int) or _bucket_of(started_at - _READ_BACK_SECONDS)
    until = now - keep_days * _DAY_SECONDS - _SETTLES_SECONDS
    removed = 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while begins + BUCKET_SECONDS <= min(until, first + _BUCKETS_A_RUN * BUCKET_SECONDS):
            scrubbed = list(pool.map(partial(_scrub, desk, has_time), desk.posts_of_bucket(begins)))
            removed += scrubbed.count(True)
            if not has_time():
                break
            begins += BUCKET_SECONDS
    if begins != first:
        ledger.put("RETENTION", "TEXTS", begins)
    return removed


def _scrub(desk: DeskTable, has_time: Callable[[], bool], place: tuple[str, str]) -> bool:
    partition, key = place
    event = desk.event(partition, key) if has_time() else None
    if event is None or not event.has_text:
        return False
    desk.scrub(partition, event, Gone.EXPIRED)
    return True


def _bucket_of(at: int) -> int:
    return at // BUCKET_SECONDS * BUCKET_SECONDS
