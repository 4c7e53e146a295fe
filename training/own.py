"""Moves the shipped weights towards a team's own labelled texts, and finds what that is worth to the desk.

The worth is told by texts that were not learnt from: each fifth by weights that the other four taught.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedKFold

from training.decided import decide
from training.fit import CLASSES, Weights, numbers, refit
from training.matrix import Buckets, see, weigh
from training.measure import Measured, compare, sharpness
from training.table import from_file, to_file
from triage.model.scorer import Model
from triage.signals.sentiment import SERVICE_LOG_ODDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from training.corpora import Labelled

_PARTS = 5
_SEED = 20_260_303
_BEFOREHAND = np.array([SERVICE_LOG_ODDS, 0.0])
"""What the desk adds to the log-odds of posts that speak to us, before a word is read."""


class Tone(NamedTuple):
    """A table of weights: whose buckets it has, by what its sums are multiplied, which languages it has learnt."""

    weights: Weights
    buckets: Buckets
    sharpness: float
    languages: tuple[str, ...]

    def read(self, texts: Sequence[Labelled]) -> csr_matrix:
        """Give a row a text, as these weights are for."""
        return weigh(see([each.text for each in texts]), self.buckets)

    def measure(self, texts: Sequence[Labelled], matrix: csr_matrix) -> Measured:
        """Compare people's labels with what the desk decides by these weights; `matrix` has the texts as read."""
        return self.worth(texts, self.sharpness * self.weights.score(matrix))

    def worth(self, texts: Sequence[Labelled], scores: NDArray[np.float64]) -> Measured:
        """Compare people's labels with what the desk decides by these scores."""
        return compare(_labels(texts), decide(texts, scores, self.languages))

    def file(self, name: str) -> bytes:
        """Give the file that the desk's scorer reads."""
        return to_file(self.weights, self.buckets, name=name, sharpness=self.sharpness, languages=self.languages)


class Fitted(NamedTuple):
    """The tone fitted to all texts of a team, and the scores of each text by what the other fifths taught."""

    tone: Tone
    scores: NDArray[np.float64]


def tone_of(file: bytes) -> Tone:
    """Read what a file of weights holds."""
    card = Model(file).card
    weights, buckets = from_file(file, card)
    return Tone(weights, buckets, card.sharpness, card.languages)


def fit_to(texts: Sequence[Labelled], matrix: csr_matrix, known: Tone) -> Fitted:
    """Move what is known towards texts; the same on every run. `matrix` has them as `known` reads them.

    Raises `ValueError` where a class has too few texts for each fifth to have one.
    """
    labels = _labels(texts)
    _check(labels)
    scores = np.zeros((len(texts), 2))
    for learnt, held in StratifiedKFold(_PARTS, shuffle=True, random_state=_SEED).split(labels, labels):
        scores[held] = refit(known.weights, matrix[learnt], labels[learnt], _BEFOREHAND).score(matrix[held])
    factor = sharpness(labels, scores, beforehand=_BEFOREHAND)
    weights = refit(known.weights, matrix, labels, _BEFOREHAND)
    languages = tuple(sorted({*known.languages, *(each.language for each in texts)}))
    return Fitted(Tone(weights, known.buckets, factor, languages), factor * scores)


def _check(labels: NDArray[np.intp]) -> None:
    for name, count in zip(CLASSES, np.bincount(labels, minlength=len(CLASSES)), strict=True):
        if count < _PARTS:
            raise ValueError(f"{count} of the texts are {name}: at least {_PARTS} of each label are needed")


def _labels(texts: Sequence[Labelled]) -> NDArray[np.intp]:
    return numbers([each.label for each in texts])
