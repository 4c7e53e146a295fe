"""Scores a text by a table of weights: plain Python, no numpy, some tens of microseconds a post.

The table is one file: a line of JSON that says what it is, then four rows of bytes with one byte a bucket: which
feature owns the bucket, how telling that is (its inverse document frequency), its weight for "negative" and its weight
for "positive", both signed and against "neutral". Words and letters are brought to length 1 each, as in training.
"""

from __future__ import annotations

import json
from functools import lru_cache
from math import exp, sqrt
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from triage.model.features import CHECK_SHIFT, VERSION, letter_features, tokens, word_features, word_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROWS = 4
_WORDS_REMEMBERED = 16_384
"""Most words of a post were in another one just before: their letters need not be read again."""


class Card(Struct, frozen=True):
    """What the first line of a file of weights says.

    `step`: what one unit of a weight stands for. `intercepts`: negative and positive. `sharpness`: by what the sums are
    multiplied so that confidences are as good as they say. `languages`: those of the texts it learnt from.
    """

    name: str
    features: int
    bits: int
    step: float
    intercepts: tuple[float, float]
    sharpness: float
    languages: tuple[str, ...]


class Scores(NamedTuple):
    """Log-odds against "neutral", with equal chances of the three beforehand."""

    negative: float
    positive: float


class Chances(NamedTuple):
    """How likely each is; they sum to 1."""

    negative: float
    neutral: float
    positive: float


class WeightsError(ValueError):
    """The file is not a table of weights that this version can read: make it anew."""


class _Sum(NamedTuple):
    negative: int
    positive: int
    telling: int


class _Word(NamedTuple):
    number: int
    letters: _Sum


class Model:
    """A table of weights, ready to score."""

    def __init__(self, file: bytes) -> None:
        head, _, table = file.partition(b"\n")
        self.card = _card(head)
        size = 1 << self.card.bits
        if len(table) != _ROWS * size:
            raise WeightsError(f"the table has {len(table)} bytes, {_ROWS * size} were announced")
        rows = [memoryview(table)[start : start + size] for start in range(0, _ROWS * size, size)]
        self._checks, self._rarity = rows[:2]
        self._negative, self._positive = (row.cast("b") for row in rows[2:])
        self._mask = size - 1
        self._word = lru_cache(_WORDS_REMEMBERED)(self._read_word)

    def score(self, plain: str) -> Scores:
        """Score a text, folded and without links and @names (`Reading.text`)."""
        cut = tokens(plain)
        read = [self._word(token) for token in cut]
        words = self._sum(word_features(cut, [word.number for word in read]))
        letters = _together(word.letters for word in read)
        by_words, by_letters = self._unit(words), self._unit(letters)
        negative, positive = self.card.intercepts
        return Scores(
            self.card.sharpness * (negative + words.negative * by_words + letters.negative * by_letters),
            self.card.sharpness * (positive + words.positive * by_words + letters.positive * by_letters),
        )

    def forget(self) -> None:
        """Forget the words read so far; what is known of them stays."""
        self._word.cache_clear()

    def _read_word(self, token: str) -> _Word:
        return _Word(word_hash(token), self._sum(letter_features(token)))

    def _sum(self, features: Iterable[int]) -> _Sum:
        checks, mask = self._checks, self._mask
        known = [bucket for feature in features if checks[bucket := feature & mask] == feature >> CHECK_SHIFT]
        return _Sum(
            sum(map(self._negative.__getitem__, known)),
            sum(map(self._positive.__getitem__, known)),
            sum([rarity * rarity for rarity in map(self._rarity.__getitem__, known)]),
        )

    def _unit(self, found: _Sum) -> float:
        return self.card.step / sqrt(found.telling) if found.telling else 0.0


def chances(scores: Scores) -> Chances:
    """Turn log-odds against "neutral" into chances."""
    top = max(scores.negative, scores.positive, 0.0)
    weights = [exp(scores.negative - top), exp(-top), exp(scores.positive - top)]
    whole = sum(weights)
    return Chances(*(weight / whole for weight in weights))


def _card(head: bytes) -> Card:
    try:
        said = json.loads(head)
        card = Card(**said | {"intercepts": tuple(said["intercepts"]), "languages": tuple(said["languages"])})
    except (ValueError, TypeError, KeyError) as fault:
        raise WeightsError("its first line does not say what it is") from fault
    if card.features != VERSION:
        raise WeightsError(f"it is for features of version {card.features}, these are of version {VERSION}")
    return card


def _together(sums: Iterable[_Sum]) -> _Sum:
    negative = positive = telling = 0
    for each in sums:
        negative += each.negative
        positive += each.positive
        telling += each.telling
    return _Sum(negative, positive, telling)
