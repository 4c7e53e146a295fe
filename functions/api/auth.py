"""Who is asking, and whether they may: bearer tokens (RFC 6750), known by their hash in the ledger.

Where the stack names an issuer, the gateway has checked the token and its claims say who it is; the desk's own tokens
open nothing then. It decides by scope alone, before anything of the request is read. Tokens are never logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Request  # noqa: TC002 - Powertools reads the annotation
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
    OpenAPIResponseValidationMiddleware,
)

from api.claims import handed_on, token_of
from api.limits import known_parameters, readable_body
from api.problems import NOT_AUTHENTICATED, SCOPE_TOO_SMALL, ProblemError
from api.rate import within_rate
from desk.access import Scope, fingerprint, widest
from desk.store.ledger import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
    from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

    from api.claims import Issuer
    from desk.store.ledger import Ledger

SCHEME = "token"
"""Name of the security scheme in the OpenAPI document."""

_CHALLENGE = 'Bearer realm="mentiondesk"'

_CHECKED: list[Callable[..., Any]] = [
    known_parameters,
    OpenAPIRequestValidationMiddleware(),
    OpenAPIResponseValidationMiddleware(has_response_validation_error=True),
]


def public() -> list[Callable[..., Any]]:
    """Give what every request of a public endpoint passes through."""
    return _CHECKED


def restricted(scope: Scope) -> list[Callable[..., Any]]:
    """Give what a request passes through where a scope is needed: who asks comes first, then what they ask for."""

    def authorise(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        sources = app.context["sources"]
        event, issuer = app.current_event, sources.issuer
        if issuer:
            token = admit_by_claims(handed_on(event.raw_event), scope, issuer)
        else:
            token = admit(event.headers.get("authorization"), scope, sources.ledger)
        app.append_context(token=token)
        return next_middleware(app)

    return [authorise, *_CHECKED]


def asking(request: Request) -> Token:
    """Give the record of the token that asks; for the routes that need a scope."""
    token: Token = request.context["token"]
    return token


def writing(scope: Scope) -> list[Callable[..., Any]]:
    """Give what a request to change something passes through: as any other, not too often, and with a body of JSON."""
    authorise, *checked = restricted(scope)
    return [authorise, within_rate, readable_body, *checked]


def security(scope: Scope) -> list[dict[str, list[str]]]:
    """Give what the OpenAPI document says of an endpoint's token."""
    return [{SCHEME: [scope.value]}]


def admit(authorization: str | None, scope: Scope, ledger: Ledger) -> Token:
    """Give the record of the token in an `Authorization` header whose scope includes `scope`.

    Raises ProblemError: 401 without a token or with one that is unknown or revoked, 403 with too small a scope.
    """
    token = _bearer(authorization)
    if token is None:
        raise _unauthenticated("Send `Authorization: Bearer <token>`.", _CHALLENGE)
    record = ledger.get(f"TOKEN#{fingerprint(token)}", "TOKEN", Token)
    if record is None:
        raise _unauthenticated("This token is unknown or was revoked.", f'{_CHALLENGE}, error="invalid_token"')
    require(record, scope, "This")
    return record


def admit_by_claims(claims: Mapping[str, Any] | None, scope: Scope, issuer: Issuer) -> Token:
    """Give the record of whoever the claims name, whose scopes include `scope`; raises ProblemError as `admit` does."""
    token = token_of(claims, issuer)
    if token is None:
        detail = f"Sign in with a token of {issuer.issuer}; its claim {issuer.name_claim} must say who you are."
        raise _unauthenticated(detail, f'{_CHALLENGE}, error="invalid_token"')
    require(token, scope, "This")
    return token


def holds(token: Token, scope: Scope) -> bool:
    """Say whether a token's scopes include `scope`."""
    held = widest(token.scopes)
    return held is not None and held.includes(scope)


def require(token: Token, scope: Scope, what: str) -> None:
    """Raise ProblemError (403) unless a token's scope includes `scope`; `what` begins the sentence that says so."""
    if not holds(token, scope):
        challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{scope}"'
        detail = f"{what} needs the scope {scope}."
        raise ProblemError(SCOPE_TOO_SMALL, detail, headers={"WWW-Authenticate": challenge})


def _bearer(authorization: str | None) -> str | None:
    scheme, _, token = (authorization or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _unauthenticated(detail: str, challenge: str) -> ProblemError:
    return ProblemError(NOT_AUTHENTICATED, detail, headers={"WWW-Authenticate": challenge})
