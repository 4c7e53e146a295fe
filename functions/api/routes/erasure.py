"""POST /customers/{customer_id}/erase and GET /customers/{customer_id}/erasure: a customer's data goes, with a receipt.

The API only asks for it, under the name of the token. triage-sweep erases within a minute, by the code of `desk erase`.
"""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body

from api import views
from api.auth import restricted, security, writing
from api.bodies import Erasing
from api.models import Erasure
from api.problems import NOT_FOUND, NOT_POSSIBLE, ProblemError
from api.routes.customer import CustomerId
from api.routes.described import ERASED, JSON, ONE, responses
from api.routes.written import Asked, Key
from api.sources import Sources, given
from desk.access import Scope
from desk.credentials import erasure_key
from desk.erasure import Progress, Standing, Wanted
from desk.store.erasing import standing, want
from desk.telemetry import logger

router = Router()

_SAYS = """
Everything stored of the customer goes, for good, within a minute or two: events, cases, our posts to them, what people
know of them. What they post afterwards is new contact. Sent again, it erases nothing twice; who is erased already gets
200 and the receipt. It needs no `If-Match`: whatever there is goes.
"""


def _answers() -> dict[int, Any]:
    location = {"Location": "Where the receipt will stand."}
    asked = responses(Erasure, "It will be done.", ERASED, headers=location, status=202)
    return responses(Erasure, "It was done before.", ()) | asked


@router.post(
    "/customers/<customer_id>/erase",
    summary="Erase a customer",
    description=_SAYS.strip(),
    operation_id="erase_customer",
    tags=["customers"],
    security=security(Scope.ADMIN),
    responses=_answers(),
    middlewares=writing(Scope.ADMIN),
)
def erase_customer(
    asked: Asked,
    customer_id: CustomerId,
    body: Annotated[Erasing, Body()],  # noqa: ARG001 - it says that there is nothing to say
    key: Key,
) -> Response[Erasure]:
    """Ask for a customer's erasure, unless it is done."""
    sources = asked.sources
    _check_is_customer(sources, customer_id)
    found = standing(sources.ledger, customer_id, erasure_key)
    is_stored = next(iter(sources.desk.keys_of(customer_id)), None) is not None
    if found.progress is Progress.FINISHED and (_is_asked_again(found, key) or not is_stored):
        return Response(200, JSON, views.erasure(customer_id, found, sources.now))
    if not is_stored and found.progress is None:
        raise ProblemError(NOT_FOUND, "Nothing is stored of a customer with this id.")
    if found.wanted is None or key not in found.wanted.keys:
        want(sources.ledger, customer_id, Wanted(asked.by, sources.now, (key,)))
        logger.info("erasure asked for", by=asked.by)
        found = standing(sources.ledger, customer_id, erasure_key)
    headers = {"Location": f"/customers/{customer_id}/erasure"}
    return Response(202, JSON, views.erasure(customer_id, found, sources.now), headers=headers)


@router.get(
    "/customers/<customer_id>/erasure",
    summary="Where a customer's erasure stands",
    description="Asked for, begun or finished, by whom and when; what was deleted, and what stays beyond reach.",
    operation_id="read_erasure",
    tags=["customers"],
    security=security(Scope.ADMIN),
    responses=responses(Erasure, "The erasure.", ONE),
    middlewares=restricted(Scope.ADMIN),
)
def read_erasure(sources: Annotated[Sources, Depends(given)], customer_id: CustomerId) -> Erasure:
    """Give the receipt of the latest erasure, or how far it is."""
    found = standing(sources.ledger, customer_id, erasure_key)
    if found.progress is None:
        raise ProblemError(NOT_FOUND, "Nobody asked for this customer's erasure.")
    return views.erasure(customer_id, found, sources.now)


def _check_is_customer(sources: Sources, customer_id: str) -> None:
    setup = sources.ledger.setup()
    if setup and customer_id in setup.own_ids:
        name = setup.name_of(customer_id)
        raise ProblemError(NOT_POSSIBLE, f"This is the account @{name} of the desk itself, and no customer.")


def _is_asked_again(found: Standing, key: str) -> bool:
    """Say whether a request that was carried out comes once more; the customer may have written since."""
    return found.current is not None and key in found.current.keys_asked
