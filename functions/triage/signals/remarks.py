"""Two remarks that change what we do next: thanks that end the talk, and the wish for no automatic replies.

An opt-out is honoured at once and for good (X automation rules, read 2026-08), but "please stop losing my bags" is
none: "stop" or "stop it" must be all that is said, "leave me alone" a sentence of its own, words about messages must
begin their sentence, words about machines may stand anywhere, and no question is a wish.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from triage.signals.grammar import ABOUT_MACHINES, ABOUT_MESSAGES, CONTRASTS, POLITE
from triage.signals.sign import Found, Sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from triage.signals.lexicon import Hit
    from triage.signals.reading import Reading

_GOES_ON = frozenset(
    {
        Sign.PROBLEM,
        Sign.COMPLAINT,
        Sign.INSULT,
        Sign.REQUEST,
        Sign.QUESTION,
        Sign.FEEDBACK,
        Sign.AGAIN,
        Sign.DANGER,
        Sign.URGENT_TOPIC,
    },
)
_CLEAR_WORDS = 3
_LONG_WORDS = 25
_SHORT_WORDS = 8
_ALL_OF_IT = 0.95
_ITS_SENTENCE = 0.85
_SHORT_THANKS = 0.9
_LONGER_THANKS = 0.7


def closing(found: Found, reading: Reading) -> Found:
    """Give the sign that a post needs no further answer: thanks without a concern and without a "but"."""
    count = len(reading.words)
    if Sign.THANKS not in found or _GOES_ON & found.keys() or count > _LONG_WORDS:
        return {}
    if not CONTRASTS.isdisjoint(reading.words):
        return {}
    return {Sign.CLOSING: _SHORT_THANKS if count <= _SHORT_WORDS else _LONGER_THANKS}


def stop(hits: Sequence[Hit], reading: Reading) -> Found:
    """Give the sign that the author wants no automatic replies."""
    said = _said(reading) if hits else {}
    asked = [confidence for hit in hits if (confidence := _wish(hit, reading, said))]
    return {Sign.STOP: max(asked)} if asked else {}


class _Span(Struct, frozen=True):
    """From the first to the last word that is more than politeness."""

    first: int
    last: int

    def is_within(self, hit: Hit) -> bool:
        return hit.start <= self.first and self.last < hit.end


def _said(reading: Reading) -> Mapping[int, _Span]:
    """Give by sentence where it says more than politeness."""
    said: dict[int, _Span] = {}
    for index, (word, sentence) in enumerate(zip(reading.words, reading.sentences, strict=True)):
        if word not in POLITE:
            said[sentence] = _Span(said[sentence].first if sentence in said else index, index)
    return said


def _wish(hit: Hit, reading: Reading, said: Mapping[int, _Span]) -> float:
    sentence = reading.sentences[hit.start]
    if sentence in reading.questions or sentence not in said:
        return 0.0
    is_all_of_its_sentence = said[sentence].is_within(hit)
    if is_all_of_its_sentence and len(said) == 1:
        return _ALL_OF_IT
    words = reading.words[hit.start : hit.end]
    begins = hit.start <= said[sentence].first
    is_clear = is_all_of_its_sentence and len(words) >= _CLEAR_WORDS
    is_wish = is_clear or _speaks_of(words, ABOUT_MACHINES) or (begins and _speaks_of(words, ABOUT_MESSAGES))
    return _ITS_SENTENCE if is_wish else 0.0


def _speaks_of(words: Iterable[str], stems: tuple[str, ...]) -> bool:
    return any(word.startswith(stems) for word in words)
