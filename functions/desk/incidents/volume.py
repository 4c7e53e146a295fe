"""How many wrote, five minutes at a time, and the picture that is made of it: bars beside their baseline. Pure.

What is drawn is what was counted: columns are sums of whole buckets, and none is scaled or smoothed.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the codec reads the types at run time
from typing import TYPE_CHECKING

from msgspec import Struct, field

from desk.incidents.baseline import BUCKET_SECONDS
from desk.incidents.life import OVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.incidents.model import Incident

BEFORE_SECONDS = AFTER_SECONDS = 3600
"""What the picture shows beside the incident itself: an hour as it was before, and one as it was after."""


class Volume(Struct, frozen=True):
    """Customers' posts of one bucket by their own time on X, and how many its baseline expected."""

    posts: int
    negative: int
    expected: float
    topics: Mapping[str, int] = field(default_factory=dict)


class Column(Struct, frozen=True):
    """One column of the picture: the posts of `seconds` from `begins` (UTC epoch seconds) on, and those expected."""

    begins: int
    seconds: int
    posts: int
    expected: float


def shown_stretch(incident: Incident, now: int) -> tuple[int, int]:
    """Give from when until when the picture of an incident goes: whole buckets that are over, as UTC epoch seconds."""
    ended = incident.changes[-1].at if incident.stage in OVER else now
    first, last = incident.since - BEFORE_SECONDS, min(now, ended + AFTER_SECONDS)
    begins = first - first % BUCKET_SECONDS
    return begins, max(last - last % BUCKET_SECONDS, begins + BUCKET_SECONDS)


def columns(counted: Sequence[tuple[int, Volume]], from_at: int, until_at: int, *, most: int) -> tuple[Column, ...]:
    """Give the columns from one moment to another, `most` of them at the most; buckets nobody counted are empty.

    Each is as wide as the stretch needs: 5, 10, 15, 20, 30 minutes, or whole hours.
    """
    seconds = _width(until_at - from_at, most)
    begins = range(from_at, until_at, seconds)
    sums = {begin: [0, 0.0] for begin in begins}
    for at, volume in counted:
        if from_at <= at < until_at:
            column = sums[from_at + (at - from_at) // seconds * seconds]
            column[0] += volume.posts
            column[1] += volume.expected
    return tuple(Column(begin, seconds, int(posts), round(expected, 2)) for begin, (posts, expected) in sums.items())


_WIDTHS = (300, 600, 900, 1200, 1800)


def _width(stretch: int, most: int) -> int:
    """Give the narrowest round width with which a stretch fits into so many columns."""
    hours = -(-stretch // (most * 3600))
    return next((width for width in _WIDTHS if stretch <= width * most), hours * 3600)
