"""What X means by an answer that is no success: one error of ours for each. Pure; it sends nothing.

Sources: X's OpenAPI file 2.166 (problem types), X's documentation of 2026-08 (status codes, rate limits, the rule on
replies of 2026-02-23), X's texts of refusals as seen in public threads up to 2026. Problem types are matched by their
last path segment, since their host and dialect change. The body never decides alone: it may be HTML or empty.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from desk.errors import (
    Ambiguous,
    BadPayload,
    CredentialRefused,
    CreditsDepleted,
    DeskError,
    NotAllowed,
    Throttled,
    TooOld,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_WINDOWS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")
"""The first is documented; the two of 24 hours are not (seen 2025-2026)."""

_NOT_FOR_THIS_APP = frozenset({"oauth1-permissions", "client-forbidden", "unsupported-authentication"})
"""A 403 of these kinds is about the credentials: tokens minted before the app might write, an app that may not read."""

_REASONS = (
    ("have not been mentioned or otherwise engaged", "not_summoned"),
    ("duplicate content", "duplicate"),
    ("deleted or not visible", "gone"),
)
"""Words of X's 403 -> the reason we keep; anything else is "forbidden"."""

_FINAL = frozenset(range(400, 500)) - {HTTPStatus.REQUEST_TIMEOUT}

_SUGGESTED_ID = re.compile(r"larger than\D{0,10}(\d{1,19})")
_LONGEST_DETAIL = 300


class Refusal(Struct, frozen=True):
    """An answer with a status of 300 or above; `headers` by lower-case name, `changes` if the call was to post."""

    status: int
    headers: Mapping[str, str]
    body: str
    changes: bool = False


def error(refusal: Refusal) -> DeskError:
    """Give the error that an answer stands for; without a word of X, a post is Ambiguous and a read Unavailable."""
    document = _document(refusal.body)
    detail = _detail(document) or f"X answered with status {refusal.status}"
    kind = _last_segment(document.get("type"))
    if kind == "usage-capped" or refusal.status == HTTPStatus.PAYMENT_REQUIRED:
        return CreditsDepleted(detail)
    is_forbidden = refusal.status == HTTPStatus.FORBIDDEN
    if refusal.status == HTTPStatus.UNAUTHORIZED or (is_forbidden and kind in _NOT_FOR_THIS_APP):
        return CredentialRefused(detail)
    if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(detail, until=_resumes_at(refusal.headers))
    if refusal.status == HTTPStatus.BAD_REQUEST:
        return _bad_request(document, detail)
    if refusal.status in _FINAL:
        return NotAllowed(detail, reason=_reason(refusal.status, detail))
    return Ambiguous(detail) if refusal.changes else Unavailable(detail)


def partial_reason(problem: Mapping[str, Any]) -> str | None:
    """Say why one resource is missing from an answer: "deleted" or "hidden"; None if that is not what is told."""
    kinds = {"resource-not-found": "deleted", "not-authorized-for-resource": "hidden"}
    return kinds.get(_last_segment(problem.get("type")))


def _document(body: str) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _problems(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    errors = document.get("errors")
    return [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []


def _detail(document: Mapping[str, Any]) -> str:
    """X's own words: of the problem, and of each error in it (the older body has only these)."""
    words = [document.get("title"), document.get("detail")]
    words += [each.get("message") or each.get("detail") for each in _problems(document)]
    return ": ".join(dict.fromkeys(str(each) for each in words if each))[:_LONGEST_DETAIL]


def _last_segment(problem_type: object) -> str:
    return str(problem_type or "").rstrip("/").rpartition("/")[2]


def _bad_request(document: Mapping[str, Any], detail: str) -> BadPayload:
    for each in _problems(document):
        suggested = _SUGGESTED_ID.search(str(each.get("message", "")))
        if suggested and "since_id" in (each.get("parameters") or {}):
            return TooOld(detail, since_id=suggested[1])
    return BadPayload(detail)


def _reason(status: int, detail: str) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return "gone"
    return next((reason for words, reason in _REASONS if words in detail), "forbidden")


def _resumes_at(headers: Mapping[str, str]) -> int:
    """The latest reset of the windows that are used up; without such, of the window of 15 minutes, if it is told."""
    spent = [name for name in _WINDOWS if headers.get(f"{name}-remaining") == "0"]
    resets = [headers.get(f"{name}-reset", "") for name in spent or _WINDOWS[:1]]
    return max((int(each) for each in resets if each.isdigit()), default=0)
