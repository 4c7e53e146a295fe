"""How a post sounds, in three classes, by the word lists of the policy. It decides nothing.

`sentiment` is the one place where a trained model would answer instead.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from triage.signals.sign import Found, Sign, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable


class Sentiment(StrEnum):
    """Three classes, as reports show them."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


_UNHAPPY = (Sign.COMPLAINT, Sign.INSULT, Sign.DANGER, Sign.AGAIN, Sign.PROBLEM)
_HAPPY = (Sign.PRAISE, Sign.CLOSING)
_MIXED = 0.5
_NOTHING_FOUND = 0.5
_SIGN = {Sentiment.NEGATIVE: Sign.NEGATIVE, Sentiment.POSITIVE: Sign.POSITIVE}


def sentiment(found: Found) -> Signal[Sentiment]:
    """Give the sentiment from the signs of intent, urgency and closing remarks.

    Who praises us for a lost bag is not happy: on a service desk what went wrong outweighs kind words. Thanks alone
    are happy, thanks with a "but" are not.
    """
    unhappy, happy = _strongest(found, _UNHAPPY), _strongest(found, _HAPPY)
    if unhappy:
        return Signal(Sentiment.NEGATIVE, _MIXED if happy else unhappy)
    return Signal(Sentiment.POSITIVE, happy) if happy else Signal(Sentiment.NEUTRAL, _NOTHING_FOUND)


def as_sign(heard: Signal[Sentiment]) -> Found:
    """Give the sign of a sentiment; the neutral one has none."""
    return {_SIGN[heard.value]: heard.confidence} if heard.value in _SIGN else {}


def _strongest(found: Found, signs: Iterable[Sign]) -> float:
    return max((found[sign] for sign in signs if sign in found), default=0.0)
