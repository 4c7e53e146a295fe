"""How a post stands to us: addressed to us, about us, about a competitor, a repost, another try. It decides nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from triage.signals.lexicon import ANY_LANGUAGE, COMPETITOR, US
from triage.signals.sign import Found, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.author import Author
    from desk.post import Post
    from triage.signals.lexicon import Vocabulary
    from triage.signals.reading import Reading

_FACT = 1.0
_BY_NAME = 0.9
_BY_ITS_LOOK = 0.8
_REPOST = ("rt", "\u2672")
_SHARED = re.compile(r"\bvia @\w+:? *[\"\u201c\u201e\u00ab]|[\"\u201d\u00bb] *via @\w+", re.IGNORECASE)
"""A headline with its source, before or after it."""


class History(Struct, frozen=True):
    """What the desk knows beside the post: the author's former cases, an open one, whether a post of ours is quoted.

    `author`: what X told of the author lately, None if it was not asked. `is_vip`: people marked the author as one.
    `per_hour`: reactions the post had won an hour when it was first seen.
    """

    cases: int = 0
    has_open_case: bool = False
    quotes_us: bool = False
    author: Author | None = None
    is_vip: bool = False
    per_hour: int = 0


def relation(post: Post, reading: Reading, words: Vocabulary, own_ids: frozenset[str], history: History) -> Found:
    """Give the signs of how a post stands to us."""
    found = dict.fromkeys(_facts(post, words, own_ids, history), _FACT)
    if Sign.RETWEET not in found and (_looks_like_repost(post, reading) or _passes_on(post, found)):
        found[Sign.RETWEET] = _BY_ITS_LOOK
    named = _named(reading, words)
    if Sign.SUMMONS in found or US in named:
        found[Sign.NAMES_US] = _FACT if Sign.SUMMONS in found else _BY_NAME
    if COMPETITOR in named:
        found[Sign.COMPETITOR] = _BY_NAME
    return found


def _facts(post: Post, words: Vocabulary, own_ids: frozenset[str], history: History) -> Iterator[Sign]:
    ours = own_ids | {f"@{name}" for name in words.our_names}
    if history.quotes_us or not ours.isdisjoint(post.mentions):
        yield Sign.SUMMONS
    if post.retweets:
        yield Sign.RETWEET
    if history.has_open_case:
        yield Sign.OPEN_CASE
        if not post.replies_to:
            yield Sign.COMES_BACK


def _looks_like_repost(post: Post, reading: Reading) -> bool:
    """A repost made by hand: "RT @name: ..." and nothing before it."""
    return bool(reading.words and reading.words[0] in _REPOST and post.text.lstrip()[:4].lower() == "rt @")


def _passes_on(post: Post, found: Found) -> bool:
    """A headline via somebody, told to nobody of ours: who speaks to us may quote what we said."""
    return Sign.SUMMONS not in found and Sign.OPEN_CASE not in found and _SHARED.search(post.text) is not None


def _named(reading: Reading, words: Vocabulary) -> frozenset[str]:
    """Tell who is named, in words or by an @name."""
    by_words = {hit.label for hit in words.names.find(reading, (ANY_LANGUAGE,))}
    by_name = {US for name in reading.names if name in words.our_names}
    by_name |= {COMPETITOR for name in reading.names if name in words.competitor_names}
    return frozenset(by_words | by_name)
