"""GET /cases/{case_id}: one case with everything that happened in it, and what helps to answer it."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path

from api import views
from api.auth import restricted, security
from api.etag import tag
from api.models import CaseDetail
from api.reading import Reading, read
from api.routes.described import JSON, ONE, responses
from api.sources import Sources, given
from desk.access import Scope
from desk.store.situation import recent_texts
from desk.suggestions import offered

router = Router()

CaseId = Annotated[str, Path(pattern=r"^[0-9]{1,20}-[0-9]{1,20}$", example="812-2028377461850148864")]


@router.get(
    "/cases/<case_id>",
    summary="A case with its whole timeline",
    description="Posts, acknowledgements, replies, acts, outcomes and SLA clocks with their states and reasons; canned "
    "responses that fit, and the customer's history.",
    operation_id="read_case",
    tags=["cases"],
    security=security(Scope.AGENT),
    responses=responses(
        CaseDetail, "The case.", ONE, headers={"ETag": "The case's revision; what changes with time alone isn't in it."}
    ),
    middlewares=restricted(Scope.AGENT),
)
def read_case(sources: Annotated[Sources, Depends(given)], case_id: CaseId) -> Response[CaseDetail]:
    """Give a case, its events, its outgoing posts, what could be answered, and the customer's history."""
    reading = read(sources, case_id)
    return Response(200, JSON, detail(sources, reading), headers={"ETag": tag(reading.stored.revision)})


def detail(sources: Sources, reading: Reading) -> CaseDetail:
    """Give a case as it is shown whole: its events, its outgoing posts, what could be answered, the customer."""
    case = reading.case
    profile, cases = sources.desk.profile(case.customer_id), sources.desk.customer_cases(case.customer_id)
    recent = recent_texts(sources.ledger, case.handle)
    return views.detail(
        reading,
        [each for each in sources.desk.outgoing_of(case.customer_id) if each.case_id == case.case_id],
        offered(case, reading.story, sources.policy, now=sources.now, recent=recent),
        views.customer(profile, cases, sources.now),
        sources.now,
    )
