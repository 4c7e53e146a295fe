"""What a receiver's answer means, and when an attempt that failed is made again. Pure.

After Standard Webhooks 1.0.0, "Delivery success and failure" and its example of a retry schedule (read 2026-11).
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from desk.announcement import Announcement

_MINUTE, _HOUR = 60, 3600
DELAYS: tuple[int, ...] = (
    _MINUTE,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
"""Seconds after each failed attempt; after the attempt that follows the last of them an announcement is given up."""
_JITTER = 10
"""A delay is longer by up to a tenth, so that what failed together does not come back together."""
_MOST_REST_SECONDS = _HOUR
_REST_SECONDS = _MINUTE


class Ending(StrEnum):
    """DELIVERED. RESTS: not now, and it is no failure. GONE: never again. FAILED: try again later."""

    DELIVERED = "delivered"
    RESTS = "rests"
    GONE = "gone"
    FAILED = "failed"


class Reply(Struct, frozen=True):
    """What the receiver answered; `status` None: nothing, for the reason in `fault`."""

    status: int | None
    retry_after: str | None = None
    fault: str = ""


class Verdict(Struct, frozen=True):
    """How an attempt ended; `rests_until` (UTC epoch seconds) keeps every other one back too, 0: it does not."""

    ending: Ending
    rests_until: int = 0


def verdict(reply: Reply, now: int) -> Verdict:
    """Judge an answer; a redirect is a failure, since what is signed goes where a person said and nowhere else."""
    if reply.status is None:
        return Verdict(Ending.FAILED)
    if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict(Ending.DELIVERED)
    if reply.status == HTTPStatus.GONE:
        return Verdict(Ending.GONE)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Verdict(Ending.RESTS, now + (_seconds(reply.retry_after, now) or _REST_SECONDS))
    return Verdict(Ending.FAILED, now + asked if (asked := _seconds(reply.retry_after, now)) else 0)


def next_try(announcement: Announcement, now: int) -> int | None:
    """Give when an announcement whose attempt failed at `now` is due again; None: it is given up."""
    if announcement.tries >= len(DELAYS):
        return None
    delay = DELAYS[announcement.tries]
    spread = int(sha256(announcement.announcement_id.encode()).hexdigest(), 16) % (delay // _JITTER + 1)
    return now + delay + spread


def _seconds(retry_after: str | None, now: int) -> int:
    """Read a `Retry-After` (RFC 9110, 10.2.3: seconds or a date); an hour at most, 0 if there is none or it is past."""
    if not retry_after:
        return 0
    try:
        asked = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else _until(retry_after) - now
    except (TypeError, ValueError, OverflowError):
        return 0
    return max(0, min(asked, _MOST_REST_SECONDS))


def _until(date: str) -> int:
    return int(parsedate_to_datetime(date).timestamp())
