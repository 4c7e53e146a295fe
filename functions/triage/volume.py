"""Counts the customers' posts of the last hour, five minutes at a time, and lets the detection look at them.

Counted anew from the index by time and overwritten, never added up: a post that is delivered twice, in whatever
batches, stands there once, and a late one in the five minutes in which it was written. Every minute the bucket that
runs is counted, the one before it, and one of the older ones in turn; the oldest for good when the window leaves it.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from desk.errors import Conflict
from desk.incidents.detection import Counts, Sensitivity, Sight, Watch, look
from desk.incidents.volume import Volume
from desk.store.desk_items import BUCKET_SECONDS
from desk.store.volumes import keep_volume, volumes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from desk.policy import Policy
    from desk.store.desk_items import Spotted
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

_HOUR = range(0, 12 * BUCKET_SECONDS, BUCKET_SECONDS)
"""How long ago the buckets of the window began, beside the one that runs."""

_OLDER = _HOUR[2:]
"""How long ago those began that posts rarely come to any more."""


_NOBODY = Volume(0, 0, 0.0)


class Look(Struct, frozen=True):
    """What one look at the last hour showed. `begins`: of the bucket that runs; `is_turn`: the first look at it."""

    begins: int
    is_turn: bool
    sight: Sight


def counts_of(spotted: Iterable[Spotted], topics: Iterable[str]) -> Counts:
    """Count customers' posts; every topic of the policy is told, for none is a fact as well."""
    posts = list(spotted)
    named = Counter(each.topic for each in posts)
    negative = sum(each.sentiment == "negative" for each in posts)
    return Counts(len(posts), negative, {topic: named[topic] for topic in topics})


def look_at_the_hour(
    desk: DeskTable, ledger: Ledger, *, policy: Policy, listens_since: int, learns: bool, now: int
) -> Look:
    """Count what changes, look at the last hour, keep what was counted and learnt. Safe to repeat.

    `listens_since`: when the desk was set up; `learns`: these are hours like any other.
    """
    watch, version = ledger.versioned("WATCH", "STATE", Watch)
    sight = Sight(watch or Watch(), (), 0.0)
    recount = _Recount.of(ledger, looked_at=sight.watch.looked_at, listens_since=listens_since, now=now)
    recount.run(desk, [topic.name for topic in policy.topics], now=now)
    for begins in recount.unseen:
        recent = [recount.counts_of(begins - ago) for ago in reversed(_HOUR)]
        sight = look(
            sight.watch,
            begins,
            recent,
            now=min(now, begins + BUCKET_SECONDS - 1),
            zone=ZoneInfo(policy.time_zone),
            sensitivity=Sensitivity(),
            learns=learns,
            listens_since=listens_since,
        )
        recount.expect(begins, sight.expected)
    recount.keep(ledger)
    if sight.watch != watch:
        with suppress(Conflict):  # another sweep looked meanwhile, which is as good
            ledger.put_version("WATCH", "STATE", sight.watch, version=version)
    return Look(recount.begins, recount.is_turn, sight)


class _Recount(Struct):
    """The buckets that one look uses, from the one that runs back to what the first unseen one is compared with."""

    begins: int
    unseen: range
    """Buckets nobody looked at as the last one yet, as far as an hour back; the one that runs is among them always."""
    first: int
    """The earliest bucket that any look uses; what was before the desk listened is nobody's measure."""
    stored: dict[int, Volume]
    known: dict[int, Volume] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger, *, looked_at: int, listens_since: int, now: int) -> _Recount:
        begins = now // BUCKET_SECONDS * BUCKET_SECONDS
        follows = 0 < begins - looked_at <= _HOUR.stop
        unseen = range(looked_at + BUCKET_SECONDS if follows else begins, begins + 1, BUCKET_SECONDS)
        first = max(unseen.start - _HOUR[-1], min(begins, listens_since // BUCKET_SECONDS * BUCKET_SECONDS))
        stored = dict(volumes(ledger, first, begins + BUCKET_SECONDS))
        return cls(begins, unseen, first, stored)

    def run(self, desk: DeskTable, topics: Sequence[str], *, now: int) -> None:
        """Count what is not counted yet, and what may have changed."""
        self.known = dict(self.stored)
        older = _OLDER[now // 60 % len(_OLDER)]
        changing = {self.begins, self.begins - BUCKET_SECONDS, self.begins - older}
        if self.is_turn:
            changing |= {begins - _HOUR[-1] for begins in self.unseen}
        for begins in range(self.first, self.begins + 1, BUCKET_SECONDS):
            if begins in changing or begins not in self.stored:
                self._note(begins, counts_of(desk.spotted(begins), topics))

    @property
    def is_turn(self) -> bool:
        """Nobody looked at the bucket that runs yet."""
        return self.begins not in self.stored

    def _note(self, begins: int, counted: Counts) -> None:
        usual = self.stored[begins].expected if begins in self.stored else 0.0
        self.known[begins] = Volume(counted.posts, counted.negative, usual, counted.topics)

    def counts_of(self, begins: int) -> Counts:
        volume = self.known.get(begins, _NOBODY)
        return Counts(volume.posts, volume.negative, volume.topics)

    def expect(self, begins: int, expected: float) -> None:
        """Note what was usual for a bucket when it was looked at."""
        counted = self.known.get(begins, _NOBODY)
        self.known[begins] = Volume(counted.posts, counted.negative, expected, counted.topics)

    def keep(self, ledger: Ledger) -> None:
        """Write what is new or changed."""
        for begins, volume in self.known.items():
            if volume != self.stored.get(begins):
                keep_volume(ledger, begins, volume)
