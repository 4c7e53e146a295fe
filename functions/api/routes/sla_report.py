"""GET /reports/sla: response times, hit rates and breaches of the cases opened in a period."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler import Depends
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from api.auth import restricted, security
from api.models import SlaReport
from api.problems import invalid
from api.routes.described import CHECKED, responses
from api.sources import Sources, given
from desk.access import Scope
from desk.case import Case
from desk.figures import Period, local_day, measure

router = Router()

MOST_DAYS = 92
"""A quarter: what is counted in the time the API has for an answer."""


@router.get(
    "/reports/sla",
    summary="Figures of a period",
    description="Days are calendar days of the brand's time zone. Without any, the figures are those of today.",
    operation_id="read_sla_report",
    tags=["reports"],
    security=security(Scope.VIEWER),
    responses=responses(SlaReport, "The figures as of now.", CHECKED),
    middlewares=restricted(Scope.VIEWER),
)
def read_sla_report(
    sources: Annotated[Sources, Depends(given)],
    first: Annotated[date | None, Query(alias="from", description="First day; else the last one.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last day, included; else today.")] = None,
) -> SlaReport:
    """Measure the cases opened in a period."""
    until = last or _today(sources)
    period = _period(first or until, until, sources.policy.time_zone)
    figures = measure(_cases(sources, period), period, policy=sources.policy, as_of=sources.now)
    return SlaReport.model_validate(figures)


def _today(sources: Sources) -> date:
    return datetime.fromtimestamp(sources.now, ZoneInfo(sources.policy.time_zone)).date()


def _period(first: date, last: date, time_zone: str) -> Period:
    if first > last:
        raise invalid("query.from", "The first day is after the last.")
    if (last - first).days >= MOST_DAYS:
        raise invalid("query.from", f"A report covers {MOST_DAYS} days at most.")
    return Period(local_day(first, time_zone).from_at, local_day(last, time_zone).until_at)


def _cases(sources: Sources, period: Period) -> Iterator[Case]:
    day = datetime.fromtimestamp(period.from_at, UTC).date()
    while day <= datetime.fromtimestamp(period.until_at - 1, UTC).date():
        yield from sources.desk.cases_of_day(day.isoformat())
        day += timedelta(days=1)
