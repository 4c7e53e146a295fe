"""GET /me: whose token this is and what it may do, so that a page offers nothing that would be refused."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends
from aws_lambda_powertools.event_handler.api_gateway import Router

from api.auth import asking, restricted, security
from api.models import Me
from api.routes.described import RESTRICTED, responses
from api.sources import Sources, given
from desk.access import Scope, widest
from desk.agents import agents
from desk.store.ledger import Token

router = Router()


@router.get(
    "/me",
    summary="Whose token this is",
    description="What the token may do, whose desk this is, and to whom cases can be assigned.",
    operation_id="read_me",
    tags=["service"],
    security=security(Scope.VIEWER),
    responses=responses(Me, "The token.", RESTRICTED),
    middlewares=restricted(Scope.VIEWER),
)
def read_me(sources: Annotated[Sources, Depends(given)], token: Annotated[Token, Depends(asking)]) -> Me:
    """Tell a token about itself."""
    return Me(
        name=token.name,
        scope=widest(token.scopes) or Scope.VIEWER,
        brand=sources.policy.brand,
        time_zone=sources.policy.time_zone,
        agents=[agent.name for agent in agents(sources.policy)],
    )
