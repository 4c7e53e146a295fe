"""The states of an outgoing post, and the one table of its legal moves.

A post goes out at most once, whatever fails in between: it is claimed (`sending`, with the exact text) before X is
asked, and what was claimed is never attempted again. What X left open is settled by looking at our own timeline.
"""

from __future__ import annotations

from base64 import b32encode
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

_REFERENCE_CHARACTERS = 6


class State(StrEnum):
    """Where an outgoing post stands; the same words in code, API and e-mails."""

    PLANNED = "planned"
    DEFERRED = "deferred"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Move(StrEnum):
    """What can happen to an outgoing post."""

    CLAIM = "claim"
    REFUSE = "refuse"
    DEFER = "defer"
    RESUME = "resume"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    POSTPONED = "postponed"
    SEEN = "seen"
    LOSE_SIGHT = "lose_sight"


MOVES: dict[tuple[State, Move], State] = {
    (State.PLANNED, Move.CLAIM): State.SENDING,
    (State.PLANNED, Move.REFUSE): State.REFUSED,
    (State.PLANNED, Move.DEFER): State.DEFERRED,
    (State.DEFERRED, Move.RESUME): State.PLANNED,
    (State.SENDING, Move.ACCEPTED): State.SENT,
    (State.SENDING, Move.REJECTED): State.REFUSED,
    (State.SENDING, Move.POSTPONED): State.DEFERRED,
    (State.SENDING, Move.SEEN): State.SENT,
    (State.SENDING, Move.LOSE_SIGHT): State.UNKNOWN,
    (State.UNKNOWN, Move.SEEN): State.SENT,
}
"""Every legal move. POSTPONED is only for answers by which X says that it did not post (401, 402, 429)."""

UNSETTLED = frozenset({State.PLANNED, State.DEFERRED, State.SENDING})
"""States that a schedule must look at again."""

MAY_BE_OUT = frozenset({State.SENDING, State.SENT, State.UNKNOWN})
"""States in which X shows it, or may."""


class OutgoingKind(StrEnum):
    """Why the desk posts: one automatic reply per case (whatever its wording), a person's reply, a status post."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REPLY = "reply"
    STATUS = "status"


class Outgoing(Struct, frozen=True):
    """One outgoing post. `text` is None until the claim for automatic ones; times are UTC epoch seconds.

    `reply_to` is the post it answers (empty: none), `handle` the own account that posts it, `purpose` the response's
    purpose. `is_summoned`: X accepts a reply from `handle`. `held_by`: the incident that held it back, now or once;
    `incident_id`: the one it spoke for, instead of being an acknowledgement of its own. `not_before`: until when it is
    deferred; once it is planned again, since when.
    """

    customer_id: str
    key: str
    kind: OutgoingKind
    state: State
    case_id: str
    conversation_id: str
    reply_to: str
    reply_to_at: int
    handle: str
    language: str
    purpose: str
    is_summoned: bool
    planned_at: int
    category: str = ""
    topic: str | None = None
    team: str = ""
    text: str | None = None
    claimed_at: int | None = None
    not_before: int | None = None
    reason: str | None = None
    post_id: str | None = None
    settled_at: int | None = None
    held_by: str | None = None
    incident_id: str | None = None

    @property
    def is_held(self) -> bool:
        """It waits for its incident, whenever that may be; what is deferred otherwise waits for a moment."""
        return self.state is State.DEFERRED and self.held_by is not None and self.not_before is None


def resumed(outgoing: Outgoing, *, now: int) -> Outgoing:
    """Give a deferred post as it is planned again at `now` (UTC epoch seconds)."""
    return replace(outgoing, state=MOVES[outgoing.state, Move.RESUME], not_before=now)


def acknowledgement_key(case_id: str) -> str:
    """Give the key under which a case's one automatic reply lives: being unique, it can't be planned twice."""
    return f"ACK#{case_id}"


def is_acknowledgement(key: str) -> bool:
    """Say whether this is the key of a case's one automatic reply."""
    return key.startswith("ACK#")


def reply_key(name: str) -> str:
    """Give the key of a person's reply; `name` is what its writer made it unique by."""
    return f"REPLY#{name}"


def status_key(incident_id: str, number: int) -> str:
    """Give the key of an incident's status post, by its number from 1."""
    return f"STATUS#{incident_id}#{number}"


def status_number(key: str) -> int:
    """Give the number of the status post that goes out under a key."""
    return int(key.rpartition("#")[2])


def reference(key: str) -> str:
    """Give the short reference at the end of a reply, by which no two texts of an account are equal.

    X refuses duplicates. And the reply is known by it where nothing else is known of it: after a restore.
    """
    return b32encode(sha256(key.encode()).digest())[:_REFERENCE_CHARACTERS].decode()
