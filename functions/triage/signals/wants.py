"""What a post wants and how it presses, as a model of whole posts hears it beside the words of the lists.

Lists know the words that somebody thought of. "The gentleman opposite has gone a funny colour" has none of them. So a
small model, fitted to made-up posts (`training/posts`), hears the whole text, what the lists found in it and how it
sounds. What it holds likely becomes a sign like any other; a single word of haste or danger is dropped where the model
finds that most unlikely ("nearly had a heart attack at the price"). It decides nothing, and it hears only the languages
that it has learnt: elsewhere the lists speak alone.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from desk.policy.model import Category
from triage.model.scorer import Model, shares
from triage.signals.grammar import CONTRASTS
from triage.signals.sentiment import WEIGHTS
from triage.signals.sign import Found, Sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.model.scorer import Scores
    from triage.signals.reading import Reading


class Pressure(StrEnum):
    """How a post presses, as the made-up posts are labelled: NOW is within the hour, NONE is nobody who waits."""

    DANGER = "danger"
    NOW = "now"
    SOON = "soon"
    CALM = "calm"
    NONE = "none"


SIGNS: Final = {
    Category.PROBLEM: Sign.PROBLEM,
    Category.COMPLAINT: Sign.COMPLAINT,
    Category.QUESTION: Sign.QUESTION,
    Category.REQUEST: Sign.REQUEST,
    Category.FEEDBACK: Sign.FEEDBACK,
    Category.PRAISE: Sign.PRAISE,
    Category.CHATTER: None,
    Category.SALES_LEAD: Sign.PURCHASE,
    Category.JOKE: Sign.JOKE,
    Category.SPAM: Sign.SPAM,
    Category.TROLL: Sign.MOCKERY,
}
"""What the model tells apart, and the sign of each. It knows no competitors and no reposts: others tell those."""

_LIKELY = 0.55
_DANGER, _HASTE, _CALM = 0.4, 0.75, 0.5
_DANGER_DOUBTED, _HASTE_DOUBTED = 0.05, 0.15
_HARMLESS = frozenset(
    {Category.PRAISE, Category.JOKE, Category.QUESTION, Category.CHATTER, Category.FEEDBACK, Category.SALES_LEAD}
)
_WRONG = frozenset({Category.PROBLEM, Category.COMPLAINT})
_CLEAR_PRAISE = 0.8
_ONE_WORD, _TWO_WORDS = 0.7, 0.8
"""Less sure than this is a sign that stands on one word of the lists, or on two."""


class Likely(Struct, frozen=True):
    """How likely a post wants each of `SIGNS`, and presses in each way; each sums to 1."""

    wants: dict[Category, float]
    presses: dict[Pressure, float]

    @property
    def best(self) -> tuple[Category, float]:
        """What it wants most likely, and how likely that is."""
        return max(self.wants.items(), key=lambda each: each[1])


def likely(reading: Reading, spoken: str, found: Found, tone: Scores | None) -> Likely | None:
    """Give what the model makes of a text; None in a language that it has not learnt.

    `found` are the signs of the lists, `tone` how an engine heard it, if it knows the language.
    """
    heard = model()
    if spoken not in heard.card.languages:
        return None
    scores = heard.score(reading.text, beside(found, tone))
    return Likely(
        dict(zip(SIGNS, shares(scores[: len(SIGNS)]), strict=True)),
        dict(zip(Pressure, shares(scores[len(SIGNS) :]), strict=True)),
    )


def beside(found: Found, tone: Scores | None) -> dict[str, float]:
    """Give what a model may be told beside a text; its card says which of these names it knows."""
    told = {sign.name.lower(): confidence for sign, confidence in found.items()}
    heard = {"tone_negative": tone.negative, "tone_positive": tone.positive} if tone else {}
    return told | heard


@cache
def model() -> Model:
    """Give the model; read once."""
    return Model((WEIGHTS / "wants.bin").read_bytes())


def weighed(found: Found, heard: Likely, words: Sequence[str]) -> Found:
    """Give the signs of the lists with what the model holds likely, and without the alarm it finds most unlikely.

    `words`: those of the text; thanks before a "but" are no praise, whatever the model makes of them.
    """
    kept = {**found}
    for sign, is_doubted in _DOUBTS.items():
        if sign in kept and is_doubted(kept[sign], heard):
            del kept[sign]
    said = _wanted(found, heard, words) | _pressing(heard)
    return kept | {sign: max(chance, kept.get(sign, 0.0)) for sign, chance in said.items()}


def _is_harmless(confidence: float, heard: Likely) -> bool:
    """One or two words of danger in what clearly wants something harmless."""
    category, chance = heard.best
    clearly = category in _HARMLESS and chance >= _LIKELY
    return confidence < _TWO_WORDS and clearly and heard.presses[Pressure.DANGER] < _DANGER_DOUBTED


def _can_wait(confidence: float, heard: Likely) -> bool:
    """One word of haste in what presses little."""
    pressing = heard.presses[Pressure.DANGER] + heard.presses[Pressure.NOW]
    return confidence < _ONE_WORD and pressing < _HASTE_DOUBTED


_DOUBTS: Final = {Sign.DANGER: _is_harmless, Sign.NOW: _can_wait}


def _wanted(found: Found, heard: Likely, words: Sequence[str]) -> Found:
    """Give the sign of what it wants most likely; clear praise is nobody's complaint without a word that says so."""
    category, chance = heard.best
    sign = SIGNS[category]
    is_half = category is Category.PRAISE and not CONTRASTS.isdisjoint(words)
    is_praise = category in _WRONG and found.get(Sign.PRAISE, 0.0) >= _CLEAR_PRAISE
    return {sign: chance} if sign and chance >= _LIKELY and not is_half and not is_praise else {}


def _pressing(heard: Likely) -> Found:
    danger, now = heard.presses[Pressure.DANGER], heard.presses[Pressure.NOW]
    calm = heard.presses[Pressure.CALM] + heard.presses[Pressure.NONE]
    chances = {
        Sign.DANGER: (danger, _DANGER),
        Sign.NOW: (danger + now, _HASTE),
        Sign.CALM: (calm, _CALM),
    }
    return {sign: chance for sign, (chance, least) in chances.items() if chance >= least}
