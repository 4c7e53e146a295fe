"""Times in ids: X's post ids carry milliseconds since 2010-11-04T01:42:54.657Z in their upper 42 bits.

Ids are 64-bit numbers that travel as strings; they are compared as numbers only.
"""

from __future__ import annotations

X_EPOCH_MS = 1_288_834_974_657
"""Source: X's snowflake announcement; checked against live ids in X's docs, 2026-08."""

_SHIFT = 22
_WIDTH = 20
"""Digits of the largest 64-bit number: zero-padded ids sort as numbers do."""


def id_at(seconds: float) -> str:
    """Give the smallest id of the moment `seconds` (UTC epoch); times before X's epoch give "0"."""
    return str(max(0, int(seconds * 1000) - X_EPOCH_MS) << _SHIFT)


def epoch_ms(post_id: str) -> int:
    """Give the UTC epoch milliseconds at which the id was made."""
    return (int(post_id) >> _SHIFT) + X_EPOCH_MS


def earlier(post_id: str, *, minutes: float) -> str:
    """Give the id that many minutes before `post_id` never below zero."""
    return str(max(0, int(post_id) - (int(minutes * 60_000) << _SHIFT)))


def padded(post_id: str) -> str:
    """Give the id with leading zeros, so that text sorts as numbers do."""
    return post_id.zfill(_WIDTH)
