"""What is usual: how many posts of a series five minutes hold by hour and weekday, and how far an hour strays from it.

It learns and expects. Whether something is a surge is decided in `detection`.

Three averages stand behind one another: of all buckets, of the hour of the day, of the hour of the week. Each counts
as much as it has seen, and what it has not seen the one before it says (the posterior mean of a Gamma prior for a
Poisson rate; Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, 2.6). Old buckets fade as new ones of the same kind
come, never by time alone: a week of silence of the desk forgets nothing.
"""

from __future__ import annotations

from datetime import datetime
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

BUCKET_SECONDS = 300
HOUR_BUCKETS = 12
WINDOWS = (12, 3)
"""The windows that are judged, in buckets: an hour and a quarter of one."""

_QUARTER = 1
_HOURS = 24
_WEEK_HOURS = 168
_DAY_BUCKETS = 288

# What an average behind another counts, in buckets: of how many days (or weeks) each has the same hour.
_ONE_DAY = 12  # level against hour of the day
_ONE_WEEK = 12  # whether an hour of the week is known
_TWO_WEEKS = 24  # hour of the day against hour of the week
_THREE_DAYS = 36  # how far all hours stray against this hour

# For how many buckets of its own kind an average remembers.
_WEEK_OF_ALL = 7 * _DAY_BUCKETS
_FOUR_WEEKS_OF_HOURS = 28 * HOUR_BUCKETS
_TWO_MONTHS_OF_WEEKS = 8 * HOUR_BUCKETS

_UNKNOWN_HOUR = 3.0
"""How many times the level an hour never seen may hold: a day whose posts all come within eight hours."""
_UNKNOWN_WEEKDAY = 1.25
"""How many times the same hour of the busiest weekday so far an hour of the week never seen may hold."""
_CLIPPED_AT = 3.0
"""Deviations beyond which a bucket is learnt as if it lay there: chance alone hardly ever goes further."""
_STRAYED_AT_MOST = 6.0
"""Deviations beyond which an hour that strayed is learnt as if it lay there."""
_DECIMALS = 3

_NO_HOURS = (0.0,) * _HOURS
_NO_WEEK = (0.0,) * _WEEK_HOURS


class Cell(NamedTuple):
    """A bucket's place in the brand's day and week: hour from 0 to 23, hour of the week from 0 (Monday 0:00) to 167."""

    hour: int
    week: int

    @classmethod
    def of(cls, at: int, zone: ZoneInfo) -> Cell:
        """Find the cell of a bucket that begins at `at` (UTC epoch s)."""
        local = datetime.fromtimestamp(at, zone)
        return cls(local.hour, _HOURS * local.weekday() + local.hour)


class Sums(Struct, frozen=True):
    """Something added up over the buckets learnt, older ones counting less: of all, of an hour of the day or the week.

    `week` is empty for a series that does not tell weekdays apart.
    """

    all: float = 0.0
    hours: tuple[float, ...] = _NO_HOURS
    week: tuple[float, ...] = ()

    def add(self, cell: Cell, more: float) -> Sums:
        """Add what a bucket of this cell holds."""
        return Sums(
            _faded(self.all, more, _WEEK_OF_ALL),
            _with(self.hours, cell.hour, more, _FOUR_WEEKS_OF_HOURS),
            _with(self.week, cell.week, more, _TWO_MONTHS_OF_WEEKS) if self.week else (),
        )


class Stretch(Struct, frozen=True):
    """Neighbouring buckets of one series, oldest first: their counts and their cells."""

    counts: Sequence[int]
    cells: Sequence[Cell]


