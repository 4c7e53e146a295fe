"""GET /reports/sla and /reports/sla.csv: response times, hit rates and breaches of the cases opened in a period."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from api.auth import restricted, security
from api.models import SlaReport
from api.problems import invalid
from api.routes.described import CHECKED, CSV, responses
from api.sources import Sources, given
from desk.access import Scope
from desk.figures import Period, csv_of, local_day, measure
from desk.store.cases_of_period import cases_of_period

router = Router()

MOST_DAYS = 92
"""A quarter: what is counted in the time the API has for an answer."""


First = Annotated[date | None, Query(alias="from", description="First day; else the last one.")]
Last = Annotated[date | None, Query(alias="to", description="Last day, included; else today.")]

_DAYS = "Days are calendar days of the brand's time zone. Without any, the figures are those of today."
_ROWS = """
The same figures as `/reports/sla`, one in each row under a stable name: the path to it in that answer, with what tells
an entry of a list apart in place of its position: `volume.cases`, `responses.answerable.within.60.share_of_all`,
`hit_rates.first_response.care.*.share` (metric, team, priority; `*` is all of them), `heat_map.0.13.cases` (Monday is
0, hour), `breaches.812-2028377461850148864.first_response.1772442000.late_seconds` (case, metric, due). What is null
there is empty here.
"""


@router.get(
    "/reports/sla",
    summary="Figures of a period",
    description=_DAYS,
    operation_id="read_sla_report",
    tags=["reports"],
    security=security(Scope.VIEWER),
    responses=responses(SlaReport, "The figures as of now.", CHECKED),
    middlewares=restricted(Scope.VIEWER),
)
def read_sla_report(sources: Annotated[Sources, Depends(given)], first: First = None, last: Last = None) -> SlaReport:
    """Measure the cases opened in a period."""
    return _report(sources, first, last)


@router.get(
    "/reports/sla.csv",
    summary="Figures of a period as a table",
    description=f"{_ROWS.strip()}\n\n{_DAYS}",
    operation_id="read_sla_rows",
    tags=["reports"],
    security=security(Scope.VIEWER),
    responses=responses(str, "CSV with a header, `figure,value`.", CHECKED, content_type=CSV),
    middlewares=restricted(Scope.VIEWER),
)
def read_sla_rows(sources: Annotated[Sources, Depends(given)], first: First = None, last: Last = None) -> Response[str]:
    """Give the same figures as rows."""
    return Response(200, CSV, csv_of(_report(sources, first, last).model_dump(mode="json")))


def _report(sources: Sources, first: date | None, last: date | None) -> SlaReport:
    until = last or _today(sources)
    period = _period(first or until, until, sources.policy.time_zone)
    figures = measure(
        cases_of_period(sources.desk, sources.ledger, period), period, policy=sources.policy, as_of=sources.now
    )
    return SlaReport.model_validate(figures)


def _today(sources: Sources) -> date:
    return datetime.fromtimestamp(sources.now, ZoneInfo(sources.policy.time_zone)).date()


def _period(first: date, last: date, time_zone: str) -> Period:
    if first > last:
        raise invalid("query.from", "The first day is after the last.")
    if (last - first).days >= MOST_DAYS:
        raise invalid("query.from", f"A report covers {MOST_DAYS} days at most.")
    return Period(local_day(first, time_zone).from_at, local_day(last, time_zone).until_at)
