"""GET /board: what a wallboard asks for every few seconds, in one request instead of two."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends
from aws_lambda_powertools.event_handler.api_gateway import Router

from api.auth import restricted, security
from api.models import Board
from api.routes.cases import PageLimit, StateAsked, TeamAsked, list_cases
from api.routes.described import CHECKED, responses
from api.routes.queue import read_queue
from api.sources import Sources, given
from desk.access import Scope

router = Router()


@router.get(
    "/board",
    summary="How the queue stands, with the cases on top of it",
    description="`GET /queue` and the first page of `GET /cases` together, each as it is by itself.",
    operation_id="read_board",
    tags=["queue"],
    security=security(Scope.VIEWER),
    responses=responses(Board, "Both.", CHECKED),
    middlewares=restricted(Scope.VIEWER),
)
def read_board(
    sources: Annotated[Sources, Depends(given)],
    team: TeamAsked = None,
    state: StateAsked = None,
    limit: PageLimit = 50,
) -> Board:
    """Give the queue and the first page of open cases."""
    return Board(queue=read_queue(sources), cases=list_cases(sources, team, state, limit, None))
