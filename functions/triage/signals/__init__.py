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
from triage.signals.sentiment import Sentiment, as_sign, sentiment
from triage.signals.sign import Found, Sign, Signal
from triage.signals.standing import standing
from triage.signals.topic import topic
from triage.signals.urgency import urgency

if TYPE_CHECKING:
    from desk.policy.model import Policy
    from desk.post import Post
    from triage.engines import Engine

__all__ = ["Found", "History", "Sentiment", "Sign", "Signal", "Signals", "signals"]


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


def signals(post: Post, *, policy: Policy, own_ids: frozenset[str], history: History, engine: Engine) -> Signals:
    """Read every signal of a post; never raises, whatever the text."""
    reading, words = read(post.text), vocabulary(policy)
    spoken = language(post.language, partial(engine.language, reading), policy.languages)
    searched = languages_to_search(spoken, words, policy.languages)
    straight, negated = meant(words.words.find(reading, searched), reading)
    subject, found_topics = topic(words.topics.find(reading, searched), policy.topics)
    found = intents(straight, negated, reading) | found_topics
    found |= urgency(straight, found, reading)
    found |= bitter(found, reading)
    found |= closing(found, reading)
    stands = relation(post, reading, words, own_ids, history)
    tone = engine.tone(reading, spoken.value)
    heard = sentiment(found | stands, tone)
    found |= as_sign(heard, reading.words)
    found |= stop([*straight.get("stop", ()), *negated.get("stop", ())], reading)
    trust = sureness(spoken, words)
    weighed = {sign: min(confidence, trust) for sign, confidence in found.items()}
    return Signals(
        found=weighed | stands | standing(history, policy),
        language=spoken,
        sentiment=Signal(heard.value, min(heard.confidence, trust)),
        topic=subject,
        personal_data=_personal_data(post, policy),
        is_heard=tone is not None,
        heard_by=engine.remark(reading),
    )


def _personal_data(post: Post, policy: Policy) -> tuple[str, ...]:
    return tuple(sorted({finding.kind.value for finding in find(post.text, policy.personal_data_patterns)}))
