"""Made-up days of made-up brands: customers' posts in five minutes, by their own clock, by chance from a seed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.incidents.baseline import BUCKET_SECONDS
from desk.incidents.detection import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator

MONDAY = 1_767_571_200
"""2026-01-05, a Monday, 0:00 UTC."""
HOUR, DAY = 3600, 86_400
OUTAGE_SECONDS = 2 * HOUR
OUTAGE_TIMES = 40

EVEN = (1.0,) * 7
OFFICE = (1.3, 1.1, 1.0, 1.0, 1.0, 0.4, 0.3)
"""How much of a mean day each day from Monday on has, for a brand whose customers work."""

# fmt: off
_BY_HOUR = (0.3, 0.2, 0.15, 0.1, 0.1, 0.15, 0.4, 0.9, 1.5, 1.9, 1.9, 1.7,
            1.6, 1.6, 1.6, 1.6, 1.6, 1.7, 1.6, 1.4, 1.2, 0.9, 0.6, 0.4)
# fmt: on
_MEAN = sum(_BY_HOUR) / 24
_MORNING = range(8, 11)
_TOPICS = {"delay": 3, "refund": 2, "app": 1, "baggage": 1, "": 3}
_NEGATIVE = 0.4
_BUSY = 60
"""Above so many expected posts chance is as good as normal."""


@dataclass(frozen=True, slots=True)
class Brand:
    """How many write to it: posts a day, the weight of each weekday, times more on a Monday morning.

    `steadiness` is the shape of the Gamma by which whole hours stray (0: not at all): the lower, the more bursts.
    """

    posts_a_day: float
    week: tuple[float, ...] = EVEN
    monday_morning: float = 1.0
    steadiness: float = 0.0


def played(
    brand: Brand, *, seed: int, days: float, begins: int = MONDAY, outage_at: int | None = None
) -> Iterator[tuple[int, Counts]]:
    """Give the buckets of some days, each with its begin; in an outage forty times as many write, of the app."""
    chance = random.Random(seed)
    mood = 1.0
    for at in range(begins, begins + int(days * DAY), BUCKET_SECONDS):
        if brand.steadiness and at % HOUR == 0:
            mood = chance.gammavariate(brand.steadiness, 1 / brand.steadiness)
        usual = _usual(brand, at) * mood
        counts = _told(chance, _poisson(chance, usual), _NEGATIVE)
        if outage_at is not None and outage_at <= at < outage_at + OUTAGE_SECONDS:
            more = _poisson(chance, OUTAGE_TIMES * brand.posts_a_day * BUCKET_SECONDS / DAY)
            counts += Counts(more, round(2 * _NEGATIVE * more), {"app": more})
        yield at, counts


def _usual(brand: Brand, at: int) -> float:
    hour, weekday = at % DAY // HOUR, (at - MONDAY) // DAY % 7
    morning = brand.monday_morning if weekday == 0 and hour in _MORNING else 1.0
    return brand.posts_a_day * BUCKET_SECONDS / DAY * _BY_HOUR[hour] / _MEAN * brand.week[weekday] * morning


def _poisson(chance: random.Random, mean: float) -> int:
    if mean > _BUSY:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    posts, waited = 0, chance.expovariate(1.0)
    while waited < mean:
        posts, waited = posts + 1, waited + chance.expovariate(1.0)
    return posts


def _told(chance: random.Random, posts: int, negative: float) -> Counts:
    topics = Counter(chance.choices([*_TOPICS], [*_TOPICS.values()], k=posts))
    unhappy = sum(chance.random() < negative for _ in range(posts))
    return Counts(posts, unhappy, {topic: topics[topic] for topic in _TOPICS if topic})
