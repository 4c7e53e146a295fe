"""Moments as an operator reads them. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def told(at: int | None, zone: str) -> str:
    """Give a moment in a time zone to the minute, "-" for none."""
    if at is None:
        return "-"
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%a %d %b %Y %H:%M %Z")
