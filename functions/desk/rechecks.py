"""When a customer's post is looked at again: does it still stand, was it edited, who did something about it? Pure.

One request stands at a time: triage makes the first, and poll, having looked, the next. Up to the last age of the
policy a look is owed; after that a post is looked at ever more rarely, as far as the policy's daily reads for it go.
A post that many may read is watched: triage asks for a sooner look, and the looks that follow meet the others at their
ages, under the same keys.
Source of the duty: X's developer policy, 2026-08 (what is deleted on X is deleted here within 24 hours).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk import author
    from desk.policy.model import Policy

_HOUR = 3600
_DAY_HOURS = 24
_MINUTE = 60
_GROWTH = 3
"""Four looks in half a year after one at 23 hours; that most is deleted young is assumed."""
_DAY_SECONDS = _DAY_HOURS * _HOUR


LOOK = "LOOK"
"""The ledger's partition of looks that are owed."""
RECHECK = "RECHECK"
"""The one of those that are made as far as reads go."""


class Request(Struct, frozen=True):
    """A customer's post to look at; `post_id` is the first id of its edit history.

    `engagement`: how often people had done something about it when that was last told, None: nobody wants to know.
    `is_watched`: it is looked at at more ages than others.
    """

    customer_id: str
    post_id: str
    engagement: int | None = None
    is_watched: bool = False


class Ages(Struct, frozen=True):
    """At which ages posts are looked at, for how many days texts are kept: who has no text here needs no look."""

    hours: tuple[int, ...]
    watched_minutes: tuple[int, ...]
    keep_days: int

    @classmethod
    def of(cls, policy: Policy) -> Ages:
        """Give those of a policy."""
        return cls(policy.polling.recheck_hours, policy.reach.look_minutes, policy.retention.text_days)


class Asked(Struct, frozen=True):
    """A request as the ledger keeps it; `keep_seconds` None: until it is fulfilled."""

    queue: str
    key: str
    request: Request | author.Request
    keep_seconds: int | None = None


def ask(request: Request, ages: Ages, *, posted_at: int, after: int, soon: int | None = None) -> Asked | None:
    """Give the request for the next look after `after`, at `soon` if that is given; None if there is none to come."""
    watched_minutes = ages.watched_minutes if request.is_watched else ()
    due = soon or next_recheck(posted_at, ages.hours, after=after, watched_minutes=watched_minutes)
    if due is not None:
        return Asked(LOOK, request_key(due, request.post_id), request)
    later = later_recheck(posted_at, ages.hours, after=after, keep_days=ages.keep_days)
    if later is None:
        return None
    keep_seconds = text_end(posted_at, ages.keep_days) - after
    return Asked(RECHECK, request_key(later, request.post_id), request, keep_seconds)


def next_recheck(
    posted_at: int, ages_hours: Iterable[int], *, after: int, watched_minutes: Iterable[int] = ()
) -> int | None:
    """Give the next moment (UTC epoch seconds) after `after` at which the post reaches one of these ages, or None."""
    ages = sorted([*(hours * _HOUR for hours in ages_hours), *(minutes * _MINUTE for minutes in watched_minutes)])
    return next((posted_at + age for age in ages if posted_at + age > after), None)


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
