"""The text of a post as a mail may show it: without personal data or tricks, and in its place why it is gone."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from desk.event import Kind, first_key_at
from desk.privacy import redact

if TYPE_CHECKING:
    from desk.policy.model import Policy
    from desk.store.desk_table import DeskTable

_STEERING = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
"""What steers a terminal or turns the direction of a line around, as the wallboard leaves it out: not new lines."""


def quoted(desk: DeskTable, policy: Policy, customer_id: str, post_id: str) -> str | None:
    """Give the text of a customer's post; None if the post is not known, or can't be read.

    X escapes `&`, `<` and `>` in what it gives (X docs, 2026-08); the mail's templates escape by themselves.
    """
    event = desk.readable_event(customer_id, first_key_at(post_id) + Kind.POST)
    if event is None or event.post is None:
        return None
    if event.text_gone:
        return f"[{event.text_gone}]"
    return _STEERING.sub("", redact(unescape(event.post.text), policy.personal_data_patterns))
