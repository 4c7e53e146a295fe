"""What can be seen in a post, each with its confidence; pure in the post, the policy and the history given.

Nothing is decided here: `triage.tree` reads these signals and decides.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from desk.privacy import find
from triage.signals.intent import intents, meant
from triage.signals.irony import bitter
from triage.signals.language import language, languages_to_search, sureness
from triage.signals.lexicon import vocabulary
from triage.signals.reading import read
from triage.signals.relation import History, relation
from triage.signals.remarks import closing, stop
from triage.signals.sentiment import Sentiment, as_sign, is_to_us, sentiment
from triage.signals.sign import Found, Sign, Signal
from triage.signals.standing import standing
from triage.signals.topic import topic
from triage.signals.urgency import urgency
from triage.signals.wants import likely, weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.policy.model import Policy
    from desk.post import Post
    from triage.engines import Engine
    from triage.signals.lexicon import Hit
    from triage.signals.reading import Reading

__all__ = ["Found", "History", "Sentiment", "Sign", "Signal", "Signals", "from_lists", "signals"]


class Signals(Struct, frozen=True):
    """All that was seen in one post. `personal_data` holds kinds only, never the data.

    `is_heard`: an engine knows the language, so that not only word lists tell the tone. `heard_by` says for people who
    heard the text, where it was not the desk itself as always.
    """

    found: Found
    language: Signal[str]
    sentiment: Signal[Sentiment]
    topic: Signal[str | None]
    personal_data: tuple[str, ...]
    is_heard: bool
    heard_by: str | None


class Listed(Struct, frozen=True):
    """What the word lists found in a text. `stop`: the terms by which somebody may want no automatic replies."""

    found: Found
    topic: Signal[str | None]
    stop: Sequence[Hit]


def signals(post: Post, *, policy: Policy, own_ids: frozenset[str], history: History, engine: Engine) -> Signals:
    """Read every signal of a post; never raises, whatever the text."""
    reading, words = read(post.text), vocabulary(policy)
    spoken = language(post.language, partial(engine.language, reading), policy.languages)
    listed = from_lists(reading, spoken, policy)
    tone = engine.tone(reading, spoken.value)
    stands = relation(post, reading, words, own_ids, history)
    whole = likely(reading, spoken.value, listed.found, tone)
    found = weighed(listed.found, whole, reading.words) if whole else listed.found
    heard = sentiment(listed.found | stands, tone, found if is_to_us(stands) else None)
    found |= as_sign(heard, reading.words)
    found |= stop(listed.stop, reading)
    trust = sureness(spoken, words)
    trusted = {sign: min(confidence, trust) for sign, confidence in found.items()}
    return Signals(
        found=trusted | stands | standing(history, policy),
        language=spoken,
        sentiment=Signal(heard.value, min(heard.confidence, trust)),
        topic=listed.topic,
        personal_data=_personal_data(post, policy),
        is_heard=tone is not None,
        heard_by=engine.remark(reading),
    )


def from_lists(reading: Reading, spoken: Signal[str], policy: Policy) -> Listed:
    """Find the terms of the policy in a text, and what they say together."""
    words = vocabulary(policy)
    searched = languages_to_search(spoken, words, policy.languages)
    straight, negated = meant(words.words.find(reading, searched), reading)
    subject, topics = topic(words.topics.find(reading, searched), policy.topics)
    found = intents(straight, negated, reading) | topics
    found |= urgency(straight, found, reading)
    found |= bitter(found, reading)
    found |= closing(found, reading)
    return Listed(found, subject, [*straight.get("stop", ()), *negated.get("stop", ())])


def _personal_data(post: Post, policy: Policy) -> tuple[str, ...]:
    return tuple(sorted({finding.kind.value for finding in find(post.text, policy.personal_data_patterns)}))
