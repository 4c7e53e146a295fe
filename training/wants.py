"""`python -m training.wants` fits the model of what posts want and how they press to the made-up posts beside it.

It prints what the model is worth on posts it has not learnt from, and writes one file of weights. Labels and their
meaning: `training/posts/README.md`.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss
from sklearn.model_selection import StratifiedKFold

from desk.policy import load
from desk.policy.model import Category
from training.fit import Weights
from training.matrix import allot, see, weigh
from training.table import to_file
from triage.engines import built_in
from triage.model.scorer import Model
from triage.signals import Signal, from_lists
from triage.signals.reading import read
from triage.signals.sentiment import WEIGHTS
from triage.signals.wants import BESIDE, SIGNS, Pressure, beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from desk.policy.model import Policy

POSTS = Path(__file__).parent / "posts"
_POLICY = Path(__file__).parents[1] / "functions" / "policy.toml"
_BITS = 15
_STRENGTH = 1.5
"""Inverse of the regularisation, as scikit-learn takes it; what stands beside a text is scaled to be heard as well."""
_TEXT_COUNTS = 3.0
_PARTS = 5
_ROUNDS = 500
_TOLERANCE = 1e-3
_SEED = 20_261_122
_SHARPNESSES = np.linspace(0.5, 2.0, 31)
_TOLD = (*(sign.name.lower() for sign in BESIDE), "tone_negative", "tone_positive")
_TONE_COUNTS = 1 / 3


class Labelled(NamedTuple):
    """A made-up post with what it wants and how it presses."""

    language: str
    wants: Category
    presses: Pressure
    text: str


class _Fitted(NamedTuple):
    """Weights by class of a text's features and of what stands beside it, and how sharp they may be taken."""

    text: NDArray[np.float64]
    beside: NDArray[np.float64]
    intercepts: NDArray[np.float64]


def main() -> None:
    """Fit, print, write."""
    posts = list(read_posts())
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


def read_posts() -> Iterator[Labelled]:
    """Read the posts of every language, a file each."""
    for file in sorted(POSTS.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield Labelled(file.stem, Category(row["category"]), Pressure(row["urgency"]), row["text"])


def learnt_from() -> str:
    """Give a hash of the posts, by which a file of weights says that it is of these."""
    return sha256(json.dumps(list(read_posts())).encode()).hexdigest()[:16]


def _told(post: Labelled) -> list[float]:
    """Give what the model is told beside a text, as the desk would tell it."""
    policy = _policy()
    reading = read(post.text)
    tone = built_in(policy).tone(reading, post.language)
    told = beside(from_lists(reading, Signal(post.language, 1.0), policy).found, tone)
    scale = dict.fromkeys(("tone_negative", "tone_positive"), _TONE_COUNTS)
    return [told.get(name, 0.0) * scale.get(name, 1.0) for name in _TOLD]


@cache
def _policy() -> Policy:
    return load(_POLICY)


def _fit(what: str, matrix: sparse.csr_matrix, labels: NDArray[np.intp], languages: NDArray[np.str_]) -> _Fitted:
    """Measure by cross-validation, then fit on everything; each class as frequent as it is among the posts."""
    weights = _alike(labels, languages)
    scores = np.zeros((len(labels), labels.max() + 1))
    for learn, held in StratifiedKFold(_PARTS, shuffle=True, random_state=_SEED).split(matrix, labels):
        scores[held] = _fitted(matrix[learn], labels[learn], weights[learn]).predict_log_proba(matrix[held])
    decided = scores.argmax(axis=1)
    by_class = ", ".join(f"{score:.2f}" for score in f1_score(labels, decided, average=None))
    print(f"{what}, each fifth by what the others taught: accuracy {np.mean(decided == labels):.3f}, F1 {by_class}")
    sharp = float(min(_SHARPNESSES, key=lambda factor: _loss(scores * factor, labels)))
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


def _loss(scores: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return float(log_loss(labels, odds / odds.sum(axis=1, keepdims=True)))


if __name__ == "__main__":
    main()
