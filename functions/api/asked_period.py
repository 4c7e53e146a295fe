"""The days that a report is asked for, as the brand counts days. It reads no store."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.openapi.params import Query

from api.problems import invalid
from desk.figures import Period, local_day

MOST_DAYS = 92
"""A quarter: what is counted in the time the API has for an answer."""

First = Annotated[date | None, Query(alias="from", description="First day; else the last one.")]
Last = Annotated[date | None, Query(alias="to", description="Last day, included; else today.")]

DAYS = "Days are calendar days of the brand's time zone. Without any, the figures are those of today."


def asked_period(first: date | None, last: date | None, *, time_zone: str, now: int) -> Period:
    """Give the period from the first day to the last; raises the problem of an invalid request for no such period."""
    until = last or datetime.fromtimestamp(now, ZoneInfo(time_zone)).date()
    since = first or until
    if since > until:
        raise invalid("query.from", "The first day is after the last.")
    if (until - since).days >= MOST_DAYS:
        raise invalid("query.from", f"A report covers {MOST_DAYS} days at most.")
    return Period(local_day(since, time_zone).from_at, local_day(until, time_zone).until_at)
