"""GET /reports/accuracy and /reports/accuracy.csv: what people made of triage's word on the cases of a period."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from msgspec import to_builtins

from api.asked_period import DAYS, First, Last, asked_period
from api.auth import restricted, security
from api.models import AccuracyReport
from api.routes.described import CHECKED, CSV, responses
from api.sources import Sources, given
from desk.access import Scope
from desk.figures import csv_of
from desk.figures.accuracy import accuracy_of
from desk.store.roll_ups import Counting

router = Router()

_SAYS = """
How often people let triage's category, priority and team stand. Only cases that a person answered, resolved or changed
say anything: the last to change it is right, and who changed nothing let it stand. What triage closed by itself nobody
looked at, so recall is a share of what people saw.
"""
_ROWS = """
The same as `/reports/accuracy`, one figure in each row under a stable name: `aspects.category.share`,
`aspects.category.classes.complaint.precision`, `aspects.category.confusions.question.complaint.cases` (triage's word,
people's word). What is null there is empty here.
"""


@router.get(
    "/reports/accuracy",
    summary="How often triage was right",
    description=f"{_SAYS.strip()}\n\n{DAYS}",
    operation_id="read_accuracy",
    tags=["reports"],
    security=security(Scope.VIEWER),
    responses=responses(AccuracyReport, "The figures as of now.", CHECKED),
    middlewares=restricted(Scope.VIEWER),
)
def read_accuracy(
    sources: Annotated[Sources, Depends(given)], first: First = None, last: Last = None
) -> AccuracyReport:
    """Compare triage's word with people's on the cases opened in a period."""
    return _report(sources, first, last)


@router.get(
    "/reports/accuracy.csv",
    summary="How often triage was right, as a table",
    description=f"{_ROWS.strip()}\n\n{DAYS}",
    operation_id="read_accuracy_rows",
    tags=["reports"],
    security=security(Scope.VIEWER),
    responses=responses(str, "CSV with a header, `figure,value`.", CHECKED, content_type=CSV),
    middlewares=restricted(Scope.VIEWER),
)
def read_accuracy_rows(
    sources: Annotated[Sources, Depends(given)], first: First = None, last: Last = None
) -> Response[str]:
    """Give the same figures as rows."""
    return Response(200, CSV, csv_of(_report(sources, first, last).model_dump(mode="json")))


def _report(sources: Sources, first: date | None, last: date | None) -> AccuracyReport:
    period = asked_period(first, last, time_zone=sources.policy.time_zone, now=sources.now)
    counting = Counting(sources.desk, sources.ledger, sources.policy, sources.now)
    told = {"as_of": sources.now, "period": period, "time_zone": sources.policy.time_zone}
    return AccuracyReport.model_validate(to_builtins(accuracy_of(counting.tally(period))) | told)
