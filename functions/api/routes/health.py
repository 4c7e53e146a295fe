"""GET /health: whether the API answers. Public, and cheap: it reads no table."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends
from aws_lambda_powertools.event_handler.api_gateway import Router

from api.auth import public
from api.models import Health
from api.routes.described import PUBLIC, responses
from api.sources import Sources, given

router = Router()


@router.get(
    "/health",
    summary="Whether the API answers",
    operation_id="read_health",
    tags=["service"],
    security=[],
    responses=responses(Health, "It does.", PUBLIC),
    middlewares=public(),
)
def read_health(sources: Annotated[Sources, Depends(given)]) -> Health:
    """Tell that the function runs and has its settings."""
    return Health(status="ok", as_of=sources.now)
