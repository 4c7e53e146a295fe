"""`python -m training.wants` fits the model of what posts want and how they press to the made-up posts beside it.

It prints what the model is worth on posts it has not learnt from, and writes one file of weights. Labels and their
meaning: `training/posts/README.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from training.decided import shipped_policy
from training.fit import Weights
from training.made_up import MadeUp, learnt_from, made_up_posts
from training.matrix import allot, see, weigh
from training.measure import sharpest
from training.table import to_file
from triage.engines import built_in
from triage.model.scorer import Model
from triage.signals import Signal, from_lists
from triage.signals.reading import read
from triage.signals.sentiment import WEIGHTS
from triage.signals.sign import Sign
from triage.signals.wants import SIGNS, Pressure, beside

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BITS = 15
_STRENGTH = 1.5
"""Inverse of the regularisation, as scikit-learn takes it; what stands beside a text is scaled to be heard as well."""
_TEXT_COUNTS = 3.0
_PARTS = 5
_ROUNDS = 500
_TOLERANCE = 1e-3
_SEED = 20_261_122
_BY_LISTS = (
    Sign.DANGER,
    Sign.NOW,
    Sign.AGAIN,
    Sign.MONEY,
    Sign.TOPIC,
    Sign.URGENT_TOPIC,
    Sign.COMPLAINT,
    Sign.INSULT,
    Sign.MOCKERY,
    Sign.PROBLEM,
    Sign.REQUEST,
    Sign.QUESTION,
    Sign.FEEDBACK,
    Sign.PRAISE,
    Sign.THANKS,
    Sign.PURCHASE,
    Sign.SPAM,
    Sign.JOKE,
    Sign.BRIEF,
    Sign.SHORT,
)
_TOLD = (*(sign.name.lower() for sign in _BY_LISTS), "tone_negative", "tone_positive")
_TONE_COUNTS = 1 / 3


class _Fitted(NamedTuple):
    """Weights by class of a text's features and of what stands beside it, and how sharp they may be taken."""

    text: NDArray[np.float64]
    beside: NDArray[np.float64]
    intercepts: NDArray[np.float64]


def main() -> None:
    """Fit, print, write."""
    posts = list(made_up_posts())
    seen = see([each.text for each in posts])
    buckets = allot(seen, _BITS)
    told = np.array([_told(each) for each in posts])
    matrix = sparse.hstack([weigh(seen, buckets) * _TEXT_COUNTS, sparse.csr_matrix(told)]).tocsr()
    languages = np.array([each.language for each in posts])
    wants = _fit("what it wants", matrix, np.array([[*SIGNS].index(each.wants) for each in posts]), languages)
    presses = _fit("how it presses", matrix, np.array([[*Pressure].index(each.presses) for each in posts]), languages)
    rows = np.vstack([wants.text, presses.text])
    others = np.vstack([wants.beside, presses.beside])
    intercepts = np.concatenate([wants.intercepts, presses.intercepts])
    file = to_file(
        Weights(rows, intercepts),
        buckets,
        name="wants",
        sharpness=1.0,
        languages=sorted({each.language for each in posts}),
        classes=[*SIGNS, *Pressure],
        beside={name: [round(float(each), 4) for each in others[:, place]] for place, name in enumerate(_TOLD)},
        learnt_from=learnt_from(),
    )
    Model(file)  # what cannot be read is not written
    out = WEIGHTS / "wants.bin"
    out.write_bytes(file)
    print(f"{len(posts)} posts, {len(file) / 1e6:.2f} MB written to {out}")


def _told(post: MadeUp) -> list[float]:
    """Give what the model is told beside a text, as the desk would tell it."""
    policy = shipped_policy()
    reading = read(post.text)
    tone = built_in(policy).tone(reading, post.language)
    told = beside(from_lists(reading, Signal(post.language, 1.0), policy).found, tone)
    scale = dict.fromkeys(("tone_negative", "tone_positive"), _TONE_COUNTS)
    return [told.get(name, 0.0) * scale.get(name, 1.0) for name in _TOLD]


def _fit(what: str, matrix: sparse.csr_matrix, labels: NDArray[np.intp], languages: NDArray[np.str_]) -> _Fitted:
    """Measure by cross-validation, then fit on everything; each class as frequent as it is among the posts."""
    weights = _alike(labels, languages)
    scores = np.zeros((len(labels), labels.max() + 1))
    for learn, held in StratifiedKFold(_PARTS, shuffle=True, random_state=_SEED).split(matrix, labels):
        scores[held] = _fitted(matrix[learn], labels[learn], weights[learn]).predict_log_proba(matrix[held])
    decided = scores.argmax(axis=1)
    by_class = ", ".join(f"{score:.2f}" for score in f1_score(labels, decided, average=None))
    print(f"{what}, each fifth by what the others taught: accuracy {np.mean(decided == labels):.3f}, F1 {by_class}")
    sharp = sharpest(labels, lambda factor: scores * factor)
    made = _fitted(matrix, labels, weights)
    text, others = made.coef_[:, : -len(_TOLD)] * _TEXT_COUNTS, made.coef_[:, -len(_TOLD) :].copy()
    others[:, -2:] *= _TONE_COUNTS
    return _Fitted(text * sharp, others * sharp, made.intercept_ * sharp)


def _fitted(matrix: sparse.csr_matrix, labels: NDArray[np.intp], weights: NDArray[np.float64]) -> LogisticRegression:
    made = LogisticRegression(C=_STRENGTH, max_iter=_ROUNDS, tol=_TOLERANCE)
    made.fit(matrix, labels, sample_weight=weights)
    return made


def _alike(labels: NDArray[np.intp], languages: NDArray[np.str_]) -> NDArray[np.float64]:
    """Give posts weights by which each label is as frequent in every language as in all of them together.

    Else the plainest words of a language in which more emergencies were written would sound of danger.
    """
    weights = np.ones(len(labels))
    for language in np.unique(languages):
        mine = languages == language
        for label in np.unique(labels):
            weights[mine & (labels == label)] = np.mean(labels == label) / np.mean(labels[mine] == label)
    return weights


if __name__ == "__main__":
    main()
