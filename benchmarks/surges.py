"""How well surges are seen: five series of mentions with labelled windows, made-up brands, and what a look costs.

The series are those of Twitter mentions in the Numenta Anomaly Benchmark (Lavin and Ahmad, 2015): PATH is a folder with
`<name>.csv.gz` (timestamp, value) and `windows.json` (two ends each). They are no part of the repository; without PATH
they are named as not measured. Nothing that is measured here was learnt from.

An alarm within a window finds it. Alarms outside all windows count, those less than an hour after another as one.
"""

from __future__ import annotations

import bisect
import json
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import mean
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from benchmarks.made_up_days import DAY, HOUR, MONDAY, OFFICE, Brand, played
from benchmarks.outcome import Outcome, Table
from benchmarks.timing import medians
from desk.incidents.baseline import BUCKET_SECONDS, HOUR_BUCKETS
from desk.incidents.detection import Counts, Sensitivity, Surge, Watch, look
from desk.store.codec import encode
from training.corpora import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_ZONE = ZoneInfo("UTC")
_SHIPPED = Sensitivity()
_SCORES = (4.0, 4.5, 5.0, 5.5, 6.0, 8.0)

_TRAILING = 7 * DAY // BUCKET_SECONDS
_WARM_UP = DAY // BUCKET_SECONDS
_SIMPLE_LEAST = 5
_NORMAL_IQR = 1.349
_SIMPLE = ((6.0, 12), (8.0, 12), (10.0, 3))

BRANDS = {
    "70 posts a day": Brand(70),
    "4 posts a day": Brand(4),
    "2,000 a day, weekends nearly silent": Brand(2_000, (1.5, 1.2, 1.0, 1.0, 1.0, 0.2, 0.15)),
    "1,500 a day, Monday mornings twice as many": Brand(1_500, OFFICE, monday_morning=2.0),
    "800 a day in bursts": Brand(800, OFFICE, steadiness=4.0),
    "20,000 a day": Brand(20_000, OFFICE, steadiness=30.0),
}
STARTS = {"Monday 0:00": 0, "Monday 8:00": 8 * HOUR, "Thursday 14:00": 3 * DAY + 14 * HOUR, "Sunday 20:00": 164 * HOUR}
_DAYS = 14
_SEEDS = 2
_QUIET = BRANDS["70 posts a day"]
_BEFORE = {"1 hour": HOUR, "1 day": DAY, "1 week": 7 * DAY}
_OUTAGES = 20


class Series(NamedTuple):
    """One labelled series: begins of its buckets, posts, windows from and to (all UTC epoch s)."""

    at: Sequence[int]
    posts: Sequence[int]
    windows: Sequence[tuple[int, int]]

    @property
    def days(self) -> float:
        """How long it is."""
        return (self.at[-1] - self.at[0]) / DAY


