"""Two remarks that change what we do next: thanks that end the talk, and the wish for no automatic replies.

An opt-out is honoured at once and for good (X automation rules, read 2026-08), but "please stop losing my bags" is
none: a bare "stop" must be all that is said, words about messages must begin their sentence, words about machines
may stand anywhere, and no question is a wish.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.signals.grammar import ABOUT_MACHINES, ABOUT_MESSAGES, CONTRASTS, POLITE
from triage.signals.sign import Found, Sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    asked = [confidence for hit in hits if (confidence := _wish(hit, reading))]
    return {Sign.STOP: max(asked)} if asked else {}


def _wish(hit: Hit, reading: Reading) -> float:
    sentence = reading.sentences[hit.start]
    if sentence in reading.questions:
        return 0.0
    if _only_polite(_outside(hit, reading, range(len(reading.words)))):
        return _ALL_OF_IT
    if hit.end - hit.start == 1:
        return 0.0
    around = [index for index, each in enumerate(reading.sentences) if each == sentence]
    before = [reading.words[index] for index in around if index < hit.start]
    said = reading.words[hit.start : hit.end]
    is_wish = (
        _only_polite(_outside(hit, reading, around))
        or _speaks_of(said, ABOUT_MACHINES)
        or (_speaks_of(said, ABOUT_MESSAGES) and _only_polite(before))
    )
    return _ITS_SENTENCE if is_wish else 0.0


def _outside(hit: Hit, reading: Reading, indexes: Iterable[int]) -> list[str]:
    return [reading.words[index] for index in indexes if not hit.start <= index < hit.end]


def _only_polite(words: Iterable[str]) -> bool:
    return all(word in POLITE for word in words)


def _speaks_of(words: Iterable[str], stems: tuple[str, ...]) -> bool:
    return any(word.startswith(stems) for word in words)
