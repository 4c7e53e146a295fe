"""GET /incidents, /incidents/{id} and its cases: what is going on, by which evidence, what was done about it."""

import re
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from api import incident_views, views
from api.acting_on_incidents import read
from api.auth import asking, holds, restricted, security
from api.etag import tag
from api.incident_models import IncidentCases, IncidentDetail, Incidents
from api.problems import BROKEN_CURSOR, ProblemError
from api.publishing import draft_of
from api.routes.described import JSON, LISTED, ONE, PAGED, responses
from api.sources import Sources, given
from desk.access import Scope
from desk.event import Kind, first_key_at
from desk.incidents.model import Incident
from desk.incidents.volume import columns, shown_stretch
from desk.store.incidents import latest_incidents
from desk.store.ledger import Token
from desk.store.volumes import volumes

router = Router()

IncidentId = Annotated[str, Path(pattern=r"^[0-9]{1,20}$", example="2028377461850148864")]

MOST_COLUMNS = 96
_INCIDENT = re.compile(r"([0-9]{1,20})", re.ASCII)
_PLACE = re.compile(r"([0-9]{1,12})-([0-9]{1,20}-[0-9]{1,20})", re.ASCII)

_Limit = Annotated[int, Query(description="On a page at most.", ge=1, le=100)]
_CursorText = Annotated[str | None, Query(description="`next_cursor` of the page before.")]


@router.get(
    "/incidents",
    summary="Incidents, the latest first",
    description="When many write about the same thing. Those that have an effect now stand in `GET /queue` as well.",
    operation_id="list_incidents",
    tags=["incidents"],
    security=security(Scope.VIEWER),
    responses=responses(Incidents, "One page of incidents.", LISTED),
    middlewares=restricted(Scope.VIEWER),
)
def list_incidents(
    sources: Annotated[Sources, Depends(given)], limit: _Limit = 20, cursor: _CursorText = None
) -> Incidents:
    """Give a page of incidents and the cursor of the next."""
    until = "~" if cursor is None else _parts(_INCIDENT, cursor)[0]
    found = latest_incidents(sources.ledger, until=until, most=limit + 1)
    following = found[limit].incident_id if len(found) > limit else None
    shown = [incident_views.summary(each) for each in found[:limit]]
    return Incidents(as_of=sources.now, incidents=shown, next_cursor=following)


@router.get(
    "/incidents/<incident_id>",
    summary="An incident with its evidence",
    description="What was observed and what was expected, posts beside their baseline, examples, status posts, "
    "everything that was done and what it saved. Texts of examples need the scope `agent`.",
    operation_id="read_incident",
    tags=["incidents"],
    security=security(Scope.VIEWER),
    responses=responses(
        IncidentDetail,
        "The incident.",
        ONE,
        headers={"ETag": "The incident's revision; what the desk measures meanwhile isn't in it."},
    ),
    middlewares=restricted(Scope.VIEWER),
)
def read_incident(
    sources: Annotated[Sources, Depends(given)], token: Annotated[Token, Depends(asking)], incident_id: IncidentId
) -> Response[IncidentDetail]:
    """Give an incident with the picture of its volume."""
    found, _ = read(sources, incident_id)
    shown = detail(sources, found, with_texts=holds(token, Scope.AGENT))
    return Response(200, JSON, shown, headers={"ETag": tag(found.revision)})


def detail(sources: Sources, found: Incident, *, with_texts: bool) -> IncidentDetail:
    """Give an incident with everything that is known of it, and with what customers wrote if that may be read."""
    from_at, until_at = shown_stretch(found, sources.now)
    return incident_views.detail(
        found,
        draft=draft_of(found, sources.policy, now=sources.now),
        columns=columns(volumes(sources.ledger, from_at, until_at), from_at, until_at, most=MOST_COLUMNS),
        texts=_texts(sources, found) if with_texts else {},
        now=sources.now,
    )


@router.get(
    "/incidents/<incident_id>/cases",
    summary="The cases of an incident",
    description="In the order in which they opened, whatever became of them.",
    operation_id="list_incident_cases",
    tags=["incidents"],
    security=security(Scope.VIEWER),
    responses=responses(IncidentCases, "One page of cases.", PAGED),
    middlewares=restricted(Scope.VIEWER),
)
def list_incident_cases(
    sources: Annotated[Sources, Depends(given)],
    incident_id: IncidentId,
    limit: _Limit = 50,
    cursor: _CursorText = None,
) -> IncidentCases:
    """Give a page of the cases that belong to an incident and the cursor of the next."""
    read(sources, incident_id)
    after = None if cursor is None else _place(*_parts(_PLACE, cursor))
    cases, following = sources.desk.cases_of_incident_page(incident_id, limit=limit, after=after)
    shown = [views.summary(case, sources.now) for case in cases]
    return IncidentCases(
        as_of=sources.now, cases=shown, next_cursor="-".join(map(str, following)) if following else None
    )


def _parts(pattern: re.Pattern[str], cursor: str) -> tuple[str, ...]:
    """Give what a cursor says; raises ProblemError (400) if it is none of ours."""
    found = pattern.fullmatch(cursor)
    if found is None:
        raise ProblemError(BROKEN_CURSOR, "Hand back `next_cursor` unchanged, or begin without a cursor.")
    return found.groups()


def _place(opened_at: str, case_id: str) -> tuple[int, str]:
    return int(opened_at), case_id


def _texts(sources: Sources, found: Incident) -> dict[str, str]:
    """Give the texts of its examples by post id, as far as they stand on X and are kept."""
    told = (
        (post, sources.desk.event(customer, first_key_at(post) + Kind.POST)) for customer, post in found.example_posts
    )
    return {post: event.post.text for post, event in told if event and event.post and not event.text_gone}
