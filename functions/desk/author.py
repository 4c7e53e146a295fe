"""What X tells of the author of a post, as the desk keeps it. Pure; it fetches nothing.

No name and no description is asked for: only what tells how many people read this author.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from desk.errors import BadPayload
from desk.post import read_count, read_id, read_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = "created_at,public_metrics,verified_type"
"""What the desk asks X for beside the id; an author costs twice a post (X prices, 2026-08-22)."""


class Author(Struct, frozen=True):
    """An account at one moment. `verified` is X's word: blue, business, government or none (OpenAPI file 2.166).

    `posts` it ever made; `created_at` is UTC epoch seconds, None where X does not tell.
    """

    followers: int
    verified: str = "none"
    posts: int = 0
    created_at: int | None = None


class Request(Struct, frozen=True):
    """Who wrote a post, for a case of theirs that this may raise."""

    customer_id: str
    case_id: str
    post_id: str


ASKED = "AUTHOR"
"""The ledger's partition of such requests."""


def parse(raw: Mapping[str, Any]) -> tuple[str, Author]:
    """Read one user object of X's API with its id.

    Raises BadPayload that names what is missing or malformed; without followers nothing is known of an author.
    """
    try:
        return _parse(raw)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as fault:
        raise BadPayload(f"user: {type(fault).__name__}: {fault}") from fault


def _parse(raw: Mapping[str, Any]) -> tuple[str, Author]:
    metrics = raw["public_metrics"]
    author = Author(
        followers=read_count(metrics["followers_count"]),
        verified=str(raw.get("verified_type") or "none"),
        posts=read_count(metrics.get("tweet_count") or metrics.get("post_count")),
        created_at=read_moment(raw["created_at"]) if raw.get("created_at") else None,
    )
    return read_id(raw["id"]), author
