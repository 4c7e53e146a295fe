"""Erased customers: known again without being named, and the receipt of what was deleted. Pure.

A tombstone stands under a keyed hash of the customer's id (HMAC-SHA-256): X's ids are few enough to try them all, so a
plain hash would name the customer. It keeps reads that overlap from bringing back what was written before the erasure;
what the customer writes afterwards is new contact, and welcome, also while the erasure still goes on.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping  # noqa: TC003 - the codec reads the types at run time
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from desk.snowflake import epoch_ms

if TYPE_CHECKING:
    from desk.event import Event

_BACKUP_DAYS = 35
"""Point-in-time recovery reaches back this far (AWS, DynamoDB, 2026)."""


class Progress(StrEnum):
    """How far an erasure is: asked for by the API, begun (or cut short), finished."""

    ASKED = "asked"
    BEGUN = "begun"
    FINISHED = "finished"


class Wanted(Struct, frozen=True):
    """Somebody asked that a customer be erased; `keys`: the idempotency keys of all who asked by the API since.

    `at`: when (UTC epoch seconds); of several requests by the API, the latest.
    """

    by: str
    at: int
    keys: tuple[str, ...] = ()

    def joined(self, later: Wanted) -> Wanted:
        """Give the one request that both come to: a new key asks for what was written by then too."""
        keys = both(self.keys, later.keys)
        return self if keys == self.keys else replace(self, at=max(self.at, later.at), keys=keys)


class Tombstone(Struct, frozen=True):
    """Until when (UTC epoch seconds) the posts of a customer are erased, and the key of the receipt.

    That is when the erasure began, or was asked for last if that came later: one that is cut short and taken up again
    erases nothing that was written since.
    """

    erased_at: int
    receipt: str


class Receipt(Struct, frozen=True):
    """What an erasure deleted, items by what they were; `finished_at` None: it was cut short and must be run again.

    `beyond_reach` tells in sentences what stays elsewhere, and until when; `keys_asked` are the idempotency keys with
    which it, or one before it, was asked for: none of them asks for another.
    """

    pseudonym: str
    by: str
    begun_at: int
    deleted: Mapping[str, int]
    finished_at: int | None = None
    beyond_reach: tuple[str, ...] = ()
    keys_asked: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Sort key in the ledger: receipts stand in the order of time."""
        return f"{self.begun_at:012d}#{self.pseudonym}"

    def finished(self, now: int, *, keys_asked: tuple[str, ...], unread: tuple[str, ...] = ()) -> Receipt:
        """Give the receipt of an erasure that is done, with the keys of the requests that it carries out.

        `unread`: sentences on what could not be read, and stays.
        """
        keys = both(self.keys_asked, keys_asked)
        return replace(self, finished_at=now, beyond_reach=(*unread, *beyond_reach(now)), keys_asked=keys)


def both(keys: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Give the keys of both, each once, in the order in which they came."""
    return tuple(dict.fromkeys((*keys, *more)))


def pseudonym(key: str, customer_id: str) -> str:
    """Give the name of a customer's tombstone: 64 hex digits, the same whenever the key is."""
    return hmac.digest(key.encode(), customer_id.encode(), "sha256").hex()


class Standing(Struct, frozen=True):
    """Where the erasure of a customer stands: what was asked for and is still to be done, and the latest receipt."""

    wanted: Wanted | None = None
    receipt: Receipt | None = None

    @property
    def current(self) -> Receipt | None:
        """Give the receipt of the erasure that is meant: a finished one is not that of a new request."""
        is_former = self.wanted is not None and self.receipt is not None and self.receipt.finished_at is not None
        return None if is_former else self.receipt

    @property
    def progress(self) -> Progress | None:
        """Say how far it is; None if nobody ever asked for it."""
        if self.current:
            return Progress.BEGUN if self.current.finished_at is None else Progress.FINISHED
        return Progress.ASKED if self.wanted else None


class Erased(Struct, frozen=True):
    """Everybody who was erased: tombstones by pseudonym, and the key that made them ("" while there are none)."""

    key: str
    tombstones: Mapping[str, Tombstone]

    def covers(self, event: Event) -> bool:
        """Say whether this event would bring back what was erased."""
        return self.holds(event.customer_id, _subject(event))

    def holds(self, customer_id: str, post_id: str) -> bool:
        """Say whether a post of a customer, or one to a customer, was made before that customer's erasure."""
        stone = self.tombstones.get(pseudonym(self.key, customer_id)) if self.tombstones else None
        return stone is not None and _made_at(post_id) <= stone.erased_at


def is_new_contact(event: Event, erased_at: int) -> bool:
    """Say whether an event tells of a post that was made after its customer was erased: that is left alone.

    `erased_at` is UTC epoch seconds. What is filed belongs to a case that goes, and so do acts, outcomes and the like.
    """
    return event.post is not None and event.filing is None and _made_at(_subject(event)) > erased_at


def beyond_reach(now: int) -> tuple[str, ...]:
    """Say what an erasure can't delete, and until when it stays."""
    until = (datetime.fromtimestamp(now, UTC) + timedelta(days=_BACKUP_DAYS)).strftime("%Y-%m-%d")
    return (
        f"Point-in-time backups hold it until {until} at the latest and can't be edited: erase again after a restore.",
        "DynamoDB's stream holds what was written or deleted for 24 hours.",
        "What other systems were told by the webhook lies with them, under the ids of customer and case.",
        "Alerts already sent quote posts; mails lie with those who got them.",
        "Logs name the customer's id and cases, never texts, for as long as the stack keeps logs (LogRetentionDays).",
        "What X sent and nobody could read is kept aside for 30 days, whoever wrote it.",
        "Posts on X, the customer's and ours, are X's.",
        "Reports made again for past days no longer count this customer; reports already sent do.",
    )


def unread_incident(incident_id: str) -> str:
    """Say that an incident may still name posts of the customer, since it can't be read."""
    return f"Incident {incident_id} can't be read and names posts of the customer: `desk erase` again once it can be."


def unread_post(key: str) -> str:
    """Say that an event stays that may be new contact, since it can't be read; `key` is its sort key."""
    return f"{key} came later and can't be read: it is kept as new contact; `desk erase` again if it is not."


def _made_at(post_id: str) -> int:
    return epoch_ms(post_id) // 1000


def _subject(event: Event) -> str:
    """Give the id of the post it is about: an edit tells of its first version, an answer of what it answers."""
    post = event.post
    if post is None:
        return event.event_id
    return post.first_id if event.is_inbound else post.replies_to or post.first_id
