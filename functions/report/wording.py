"""How figures read in a mail: durations, shares, moments, counts. Pure, English, without a thought about layout."""

from __future__ import annotations

import re
from datetime import datetime
from math import floor
from zoneinfo import ZoneInfo

NOTHING = "–"  # noqa: RUF001 - an en dash stands for "no figure"
_MINUTE, _HOUR = 60, 3600
_DAY_MINUTES = 24 * 60
_BEFORE_A_UNIT = re.compile(r"(?<=\d) (?=(?:s|min|h|d)\b)")


def duration(seconds: float | None) -> str:
    """Give a duration in its two largest units, rounded to the smaller: 45 s, 12 min 58 s, 2 h 10 min, 3 d 4 h.

    People compare such figures, so none is cut: 59 min 59.6 s reads 1 h. The terminal takes them from here as well; the
    wallboard's `format.js` keeps to the same rule, and one test holds both to it.
    """
    if seconds is None:
        return NOTHING
    seconds = max(0, seconds)  # two clocks may differ by a moment
    if (whole := _nearest(seconds)) < _HOUR:
        return _two(whole, "s", _MINUTE, "min")
    if (minutes := _nearest(seconds / _MINUTE)) < _DAY_MINUTES:
        return _two(minutes, "min", 60, "h")
    return _two(_nearest(seconds / _HOUR), "h", 24, "d")


def _nearest(number: float) -> int:
    """Round halves up, as JavaScript does: the wallboard gives the same words."""
    return floor(number + 0.5)


def _two(amount: int, small_unit: str, per_large: int, large_unit: str) -> str:
    large, small = divmod(amount, per_large)
    told = ((large, large_unit), (small, small_unit))
    return " ".join(f"{number} {unit}" for number, unit in told if number) or f"0 {small_unit}"


def unbroken(text: str) -> str:
    """Keep each duration's figures with their units where a line may end between them: 40 min 58 s breaks after min."""
    return _BEFORE_A_UNIT.sub("\u00a0", text)


def limit(minutes: int) -> str:
    """Give a limit as people name it: 15 min, 90 min, 1 h, 24 h, 48 h."""
    return f"{minutes} min" if minutes % 60 else f"{minutes // 60} h"


def percent(share: float | None) -> str:
    """Give a share of 0 to 1 in whole per cent; one that is not quite all never reads as 100 %, nor as 0 % if any."""
    if share is None:
        return NOTHING
    whole = round(share * 100)
    if whole == 100 and share < 1:  # noqa: PLR2004
        return "99 %"
    return "1 %" if whole == 0 and share > 0 else f"{whole} %"


def money(usd: float) -> str:
    """Give an amount of USD in cents: 1,040.50 USD."""
    return f"{usd:,.2f} USD"


def count(number: int, one: str, many: str | None = None) -> str:
    """Give a number with its noun: 1 case, 1,483 cases."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(at: int, time_zone: str) -> str:
    """Give a moment as people of a time zone say it: Mon 2 Mar 2026, 13:05."""
    local = datetime.fromtimestamp(at, ZoneInfo(time_zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def stretch(from_at: int, until_at: int, time_zone: str) -> str:
    """Give the days of a period, the last one included: Monday 2 March 2026, or 2 March 2026 to 8 March 2026."""
    zone = ZoneInfo(time_zone)
    first, last = datetime.fromtimestamp(from_at, zone), datetime.fromtimestamp(until_at - 1, zone)
    if first.date() == last.date():
        return f"{first:%A} {_date(first)}"
    return f"{_date(first)} to {_date(last)}"


def _date(local: datetime) -> str:
    return f"{local.day} {local:%B %Y}"


def words(name: str) -> str:
    """Give a name of ours as words: first_response reads first response."""
    return name.replace("_", " ")
