"""The headers by which a receiver knows that an announcement is ours, and the same one again. Pure.

After Standard Webhooks 1.0.0 (github.com/standard-webhooks, read 2026-11): HMAC-SHA256 over `id.timestamp.body`, one
signature for each secret, separated by blanks, so that secrets can be changed without a pause.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webhook.endpoint import Secret


def headers(webhook_id: str, body: bytes, secrets: Iterable[Secret], *, now: int) -> dict[str, str]:
    """Give the headers of one attempt at `now` (UTC epoch seconds); the id stays that of the announcement."""
    return {
        "content-type": "application/json",
        "user-agent": "MentionDesk",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(signature(webhook_id, body, each, now=now) for each in secrets),
    }


def signature(webhook_id: str, body: bytes, secret: Secret, *, now: int) -> str:
    """Give one signature, `v1,` and base64."""
    signed = hmac.digest(secret.key, b".".join((webhook_id.encode(), str(now).encode(), body)), "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"
