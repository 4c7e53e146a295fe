"""Business calendars: which instants are open, and how much open time lies between two of them.

Decides nothing about targets or cases, and reads no clock and no file: every instant is an argument.

One rule stands behind all of it: **an instant is open if and only if the wall clock of the calendar's time zone then
shows a time within the hours of a local day.** Local times that a change to summer time skips are never open; those
that happen twice are open twice. Hours past midnight belong to the day on which they began: a holiday or an exception
closes the night shift that would begin on it, not the one that ends on it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MINUTE = 60
_DAY_MINUTES = 24 * 60
_DAY = _DAY_MINUTES * _MINUTE
_BLOCK = 28 * _DAY
# Since 1970 no zone has changed its offset twice within 6.9 days (tz database 2026f, all zones, read 2026-11).
_PROBE = 4 * _DAY
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_LAST_YEAR = 2199
_BLOCKS = int(datetime(_LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp()) // _BLOCK + 1
_HOURS = re.compile(r"([0-9]{2}):([0-9]{2})\s*-\s*([0-9]{2}):([0-9]{2})")


class Interval(Struct, frozen=True, order=True):
    """Hours within a local day, in minutes from its midnight: open from `opens_minute`, closed from `closes_minute` on.

    Hours past midnight close after minute 1440. Raises ValueError unless they begin within the day and last between a
    minute and 24 hours.
    """

    opens_minute: int
    closes_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens_minute < _DAY_MINUTES:
            raise ValueError(f"hours begin between 00:00 and 23:59, not in minute {self.opens_minute}")
        if not 0 < self.closes_minute - self.opens_minute <= _DAY_MINUTES:
            raise ValueError(f"hours last between a minute and 24 hours, not from {self}")

    def __str__(self) -> str:
        return f"{_clock_time(self.opens_minute)} to {_clock_time(self.closes_minute)}"


Hours: TypeAlias = tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours of a team in its own time zone.

    `weekly`: seven days of hours, Monday first. `country` and `subdivision`: ISO 3166 codes as the `holidays` package
    knows them, whose public holidays are closed. `exceptions`: the hours of single local days instead of the usual,
    holiday or not; no hours means closed. `always_open`: day and night, and none of the others.

    Instants are whole UTC epoch seconds from 1970 to 2199; a calendar that is not always open raises ValueError for
    others. Building one raises ValueError that names every fault at once; a week without hours is one, as such a
    calendar might never open. An unknown country raises ValueError on first use, when its holidays are loaded.
    """

    name: str
    time_zone: str
    weekly: tuple[Hours, ...] = ()
    country: str | None = None
    subdivision: str | None = None
    exceptions: Mapping[date, Hours] = field(default_factory=dict, hash=False)
    always_open: bool = False
    _blocks: dict[int, _Block] = field(default_factory=dict, init=False, repr=False, compare=False)
    _holidays: dict[int, frozenset[date]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise ValueError(f"calendar {self.name!r}: {'; '.join(faults)}")

    def advance(self, start: int, seconds: int) -> int:
        """Give the earliest instant at or after `start` by which `seconds` of open time have passed.

        The result is open or the very moment of closing: eight hours from 09:00 end at 17:00 sharp, not at the next
        opening. No seconds at all give `start` itself where it is such a moment, else the next opening.
        Hence `elapsed(a, advance(a, s)) == s` and `advance(advance(a, s), t) == advance(a, s + t)` always, and
        `advance(a, elapsed(a, b)) == b` for every later b within some hours or at their end (their very beginning is
        reached at the closing before it).
        Raises ValueError for negative seconds, and for time that isn't used up before the year 2200.
        """
        if seconds < 0:
            raise ValueError(f"a calendar advances by 0 seconds or more, not by {seconds}")
        if self.always_open:
            return start + seconds
        if not seconds:
            return start if self._is_open_or_closing(start) else self.next_opening(start)
        block = self._block_of(start)
        left = seconds + block.open_seconds_before(start)
        for later in self._blocks_from(start):
            if left <= later.open_seconds:
                return later.instant_after(left)
            left -= later.open_seconds
        raise ValueError(f"calendar {self.name!r} isn't open for {seconds} s from {start} to the year {_LAST_YEAR}")

    def elapsed(self, a: int, b: int) -> int:
        """Give the open seconds from `a` to `b`; negative when `b` is the earlier."""
        if self.always_open:
            return b - a
        if b < a:
            return -self.elapsed(b, a)
        whole_blocks = sum(self._block(index).open_seconds for index in range(a // _BLOCK, b // _BLOCK))
        return whole_blocks + self._block_of(b).open_seconds_before(b) - self._block_of(a).open_seconds_before(a)

    def is_open(self, at: int) -> bool:
        """Say whether the hours include this instant; the moment of closing is closed."""
        return self.always_open or self._block_of(at).is_open(at)

    def next_opening(self, at: int) -> int:
        """Give the first open instant at or after `at`: `at` itself when open."""
        if self.is_open(at):
            return at
        openings = (block.next_opening(at) for block in self._blocks_from(at))
        if (opening := next(filter(None, openings), None)) is None:
            raise ValueError(f"calendar {self.name!r} does not open from {at} to the year {_LAST_YEAR}")
        return opening

    def _faults(self) -> Iterator[str]:
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            yield f"unknown time zone {self.time_zone!r}"
        if self.always_open:
            if self.weekly or self.country or self.subdivision or self.exceptions:
                yield "it is always open, so it has no hours, holidays or exceptions"
            return
        if not any(self.weekly):
            yield "it never opens: give the hours of at least one day of the week"
        elif len(self.weekly) != len(WEEKDAYS):
            yield f"a week has 7 days from Monday on, not {len(self.weekly)}"
        if self.subdivision and not self.country:
            yield f"subdivision {self.subdivision!r} without a country"
        yield from _overlaps(zip(WEEKDAYS, self.weekly, strict=False))
        yield from _overlaps((day.isoformat(), hours) for day, hours in self.exceptions.items())

    def _is_open_or_closing(self, at: int) -> bool:
        return self.is_open(at) or (at > 0 and self.is_open(at - 1))

    def _block_of(self, at: int) -> _Block:
        return self._block(at // _BLOCK)

    def _blocks_from(self, at: int) -> Iterator[_Block]:
        return (self._block(index) for index in range(at // _BLOCK, _BLOCKS))

    def _block(self, index: int) -> _Block:
        if (known := self._blocks.get(index)) is not None:
            return known
        if not 0 <= index < _BLOCKS:
            raise ValueError(f"not an instant in UTC epoch seconds from 1970 to {_LAST_YEAR}: about {index * _BLOCK}")
        return self._blocks.setdefault(index, self._build_block(index * _BLOCK))

    def _build_block(self, begins: int) -> _Block:
        zone = ZoneInfo(self.time_zone)
        spans = (
            (max(opens - offset, start), min(closes - offset, end))
            for start, end, offset in _constant_offsets(zone, begins, begins + _BLOCK)
            for opens, closes in self._local_spans(start + offset, end + offset)
        )
        return _Block.of(_merged(sorted(span for span in spans if span[0] < span[1])))

    def _local_spans(self, begins: int, ends: int) -> Iterator[tuple[int, int]]:
        """Give the hours that may touch this stretch of wall-clock time, all in seconds as if the zone were UTC."""
        for day in range(begins // _DAY - 1, (ends - 1) // _DAY + 1):
            for interval in self._hours_on(date.fromordinal(day + _EPOCH_ORDINAL)):
                midnight = day * _DAY
                yield midnight + interval.opens_minute * _MINUTE, midnight + interval.closes_minute * _MINUTE

    def _hours_on(self, day: date) -> Hours:
        if (hours := self.exceptions.get(day)) is not None:
            return hours
        return () if self.country and day in self._holidays_of(day.year) else self.weekly[day.weekday()]

    def _holidays_of(self, year: int) -> frozenset[date]:
        if year not in self._holidays:
            self._holidays[year] = _public_holidays(self.country or "", self.subdivision, year)
        return self._holidays[year]


class _Block(Struct, frozen=True):
    """The open spans within 28 days: where each opens and closes, and the open seconds of the block before it."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    used: tuple[int, ...]
    open_seconds: int

    @classmethod
    def of(cls, spans: list[tuple[int, int]]) -> _Block:
        opens, closes = zip(*spans, strict=True) if spans else ((), ())
        *used, total = accumulate((end - start for start, end in spans), initial=0)
        return cls(opens, closes, tuple(used), total)

    def open_seconds_before(self, at: int) -> int:
        last = bisect_right(self.opens, at) - 1
        return 0 if last < 0 else self.used[last] + min(at, self.closes[last]) - self.opens[last]

    def instant_after(self, seconds: int) -> int:
        """Give the earliest instant before which 1..`open_seconds` seconds are open."""
        span = bisect_left(self.used, seconds) - 1
        return self.opens[span] + seconds - self.used[span]

    def is_open(self, at: int) -> bool:
        last = bisect_right(self.opens, at) - 1
        return last >= 0 and at < self.closes[last]

    def next_opening(self, at: int) -> int | None:
        following = bisect_left(self.opens, at)
        return self.opens[following] if following < len(self.opens) else None


def parse_hours(text: str) -> Hours:
    """Read the hours of a day like `09:00-12:30, 13:30-17:00`, in order.

    `22:00-02:00` ends on the next day, `18:00-24:00` at midnight, `00:00-24:00` is the whole day, `closed` none of it.
    Raises ValueError that says what is wrong with the text.
    """
    if text.strip() == "closed":
        return ()
    hours = tuple(sorted(_parse_interval(part.strip()) for part in text.split(",")))
    if overlap := next(_overlaps([(repr(text), hours)]), None):
        raise ValueError(overlap)
    return hours


def parse_week(hours_by_days: Mapping[str, str]) -> tuple[Hours, ...]:
    """Read a week like `{"mon-fri": "09:00-17:00", "sat": "10:00-14:00"}`; days not named are closed.

    A span may run over the weekend (`sat-mon`). Raises ValueError that names every fault at once.
    """
    week: dict[int, Hours] = {}
    faults = []
    for days, hours in hours_by_days.items():
        try:
            named, parsed = _parse_days(days), parse_hours(hours)
        except ValueError as fault:
            faults.append(f"{days}: {fault}")
            continue
        faults += [f"{days}: {WEEKDAYS[day]} has hours already" for day in named if day in week]
        week |= dict.fromkeys(named, parsed)
    if faults:
        raise ValueError("; ".join(faults))
    return tuple(week.get(day, ()) for day in range(len(WEEKDAYS)))


def _parse_days(text: str) -> list[int]:
    first, dash, last = text.partition("-")
    unknown = [day for day in (first, last if dash else first) if day not in WEEKDAYS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not one of {', '.join(WEEKDAYS)}, nor a span of them like mon-fri")
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [(begin + offset) % len(WEEKDAYS) for offset in range((end - begin) % len(WEEKDAYS) + 1)]


def _parse_interval(text: str) -> Interval:
    if not (match := _HOURS.fullmatch(text)):
        raise ValueError(f"{text!r} is not a span of hours like 09:00-17:00")
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, match.groups())
    opens = _minute_of_day(opens_hour, opens_minute, text)
    closes = _minute_of_day(closes_hour, closes_minute, text)
    if opens == _DAY_MINUTES:
        raise ValueError(f"{text!r} begins at 24:00; write 00:00 on the next day")
    if opens == closes:
        raise ValueError(f"{text!r} begins and ends at the same time; a whole day is 00:00-24:00")
    return Interval(opens, closes if closes > opens else closes + _DAY_MINUTES)


def _minute_of_day(hour: int, minute: int, text: str) -> int:
    minutes = hour * _MINUTE + minute
    if minute >= _MINUTE or minutes > _DAY_MINUTES:
        raise ValueError(f"{text!r} has no such time as {hour:02}:{minute:02}")
    return minutes


def _clock_time(minute: int) -> str:
    hour, minute_of_hour = divmod(minute, _MINUTE)
    return f"{hour:02}:{minute_of_hour:02}"


def _overlaps(days: Iterable[tuple[str, Hours]]) -> Iterator[str]:
    for day, hours in days:
        for earlier, later in pairwise(sorted(hours)):
            if later.opens_minute < earlier.closes_minute:
                yield f"{day}: {earlier} and {later} overlap"


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join sorted spans that overlap or touch, as a night shift and the next morning do."""
    merged: list[tuple[int, int]] = []
    for opens, closes in spans:
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return merged


def _constant_offsets(zone: ZoneInfo, begins: int, ends: int) -> Iterator[tuple[int, int, int]]:
    """Cut a stretch of UTC where the zone's offset changes: start, end and offset of each part in seconds."""

    def offset_at(at: int) -> int:
        delta = datetime.fromtimestamp(at, zone).utcoffset()
        return int(delta.total_seconds()) if delta is not None else 0

    start, offset = begins, offset_at(begins)
    for probe in (*range(begins + _PROBE, ends, _PROBE), ends):
        if offset_at(probe) != offset:
            before = offset
            change = bisect_left(range(probe), x=True, lo=start, key=lambda at: offset_at(at) != before)
            yield start, change, offset
            start, offset = change, offset_at(change)
    yield start, ends, offset


def _public_holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    # Importing the package takes 0.1 s, so that only functions whose calendars name a country pay for it.
    from holidays import country_holidays  # noqa: PLC0415

    try:
        return frozenset(country_holidays(country, subdiv=subdivision, years=year))
    except NotImplementedError as fault:
        raise ValueError(f"public holidays: {fault}") from fault
