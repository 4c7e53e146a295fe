"""When a customer's post is looked at again: does it still stand, was it edited? Pure.

One request stands at a time: triage makes the first, and poll, having looked, the next. Up to the last age of the
policy a look is owed; after that a post is looked at ever more rarely, as far as the policy's daily reads for it go.
Source of the duty: X's developer policy, 2026-08 (what is deleted on X is deleted here within 24 hours).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOUR = 3600
_DAY_HOURS = 24
_GROWTH = 3
"""Four looks in half a year after one at 23 hours; that most is deleted young is assumed."""
_DAY_SECONDS = _DAY_HOURS * _HOUR


def next_recheck(posted_at: int, ages_hours: Iterable[int], *, after: int) -> int | None:
    """Give the next moment (UTC epoch seconds) after `after` at which the post reaches one of these ages, or None."""
    moments = (posted_at + age * _HOUR for age in sorted(ages_hours))
    return next((moment for moment in moments if moment > after), None)


def later_recheck(posted_at: int, ages_hours: Iterable[int], *, after: int, keep_days: int) -> int | None:
    """Give the next moment after `after` for a post beyond its last age: from look to look its age triples.

    None when the text is not kept so long: then there is nothing left to delete.
    """
    age = max(ages_hours) * _HOUR
    while posted_at + age <= after:
        age *= _GROWTH
    return posted_at + age if posted_at + age < text_end(posted_at, keep_days) else None


def text_end(posted_at: int, keep_days: int) -> int:
    """Give the moment from which the text of a post is not kept any more."""
    return posted_at + keep_days * _DAY_SECONDS


def accrued(daily_reads: int, *, now: int) -> int:
    """Give how many of a UTC day's reads may be used by now: they come evenly, so that no hour goes without."""
    return daily_reads * (now % _DAY_SECONDS) // _DAY_SECONDS


def retry_recheck(posted_at: int, ages_hours: Iterable[int], *, now: int) -> int | None:
    """Give when to ask again about a post of which X said nothing usable: in an hour, until a day past the last age."""
    gives_up_at = posted_at + (max(ages_hours, default=0) + _DAY_HOURS) * _HOUR
    return now + _HOUR if now < gives_up_at else None


def request_key(due: int, post_id: str) -> str:
    """Give the ledger's sort key of a request: the soonest first."""
    return f"{due:012d}#{post_id}"