@dataclass(frozen=True, slots=True)
class Found:
    """What came of alarms: windows found, of how many; alarms outside; minutes from a window's begin to its first."""

    hits: int
    windows: int
    outside: int
    days: float
    delays: tuple[float, ...]

    def __add__(self, other: Found) -> Found:
        return Found(
            self.hits + other.hits,
            self.windows + other.windows,
            self.outside + other.outside,
            self.days + other.days,
            self.delays + other.delays,
        )

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of a row."""
        delay = f"{mean(self.delays):,.0f}" if self.delays else ""
        return f"{self.hits} of {self.windows}", f"{self.outside}", f"{self.outside / self.days:.3f}", delay


_NOTHING = Found(0, 0, 0, 0.0, ())


def run(folder: Path | None = None) -> Outcome:
    """Look for surges in the labelled series, in made-up brands, and time it."""
    labelled = _labelled(folder) if folder and (folder / "windows.json").is_file() else _absent()
    made_up = [_false_alarms(), _outages()]
    cost = _cost()
    return Outcome([*labelled.tables, *made_up, *cost.tables], {**labelled.figures, **cost.figures})


def judge(series: Series, alarms: Iterable[int]) -> Found:
    """Compare the moments of alarms, in order, with the labelled windows."""
    told = list(alarms)
    inside = [[at for at in told if begins <= at <= ends] for begins, ends in series.windows]
    others = [at for at in told if not any(begins <= at <= ends for begins, ends in series.windows)]
    outside = sum(1 for before, at in zip([-HOUR, *others], others, strict=False) if at - before >= HOUR)
    delays = tuple((each[0] - begins) / 60 for each, (begins, _) in zip(inside, series.windows, strict=True) if each)
    return Found(len(delays), len(series.windows), outside, series.days, delays)


def watched(counts: Sequence[Counts], *, begins: int, sensitivity: Sensitivity = _SHIPPED) -> Iterator[Sequence[Surge]]:
    """Give the surges of each look at buckets that follow one another, the first beginning at `begins`."""
    for looks in _looks(counts, begins=begins, settings={"": sensitivity}):
        yield looks[""]


def _looks(
    counts: Sequence[Counts], *, begins: int, settings: Mapping[str, Sensitivity]
) -> Iterator[Mapping[str, Sequence[Surge]]]:
    """Look with several settings at once: what is learnt depends on none of them, what is on does."""
    watch = Watch()
    on: dict[str, Mapping[str, int]] = {name: {} for name in settings}
    for number in range(len(counts)):
        at = begins + number * BUCKET_SECONDS
        recent = counts[max(0, number + 1 - HOUR_BUCKETS) : number + 1]
        found = {}
        for name, sensitivity in settings.items():
            sight = look(
                replace(watch, surging=on[name]),
                at,
                recent,
                now=at + BUCKET_SECONDS - 1,
                zone=_ZONE,
                sensitivity=sensitivity,
                learns=True,
            )
            watch, on[name], found[name] = sight.watch, sight.watch.surging, sight.surges
        yield found


# ---- the labelled series


def _labelled(folder: Path) -> Outcome:
    windows = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
    series = {name: _read(folder / f"{name}.csv.gz", ends) for name, ends in windows.items()}
    settings = {f"{score:g}": replace(_SHIPPED, score=score) for score in _SCORES}
    found = {name: dict.fromkeys(settings, _NOTHING) for name in series}
    for name, each in series.items():
        found[name] = _found(each, settings)
    totals = {setting: sum((each[setting] for each in found.values()), _NOTHING) for setting in settings}
    shipped = next(name for name, each in settings.items() if each == _SHIPPED)
    return Outcome(
        [_against_the_simple_one(series, found, shipped), _sensitivity(totals)],
        {
            "windows_found": totals[shipped].hits,
            "alarms_outside_a_series_day": totals[shipped].outside / totals[shipped].days,
        },
    )


def _read(file: Path, ends: Sequence[tuple[str, str]]) -> Series:
    rows = list(rows_of(file))
    at = [_moment(row["timestamp"]) for row in rows]
    return Series(at, [int(float(row["value"])) for row in rows], [(_moment(a), _moment(b)) for a, b in ends])


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _found(series: Series, settings: Mapping[str, Sensitivity]) -> dict[str, Found]:
    begins = series.at[0] // BUCKET_SECONDS * BUCKET_SECONDS
    looks = list(_looks([Counts(posts) for posts in series.posts], begins=begins, settings=settings))
    return {
        name: judge(series, (at for at, found in zip(series.at, looks, strict=True) if found[name]))
        for name in settings
    }


def _against_the_simple_one(series: Mapping[str, Series], found: Mapping[str, Mapping[str, Found]], ours: str) -> Table:
    rows = [("the desk as shipped", *sum((each[ours] for each in found.values()), _NOTHING).cells)]
    rows += [(f"of these {name}", *each[ours].cells) for name, each in found.items()]
    for score, size in _SIMPLE:
        simple = (judge(each, _simple_alarms(each, score, size)) for each in series.values())
        rows.append((f"simple: {size * 5} min, z >= {score:g}", *sum(simple, _NOTHING).cells))
    return Table(
        "Surges in five labelled series",
        ("by", "windows found", "alarms outside", "a series-day", "mean delay min"),
        rows,
        (
            "Simple: robust z of a trailing sum by the median and interquartile range of the 7 days before it, at",
            "least 5 posts, after a day. A window is labelled around what happened and more than a day wide: the delay",
            "from its begin tells earlier from later and nothing else.",
        ),
    )


def _simple_alarms(series: Series, score: float, size: int) -> Iterator[int]:
    ranked: list[int] = []
    trailing: deque[int] = deque()
    total = 0
    for number, (at, posts) in enumerate(zip(series.at, series.posts, strict=True)):
        total += posts - (series.posts[number - size] if number >= size else 0)
        if len(trailing) >= _WARM_UP:
            spread = max((_quantile(ranked, 0.75) - _quantile(ranked, 0.25)) / _NORMAL_IQR, 1.0)
            if total >= _SIMPLE_LEAST and (total - _quantile(ranked, 0.5)) / spread >= score:
                yield at
        bisect.insort(ranked, total)
        trailing.append(total)
        if len(trailing) > _TRAILING:
            ranked.pop(bisect.bisect_left(ranked, trailing.popleft()))


def _quantile(ranked: Sequence[int], part: float) -> float:
    place = (len(ranked) - 1) * part
    low = ranked[int(place)]
    return low + (ranked[min(int(place) + 1, len(ranked) - 1)] - low) * (place - int(place))


def _sensitivity(totals: Mapping[str, Found]) -> Table:
    rows = [(name, *found.cells) for name, found in totals.items()]
    columns = ("score", "windows found", "alarms outside", "a series-day", "mean delay min")
    return Table("The same over threshold and window", columns, rows)


def _absent() -> Outcome:
    return Outcome([Table("NOT MEASURED: no labelled series", ("give the folder of",), [("windows.json",)])])


# ---- made-up brands


def _false_alarms() -> Table:
    rows = []
    for name, brand in BRANDS.items():
        told = {start: sum(_alarms(brand, seed, begins) for seed in range(_SEEDS)) for start, begins in STARTS.items()}
        days = _SEEDS * _DAYS * len(STARTS)
        rows.append((name, f"{days}", *(f"{each}" for each in told.values()), f"{sum(told.values()) / days:.3f}"))
    return Table(
        "False alarms of made-up brands, a desk's first two weeks",
        ("brand", "days", *(f"from {start}" for start in STARTS), "a day"),
        rows,
        ("All series count: posts, negative ones, each of four topics. Alarms within an hour count as one.",),
    )


def _alarms(brand: Brand, seed: int, later: int) -> int:
    begins = MONDAY + later
    counts = [each for _, each in played(brand, seed=seed, days=_DAYS, begins=begins)]
    moments = [number * BUCKET_SECONDS for number, surges in enumerate(watched(counts, begins=begins)) if surges]
    return sum(1 for before, at in zip([-HOUR, *moments], moments, strict=False) if at - before >= HOUR)


def _outages() -> Table:
    rows = []
    for name, before in _BEFORE.items():
        seen = [minutes_to_see(before, seed=seed) for seed in range(_OUTAGES)]
        rows.append((name, *(f"{sum(1 for each in seen if each <= most)}" for most in (5, 10, 15)), f"{max(seen)}"))
    return Table(
        f"Seen: forty times 70 posts a day, {_OUTAGES} made-up outages from 10:00 on",
        ("the desk listens since", "in 5 min", "in 10 min", "in 15 min", "longest min"),
        rows,
        ("Minutes from the begin of the outage to the end of the five minutes that showed it.",),
    )


def minutes_to_see(before: int, *, seed: int, most_minutes: int = 120) -> int:
    """Give the minutes until an outage is seen by a desk that has listened for `before` seconds; the most if never."""
    outage_at = MONDAY + 7 * DAY + 10 * HOUR
    begins = outage_at - before
    days = (before + most_minutes * 60) / DAY
    counts = [each for _, each in played(_QUIET, seed=seed, days=days, begins=begins, outage_at=outage_at)]
    looks = enumerate(watched(counts, begins=begins), 1)
    ends = (number * BUCKET_SECONDS - before for number, surges in looks if surges)
    return next((at // 60 for at in ends if at > 0), most_minutes)


# ---- what it costs


def _cost() -> Outcome:
    history = [each for _, each in played(BRANDS["20,000 a day"], seed=1, days=7)]
    watch = Watch()
    for number in range(len(history)):
        at = MONDAY + number * BUCKET_SECONDS
        watch = _look(watch, at, history[max(0, number + 1 - HOUR_BUCKETS) : number + 1])
    at = MONDAY + len(history) * BUCKET_SECONDS
    recent = history[-HOUR_BUCKETS:]
    learnt = _look(watch, at, recent)
    seconds = medians(
        {
            "a look that learns": lambda: [_look(watch, at, recent) for _ in range(100)],
            "a look again": lambda: [_look(learnt, at, recent) for _ in range(100)],
        }
    )
    size = len(encode(learnt))
    rows = [(name, f"{each / 100 * 1e6:,.0f}") for name, each in seconds.items()]
    table = Table("What a look costs: six series, a week learnt", ("work", "µs"), [*rows, ("bytes kept", f"{size:,}")])
    return Outcome([table], {"look_us": seconds["a look that learns"] / 100 * 1e6, "watch_bytes": size})


def _look(watch: Watch, at: int, recent: Sequence[Counts]) -> Watch:
    return look(watch, at, recent, now=at, zone=_ZONE, sensitivity=_SHIPPED, learns=True).watch
