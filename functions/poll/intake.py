"""Stores what was read: posts become events, what can't be understood is kept aside. Safe to repeat.

It must have stored a whole page before anybody may call that page read.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

from desk.credentials import erasure_key
from desk.erasure import Erased, Tombstone
from desk.event import Event, Kind
from desk.meter import Metered, meter
from desk.notice import day_of
from desk.telemetry import MetricUnit, logger, metrics
from poll.events import Accounts, Placed, place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from desk.post import Post
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

_WRITERS = 8
"""Threads that put items: DynamoDB answers in milliseconds, and a page has a hundred."""


class Intake:
    """Takes in the posts of one run; a context manager, since it holds threads."""

    def __init__(self, desk: DeskTable, ledger: Ledger, accounts: Accounts, *, now: int) -> None:
        self._desk = desk
        self._ledger = ledger
        self._accounts = accounts
        self._now = now
        self._homes: dict[str, str] = {}
        """Where the posts of this run went: the index of posts lags behind by a moment."""

    def __enter__(self) -> Self:
        self._erased = self._who_was_erased()
        self._pool = ThreadPoolExecutor(_WRITERS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def take(self, posts: Iterable[Post], *, source: str, read_for: str | None = None) -> list[Event]:
        """Store posts, the oldest first, and give those that the desk did not know; raises Unavailable."""
        ordered = sorted(posts, key=lambda post: int(post.post_id))
        placed = [each for post in ordered for each in self._place(post, source, read_for) if not self._is_erased(each)]
        are_new = self._pool.map(self._append, placed)
        new = [each.event for each, is_new in zip(placed, are_new, strict=True) if is_new]
        fresh = [event for event in new if event.kind is Kind.POST]
        self._tell(source, fresh)
        return fresh

    def is_erased(self, customer_id: str, post_id: str) -> bool:
        """Say whether a post belongs to what was erased."""
        return self._erased.holds(customer_id, post_id)

    def set_aside(self, malformed: Iterable[tuple[Any, str]], *, source: str) -> None:
        """Keep what X sent and nobody understands, once, with its reason."""
        for raw, reason in malformed:
            text = json.dumps(raw, sort_keys=True)  # ASCII: broken characters can be kept too
            name = raw.get("id") if isinstance(raw, dict) else None
            digest = sha256(str(name or text).encode(errors="replace")).hexdigest()[:16]
            if self._ledger.set_aside(source, digest, text, reason, now=self._now, day=day_of(self._now)):
                metrics.add_metric("MalformedPost", MetricUnit.Count, 1)
                logger.error("post kept aside", source=source, digest=digest)

    def _place(self, post: Post, source: str, read_for: str | None) -> tuple[Placed, ...]:
        placed = place(
            post,
            source=source,
            read_for=read_for,
            accounts=self._accounts,
            find=self._find,
            seen_at=self._now,
        )
        for each in placed:
            self._homes[post.first_id] = self._homes[post.post_id] = each.partition
        return placed

    def _who_was_erased(self) -> Erased:
        """Nobody is erased while this run lasts: an erasure holds the lease of the poll."""
        tombstones = dict(self._ledger.values("ERASED", Tombstone))
        return Erased(erasure_key() if tombstones else "", tombstones)

    def _is_erased(self, placed: Placed) -> bool:
        is_erased = self._erased.covers(placed.event)
        if is_erased:
            logger.debug("post of an erased customer not stored", post_id=placed.event.post_id)
        return is_erased

    def _find(self, post_id: str) -> str | None:
        return self._homes.get(post_id) or self._desk.find_post(post_id)

    def _append(self, placed: Placed) -> bool:
        return self._desk.append(placed.event, partition=placed.partition)

    def _tell(self, source: str, fresh: list[Event]) -> None:
        inbound = [event for event in fresh if event.is_inbound]
        for event in inbound:
            metrics.add_metric("IngestLag", MetricUnit.Seconds, max(0, event.seen_at - event.at))
        if inbound:
            metrics.add_metric("MentionsStored", MetricUnit.Count, len(inbound))
            meter().add(Metered.MENTION, len(inbound))
        if fresh:
            logger.info("posts stored", source=source, inbound=len(inbound), outbound=len(fresh) - len(inbound))
