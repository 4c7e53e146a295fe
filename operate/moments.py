"""Moments and durations as an operator reads them. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def told(at: int | None, zone: str) -> str:
    """Give a moment in a time zone to the minute, "-" for none."""
    if at is None:
        return "-"
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%a %d %b %Y %H:%M %Z")


def lasting(seconds: int) -> str:
    """Give a duration in its two largest units."""
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
    return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"
