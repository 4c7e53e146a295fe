"""API tokens: made, listed, replaced and revoked. Only their hashes are stored, and a token is shown once.

Two records make a token: its hash, by which the API knows it, and its name, by which people do. Whatever fails between
the two writes, a token that the list does not name is never valid, and one whose revocation began is not either.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.access import TOKEN_PREFIX, Scope, fingerprint
from desk.errors import NotAllowed
from desk.store.ledger import Token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.store.ledger import Ledger

_NAMES = "TOKENS"
_RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class NamedToken:
    """A token in the list: what it may do, since when (UTC epoch seconds), and its hash."""

    name: str
    scope: Scope
    created_at: int
    hash: str


def create(ledger: Ledger, *, name: str, scope: Scope, now: int) -> str:
    """Make a token and give it, the only time it is told; raises NotAllowed if the name is taken."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    named = NamedToken(name, scope, now, fingerprint(token))
    if not ledger.put_if_absent(_NAMES, name, named):
        raise NotAllowed(f"there is a token named {name} already; revoke it first", reason="taken")
    ledger.put(f"TOKEN#{named.hash}", "TOKEN", Token(name, (scope.value,), now))
    return token


def rotate(ledger: Ledger, name: str, *, now: int) -> tuple[Scope, str]:
    """Give a token anew: its scope, and the new one; raises NotAllowed if there is none of that name.

    The old one is valid no more. Cut short, none is: done again, it gives a new one.
    """
    named = _named(ledger, name)
    token = TOKEN_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    fresh = NamedToken(name, named.scope, now, fingerprint(token))
    ledger.delete(f"TOKEN#{named.hash}", "TOKEN")
    ledger.put(_NAMES, name, fresh)
    ledger.put(f"TOKEN#{fresh.hash}", "TOKEN", Token(name, (fresh.scope.value,), now))
    return fresh.scope, token


def every(ledger: Ledger) -> Iterator[NamedToken]:
    """Give every token in the list, by name."""
    for _, named in ledger.values(_NAMES, NamedToken):
        yield named


def revoke(ledger: Ledger, name: str) -> None:
    """Revoke a token at once; raises NotAllowed if there is none of that name. Safe to repeat."""
    named = _named(ledger, name)
    ledger.delete(f"TOKEN#{named.hash}", "TOKEN")
    ledger.delete(_NAMES, name)


def _named(ledger: Ledger, name: str) -> NamedToken:
    named = ledger.get(_NAMES, name, NamedToken)
    if named is None:
        raise NotAllowed(f"there is no token named {name}", reason="unknown")
    return named
