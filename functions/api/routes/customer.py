"""GET and PATCH /customers/{customer_id}: a customer over all cases, and what people know beside X."""

from collections.abc import Mapping
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from msgspec.structs import replace

from api import views
from api.acting import Change
from api.auth import restricted, security, writing
from api.bodies import CustomerChange
from api.etag import check_seen, stale, tag
from api.models import Customer
from api.once import Answered, Once
from api.problems import NOT_FOUND, ProblemError, invalid
from api.routes.described import JSON, ONE, WRITTEN, responses
from api.routes.written import Asked, IfMatch, Key
from api.sources import Sources, given
from desk.access import Scope
from desk.errors import Conflict
from desk.store.desk_items import Profile
from desk.telemetry import logger

router = Router()

CustomerId = Annotated[str, Path(pattern=r"^[0-9]{1,20}$", example="812")]

MOST_EXTERNAL_IDS = 20

_TAG = {"ETag": "The version of what is known of the customer; cases are not in it."}
_WHAT = "What is known of the customer"


@router.get(
    "/customers/<customer_id>",
    summary="A customer with all cases",
    description="Whoever answers has the history at hand: every case of this customer, the latest first.",
    operation_id="read_customer",
    tags=["customers"],
    security=security(Scope.AGENT),
    responses=responses(Customer, "The customer.", ONE, headers=_TAG),
    middlewares=restricted(Scope.AGENT),
)
def read_customer(sources: Annotated[Sources, Depends(given)], customer_id: CustomerId) -> Response[Customer]:
    """Give a customer's profile and cases."""
    profile = sources.desk.profile(customer_id)
    shown = _shown(sources, profile)
    if not profile.version and not shown.cases:
        raise ProblemError(NOT_FOUND, "No customer has this id.")
    return _answer(shown, profile.version)


@router.patch(
    "/customers/<customer_id>",
    summary="Change what people know of a customer",
    description="Ids in other systems, whether it is a VIP, and the wish for no automatic replies.",
    operation_id="change_customer",
    tags=["customers"],
    security=security(Scope.AGENT),
    responses=responses(Customer, "The customer.", WRITTEN, headers=_TAG),
    middlewares=writing(Scope.AGENT),
)
def change_customer(
    asked: Asked,
    customer_id: CustomerId,
    body: Annotated[CustomerChange, Body()],
    key: Key,
    if_match: IfMatch = None,
) -> Response[Customer]:
    """Change a customer's profile over the version that was seen."""
    once = asked.once(customer_id, key)
    if known := once.answered():
        return _again(known)
    profile = asked.sources.desk.profile(customer_id)
    if not profile.version:
        raise ProblemError(NOT_FOUND, "No customer has this id.")
    check_seen(if_match, profile.version, _WHAT)
    changed = _changed(profile, body, asked)
    shown, version = _shown(asked.sources, changed), profile.version + 1
    try:
        asked.sources.desk.save_profile(changed, also=[once.keeping(version, shown.model_dump_json())])
    except Conflict:
        return _again(_lost(asked, profile, once))
    logger.info("customer changed", customer=customer_id, by=asked.by, what=sorted(body.model_fields_set))
    return _answer(shown, version)


def _answer(shown: Customer, version: int) -> Response[Customer]:
    return Response(200, JSON, shown, headers={"ETag": tag(version)})


def _again(known: Answered) -> Response[Customer]:
    return _answer(Customer.model_validate_json(known.body), known.version)


def _lost(asked: Change, seen: Profile, once: Once) -> Answered:
    """Tell why nothing was written: this very request was done meanwhile, or the profile changed."""
    if known := once.answered():
        return known
    version = asked.sources.desk.profile(seen.customer_id).version
    if version != seen.version:
        raise stale(_WHAT, version)
    raise Conflict(f"another write about {seen.customer_id} came between")


def _shown(sources: Sources, profile: Profile) -> Customer:
    return views.customer(profile, sources.desk.customer_cases(profile.customer_id), sources.now)


def _changed(profile: Profile, body: CustomerChange, asked: Change) -> Profile:
    stopped_at = profile.stopped_at
    if body.has_stopped is not None:
        stopped_at = (stopped_at or asked.sources.now) if body.has_stopped else None
    return replace(
        profile,
        stopped_at=stopped_at,
        is_vip=profile.is_vip if body.is_vip is None else body.is_vip,
        external_ids=_merged(profile.external_ids, body.external_ids or {}),
        changed_by=asked.by,
        changed_at=asked.sources.now,
    )


def _merged(known: Mapping[str, str], told: Mapping[str, str | None]) -> dict[str, str]:
    merged = {name: value for name, value in {**known, **told}.items() if value is not None}
    if len(merged) > MOST_EXTERNAL_IDS:
        raise invalid("body.external_ids", f"A customer has {MOST_EXTERNAL_IDS} ids in other systems at most.")
    return merged
