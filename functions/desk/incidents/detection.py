"""Which series of posts surge: counts by five minutes against their baseline, one look after another. Pure.

It says what is above its baseline, since when and how far. What the desk makes of that (suspect, declare, wait) stands
in `life`; which posts belong together in `clusters`.

Two windows are judged, the last hour and the last quarter of one. The score of the hour is its distance from the
expected in standard deviations; that of the quarter is half of its own. Cantelli's inequality (1928) allows a score z
to at most 1 in 1 + z^2 windows, whatever the distribution. Four quarters make an hour, so that a quarter must be twice
as far out to be as rare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - the codec reads the types at run time
from math import sqrt
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from desk.incidents.baseline import BUCKET_SECONDS, HOUR_BUCKETS, WINDOWS, Baseline, Cell, Stretch

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

POSTS = "posts"
NEGATIVE = "negative"
TOPIC = "topic:"
MOST_TOPICS = 24
"""Topics that are watched; of more, the ones with most posts."""

_FEWEST_BEFORE = 6
"""Buckets of a series that must lie before a window, learnt or not, for it to be judged at all: half an hour."""


class Counts(Struct, frozen=True):
    """Customers' posts of one bucket, by their own times.

    `topics` counts them by the policy's topic, and names those without any as well: what is not named was not counted.
    """

    posts: int = 0
    negative: int = 0
    topics: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Counts) -> Counts:
        topics = {
            name: self.topics.get(name, 0) + other.topics.get(name, 0) for name in {**self.topics, **other.topics}
        }
        return Counts(self.posts + other.posts, self.negative + other.negative, topics)


class Sensitivity(Struct, frozen=True):
    """From when on something is a surge.

    `score`: standard deviations (see the module). Five is what physics asks of a discovery (Lyons, arXiv:1310.1284).
    `factor`: times the expected; what is less than double is a busy day. `least_posts`: posts more than expected in the
    window; fewer are answered one by one. `calm`: the part of each of these above which a surge that is on goes on.
    """

    score: float = 5.0
    factor: float = 2.0
    least_posts: float = 10.0
    calm: float = 0.5


class Watch(Struct, frozen=True):
    """All that was learnt. Series are "posts", "negative" and "topic:<name>".

    `since`: the first bucket that the desk could have seen whole; `learnt_to`: the last bucket that was learnt, or that
    passed unlearnt. `surging`: the series that are above their baseline, and since when. Times are UTC epoch seconds.
    """

    since: int | None = None
    learnt_to: int = 0
    looked_at: int = 0
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    surging: Mapping[str, int] = field(default_factory=dict)


class Surge(Struct, frozen=True):
    """One series that is above its baseline now.

    `since` is the begin of its first bucket (UTC epoch s). `observed` and `expected` are posts within the last
    `minutes`, 60 or 15, whichever stands out more; a young desk expects rather too many. `factor` is observed by
    expected, or by one post where fewer are expected. `score` as in Sensitivity.
    """

    series: str
    since: int
    observed: float
    expected: float
    factor: float
    score: float
    minutes: int = 60


class Sight(Struct, frozen=True):
    """What one look gives: the watch to go on with, the surges, the posts usual in the last bucket."""

    watch: Watch
    surges: tuple[Surge, ...]
    expected: float


class _View(Struct, frozen=True):
    """The buckets that a look may use, oldest first, the last one beginning at `begins`."""

    begins: int
    counts: Sequence[Counts]
    cells: Sequence[Cell]

    @property
    def first(self) -> int:
        return self.begins - (len(self.counts) - 1) * BUCKET_SECONDS

    def of(self, series: str) -> list[int]:
        return [max(0, _count(each, series)) for each in self.counts]


class _Line(Struct, frozen=True):
    """One series as a look judges it; `share` is the usual part of all posts that belongs to it."""

    name: str
    baseline: Baseline
    counts: Sequence[int]
    share: float
    named: int
    """In how many of the buckets the series is named: what is not named was not counted."""


def look(
    watch: Watch,
    begins: int,
    recent: Sequence[Counts],
    *,
    now: int,
    zone: ZoneInfo,
    sensitivity: Sensitivity,
    learns: bool,
    listens_since: int | None = None,
) -> Sight:
    """Look at the last hour: learn the bucket that is as old as that, judge the windows that end now.

    `recent` holds the last 12 buckets, oldest first, the last one beginning at `begins`, a multiple of BUCKET_SECONDS;
    that one may still run, and counts as far as it goes. A bucket is learnt once, when its hour is over; one that
    passes while `learns` is off, or while nobody looks, is never learnt. The same look again gives the same surges and
    learns nothing. `listens_since`: since when the desk hears customers; without it, since the first look. Nothing is
    judged before half an hour lies behind a window, and a topic only if it was named then, with a zero if need be.
    """
    watch = _begun(watch, begins, listens_since)
    view = _view(watch, begins, recent, zone)
    if not view.counts:
        return Sight(watch, (), 0.0)
    watch = _learnt(watch, view, now, learns=learns)
    surges = _surges(watch, view, sensitivity)
    surging = {each.series: each.since for each in surges}
    usual = _baseline(watch, POSTS).usual(view.cells[-1])
    return Sight(replace(watch, surging=surging, looked_at=begins), surges, usual)


def _begun(watch: Watch, begins: int, listens_since: int | None) -> Watch:
    """Note since when buckets are whole, and end what was on when the desk fell silent for an hour."""
    if watch.since is None:
        heard = begins if listens_since is None else listens_since
        return replace(watch, since=-(-heard // BUCKET_SECONDS) * BUCKET_SECONDS)
    if begins - watch.looked_at > HOUR_BUCKETS * BUCKET_SECONDS:
        return replace(watch, surging={})
    return watch


def _view(watch: Watch, begins: int, recent: Sequence[Counts], zone: ZoneInfo) -> _View:
    """Leave out what the desk can't have seen whole."""
    since = begins if watch.since is None else watch.since
    whole = max(0, min(len(recent), HOUR_BUCKETS, (begins - since) // BUCKET_SECONDS + 1))
    starts = range(begins - (whole - 1) * BUCKET_SECONDS, begins + 1, BUCKET_SECONDS)
    return _View(begins, recent[len(recent) - whole :], [Cell.of(each, zone) for each in starts])


# ---- learning


def _learnt(watch: Watch, view: _View, now: int, *, learns: bool) -> Watch:
    final = min(view.begins, now) - (HOUR_BUCKETS - 1) * BUCKET_SECONDS
    if not watch.learnt_to < view.first <= final:
        return watch
    if not learns:
        return replace(watch, learnt_to=view.first)
    whole = slice(0, HOUR_BUCKETS - 1)  # without the bucket that still runs
    baselines = {
        name: _baseline(watch, name).learn(Stretch(view.of(name)[whole], view.cells[whole]))
        for name in _names(watch, view)
    }
    return replace(watch, learnt_to=view.first, baselines=_kept(baselines))


def _baseline(watch: Watch, name: str) -> Baseline:
    return watch.baselines.get(name) or (Baseline.of_weekdays() if name == POSTS else Baseline())


def _names(watch: Watch, view: _View) -> list[str]:
    """Name every series of which something was learnt or counted."""
    counted = {TOPIC + topic for each in view.counts for topic in each.topics}
    return sorted({POSTS, NEGATIVE} | watch.baselines.keys() | counted)


def _kept(baselines: Mapping[str, Baseline]) -> dict[str, Baseline]:
    """Leave out the topics with fewest posts, beyond MOST_TOPICS."""
    topics = sorted((name for name in baselines if name.startswith(TOPIC)), key=lambda name: -baselines[name].posts.all)
    return {name: each for name, each in baselines.items() if name not in topics[MOST_TOPICS:]}


def _count(counts: Counts, name: str) -> int:
    if name == POSTS:
        return counts.posts
    return counts.negative if name == NEGATIVE else counts.topics.get(name.removeprefix(TOPIC), 0)


# ---- judging


def _surges(watch: Watch, view: _View, sensitivity: Sensitivity) -> tuple[Surge, ...]:
    found = (_surge(watch, view, name, sensitivity) for name in _names(watch, view))
    return tuple(sorted((each for each in found if each), key=lambda each: (-each.score, each.series)))


def _surge(watch: Watch, view: _View, name: str, sensitivity: Sensitivity) -> Surge | None:
    """Judge one series by the window in which it stands out more."""
    needed = _eased(sensitivity) if name in watch.surging else sensitivity
    if sum(view.of(name)) < needed.least_posts:  # most series, most of the time
        return None
    line = _line(watch, view, name)
    judged = (_judged(view, line, window) for window in range(len(WINDOWS)))
    above = max((each for each in judged if each and _is_above(each, needed)), key=_score, default=None)
    return replace(above, since=watch.surging[name]) if above and name in watch.surging else above


def _line(watch: Watch, view: _View, name: str) -> _Line:
    baseline, all_posts = _baseline(watch, name), _baseline(watch, POSTS)
    share = baseline.level / all_posts.level if name != POSTS and all_posts.level else 0.0
    named = sum(name in {POSTS, NEGATIVE} or name.removeprefix(TOPIC) in each.topics for each in view.counts)
    return _Line(name, baseline, view.of(name), share, named)


def _judged(view: _View, line: _Line, window: int) -> Surge | None:
    """Compare the window that ends now with its baseline; None where too little lies before it.

    A part of all posts may also grow with them: a busy Monday is busy in every topic.
    """
    size = WINDOWS[window]
    if line.named - size + line.baseline.buckets.all < _FEWEST_BEFORE or len(line.counts) < size:
        return None
    before, counts, cells = line.counts[:-size], line.counts[-size:], view.cells[-size:]
    mean = sum(before) / len(before) if before else 0.0
    allowed = [line.baseline.allowed(cell, before=mean) for cell in cells]
    expected = max(sum(allowed), line.share * sum(view.of(POSTS)[-size:]))
    distance = (sum(counts) - expected) / line.baseline.deviation(window, cells[0], expected)
    return Surge(
        series=line.name,
        since=_since(view, counts, allowed),
        observed=float(sum(counts)),
        expected=expected,
        factor=sum(counts) / max(expected, 1.0),
        score=distance * sqrt(size / HOUR_BUCKETS),
        minutes=size * BUCKET_SECONDS // 60,
    )


def _score(surge: Surge) -> float:
    return surge.score


def _is_above(surge: Surge, needed: Sensitivity) -> bool:
    return (
        surge.score >= needed.score
        and surge.factor >= needed.factor
        and surge.observed - surge.expected >= needed.least_posts
    )


def _eased(sensitivity: Sensitivity) -> Sensitivity:
    calm = sensitivity.calm
    return replace(
        sensitivity,
        score=calm * sensitivity.score,
        factor=1 + calm * (sensitivity.factor - 1),
        least_posts=calm * sensitivity.least_posts,
    )


def _since(view: _View, counts: Sequence[int], allowed: Sequence[float]) -> int:
    """Find the first bucket of the window with as much above what it may hold as the window's mean has."""
    mean = (sum(counts) - sum(allowed)) / len(counts)
    first = next((n for n, (posts, may) in enumerate(zip(counts, allowed, strict=True)) if posts - may >= mean), 0)
    return view.begins - (len(counts) - 1 - first) * BUCKET_SECONDS
