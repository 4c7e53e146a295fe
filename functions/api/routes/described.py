"""What the OpenAPI document says of the answers that every endpoint may give."""

from typing import Any

from api.models import Problem
from api.problems import (
    BROKEN_CURSOR,
    CONTENT_TYPE,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    NOT_AUTHENTICATED,
    NOT_FOUND,
    SCOPE_TOO_SMALL,
    UNAVAILABLE,
    Kind,
    example,
)

JSON = "application/json"
_ALWAYS = (INTERNAL_ERROR, UNAVAILABLE)
_RESTRICTED = (NOT_AUTHENTICATED, SCOPE_TOO_SMALL)
_HEADERS = {
    NOT_AUTHENTICATED: {"WWW-Authenticate": "How to authenticate (RFC 6750)."},
    SCOPE_TOO_SMALL: {"WWW-Authenticate": "Which scope is needed (RFC 6750)."},
    UNAVAILABLE: {"Retry-After": "Seconds to wait."},
}

LISTED = (*_ALWAYS, *_RESTRICTED, INVALID_REQUEST, BROKEN_CURSOR)
ONE = (*_ALWAYS, *_RESTRICTED, INVALID_REQUEST, NOT_FOUND)
CHECKED = (*_ALWAYS, *_RESTRICTED, INVALID_REQUEST)
RESTRICTED = (*_ALWAYS, *_RESTRICTED)
PUBLIC = _ALWAYS


CSV = "text/csv"


def responses(
    model: Any,
    description: str,
    problems: tuple[Kind, ...],
    *,
    headers: dict[str, str] | None = None,
    content_type: str = JSON,
) -> dict[int, Any]:
    """Give the answers of an endpoint: the good one with its shape, and the problems with an example of each."""
    good: dict[str, Any] = {"description": description, "content": {content_type: {"model": model}}}
    if headers:
        good["headers"] = _headers(headers)
    return {200: good} | {kind.status: _problem(kind) for kind in sorted(problems, key=lambda kind: kind.status)}


def _problem(kind: Kind) -> dict[str, Any]:
    shown = {kind.name: {"value": example(kind)}}
    answer: dict[str, Any] = {
        "description": kind.title,
        "content": {CONTENT_TYPE: {"model": Problem, "examples": shown}},
    }
    if kind in _HEADERS:
        answer["headers"] = _headers(_HEADERS[kind])
    return answer


def _headers(described: dict[str, str]) -> dict[str, Any]:
    return {name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in described.items()}
