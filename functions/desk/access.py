"""Who may ask the API for what: scopes in their order, and how a token is known without being kept. Pure."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

TOKEN_PREFIX = "desk_"  # noqa: S105 - what makes a leaked token recognisable, not a token
"""Every token begins with it, so that scanners of repositories and logs can find one that leaked."""


class Scope(StrEnum):
    """What a token may do, from the least to the most; each scope includes those before it.

    VIEWER sees figures and the list of cases, AGENT also what customers wrote, LEAD and ADMIN also decide.
    """

    VIEWER = "viewer"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"

    def includes(self, other: Scope) -> bool:
        """Say whether this scope may do what the other may."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


def fingerprint(token: str) -> str:
    """Give the SHA-256 of a token in hex: all that is ever stored of it.

    A token holds 256 random bits, so that its plain hash can't be found by trying, and finding a record by its hash
    tells a caller nothing about how near a guess was.
    """
    return sha256(token.encode()).hexdigest()


def widest(names: Iterable[str]) -> Scope | None:
    """Give the widest scope among the names; None if none of them is a scope."""
    known = set(names)
    return next((scope for scope in reversed(Scope) if scope in known), None)
