"""Scores a text by a table of weights: plain Python, no numpy, some tens of microseconds a post.

The table is one file: a line of JSON that says what it is, then rows of bytes with one byte a bucket: which feature
owns the bucket, how telling that is (its inverse document frequency), and its signed weight for each class. Words and
letters are brought to length 1 each, as in training.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import exp, sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import Struct

from triage.model.features import CHECK_SHIFT, VERSION, WORDS_REMEMBERED, cut, letter_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CLASSES: Final = ("negative", "positive")
"""Those of a model of tone."""
_ROWS_BEFORE = 2
"""Owners and rarities stand before the weights."""


class Card(Struct, frozen=True, forbid_unknown_fields=True):
    """What the first line of a file of weights says.

    `step`: what one unit of a weight stands for. `intercepts`: one for each of `classes`. `sharpness`: by what the sums
    are multiplied so that confidences are as good as they say. `languages`: those of the texts it learnt from.
    `beside`: what else than the text it can be told, by name, with a weight for each class. `learnt_from`: a hash of
    those texts, where they are the desk's own.
    """

    name: str
    features: int
    bits: int
    step: float
    intercepts: tuple[float, ...]
    sharpness: float
    languages: tuple[str, ...]
    classes: tuple[str, ...] = CLASSES
    beside: dict[str, tuple[float, ...]] = {}
    learnt_from: str = ""


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


_LANE_BITS = 32
_LANE = (1 << _LANE_BITS) - 1
_RAISED = 128
"""The weights of a feature for all classes are lanes of one number, so that they are added at once: each is raised to
be positive, and no text has features enough for a sum to run over into the next lane."""


class _Sum(NamedTuple):
    """Weights of `features` features, all classes in one number; `telling`: the squares of their rarities."""

    lanes: int
    features: int
    telling: int


class Model:
    """A table of weights, ready to score."""

    def __init__(self, file: bytes) -> None:
        head, _, table = file.partition(b"\n")
        self.card = _card(head)
        size, rows = 1 << self.card.bits, _ROWS_BEFORE + len(self.card.classes)
        if len(table) != rows * size:
            raise WeightsError(f"the table has {len(table)} bytes, {rows * size} were announced")
        self._checks, self._rarity, *weights = [
            memoryview(table)[start : start + size] for start in range(0, rows * size, size)
        ]
        self._weights = [row.cast("b") for row in weights]
        self._mask = size - 1
        self._shifts = range(0, _LANE_BITS * len(self._weights), _LANE_BITS)
        self._lanes = cache(self._read_lanes)
        self._letters = lru_cache(WORDS_REMEMBERED)(self._read_letters)

    def score(self, plain: str, beside: Mapping[str, float] | None = None) -> tuple[float, ...]:
        """Score a text, folded and without links and @names (`Reading.text`): a number for each class of the card.

        `beside`: what else is known of it; names that the card does not know count for nothing.
        """
        text = cut(plain)
        words = self._sum(text.features)
        letters = _together(list(map(self._letters, text.tokens)))
        by_words, by_letters = self._unit(words), self._unit(letters)
        raised = _RAISED * (words.features * by_words + letters.features * by_letters)
        scores = [
            intercept
            + (words.lanes >> shift & _LANE) * by_words
            + (letters.lanes >> shift & _LANE) * by_letters
            - raised
            for intercept, shift in zip(self.card.intercepts, self._shifts, strict=True)
        ]
        for name, value in (beside or {}).items():
            if told := self.card.beside.get(name):
                scores = [score + value * weight for score, weight in zip(scores, told, strict=True)]
        return tuple([self.card.sharpness * score for score in scores])

    def forget(self) -> None:
        """Forget the words read so far; what is known of them stays."""
        self._letters.cache_clear()

    def _read_letters(self, token: str) -> _Sum:
        return self._sum(letter_features(token))

    def _sum(self, features: Iterable[int]) -> _Sum:
        checks, mask = self._checks, self._mask
        known = [bucket for feature in features if checks[bucket := feature & mask] == feature >> CHECK_SHIFT]
        telling = sum([rarity * rarity for rarity in map(self._rarity.__getitem__, known)])
        return _Sum(sum(map(self._lanes, known)), len(known), telling)

    def _read_lanes(self, bucket: int) -> int:
        return sum(row[bucket] + _RAISED << shift for row, shift in zip(self._weights, self._shifts, strict=True))

    def _unit(self, found: _Sum) -> float:
        return self.card.step / sqrt(found.telling) if found.telling else 0.0


def chances(scores: Scores) -> Chances:
    """Turn log-odds against "neutral" into chances."""
    return Chances(*shares((scores.negative, 0.0, scores.positive)))


def shares(scores: Sequence[float]) -> tuple[float, ...]:
    """Turn the scores of classes, of which one holds, into chances that sum to 1."""
    top = max(scores)
    weights = [exp(score - top) for score in scores]
    whole = sum(weights)
    return tuple([weight / whole for weight in weights])


def _card(head: bytes) -> Card:
    try:
        card = msgspec.json.decode(head, type=Card)
    except msgspec.DecodeError as fault:
        raise WeightsError("its first line does not say what it is") from fault
    if card.features != VERSION:
        raise WeightsError(f"it is for features of version {card.features}, these are of version {VERSION}")
    if len(card.intercepts) != len(card.classes):
        raise WeightsError(f"it has {len(card.classes)} classes and {len(card.intercepts)} intercepts")
    return card


def _together(sums: Sequence[_Sum]) -> _Sum:
    return _Sum(
        sum([each.lanes for each in sums]), sum([each.features for each in sums]), sum([each.telling for each in sums])
    )
