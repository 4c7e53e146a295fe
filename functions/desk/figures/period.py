"""The stretch of time a report is about. Days are those of the brand's own time zone; it knows nothing of cases."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct


class Period(Struct, frozen=True):
    """From `from_at` up to, but without, `until_at`; UTC epoch seconds. Raises ValueError if that is no time at all."""

    from_at: int
    until_at: int

    def __post_init__(self) -> None:
        if self.from_at >= self.until_at:
            raise ValueError(f"a period ends after it begins: {self.from_at} to {self.until_at}")

    def __contains__(self, at: int) -> bool:
        return self.from_at <= at < self.until_at

    def before(self) -> Period:
        """Give the period of the same length that ends where this one begins."""
        return Period(2 * self.from_at - self.until_at, self.from_at)


def local_day(day: date, time_zone: str) -> Period:
    """Give a calendar day of a time zone, 23 or 25 hours long where the clock changes."""
    return Period(midnight(day, time_zone), midnight(day + timedelta(days=1), time_zone))


def midnight(day: date, time_zone: str) -> int:
    """Give the UTC epoch seconds at which a calendar day begins in a time zone."""
    return int(datetime.combine(day, time(), ZoneInfo(time_zone)).timestamp())
