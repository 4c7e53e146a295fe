"""GET /customers/{customer_id}: the history of a customer over all cases."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path

from api import views
from api.auth import restricted, security
from api.models import Customer
from api.problems import NOT_FOUND, ProblemError
from api.routes.described import ONE, responses
from api.sources import Sources, given
from desk.access import Scope

router = Router()

CUSTOMER_ID = r"^[0-9]{1,20}$"


@router.get(
    "/customers/<customer_id>",
    summary="A customer with all cases",
    description="Whoever answers has the history at hand: every case of this customer, the latest first.",
    operation_id="read_customer",
    tags=["customers"],
    security=security(Scope.AGENT),
    responses=responses(Customer, "The customer.", ONE),
    middlewares=restricted(Scope.AGENT),
)
def read_customer(
    sources: Annotated[Sources, Depends(given)],
    customer_id: Annotated[str, Path(pattern=CUSTOMER_ID, example="812")],
) -> Customer:
    """Give a customer's profile and cases."""
    profile = sources.desk.profile(customer_id)
    cases = sources.desk.customer_cases(customer_id)
    if not profile.version and not cases:
        raise ProblemError(NOT_FOUND, "No customer has this id.")
    latest_first = sorted(cases, key=lambda case: (case.opened_at, case.case_id), reverse=True)
    return Customer(
        customer_id=customer_id,
        url=f"https://x.com/i/user/{customer_id}",
        as_of=sources.now,
        stopped_at=profile.stopped_at,
        open_case=profile.open_case,
        cases=[views.summary(case, sources.now) for case in latest_first],
    )
