"""How figures read in a mail: durations, shares, moments, counts. Pure, English, without a thought about layout."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

NOTHING = "–"  # noqa: RUF001 - an en dash stands for "no figure"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def duration(seconds: float | None) -> str:
    """Give a duration in its two largest units: 45 s, 13 min, 2 h 10 min, 3 d 4 h."""
    if seconds is None:
        return NOTHING
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return _two(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "min")
    return _two(whole // _DAY, "d", whole % _DAY // _HOUR, "h")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def limit(minutes: int) -> str:
    """Give a limit as people name it: 15 min, 1 h, 24 h, 48 h."""
    return f"{minutes} min" if minutes < _MINUTE else f"{minutes // _MINUTE} h"


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
