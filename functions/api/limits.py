"""How much one request may bring, and which parameters it may name. Sizes are asked before anybody looks at the token.

It decides by sizes and names alone. The gateway has limits of its own, 10 MB of body and 10 KB of headers (Amazon API
Gateway, quotas of HTTP APIs, 2026-08); these are tighter, and hold whoever calls the function.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from api.problems import (
    BAD_PARAMETERS,
    CONTENT_TOO_LARGE,
    HEADERS_TOO_LARGE,
    NO_JSON,
    URI_TOO_LONG,
    ProblemError,
    invalid,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
    from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

MOST_BODY_BYTES = 65_536
MOST_HEADER_BYTES = 8_192
MOST_URI_CHARACTERS = 4_096
"""Path and query; the cursor of a desk with forty teams has 2,000."""
MOST_PARAMETERS = 20

_SHOWN_OF_A_NAME = 40


def within_sizes(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse what is too large, whoever asks."""
    check_sizes(app.current_event.raw_event)
    return next_middleware(app)


def known_parameters(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse parameters that the route does not know, or that are given twice."""
    route = app.context["_route"]  # where Powertools' own validation finds it
    check_parameters(
        app.current_event.raw_event.get("rawQueryString", ""), {each.alias for each in route.dependant.query_params}
    )
    return next_middleware(app)


def readable_body(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse a body that is no JSON, before anybody reads it."""
    event = app.current_event
    content_type = event.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise ProblemError(NO_JSON, "Send `Content-Type: application/json`.")
    try:
        json.loads(event.decoded_body or "null")
    except (ValueError, RecursionError):  # no base64, no UTF-8, no JSON, or nested without end
        raise invalid("body", "This is no JSON.") from None
    return next_middleware(app)


def check_sizes(event: Mapping[str, Any]) -> None:
    """Look at a request of the gateway (payload 2.0); raises ProblemError 413, 414 or 431."""
    uri = f"{event.get('rawPath', '')}?{event.get('rawQueryString', '')}"
    if len(uri) > MOST_URI_CHARACTERS:
        raise ProblemError(URI_TOO_LONG, f"Path and query may have {MOST_URI_CHARACTERS:,} characters.")
    if sum(len(name) + len(value) for name, value in event.get("headers", {}).items()) > MOST_HEADER_BYTES:
        raise ProblemError(HEADERS_TOO_LARGE, f"All headers together may have {MOST_HEADER_BYTES:,} bytes.")
    if _body_bytes(event) > MOST_BODY_BYTES:
        raise ProblemError(CONTENT_TOO_LARGE, f"A body may have {MOST_BODY_BYTES:,} bytes.")


def check_parameters(query: str, known: Collection[str]) -> None:
    """Look at the names of a raw query; raises ProblemError 400 that names each one that can't be taken."""
    try:
        given = Counter(name for name, _ in parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS))
    except ValueError:
        raise ProblemError(BAD_PARAMETERS, f"A query may hold {MOST_PARAMETERS} parameters.") from None
    faults = list(_faults(given, known))
    if faults:
        places = ", ".join(fault["place"] for fault in faults)
        raise ProblemError(BAD_PARAMETERS, f"Look at {places}.", faults=faults)


def _faults(given: Mapping[str, int], known: Collection[str]) -> Iterator[dict[str, str]]:
    there_are = f"there are {', '.join(sorted(known))}" if known else "this endpoint takes none"
    for name, times in given.items():
        place = f"query.{name[:_SHOWN_OF_A_NAME]}"
        if name not in known:
            yield {"place": place, "detail": f"There is no such parameter; {there_are}."}
        elif times > 1:
            yield {"place": place, "detail": f"It is given {times} times; give it once."}


def _body_bytes(event: Mapping[str, Any]) -> int:
    body = event.get("body") or ""
    return len(body) * 3 // 4 if event.get("isBase64Encoded") else len(body.encode())
