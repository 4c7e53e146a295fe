"""Makes the summary of a period and sends it. A period without any case has none. It changes no case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from desk.errors import BadPayload
from desk.figures import Figures, Period, figures_of, local_day, midnight
from desk.store.costs_of_period import costs_of_period
from desk.store.roll_ups import Counting
from report.summary_mail import summary_mail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.policy.model import Policy
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from report.mailer import Mailer

DAILY = "daily"
WEEKLY = "weekly"
BY_HAND = "period"
_TITLES = {DAILY: "Daily summary", WEEKLY: "Weekly summary", BY_HAND: "Summary"}
_WEEK = timedelta(days=7)


class Request(Struct, frozen=True):
    """Which summary is wanted: of which period, and which it is compared with."""

    kind: str
    period: Period
    before: Period


def read_request(event: Mapping[str, Any], *, time_zone: str, now: int) -> Request:
    """Read what a summary is asked for.

    `{"kind": "daily"}` is about the day before `now` in `time_zone`, `{"kind": "weekly"}` about the last whole week,
    Monday to Sunday. `{"kind": "period", "from": A, "to": B}` is about A up to, but without, B; each an ISO date (its
    midnight in `time_zone`) or an ISO time with its offset. Raises BadPayload that names every fault.
    """
    kind, today = event.get("kind"), datetime.fromtimestamp(now, ZoneInfo(time_zone)).date()
    if kind == DAILY:
        yesterday = today - timedelta(days=1)
        day_before = local_day(yesterday - timedelta(days=1), time_zone)
        return Request(DAILY, local_day(yesterday, time_zone), day_before)
    if kind == WEEKLY:
        monday = today - timedelta(days=today.weekday())
        return Request(WEEKLY, _week(monday - _WEEK, time_zone), _week(monday - 2 * _WEEK, time_zone))
    if kind != BY_HAND:
        raise BadPayload(f"kind is {kind!r}, none of {DAILY!r}, {WEEKLY!r}, {BY_HAND!r}")
    period = _period(event, time_zone)
    return Request(BY_HAND, period, period.before())


def _week(monday: date, time_zone: str) -> Period:
    return Period(midnight(monday, time_zone), midnight(monday + _WEEK, time_zone))


def _period(event: Mapping[str, Any], time_zone: str) -> Period:
    moments, faults = {}, []
    for name in ("from", "to"):
        try:
            moments[name] = _moment(event.get(name), time_zone)
        except (TypeError, ValueError) as fault:
            faults.append(f"{name}: {fault}")
    if faults:
        raise BadPayload("; ".join(faults))
    try:
        return Period(moments["from"], moments["to"])
    except ValueError as fault:
        raise BadPayload(str(fault)) from fault


def _moment(value: object, time_zone: str) -> int:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no ISO date or time")
    if len(value) == len("2026-03-01"):
        return midnight(date.fromisoformat(value), time_zone)
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(f"{value!r} has no offset from UTC, such as Z or +01:00")
    return int(at.timestamp())


class Summaries(Struct, frozen=True):
    """Whoever makes summaries; `now` is the moment they are made at."""

    desk: DeskTable
    ledger: Ledger
    mailer: Mailer
    policy: Policy
    api_url: str
    now: int

    def figures(self, period: Period) -> Figures:
        """Give the figures of a period from the cases as they are stored now; days that are over are rolled up."""
        counting = Counting(self.desk, self.ledger, self.policy, self.now, keeps=True)
        found = figures_of(counting.tally(period), period, policy=self.policy, as_of=self.now)
        return replace(found, costs=costs_of_period(self.ledger, period, policy=self.policy, as_of=self.now))

    def send(self, request: Request, figures: Figures) -> None:
        """Send the summary to those who get it by policy. Raises what the mailer raises."""
        mail = summary_mail(
            figures,
            self.figures(request.before),
            title=_TITLES[request.kind],
            policy=self.policy,
            api_url=self.api_url,
            is_weekly=request.kind == WEEKLY,
        )
        self.mailer.send(mail, to=self.policy.reports.emails, reply_to=self.policy.reports.emails)
