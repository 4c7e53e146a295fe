"""Announcements as the ledger keeps them: those to be sent, the longest due first, and those that were given up.

It decides nothing about them.

======================  =================  ==================================================
pk                      sk                 item
======================  =================  ==================================================
``WEBHOOK``             ``<due>#<id>``     an announcement to send, not before `due`
``UNDELIVERED``         ``<id>``           one that was given up, until somebody sends it again
``RECEIVER``            ``STANDING``       whether the receiver rests or has gone
======================  =================  ==================================================
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from desk.announcement import Announcement, Topic, chosen
from desk.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from desk.store.ledger import Ledger

_KEEP_SECONDS = 14 * 86_400
"""As long as the queue of failures keeps what it was told of (AWS quota of SQS, 2026)."""


class Standing(Struct, frozen=True):
    """How the receiver takes it: it rests until a moment; it has gone since one, until a person says otherwise."""

    rests_until: int = 0
    gone_since: int | None = None


class Pending(Struct, frozen=True):
    """An announcement that waits to be sent, and its sort key."""

    key: str
    announcement: Announcement

    @property
    def due_at(self) -> int:
        """Since when it is due, in UTC epoch seconds."""
        return int(self.key.partition("#")[0])

    @property
    def tried(self) -> Pending:
        """It with one more attempt that failed."""
        return replace(self, announcement=replace(self.announcement, tries=self.announcement.tries + 1))


def announcing(ledger: Ledger, announcements: Iterable[Announcement], topics: frozenset[Topic]) -> list[dict[str, Any]]:
    """Give the transaction's writes that announce facts of the chosen topics; none of the others.

    They belong into the very transaction in which the facts become true. Each is one write on the ledger.
    """
    return [_writing(ledger, each, due=each.announced_at) for each in chosen(announcements, topics)]


def announce(ledger: Ledger, announcement: Announcement) -> None:
    """Announce one fact by itself, whatever the topics: for what stands in no other transaction."""
    ledger.transact([_writing(ledger, announcement, due=announcement.announced_at)])


def due_announcements(ledger: Ledger, now: int) -> Iterator[Pending]:
    """Give what is to be sent by now and can be read, the longest due first."""
    return (Pending(key, value) for key, value in ledger.readable("WEBHOOK", Announcement, until=f"{now:012d}~"))


def every_pending(ledger: Ledger) -> Iterator[Pending]:
    """Give everything that is still to be sent, also what is not due yet."""
    return (Pending(key, value) for key, value in ledger.values("WEBHOOK", Announcement))


def given_up(ledger: Ledger) -> Iterator[tuple[str, Announcement]]:
    """Give what could not be delivered, by id."""
    return ledger.values("UNDELIVERED", Announcement)


def delivered(ledger: Ledger, pending: Pending) -> None:
    """Forget what the receiver has."""
    ledger.delete("WEBHOOK", pending.key)


def put_off(ledger: Ledger, pending: Pending, *, until: int) -> None:
    """Send it no sooner than then; nothing happens if it was erased meanwhile."""
    with suppress(Conflict):
        ledger.transact([ledger.taking("WEBHOOK", pending.key), _writing(ledger, pending.announcement, due=until)])


def give_up(ledger: Ledger, pending: Pending) -> None:
    """Try no more, and keep it for a person; nothing happens if it was erased meanwhile."""
    lost = pending.announcement
    kept = ledger.writing("UNDELIVERED", lost.announcement_id, lost, keep_seconds=_KEEP_SECONDS)
    with suppress(Conflict):
        ledger.transact([ledger.taking("WEBHOOK", pending.key), kept])


def send_again(ledger: Ledger, announcement: Announcement, *, now: int) -> None:
    """Let what was given up be tried again from now on, under the id it had."""
    fresh = replace(announcement, tries=0)
    taken = ledger.taking("UNDELIVERED", announcement.announcement_id)
    with suppress(Conflict):
        ledger.transact([taken, _writing(ledger, fresh, due=now)])


def standing(ledger: Ledger) -> Standing:
    """Give how the receiver takes it."""
    return ledger.get("RECEIVER", "STANDING", Standing) or Standing()


def keep_standing(ledger: Ledger, value: Standing) -> None:
    """Write down how the receiver takes it."""
    ledger.put("RECEIVER", "STANDING", value)


def _writing(ledger: Ledger, announcement: Announcement, *, due: int) -> dict[str, Any]:
    key = f"{due:012d}#{announcement.announcement_id}"
    return ledger.writing("WEBHOOK", key, announcement, keep_seconds=_KEEP_SECONDS)
