"""When a customer's post is looked at again: does it still stand, was it edited? Pure.

One request stands at a time: triage makes the first, and poll, having looked, the next.
Source of the duty: X's developer policy, 2026-08 (what is deleted on X is deleted here within 24 hours).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOUR = 3600
_DAY_HOURS = 24


def next_recheck(posted_at: int, ages_hours: Iterable[int], *, after: int) -> int | None:
    """Give the next moment (UTC epoch seconds) after `after` at which the post reaches one of these ages, or None."""
    moments = (posted_at + age * _HOUR for age in sorted(ages_hours))
    return next((moment for moment in moments if moment > after), None)


def retry_recheck(posted_at: int, ages_hours: Iterable[int], *, now: int) -> int | None:
    """Give when to ask again about a post of which X said nothing usable: in an hour, until a day past the last age."""
    gives_up_at = posted_at + (max(ages_hours, default=0) + _DAY_HOURS) * _HOUR
    return now + _HOUR if now < gives_up_at else None


def request_key(due: int, post_id: str) -> str:
    """Give the ledger's sort key of a request: the soonest first."""
    return f"{due:012d}#{post_id}"
