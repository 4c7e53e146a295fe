"""Where the next page of cases begins, as a text that callers hand back unread. Pure.

It is not signed, for it grants nothing: it is checked whole, and can only name a place in a queue that its bearer may
read anyway.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from api.problems import BROKEN_CURSOR, ProblemError
from desk.store.desk_items import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_LENGTH = 4096
_CASE_ID = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")
_LAST_MOMENT = 1 << 40


class Cursor(Struct, frozen=True):
    """The filters of the first page, and by team the place of the last case that was looked at."""

    team: str | None
    state: str | None
    after: dict[str, tuple[int, str]]


def write_cursor(team: str | None, state: str | None, after: Mapping[str, Place]) -> str:
    """Give the text of a cursor."""
    value = Cursor(team, state, {name: (place.due_at, place.case_id) for name, place in after.items()})
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")


def read_cursor(text: str, *, team: str | None, state: str | None) -> dict[str, Place]:
    """Give by team the place after which the page begins.

    Raises ProblemError (400) if the text is no cursor of ours or belongs to a list with other filters.
    """
    cursor = _decoded(text)
    if cursor is None or not all(map(_is_place, cursor.after.values())):
        raise ProblemError(BROKEN_CURSOR, "Hand back `next_cursor` unchanged, or begin without a cursor.")
    if (cursor.team, cursor.state) != (team, state):
        raise ProblemError(BROKEN_CURSOR, "This cursor belongs to a list with another `team` or `state`.")
    return {name: Place(*place) for name, place in cursor.after.items()}


def _decoded(text: str) -> Cursor | None:
    if not text.isascii() or len(text) > _MAX_LENGTH:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=Cursor)
    except (ValueError, msgspec.DecodeError):  # not base64, not UTF-8; not JSON, not of this shape
        return None


def _is_place(place: tuple[int, str]) -> bool:
    due_at, case_id = place
    return 0 <= due_at < _LAST_MOMENT and _CASE_ID.fullmatch(case_id) is not None
