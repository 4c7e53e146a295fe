"""How often one token may change something: so many requests in each minute of the clock, whatever becomes of them.

It keeps a tool that went wild from filling timelines, and from using up X's caps in its name. What reads is limited by
the gateway alone, for all callers together: counting it would cost more than it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.problems import TOO_MANY_WRITES, ProblemError

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
    from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

    from desk.store.ledger import Ledger

MOST_WRITES = 120
WINDOW_SECONDS = 60
"""Two a second is more than a team types; each costs one write unit more."""

_KEEP_SECONDS = 3_600


def within_rate(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse what a token asks for beyond its share of this minute; it must be known who asks."""
    sources, token = app.context["sources"], app.context["token"]
    check_rate(sources.ledger, token.name, sources.now)
    return next_middleware(app)


def check_rate(ledger: Ledger, name: str, now: int) -> None:
    """Count one more write by the token of that name; raises ProblemError 429 that says when the next minute begins.

    Its headers are those of RFC 9110 (`Retry-After`) and of draft-ietf-httpapi-ratelimit-headers-10 (2025-09).
    """
    window = now - now % WINDOW_SECONDS
    if ledger.count_up(f"WRITES#{name}", f"{window:012d}", cap=MOST_WRITES, keep_seconds=_KEEP_SECONDS):
        return
    rest = window + WINDOW_SECONDS - now
    headers = {
        "Retry-After": str(rest),
        "RateLimit": f'"writes";r=0;t={rest}',
        "RateLimit-Policy": f'"writes";q={MOST_WRITES};w={WINDOW_SECONDS}',
    }
    detail = f"A token may change {MOST_WRITES} things a minute. Nothing was done; ask again in {rest} s."
    raise ProblemError(TOO_MANY_WRITES, detail, headers=headers)
