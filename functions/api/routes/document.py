"""GET /openapi.json: the API described by itself, made from the code that answers. Public."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from api.auth import SCHEME, public
from api.routes.described import PUBLIC, responses
from desk.settings import settings

VERSION = "1.0.0"
"""Of the API: the first number changes when a caller must."""

_DESCRIPTION = """
How a brand's customer service on X stands: what customers wrote, who waits and until when, what the desk did. And how
people work its cases: each act is one event under the name of the token, kept for good in the case's timeline.

Send a token as `Authorization: Bearer <token>`; `desk tokens create` makes one. Scopes, each including those before:
`viewer` (figures and lists), `agent` (also what customers wrote; works cases), `lead` (also decides for others: who
has a case, what it is, how urgent), `admin` (also erases customers).

Whatever changes something needs two headers. `If-Match` carries the `ETag` that was seen: if anything happened since,
the answer is 412, and nothing is done. `Idempotency-Key` is made up for the one request: sent again within a day, the
same request gets the same answer and is done once. Every refusal leaves everything as it was. What is new has no `ETag`
yet, and an erasure takes whatever there is: these two need the key alone.

The gateway lets 25 requests a second through for all callers together, and bursts of 50; beyond, it answers 429 or 503
itself, in a body of its own. One token may change 120 things a minute; beyond, 429 is a problem document whose
`Retry-After` says when to ask again.

All moments are UTC epoch seconds; ids of X are text. Errors are problem details (RFC 9457).
"""


def install(app: APIGatewayHttpResolver) -> None:
    """Add the endpoint that describes all those of `app`."""

    @app.get(
        "/openapi.json",
        summary="This document",
        operation_id="read_document",
        tags=["service"],
        security=[],
        responses=responses(dict[str, Any], "An OpenAPI 3.1 document.", PUBLIC),
        middlewares=public(),
    )
    def read_document() -> dict[str, Any]:
        """Give the OpenAPI document."""
        return document(app, settings().api_url)


@cache
def document(app: APIGatewayHttpResolver, url: str) -> dict[str, Any]:
    """Give the OpenAPI document as plain values; `url` is where the API answers."""
    from aws_lambda_powertools.event_handler.openapi.models import (  # noqa: PLC0415 - 40 ms that few requests need
        HTTPBearer,
        Server,
        Tag,
    )

    made: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(
            title="MentionDesk",
            version=VERSION,
            description=_DESCRIPTION.strip(),
            servers=[Server(url=url or "/")],
            tags=[
                Tag(name="queue", description="How the queue stands."),
                Tag(name="cases", description="The cases and what happened in them."),
                Tag(name="customers", description="The people behind the cases."),
                Tag(name="incidents", description="When many write about the same thing."),
                Tag(name="reports", description="What the figures say."),
                Tag(name="service", description="The API itself."),
            ],
            security_schemes={
                SCHEME: HTTPBearer(
                    bearerFormat="opaque",
                    description="Made by `desk tokens create`, or of the issuer that the stack names.",
                )
            },
        ),
    )
    return made
