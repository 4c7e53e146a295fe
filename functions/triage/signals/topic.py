"""What a post is about, among the topics of the policy. It decides neither team nor priority."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from triage.signals.sign import Found, Sign, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.policy.model import Topic
    from triage.signals.lexicon import Hit

_CLEAR = 0.8
_ONE_OF_SEVERAL = 0.5


def topic(hits: Sequence[Hit], topics: Sequence[Topic]) -> tuple[Signal[str | None], Found]:
    """Give the topic with most terms, among equals the policy's first, and the signs that the topics found are.

    Any urgent topic makes a post urgent, whatever else it speaks of.
    """
    terms = Counter(hit.label for hit in hits)
    if not terms:
        return Signal(None, 1.0), {}
    best = max((each.name for each in topics if each.name in terms), key=lambda name: terms[name])
    confidence = _CLEAR if 2 * terms[best] > len(hits) else _ONE_OF_SEVERAL
    is_urgent = any(each.urgent and each.name in terms for each in topics)
    urgent: Found = {Sign.URGENT_TOPIC: confidence} if is_urgent else {}
    return Signal(best, confidence), {Sign.TOPIC: confidence} | urgent
