"""Every error of the API as problem details (RFC 9457, July 2023), mapped here and nowhere else.

It decides the status, the type and what of an error a caller may know; it never tells of the inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from msgspec import Struct

from api.models import Fault, Problem
from desk.errors import Retryable
from desk.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

CONTENT_TYPE = "application/problem+json"
_TYPE = "urn:problem-type:mentiondesk:"
_RETRY_AFTER_SECONDS = "5"


class Kind(Struct, frozen=True):
    """One kind of problem: its name ends the type's URN, its title never changes."""

    name: str
    status: int
    title: str


BROKEN_CURSOR = Kind("broken-cursor", 400, "The cursor can't be read")
BAD_PARAMETERS = Kind("bad-parameters", 400, "The query names what can't be taken")
NOT_AUTHENTICATED = Kind("not-authenticated", 401, "A valid token is needed")
SCOPE_TOO_SMALL = Kind("scope-too-small", 403, "The token's scope does not allow this")
NOT_FOUND = Kind("not-found", 404, "There is no such thing here")
MAY_NOT_POST = Kind("may-not-post", 409, "This may not be posted")
NOT_POSSIBLE = Kind("not-possible", 409, "It does not stand so that this can be done")
STALE = Kind("stale", 412, "It changed since you read it")
WRONG_METHOD = Kind("wrong-method", 405, "This method is not allowed here")
CONTENT_TOO_LARGE = Kind("content-too-large", 413, "The body is too large")
URI_TOO_LONG = Kind("uri-too-long", 414, "The address is too long")
NO_JSON = Kind("no-json", 415, "A body is JSON here")
KEY_REUSED = Kind("key-reused", 422, "The key belongs to another request")
UNSUITABLE_TEXT = Kind("unsuitable-text", 422, "The brand does not speak like this")
INVALID_REQUEST = Kind("invalid-request", 422, "The request is not what this endpoint takes")
PRECONDITION_NEEDED = Kind("precondition-needed", 428, "Say which state you have seen")
TOO_MANY_WRITES = Kind("too-many-writes", 429, "This token changes too much in too short a time")
HEADERS_TOO_LARGE = Kind("headers-too-large", 431, "The headers are too large")
INTERNAL_ERROR = Kind("internal-error", 500, "The desk failed")
UNAVAILABLE = Kind("unavailable", 503, "The desk can't answer just now")


class ProblemError(Exception):
    """A request that ends with a problem; `faults` tell each place in the request and what is wrong there."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        faults: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(f"{kind.name}: {detail}")
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})
        self.faults = tuple(faults)


def invalid(place: str, detail: str) -> ProblemError:
    """Give the problem of one value that can't be taken; `place` reads like `query.team`."""
    return ProblemError(INVALID_REQUEST, detail, faults=[{"place": place, "detail": detail}])


def example(kind: Kind) -> dict[str, Any]:
    """Give a problem of that kind as a caller might get it, for the documentation."""
    return _body(ProblemError(kind, "What is wrong with this very request."), "Yb9q2jP0IAMEJ7w=").model_dump(
        exclude_none=True
    )


def install(app: APIGatewayHttpResolver, allowed_methods: Callable[[str], Sequence[str]]) -> None:
    """Make every error that leaves a route a problem; `allowed_methods` tells what a path takes."""

    def respond(problem: ProblemError) -> Response[Any]:
        return _response(problem, app.current_event.request_context.request_id)

    def missing(_: NotFoundError) -> Response[Any]:
        path, methods = app.current_event.path, allowed_methods(app.current_event.path)
        if not methods or app.current_event.http_method in methods:  # with characters that no id has
            return respond(ProblemError(NOT_FOUND, "No endpoint has this path."))
        detail = f"{path} takes {' and '.join(methods)}."
        return respond(ProblemError(WRONG_METHOD, detail, headers={"Allow": ", ".join(methods)}))

    app.exception_handler(ProblemError)(respond)
    app.exception_handler(NotFoundError)(missing)
    app.exception_handler(RequestValidationError)(lambda fault: respond(_unfit(fault)))
    app.exception_handler(Retryable)(lambda fault: respond(_unavailable(fault)))
    app.exception_handler(Exception)(lambda fault: respond(_internal(fault)))


def _response(problem: ProblemError, request_id: str) -> Response[Any]:
    body = _body(problem, request_id).model_dump_json(exclude_none=True)
    return Response(problem.kind.status, CONTENT_TYPE, body, headers=problem.headers)


def _body(problem: ProblemError, request_id: str) -> Problem:
    return Problem(
        type=_TYPE + problem.kind.name,
        title=problem.kind.title,
        status=problem.kind.status,
        detail=problem.detail,
        request_id=request_id,
        faults=[Fault(**fault) for fault in problem.faults] or None,
    )


def _unfit(fault: RequestValidationError) -> ProblemError:
    """Name each fault's place in words of the request; the value itself is not repeated."""
    faults = [{"place": ".".join(map(str, each["loc"])), "detail": each["msg"]} for each in fault.errors()]
    places = ", ".join(dict.fromkeys(each["place"] for each in faults))
    return ProblemError(INVALID_REQUEST, f"Look at {places}.", faults=faults)


def _unavailable(fault: Retryable) -> ProblemError:
    logger.warning("request not answered for now", fault=type(fault).__name__)
    return ProblemError(
        UNAVAILABLE, "Nothing is lost; ask again in a moment.", headers={"Retry-After": _RETRY_AFTER_SECONDS}
    )


def _internal(fault: Exception) -> ProblemError:
    logger.error("request failed", exc_info=fault)
    return ProblemError(INTERNAL_ERROR, "It is logged under this request_id.")
