"""How a post sounds, in three classes: by the trained model, the policy's word lists and whom it speaks to.

The model says how likely each class is where all three are equally frequent. Two things it cannot know are added to its
log-odds. Who writes to a service desk is more often unhappy than people are at large: we take it that such posts are
unhappy as often as they are not. And what the word lists found counts by their own confidence. It decides nothing.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desk.errors import Misconfigured
from triage.model.scorer import CLASSES, Model, Scores, WeightsError, chances
from triage.signals.grammar import CONTRASTS
from triage.signals.sign import Found, Sign, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from desk.policy.model import Policy


class Sentiment(StrEnum):
    """Three classes, as reports show them."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


WEIGHTS: Final = Path(__file__).parent.parent / "model"
"""Where files of weights lie, the desk's own and a team's."""

SERVICE_LOG_ODDS: Final = log(2)
"""What speaks to us is unhappy in one half of the cases, neutral or happy in a quarter each: 2 to 1 to 1."""

_ASKS = (Sign.QUESTION, Sign.REQUEST)
_PLAIN = (Sign.FEEDBACK, Sign.PURCHASE, Sign.SPAM, Sign.JOKE, Sign.RETWEET)
_TO_US = (Sign.SUMMONS, Sign.NAMES_US, Sign.OPEN_CASE)
_UNHAPPY = (Sign.COMPLAINT, Sign.INSULT, Sign.DANGER, Sign.AGAIN, Sign.PROBLEM)
_HAPPY = (Sign.PRAISE, Sign.CLOSING)
_LISTS_WEIGH = 2.0
_MIXED = 0.5
_NOTHING_FOUND = 0.5
_AT_MOST = 0.95
_CLEAR = 0.5
_LOUD = 0.6
_GLAD = 0.8
_SIGN = {Sentiment.NEGATIVE: Sign.NEGATIVE, Sentiment.POSITIVE: Sign.POSITIVE}


def sentiment(found: Found, heard: Scores | None, wants: Found | None = None) -> Signal[Sentiment]:
    """Give the sentiment of a text from how it sounds to an engine and the signs that the lists found.

    `wants`: signs of what it wants by a model that was told how it sounds, and so counts half as much as the lists.
    `heard` is None in a language the engine has not learnt; there the word lists speak alone.
    """
    if heard is None:
        return _by_lists(found)
    likely = chances(
        Scores(
            heard.negative + _evidence(found, wants or {}, _UNHAPPY) + _beforehand(found),
            heard.positive + _log_odds(_happiness(found)),
        )
    )
    value, chance = max(zip(Sentiment, likely, strict=True), key=lambda each: each[1])
    return Signal(value, min(chance, _AT_MOST))


def model_for(policy: Policy) -> Model:
    """Give the model whose weights the policy names; read once.

    Raises `Misconfigured` where there is no such file, or it is no table of weights that this code can read.
    """
    return _model(policy.weights)


@cache
def _model(name: str) -> Model:
    try:
        return _of_tone(Model((WEIGHTS / name).read_bytes()))
    except (OSError, WeightsError) as fault:
        raise Misconfigured(f"tone.weights in the policy names {name}: {fault}") from fault


def _of_tone(made: Model) -> Model:
    if made.card.classes != CLASSES:
        raise WeightsError(f"it tells {', '.join(made.card.classes)}, not the tone")
    return made


def as_sign(heard: Signal[Sentiment], words: Sequence[str]) -> Found:
    """Give the signs of a sentiment that is more likely than not; the neutral one has none.

    Kind words before a "but" are no happy sound, whatever the model makes of them.
    """
    is_clear = heard.value in _SIGN and heard.confidence >= _CLEAR
    is_half = heard.value is Sentiment.POSITIVE and not CONTRASTS.isdisjoint(words)
    found = {_SIGN[heard.value]: heard.confidence} if is_clear and not is_half else {}
    if Sign.NEGATIVE in found and heard.confidence >= _LOUD:
        found[Sign.UPSET] = heard.confidence
    if Sign.POSITIVE in found and heard.confidence >= _GLAD:
        found[Sign.GLAD] = heard.confidence
    return found


def is_to_us(found: Found) -> bool:
    """Say whether a post speaks to us: what posts to a service want tells little of the tone of others."""
    return any(sign in found for sign in _TO_US)


def _by_lists(found: Found) -> Signal[Sentiment]:
    """Who praises us for a lost bag is not happy: on a service desk what went wrong outweighs kind words."""
    unhappy, happy = _strongest(found, _UNHAPPY), _strongest(found, _HAPPY)
    if unhappy:
        return Signal(Sentiment.NEGATIVE, _MIXED if happy else unhappy)
    return Signal(Sentiment.POSITIVE, happy) if happy else Signal(Sentiment.NEUTRAL, _NOTHING_FOUND)


def _beforehand(found: Found) -> float:
    """Give what speaks for an unhappy author before the model is asked: nothing where the lists tell another reason.

    Who praises us is not unhappy beforehand. Nor is who has a plain matter and no word of grief for it: a short
    question or request, a suggestion, a wish to buy, an advertisement, a joke, somebody else's words.
    """
    only_asks = Sign.SHORT in found and any(sign in found for sign in _ASKS)
    is_plain = only_asks or any(sign in found for sign in _PLAIN)
    is_calm = Sign.PRAISE in found or (is_plain and not any(sign in found for sign in _UNHAPPY))
    return SERVICE_LOG_ODDS if is_to_us(found) and not is_calm else 0.0


def _evidence(found: Found, wants: Found, signs: Sequence[Sign]) -> float:
    return max(_log_odds(_strongest(found, signs)), _log_odds(_strongest(wants, signs)) / _LISTS_WEIGH)


def _log_odds(confidence: float) -> float:
    """Turn the confidence of a sign into evidence; no sign is none, and a faint one is none against it.

    It counts twice: the lists are written for whom this desk serves, the model has heard the world at large.
    """
    return max(0.0, _LISTS_WEIGH * log(confidence / (1 - confidence))) if confidence else 0.0


def _happiness(found: Found) -> float:
    """Kind words beside a complaint are bitter, or too few."""
    return 0.0 if Sign.COMPLAINT in found else _strongest(found, _HAPPY)


def _strongest(found: Found, signs: Iterable[Sign]) -> float:
    return min(_AT_MOST, max((found[sign] for sign in signs if sign in found), default=0.0))
