"""GET /cases/{case_id}: one case with everything that happened in it."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path

from api import views
from api.auth import restricted, security
from api.models import CaseDetail
from api.problems import NOT_FOUND, ProblemError
from api.routes.described import JSON, ONE, responses
from api.sources import Sources, given
from desk.access import Scope
from desk.event import Event
from desk.store.desk_items import Stored

router = Router()

CASE_ID = r"^[0-9]{1,20}-[0-9]{1,20}$"


@router.get(
    "/cases/<case_id>",
    summary="A case with its whole timeline",
    description="Posts, acknowledgements, outcomes and SLA clocks with their states and reasons.",
    operation_id="read_case",
    tags=["cases"],
    security=security(Scope.AGENT),
    responses=responses(
        CaseDetail, "The case.", ONE, headers={"ETag": "The case's revision; what changes with time alone isn't in it."}
    ),
    middlewares=restricted(Scope.AGENT),
)
def read_case(
    sources: Annotated[Sources, Depends(given)],
    case_id: Annotated[str, Path(pattern=CASE_ID, example="812-2028377461850148864")],
) -> Response[CaseDetail]:
    """Give a case, its events and its outgoing posts."""
    stored = sources.desk.case(case_id)
    if stored is None:
        raise ProblemError(NOT_FOUND, "No case has this id.")
    return Response(200, JSON, _detail(sources, stored), headers={"ETag": f'"{stored.revision}"'})


def _detail(sources: Sources, stored: Stored) -> CaseDetail:
    case = stored.case
    events = sources.desk.events_from(case.customer_id, case.first_key)
    outgoing = sources.desk.outgoing_of(case.customer_id)
    return views.detail(
        stored,
        [event for event in events if _is_of(event, case.case_id)],
        [each for each in outgoing if each.case_id == case.case_id],
        sources.now,
    )


def _is_of(event: Event, case_id: str) -> bool:
    """Filed into the case, or about it and soon to be filed."""
    return (event.filing is not None and event.filing.case_id == case_id) or event.concerns == case_id
