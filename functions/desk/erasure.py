"""Erased customers: known again without being named, and the receipt of what was deleted. Pure.

A tombstone stands under a keyed hash of the customer's id (HMAC-SHA-256): X's ids are few enough to try them all, so a
plain hash would name the customer. It keeps reads that overlap from bringing back what was written before the erasure;
what the customer writes afterwards is new contact, and welcome.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping  # noqa: TC003 - the codec reads the types at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.snowflake import epoch_ms

if TYPE_CHECKING:
    from desk.event import Event


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Until when (UTC epoch seconds) the posts of a customer are erased, and the key of the receipt."""

    erased_at: int
    receipt: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an erasure deleted, items by what they were; `finished_at` None: it was cut short and must be run again.

    `beyond_reach` tells in sentences what stays elsewhere, and until when.
    """

    pseudonym: str
    by: str
    begun_at: int
    deleted: Mapping[str, int]
    finished_at: int | None = None
    beyond_reach: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Sort key in the ledger: receipts stand in the order of time."""
        return f"{self.begun_at:012d}#{self.pseudonym}"


def pseudonym(key: str, customer_id: str) -> str:
    """Give the name of a customer's tombstone: 64 hex digits, the same whenever the key is."""
    return hmac.digest(key.encode(), customer_id.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Erased:
    """Everybody who was erased: tombstones by pseudonym, and the key that made them ("" while there are none)."""

    key: str
    tombstones: Mapping[str, Tombstone]

    def covers(self, event: Event) -> bool:
        """Say whether this event would bring back what was erased."""
        return self.holds(event.customer_id, _subject(event))

    def holds(self, customer_id: str, post_id: str) -> bool:
        """Say whether a post of a customer, or one to a customer, was made before that customer's erasure."""
        stone = self.tombstones.get(pseudonym(self.key, customer_id)) if self.tombstones else None
        return stone is not None and epoch_ms(post_id) // 1000 <= stone.erased_at


def _subject(event: Event) -> str:
    """Give the id of the post it is about: an edit tells of its first version, an answer of what it answers."""
    post = event.post
    if post is None:
        return event.event_id
    return post.first_id if event.is_inbound else post.replies_to or post.first_id
