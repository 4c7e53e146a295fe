"""Learns weights: multinomial logistic regression on the weighed features, every class of every set counting alike.

`fit` learns from nothing, `refit` moves known weights towards a team's own texts as far as these bear it. Both give the
same on every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from triage.signals.sentiment import Sentiment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CLASSES = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)

_STRENGTH = 0.5
"""Inverse of the regularisation, as scikit-learn takes it."""
_TWICE = "umsab"
"""Seven of the eight languages are in this source alone, a sixth of all texts: it counts double."""
_OWN_STRENGTH = 1.0
"""With half or twice of it macro F1 is the same within half a point, for 300 texts as for 4,000. So it is
fixed: choosing it for 300 by cross-validation among them was worth no more."""
_KNOWN_COUNTS = 3.0
"""What is known already is regularised this much less than what is new, squared."""
_ROUNDS = 500
_TOLERANCE, _OWN_TOLERANCE = 1e-4, 1e-3


class Weights(NamedTuple):
    """Log-odds of negative and of positive against neutral: a row each by bucket, and the two intercepts."""

    rows: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def score(self, matrix: sparse.csr_matrix) -> NDArray[np.float64]:
        """Give the log-odds of each text, negative and positive."""
        return np.asarray(matrix @ self.rows.T + self.intercepts)


def numbers(labels: Sequence[Sentiment]) -> NDArray[np.intp]:
    """Number labels by their place in `CLASSES`."""
    return np.array([CLASSES.index(label) for label in labels])


def fit(matrix: sparse.csr_matrix, labels: NDArray[np.intp], sources: Sequence[str]) -> Weights:
    """Learn from nothing; in each source the three classes weigh alike, so that none is likelier beforehand."""
    model = LogisticRegression(C=_STRENGTH, max_iter=_ROUNDS, tol=_TOLERANCE)
    model.fit(matrix, labels, sample_weight=alike(labels, np.array(sources)))
    return _against_neutral(model.coef_, model.intercept_)


@threadpool_limits.wrap(limits=1)
def refit(
    known: Weights, matrix: sparse.csr_matrix, labels: NDArray[np.intp], beforehand: NDArray[np.float64]
) -> Weights:
    """Learn from a team's own texts what the known weights do not say, and how far these can be trusted there.

    The known scores stand beside the features as two more; what is learnt of them goes back into one table. A team's
    texts have their own part of unhappy ones, kept half-way so that the rare classes are still heard. It takes
    the place of what the desk adds `beforehand` for posts that speak to us, so that this is taken off. It runs on one
    core: several that wait for one another take eight times as long on a busy machine, and add up in another order.
    """
    used = np.unique(matrix.indices)
    beside = sparse.csr_matrix(known.score(matrix) * _KNOWN_COUNTS)
    both = sparse.hstack([matrix[:, used], beside]).tocsr()
    weights = np.sqrt(alike(labels, np.zeros(len(labels), np.str_)))
    model = LogisticRegression(C=_OWN_STRENGTH, max_iter=_ROUNDS, tol=_OWN_TOLERANCE)
    model.fit(both, labels, sample_weight=weights)
    learnt = _against_neutral(model.coef_, model.intercept_)
    trust = learnt.rows[:, -2:] * _KNOWN_COUNTS
    rows = trust @ known.rows
    rows[:, used] += learnt.rows[:, :-2]
    return Weights(rows, learnt.intercepts + trust @ known.intercepts - beforehand)


def alike(labels: NDArray[np.intp], sources: NDArray[np.str_]) -> NDArray[np.float64]:
    """Give texts weights by which each class of a source counts as much as the others of it."""
    weights = np.ones(len(labels))
    for source in np.unique(sources):
        of_source = sources == source
        for label in range(len(CLASSES)):
            chosen = of_source & (labels == label)
            weights[chosen] = of_source.sum() / len(CLASSES) / max(1, chosen.sum())
        weights[of_source] *= 2 if source == _TWICE else 1
    return weights


def _against_neutral(rows: NDArray[np.float64], intercepts: NDArray[np.float64]) -> Weights:
    negative, neutral, positive = range(len(CLASSES))
    return Weights(
        np.stack([rows[negative] - rows[neutral], rows[positive] - rows[neutral]]),
        np.array([intercepts[negative] - intercepts[neutral], intercepts[positive] - intercepts[neutral]]),
    )
