"""Whether a post that somebody quotes is one of ours. It reads the Desk table and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.event import Event, Kind

if TYPE_CHECKING:
    from desk.store.desk_table import DeskTable


def is_ours(post_id: str, *, desk: DeskTable, own_ids: frozenset[str]) -> bool:
    """Say whether a post stands in our own partition, or is an answer of ours in a customer's."""
    home = desk.find_post(post_id)
    if home is None or home in own_ids:
        return home is not None
    post = desk.event(home, post_key(post_id))
    return post is not None and not post.is_inbound


def post_key(first_id: str) -> str:
    """Give the sort key of a post's event."""
    return Event("", Kind.POST, first_id, 0, 0, "").key
