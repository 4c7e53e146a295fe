"""What a fitted model is worth on texts it has not learnt from, and how far its chances can be taken at their word.

Macro F1: the mean over the three classes of the harmonic mean of precision and recall.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import softmax
from sklearn.metrics import accuracy_score, f1_score, log_loss

from training.fit import CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_SHARPNESSES = np.linspace(0.5, 2.5, 41)


class Measured(NamedTuple):
    """How a model did on some texts."""

    texts: int
    accuracy: float
    macro_f1: float
    f1: tuple[float, ...]


def measure(labels: NDArray[np.intp], scores: NDArray[np.float64]) -> Measured:
    """Compare labels with what scores (log-odds of negative and of positive against neutral) decide."""
    return compare(labels, _with_neutral(scores).argmax(axis=1))


def compare(labels: NDArray[np.intp], decided: NDArray[np.intp]) -> Measured:
    """Compare labels with what was decided."""
    by_class = f1_score(labels, decided, average=None, labels=range(len(CLASSES)), zero_division=0)
    return Measured(len(labels), accuracy_score(labels, decided), float(np.mean(by_class)), tuple(by_class))


def sharpness(
    labels: NDArray[np.intp],
    scores: NDArray[np.float64],
    weights: Sequence[float] | None = None,
    beforehand: NDArray[np.float64] | float = 0.0,
) -> float:
    """Give the factor under which scores of texts not learnt from say best how likely each class is.

    `beforehand` is what the desk adds to them after that.
    """
    return sharpest(labels, lambda factor: _with_neutral(scores * factor + beforehand), weights)


def sharpest(
    labels: NDArray[np.intp], scored: Callable[[float], NDArray[np.float64]], weights: Sequence[float] | None = None
) -> float:
    """Give the factor for which `scored` gives the scores, a column a class, that say best how likely each class is."""

    def loss(factor: float) -> float:
        chances = softmax(scored(factor), axis=1)
        return float(log_loss(labels, chances, labels=range(chances.shape[1]), sample_weight=weights))

    return float(min(_SHARPNESSES, key=loss))


def _with_neutral(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    negative, positive = scores.T
    return np.stack([negative, np.zeros_like(negative), positive], axis=1)
