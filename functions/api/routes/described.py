"""What the OpenAPI document says of the answers that every endpoint may give."""

from itertools import groupby
from typing import Any

from api.models import GatewayRefusal, Problem
from api.problems import (
    BAD_PARAMETERS,
    BROKEN_CURSOR,
    CONTENT_TOO_LARGE,
    CONTENT_TYPE,
    HEADERS_TOO_LARGE,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    KEY_REUSED,
    MAY_NOT_POST,
    NO_JSON,
    NOT_AUTHENTICATED,
    NOT_FOUND,
    NOT_POSSIBLE,
    PRECONDITION_NEEDED,
    SCOPE_TOO_SMALL,
    STALE,
    TOO_MANY_WRITES,
    UNAVAILABLE,
    UNSUITABLE_TEXT,
    URI_TOO_LONG,
    Kind,
    example,
)

JSON = "application/json"
_THROTTLED = 429
_ALWAYS = (BAD_PARAMETERS, CONTENT_TOO_LARGE, URI_TOO_LONG, HEADERS_TOO_LARGE, INTERNAL_ERROR, UNAVAILABLE)
_RESTRICTED = (NOT_AUTHENTICATED, SCOPE_TOO_SMALL)
_HEADERS = {
    NOT_AUTHENTICATED: {"WWW-Authenticate": "How to authenticate (RFC 6750)."},
    SCOPE_TOO_SMALL: {"WWW-Authenticate": "Which scope is needed (RFC 6750)."},
    STALE: {"ETag": "The state as it is now."},
    TOO_MANY_WRITES: {
        "Retry-After": "Seconds until the next minute begins.",
        "RateLimit": "What is left of this minute, and for how long.",
        "RateLimit-Policy": "How many writes a token has a minute.",
    },
    UNAVAILABLE: {"Retry-After": "Seconds to wait."},
}

LISTED = (*_ALWAYS, *_RESTRICTED, INVALID_REQUEST, BROKEN_CURSOR)
ONE = (*_ALWAYS, *_RESTRICTED, INVALID_REQUEST, NOT_FOUND)
PAGED = (*ONE, BROKEN_CURSOR)
CHECKED = (*_ALWAYS, *_RESTRICTED, INVALID_REQUEST)
_WRITING = (*ONE, NO_JSON, TOO_MANY_WRITES)
WRITTEN = (*_WRITING, KEY_REUSED, PRECONDITION_NEEDED, STALE)
ACTED = (*WRITTEN, NOT_POSSIBLE)
REPLIED = (*WRITTEN, MAY_NOT_POST, UNSUITABLE_TEXT)
DECLARED = (*_WRITING, KEY_REUSED, NOT_POSSIBLE)
PUBLISHED = (*ACTED, MAY_NOT_POST, UNSUITABLE_TEXT)
ERASED = (*_WRITING, NOT_POSSIBLE)
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
    status: int = 200,
) -> dict[int, Any]:
    """Give the answers of an endpoint: the good one with its shape, and the problems with an example of each."""
    good: dict[str, Any] = {"description": description, "content": {content_type: {"model": model}}}
    if headers:
        good["headers"] = _headers(headers)
    by_status = groupby(sorted(problems, key=_status), key=_status)
    described = {code: _problem(list(kinds)) for code, kinds in by_status}
    return {status: good} | described | {_THROTTLED: _throttled(described.get(_THROTTLED))}


def _status(kind: Kind) -> int:
    return kind.status


def _problem(kinds: list[Kind]) -> dict[str, Any]:
    """Describe the problems that share a status."""
    shown = {kind.name: {"value": example(kind)} for kind in kinds}
    answer: dict[str, Any] = {
        "description": "; ".join(kind.title for kind in kinds),
        "content": {CONTENT_TYPE: {"model": Problem, "examples": shown}},
    }
    if headers := {name: meaning for kind in kinds for name, meaning in _HEADERS.get(kind, {}).items()}:
        answer["headers"] = _headers(headers)
    return answer


def _throttled(ours: dict[str, Any] | None) -> dict[str, Any]:
    """Describe 429: beside our own answer, if there is one, the gateway's, which is no problem document."""
    answer = ours or {"description": "The desk is asked too often", "content": {}}
    return answer | {"content": {**answer["content"], JSON: {"model": GatewayRefusal}}}


def _headers(described: dict[str, str]) -> dict[str, Any]:
    return {name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in described.items()}
