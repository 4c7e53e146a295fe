"""A post on X as the desk understands it, read from either dialect of X's API. Pure; it fetches nothing.

Spec 2.167 renamed `tweet.fields` to `post.fields`, `note_tweet` to `note_post`, `referenced_tweets` to
`referenced_posts` and `edit_history_tweet_ids` to `edit_history_post_ids` (X changelog, 2026-08): both are read.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from desk.errors import BadPayload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS = (
    "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,"
    "lang,note_tweet,public_metrics,referenced_tweets"
)
"""What the desk asks X for; authors are never expanded, that costs ten times the post (X prices, 2026-08-22)."""


_LONGEST_ID = 19
"""Digits of X's ids (X's OpenAPI file 2.166: `^[0-9]{1,19}$`)."""


_MOST = 2**53
"""A larger figure is no count of anything, and no JSON number either."""


class Metrics(Struct, frozen=True):
    """The public figures of a post when X gave it. `impressions`: how often it was shown."""

    likes: int = 0
    reposts: int = 0
    replies: int = 0
    quotes: int = 0
    impressions: int = 0

    @property
    def engagement(self) -> int:
        """Give how often people did something about it."""
        return self.likes + self.reposts + self.replies + self.quotes


class Post(Struct, frozen=True):
    """One version of a post. `post_id` is this version's id, `first_id` the first of its edit history.

    `at` is the time of the post in UTC epoch seconds. `mentions` are user ids where X gave them, else
    lower-case names with a leading "@". `replies_to`, `quotes` and `retweets` are post ids.
    """

    post_id: str
    first_id: str
    author_id: str
    conversation_id: str
    at: int
    text: str
    language: str | None = None
    mentions: tuple[str, ...] = ()
    replies_to: str | None = None
    replies_to_user: str | None = None
    quotes: str | None = None
    retweets: str | None = None
    metrics: Metrics = Metrics()

    @property
    def is_edit(self) -> bool:
        """This is a later version of a post that had another id before."""
        return self.post_id != self.first_id


def parse(raw: Mapping[str, Any]) -> Post:
    """Read one post object of X's API, either dialect.

    Raises BadPayload that names what is missing or malformed; the caller keeps `raw` aside with it.
    """
    try:
        return _parse(raw)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, AttributeError) as fault:
        raise BadPayload(f"post {_named(raw)}: {type(fault).__name__}: {fault}") from fault


def _parse(raw: Mapping[str, Any]) -> Post:
    post_id = read_id(raw["id"])
    history = raw.get("edit_history_tweet_ids") or raw.get("edit_history_post_ids") or [post_id]
    note = raw.get("note_tweet") or raw.get("note_post") or {}
    entities = note.get("entities") or raw.get("entities") or {}
    references = _references(raw.get("referenced_tweets") or raw.get("referenced_posts") or ())
    metrics = raw.get("public_metrics") or {}
    reply_user = raw.get("in_reply_to_user_id")
    return Post(
        post_id=post_id,
        first_id=read_id(history[0]),
        author_id=read_id(raw["author_id"]),
        conversation_id=read_id(raw.get("conversation_id") or post_id),
        at=read_moment(raw["created_at"]),
        text=_text(note.get("text") or raw["text"]),
        language=_text(raw["lang"]) if raw.get("lang") else None,
        mentions=_mentions([*(entities.get("mentions") or ()), *((raw.get("entities") or {}).get("mentions") or ())]),
        replies_to=references.get("replied_to"),
        replies_to_user=read_id(reply_user) if reply_user else None,
        quotes=references.get("quoted"),
        retweets=references.get("retweeted"),
        metrics=Metrics(
            likes=read_count(metrics.get("like_count")),
            reposts=read_count(metrics.get("retweet_count") or metrics.get("repost_count")),
            replies=read_count(metrics.get("reply_count")),
            quotes=read_count(metrics.get("quote_count")),
            impressions=read_count(metrics.get("impression_count")),
        ),
    )


def _named(raw: object) -> str:
    return ascii(raw.get("id", "without id"))[:40] if isinstance(raw, dict) else "of no object"


def read_id(value: object) -> str:
    """Read an id of X; raises ValueError for what is none."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        raise ValueError(f"{text[:40]!r} is no id")
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is no text")
    return value.encode("utf-8", "replace").decode("utf-8")


def read_count(value: object) -> int:
    """Read a public figure, 0 where X leaves it out; raises ValueError for what is none."""
    number = int(str(value or 0))
    if not 0 <= number < _MOST:
        raise ValueError("a figure of no post")
    return number


def read_moment(value: str) -> int:
    """Read a moment as UTC epoch seconds; raises ValueError for one without a time zone."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return int(moment.timestamp())


def _references(references: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {str(each["type"]): read_id(each["id"]) for each in references}


def _mentions(mentions: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    found = (read_id(each["id"]) if each.get("id") else "@" + _text(each["username"]).lower() for each in mentions)
    return tuple(dict.fromkeys(found))
