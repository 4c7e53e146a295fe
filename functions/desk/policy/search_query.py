"""How a search of the policy is written in X's query language, and when it is too long. It asks X for nothing.

Terms stand in quotes, where X knows no operators (X docs, build a query, 2026-08), and lose quotes and
backslashes of their own: whatever a term holds, it stays one phrase.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.policy.model import Search

MAX_QUERY_LENGTH: Final = 512
"""Characters of a query of recent search on self-serve tiers (X docs, build a query, 2026-08)."""

_NOT_IN_A_PHRASE: Final = re.compile(r'["“”„‟″\\\x00-\x1f\x7f]+')


def query(terms: Sequence[str], search: Search, own_handles: Sequence[str]) -> str:
    """Ask for posts with any of `terms`, without retweets, our own posts and what the mentions endpoint gives."""
    parts = [
        f"({' OR '.join(map(phrase, terms))})",
        "-is:retweet",
        *(f"-from:{handle} -@{handle}" for handle in own_handles),
        *([f"({' OR '.join(f'lang:{code}' for code in search.languages)})"] if search.languages else []),
        *(f"-{phrase(excluded)}" for excluded in search.exclude),
    ]
    return " ".join(parts)


def phrase(term: str) -> str:
    """Put a term in quotes; it holds at least one letter or digit, which the policy's reader has seen to."""
    return f'"{" ".join(_NOT_IN_A_PHRASE.sub(" ", unicodedata.normalize("NFC", term)).split())}"'


def query_length(text: str) -> int:
    """Count as X does at worst: a character beyond the basic plane (most emoji) as two."""
    return len(text) + sum(character > "\uffff" for character in text)
