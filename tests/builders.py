"""Policies for tests: `a_policy(competitors=())` is the shipped one but for what is named, with a version of its own."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tests.stories import shipped_policy

if TYPE_CHECKING:
    from desk.policy import Policy


def a_policy(**changes: Any) -> Policy:
    """The shipped policy with other values; another version too, since a version stands for the whole text."""
    return replace(shipped_policy(), version=sha256(repr(changes).encode()).hexdigest()[:12], **changes)
