"""Writes that happen once however often they are sent: the answer is kept under the caller's key for a day.

The record stands in the transaction of the write itself, so there is no write without it, and none that is half done.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from api.problems import KEY_REUSED, ProblemError

if TYPE_CHECKING:
    from desk.store.ledger import Ledger

_KEEP_SECONDS = 86_400


class Answered(Struct, frozen=True):
    """What was answered to a request, and the fingerprint of that request."""

    fingerprint: str
    version: int
    body: str


def fingerprint(*, who: str, method: str, path: str, query: str, body: str) -> str:
    """Give the SHA-256 of what a request asks for; how its JSON is laid out does not matter."""
    said = json.dumps(json.loads(body) if body else None, sort_keys=True)
    return sha256(json.dumps([who, method, path, query, said]).encode()).hexdigest()


class Once(Struct, frozen=True):
    """One request to write about a customer, under its caller's key."""

    ledger: Ledger
    customer_id: str
    key: str
    fingerprint: str

    def answered(self) -> Answered | None:
        """Give what was answered to this request before; raises ProblemError if the key was another request's."""
        found = self.ledger.get(f"ASKED#{self.customer_id}", self.key, Answered)
        if found and found.fingerprint != self.fingerprint:
            raise ProblemError(KEY_REUSED, "This `Idempotency-Key` belongs to another request. Take a new one.")
        return found

    def keeping(self, version: int, body: str) -> dict[str, Any]:
        """Give the transaction's write that keeps an answer; it fails if there is one."""
        value = Answered(self.fingerprint, version, body)
        partition = f"ASKED#{self.customer_id}"
        return self.ledger.writing_once(partition, self.key, value, keep_seconds=_KEEP_SECONDS)
