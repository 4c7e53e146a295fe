"""Tells whether an answer of ours asks the customer to go on in private. Pure; it knows the policy's phrases only.

What is said in private the desk does not see, so a report can tell no more than that. A link to the messages alone is
not noticed: X shows every link of a post shortened.
"""

from __future__ import annotations

import re
from functools import lru_cache


def invites(text: str, phrases: tuple[str, ...]) -> bool:
    """Say whether one of the phrases stands in a text as whole words, whatever the case of its letters."""
    return bool(phrases) and _any_of(phrases).search(text) is not None


@lru_cache(maxsize=8)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, phrases))})(?!\w)", re.IGNORECASE)
