"""The API put together: routes, problems, and the headers of every answer."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPMethod
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from api import problems
from api.limits import within_sizes
from api.routes import (
    accuracy,
    acts,
    board,
    case,
    cases,
    customer,
    document,
    erasure,
    health,
    incident_acts,
    incidents,
    me,
    page,
    queue,
    reply,
    sla_report,
)
from api.sources import lay_out

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROUTERS = (
    queue.router,
    board.router,
    cases.router,
    case.router,
    reply.router,
    acts.router,
    customer.router,
    erasure.router,
    incidents.router,
    incident_acts.router,
    sla_report.router,
    accuracy.router,
    me.router,
    health.router,
    page.router,
)

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer carries: nothing here is for caches, frames or sniffing (OWASP REST security, 2025)."""


@cache
def app() -> APIGatewayHttpResolver:
    """Give the API with all its routes.

    Sizes are asked first. Validation stands in each route's own chain, behind the check of the token: who may not ask
    is not told what is wrong with the question.
    """
    made = APIGatewayHttpResolver()
    made.use([within_sizes, lay_out])
    for router in _ROUTERS:
        made.include_router(router)
    document.install(made)
    problems.install(made, allowed_methods)
    return made


def answer(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API; an answer's own headers stand before those all have in common."""
    answered = app().resolve(event, context)
    answered["headers"] = _HEADERS | answered["headers"]
    return answered


def allowed_methods(path: str) -> list[str]:
    """Give the methods that a path takes; none if there is no such path."""
    return [method for pattern, methods in _paths() if pattern.fullmatch(path) for method in methods]


@cache
def _paths() -> list[tuple[re.Pattern[str], list[str]]]:
    described = document.document(app(), "")["paths"]
    known = {method.value.lower() for method in HTTPMethod}
    endpoints = [
        (_pattern(path), sorted(method.upper() for method in item if method in known))
        for path, item in described.items()
    ]
    return [*endpoints, *((_pattern(path), ["GET"]) for path in page.PATHS)]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