class Baseline(Struct, frozen=True):
    """What was learnt of one series: how many buckets, and their posts.

    `strayed` sums, for each of WINDOWS and the hour in which it began, the squares of what it had beside the usual.
    `lately` is the mean of a bucket over about the last hour learnt.
    """

    buckets: Sums = field(default_factory=Sums)
    posts: Sums = field(default_factory=Sums)
    strayed: tuple[tuple[float, ...], ...] = (_NO_HOURS,) * len(WINDOWS)
    lately: float = 0.0

    @classmethod
    def of_weekdays(cls) -> Baseline:
        """Begin one that tells weekdays apart."""
        return cls(Sums(week=_NO_WEEK), Sums(week=_NO_WEEK))

    @property
    def level(self) -> float:
        """Give the mean posts of all buckets."""
        return self.posts.all / self.buckets.all if self.buckets.all else 0.0

    def usual(self, cell: Cell) -> float:
        """Give the posts that a bucket of this cell holds, as far as that is known."""
        hour = _behind(self.posts.hours[cell.hour], self.buckets.hours[cell.hour], self.level, _ONE_DAY)
        if not self.posts.week:
            return hour
        return _behind(self.posts.week[cell.week], self.buckets.week[cell.week], hour, _TWO_WEEKS)

    def allowed(self, cell: Cell, *, before: float = 0.0) -> float:
        """Give the posts that a bucket of this cell may hold and still be usual: more, the less is known of its hour.

        `before` is the mean of a bucket just before: an hour never seen is measured by the busiest of that, the last
        hour learnt and the level.
        """
        usual = self.usual(cell)
        new_hour = max(usual, _UNKNOWN_HOUR * max(self.level, self.lately, before))
        seen = _between(usual, self._as_new_weekday(cell, usual), self._unknown_weekday(cell))
        return _between(seen, new_hour, _unknown(self.buckets.hours[cell.hour], _ONE_DAY))

    def deviation(self, window: int, began: Cell, expected: float) -> float:
        """Give the standard deviation of the window's posts: what was learnt, and no less than chance alone makes.

        `window` counts in WINDOWS; chance is Poisson's, with one post more for what a sum of zeros can't tell.
        """
        strayed, buckets = self.strayed[window], self.buckets.hours
        of_all = sum(strayed) / sum(buckets) if self.buckets.all else 0.0
        return sqrt(max(expected + 1, _behind(strayed[began.hour], buckets[began.hour], of_all, _THREE_DAYS)))

    def learn(self, stretch: Stretch) -> Baseline:
        """Learn the first bucket of a stretch, and from those after it how far the series strays."""
        cell = stretch.cells[0]
        posts = self._clipped(cell, stretch.counts[0])
        return Baseline(
            self.buckets.add(cell, 1),
            self.posts.add(cell, posts),
            tuple(
                _with(squares, cell.hour, self._stray(window, stretch) ** 2, _FOUR_WEEKS_OF_HOURS)
                for window, squares in enumerate(self.strayed)
            ),
            round(self.lately + (posts - self.lately) / min(HOUR_BUCKETS, self.buckets.all + 1), _DECIMALS),
        )

    def _unknown_weekday(self, cell: Cell) -> float:
        return _unknown(self.buckets.week[cell.week], _ONE_WEEK) if self.posts.week else 0.0

    def _as_new_weekday(self, cell: Cell, usual: float) -> float:
        """Give what the hour of a weekday never seen may hold, by the weekday that had most at that hour."""
        days = slice(cell.hour, None, _HOURS)
        seen = zip(self.posts.week[days], self.buckets.week[days], strict=True)
        return max([usual, *(_UNKNOWN_WEEKDAY * posts / buckets for posts, buckets in seen if buckets)])

    def _clipped(self, cell: Cell, count: int) -> float:
        """Bring a bucket that is far out back to the fence; in the first hour there is none."""
        if self.buckets.all < HOUR_BUCKETS - 1:
            return count
        usual = self.usual(cell)
        reach = _CLIPPED_AT * self.deviation(_QUARTER, cell, WINDOWS[_QUARTER] * usual) / WINDOWS[_QUARTER]
        return min(max(count, usual - reach), self.allowed(cell) + reach)

    def _stray(self, window: int, stretch: Stretch) -> float:
        """Give how far the window that begins the stretch is from the usual, as far as that is believed."""
        counts, cells = stretch.counts[: WINDOWS[window]], stretch.cells[: WINDOWS[window]]
        usual = sum(map(self.usual, cells))
        distance = abs(sum(counts) - usual)
        return min(distance, _STRAYED_AT_MOST * self.deviation(window, cells[0], usual)) if self.buckets.all else 0.0


def _behind(total: float, buckets: float, prior: float, prior_buckets: float) -> float:
    return (total + prior_buckets * prior) / (buckets + prior_buckets)


def _between(low: float, high: float, part: float) -> float:
    return low + part * (high - low)


def _unknown(buckets: float, prior_buckets: float) -> float:
    return prior_buckets / (buckets + prior_buckets)


def _faded(total: float, more: float, memory: float) -> float:
    return round(total * (1 - 1 / memory) + more, _DECIMALS)


def _with(totals: tuple[float, ...], index: int, more: float, memory: float) -> tuple[float, ...]:
    return (*totals[:index], _faded(totals[index], more, memory), *totals[index + 1 :])
