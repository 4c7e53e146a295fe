"""Who asks and what they may do, by the claims of a JWT that the gateway has checked. Pure.

The gateway checks signature, issuer, audience and times before it calls the function, and hands the claims on beside
the request (API Gateway, "Control access to HTTP APIs with JWT authorizers", read 2026-11). A caller can't write there:
no header and no body of a request is ever read for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from desk.access import Scope
from desk.store.ledger import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST_NAME = 200


class Issuer(Struct, frozen=True):
    """Whose tokens are taken: the issuer, the claims of scopes and of a person's name, and what precedes a scope."""

    issuer: str
    scope_claim: str
    scope_prefix: str
    name_claim: str


def handed_on(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the claims that the gateway handed on with a request (payload 2.0); None if it checked none."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims: Mapping[str, Any] | None = (authorizer.get("jwt") or {}).get("claims")
    return claims


def token_of(claims: Mapping[str, Any] | None, issuer: Issuer) -> Token | None:
    """Give the record of who asks; None if there are no claims, or of another issuer, or if they name nobody.

    Its scopes are those that the claim lists behind the prefix: what was given for another service counts for nothing.
    """
    if not claims or claims.get("iss") != issuer.issuer:
        return None
    name = str(claims.get(issuer.name_claim) or "").strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        return None
    return Token(name, tuple(_scopes(claims.get(issuer.scope_claim), issuer.scope_prefix)), created_at=0)


def _scopes(claim: Any, prefix: str) -> Iterator[str]:
    """Read a claim of scopes: parted by blanks (RFC 8693, 4.2), or a list, which the gateway writes as `[a b]`."""
    listed = claim if isinstance(claim, list) else re.split(r"[\s,]+", str(claim or "").strip("[]"))
    for each in map(str, listed):
        if each.startswith(prefix) and each.removeprefix(prefix) in list(Scope):
            yield each.removeprefix(prefix)
