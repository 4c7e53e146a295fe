"""The tally of a period from its days: roll-ups where they are still true, cases where they are not.

A day is rolled up once it is over, under the policy that counts it: business time is told by its calendars. Whoever
writes a case of an earlier day says so (`days.mark_changed`); a roll-up made before that is made again. Written twice,
by two reports at once, it is the same.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from desk.figures import Period, Tally, local_day, tally_of
from desk.figures.roll_up import SETTLES_SECONDS, RollUp, Watched, rolled_up, unrolled
from desk.notice import day_of
from desk.store.cases_of_period import cases_of_period
from desk.store.codec import decode, encode
from desk.store.days import days_opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.policy.model import Policy
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

_DAY_SECONDS = 86_400
_KEEP_SECONDS = 400 * _DAY_SECONDS
_PART_LETTERS = 300_000
"""Of one item; DynamoDB takes 400 KB (AWS quota, 2026)."""


class Head(Struct, frozen=True):
    """Where a roll-up stands: the names of its parts, which tell its content."""

    parts: tuple[str, ...]


class Counting(Struct, frozen=True):
    """Whoever counts cases as of a moment; where it `keeps`, days that are over are rolled up."""

    desk: DeskTable
    ledger: Ledger
    policy: Policy
    as_of: int
    keeps: bool = False

    def tally(self, period: Period) -> Tally:
        """Count the cases opened in a period."""
        whole = Tally()
        for day, changed_at in self._days(period):
            whole.join(self._of_day(day, period, changed_at))
        return whole

    def _days(self, period: Period) -> Iterator[tuple[date, int]]:
        """Give each day of the brand's time zone that may have cases in a period, and when they last changed."""
        last = day_of(period.until_at - 1)
        changed: dict[date, int] = {}
        for utc_day, opened in days_opened(self.ledger, last=last):
            for day in self._touching(utc_day):
                changed[day] = max(opened.changed_at, changed.get(day, 0))
        for day in sorted(changed):
            whole = local_day(day, self.policy.time_zone)
            if whole.from_at < period.until_at and period.from_at < whole.until_at:
                yield day, changed[day]

    def _touching(self, utc_day: str) -> set[date]:
        zone = ZoneInfo(self.policy.time_zone)
        begins = datetime.fromisoformat(utc_day).replace(tzinfo=UTC)
        return {moment.astimezone(zone).date() for moment in (begins, begins + timedelta(seconds=_DAY_SECONDS - 1))}

    def _of_day(self, day: date, period: Period, changed_at: int) -> Tally:
        whole = local_day(day, self.policy.time_zone)
        if whole.from_at < period.from_at or period.until_at < whole.until_at:
            part = Period(max(whole.from_at, period.from_at), min(whole.until_at, period.until_at))
            return self._counted(part)[0]
        stored = self._read(day)
        if stored and stored.is_true(changed_at=changed_at, now=self.as_of):
            return unrolled(stored, as_of=self.as_of)
        counted, changes_at = self._counted(whole)
        if self.keeps and self._is_over(whole):
            self._write(day, rolled_up(counted, as_of=self.as_of, changes_at=changes_at))
        return counted

    def _counted(self, period: Period) -> tuple[Tally, int | None]:
        cases = Watched(cases_of_period(self.desk, self.ledger, period))
        counted = tally_of(cases, period, policy=self.policy, as_of=self.as_of)
        return counted, cases.changes_at

    def _is_over(self, day: Period) -> bool:
        """Every UTC day that it touches is over, so that whatever changes its cases from now on says so."""
        ends = (day.until_at - 1) // _DAY_SECONDS * _DAY_SECONDS + _DAY_SECONDS
        return self.as_of > ends + SETTLES_SECONDS

    # ---- where roll-ups stand

    def _read(self, day: date) -> RollUp | None:
        head = self.ledger.get(f"ROLLUP#{day}", self.policy.version, Head)
        if head is None:
            return None
        parts = [part for name in head.parts if (part := self.ledger.get(f"ROLLUP#{day}", name, str))]
        if len(parts) < len(head.parts):
            return None  # they expire at about the same time
        return decode(zlib.decompress(b64decode("".join(parts))).decode(), RollUp)

    def _write(self, day: date, roll_up: RollUp) -> None:
        """Write the parts before the head that names them."""
        packed = b64encode(zlib.compress(encode(roll_up).encode())).decode()
        parts = [packed[start : start + _PART_LETTERS] for start in range(0, len(packed), _PART_LETTERS)]
        named = {f"{self.policy.version}#{sha256(part.encode()).hexdigest()}": part for part in parts}
        for name, part in named.items():
            self._put(day, name, part)
        self._put(day, self.policy.version, Head(tuple(named)))

    def _put(self, day: date, key: str, value: object) -> None:
        self.ledger.put(f"ROLLUP#{day}", key, value, keep_seconds=_KEEP_SECONDS)
