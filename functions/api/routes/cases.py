"""GET /cases: the open cases, the next due first, page by page over one team or all of them."""

import heapq
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from api import views
from api.auth import restricted, security
from api.cursor import read_cursor, write_cursor
from api.models import Cases
from api.problems import invalid
from api.routes.described import LISTED, responses
from api.sources import Sources, given
from desk.access import Scope
from desk.case import Case
from desk.store.desk_items import Place

router = Router()

MOST_LOOKED_AT = 1000
"""Cases that one request reads at most when few of them have the state asked for."""
_PER_READ = 100


class OpenState(StrEnum):
    """What an open case can be: by whose turn it is, or by its most pressing clock."""

    WAITING = "waiting"
    ANSWERED = "answered"
    PENDING = "pending"
    IMMINENT = "imminent"
    BREACHING = "breaching"


TeamAsked = Annotated[str | None, Query(description="Only this team's.", example="care")]
StateAsked = Annotated[OpenState | None, Query(description="Only cases in this state.")]
PageLimit = Annotated[int, Query(description="Cases on a page at most.", ge=1, le=100)]


@router.get(
    "/cases",
    summary="The open cases, the next due first",
    description="Sorted by the next moment at which time alone changes the case; late ones by when they became late.",
    operation_id="list_cases",
    tags=["cases"],
    security=security(Scope.VIEWER),
    responses=responses(Cases, "One page of cases.", LISTED),
    middlewares=restricted(Scope.VIEWER),
)
def list_cases(
    sources: Annotated[Sources, Depends(given)],
    team: TeamAsked = None,
    state: StateAsked = None,
    limit: PageLimit = 50,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
) -> Cases:
    """Give a page of open cases and the cursor of the next."""
    return _page(sources, team, state, limit, cursor)


def _page(sources: Sources, team: str | None, state: OpenState | None, limit: int, text: str | None) -> Cases:
    after = read_cursor(text, team=team, state=state) if text is not None else {}
    queued = heapq.merge(*(_queued(sources, name, after.get(name)) for name in _teams(sources, team)), key=_due)
    found: list[Case] = []
    for looked_at, case in enumerate(queued):
        if len(found) == limit or looked_at == MOST_LOOKED_AT:
            return _answer(sources, found, write_cursor(team, state, after))
        after[case.team] = Place.of(case)
        if state is None or _is(case, state, sources.now):
            found.append(case)
    return _answer(sources, found, None)


def _teams(sources: Sources, team: str | None) -> list[str]:
    known = sources.teams()
    if team is not None and team not in known:
        raise invalid("query.team", f"There is no such team; there are {', '.join(sorted(known))}.")
    return sorted(known) if team is None else [team]


def _queued(sources: Sources, team: str, after: Place | None) -> Iterator[Case]:
    while True:
        cases, after = sources.desk.open_cases_page(team, limit=_PER_READ, after=after)
        yield from cases
        if after is None:
            return


def _due(case: Case) -> int:
    return Place.of(case).due_at


def _is(case: Case, state: OpenState, now: int) -> bool:
    return state.value in {case.status.value, case.clock_state(now)}


def _answer(sources: Sources, cases: list[Case], next_cursor: str | None) -> Cases:
    shown = [views.summary(case, sources.now) for case in cases]
    return Cases(as_of=sources.now, cases=shown, next_cursor=next_cursor)
