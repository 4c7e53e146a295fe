"""GET /reports/sla and /reports/sla.csv: response times, hit rates and breaches of the cases opened in a period."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from msgspec.structs import replace

from api.asked_period import DAYS, First, Last, asked_period
from api.auth import restricted, security
from api.models import SlaReport
from api.routes.described import CHECKED, CSV, responses
from api.sources import Sources, given
from desk.access import Scope
from desk.figures import csv_of, figures_of
from desk.store.costs_of_period import costs_of_period
from desk.store.roll_ups import Counting

router = Router()

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
    description=DAYS,
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
    description=f"{_ROWS.strip()}\n\n{DAYS}",
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
    period = asked_period(first, last, time_zone=sources.policy.time_zone, now=sources.now)
    counting = Counting(sources.desk, sources.ledger, sources.policy, sources.now)
    figures = figures_of(counting.tally(period), period, policy=sources.policy, as_of=sources.now)
    costs = costs_of_period(sources.ledger, period, policy=sources.policy, as_of=sources.now)
    return SlaReport.model_validate(replace(figures, costs=costs))
