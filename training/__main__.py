"""`python -m training --data DIR` fits the model the desk ships; `--labels FILE` fits that to a team's own texts.

Prints what the result is worth on texts it has not learnt from. It talks to nobody and writes one file of weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training import corpora
from training.fit import CLASSES, alike, fit, numbers, refit
from training.matrix import allot, see, weigh
from training.measure import Measured, measure, sharpness
from training.table import from_file, to_file
from triage.model.scorer import Model
from triage.signals.sentiment import SERVICE_LOG_ODDS, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from training.matrix import Buckets

_BITS = 18
_PARTS = 5
_BEFOREHAND = np.array([SERVICE_LOG_ODDS, 0.0])
"""What the desk adds to the log-odds of posts that speak to us, before a word is read."""
_SHIPPED, _OWN = WEIGHTS / "sentiment.bin", WEIGHTS / "own.bin"
_WARNING = """X's developer guidelines forbid training models on content obtained through the X API (read 2026-08).
Take labels from elsewhere, such as mail and chat, or with X's permission. Texts should hold no personal data.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__.splitlines()[0])
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--data", type=Path, metavar="DIR", help="folder of semeval/, tweet_sentiment_extraction/, umsab/"
    )
    asked.add_argument("--labels", type=Path, metavar="FILE", help="CSV with the columns text and label")
    parser.add_argument("--test", type=Path, metavar="FILE", help="with --labels: more of them, to measure on only")
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"where the weights go: {_SHIPPED.name}, {_OWN.name}")
    given = parser.parse_args(arguments)
    if given.data:
        _ship(given.data, given.out or _SHIPPED)
    else:
        _fit_to_own(given.labels, given.test, given.out or _OWN)


def _ship(folder: Path, out: Path) -> None:
    """Fit on four fifths to see what it is worth, then on everything."""
    learnt = corpora.to_learn_from(folder)
    texts, labels = see([each.text for each in learnt]), numbers([each.label for each in learnt])
    sources = np.array([each.source for each in learnt])
    buckets = allot(texts, _BITS)
    matrix = weigh(texts, buckets)
    held = _parts(len(learnt)) == 0
    scores = fit(matrix[~held], labels[~held], sources[~held]).score(matrix[held])
    for source in np.unique(sources):
        chosen = sources[held] == source
        _print(f"{source}, a fifth not learnt from", measure(labels[held][chosen], scores[chosen]))
    factor = sharpness(labels[held], scores, alike(labels[held], sources[held]))
    weights = fit(matrix, labels, sources)
    languages = sorted({each.language for each in learnt})
    _write(out, to_file(weights, buckets, name="shipped", sharpness=factor, languages=languages))


def _fit_to_own(file: Path, test: Path | None, out: Path) -> None:
    """Measure by cross-validation, and on texts kept apart if there are any; then fit on everything."""
    print(_WARNING)
    shipped = _SHIPPED.read_bytes()
    card = Model(shipped).card
    known, buckets = from_file(shipped, card)
    own = corpora.own(file)
    matrix, labels = _read(own, buckets)
    parts, scores = _parts(len(own)), np.zeros((len(own), 2))
    for part in range(_PARTS):
        held = parts == part
        scores[held] = refit(known, matrix[~held], labels[~held], _BEFOREHAND).score(matrix[held])
    weights = refit(known, matrix, labels, _BEFOREHAND)
    _compare("all your texts, each fifth by what the others taught", labels, known.score(matrix), scores)
    if test:
        matrix, apart = _read(corpora.own(test), buckets)
        _compare("the texts kept apart", apart, known.score(matrix), weights.score(matrix))
    languages = sorted({*card.languages, *(each.language for each in own)})
    factor = sharpness(labels, scores)
    _write(out, to_file(weights, buckets, name="own", sharpness=factor, languages=languages))


def _read(texts: Sequence[corpora.Labelled], buckets: Buckets) -> tuple[csr_matrix, NDArray[np.intp]]:
    return weigh(see([each.text for each in texts]), buckets), numbers([each.label for each in texts])


def _compare(what: str, labels: NDArray[np.intp], before: NDArray[np.float64], after: NDArray[np.float64]) -> None:
    """Print what scores are worth before and after, for texts that speak to us."""
    _print(f"before, {what}", measure(labels, before + _BEFOREHAND))
    _print(f"after, {what}", measure(labels, after + _BEFOREHAND))


def _parts(texts: int) -> NDArray[np.intp]:
    """Deal texts out in fifths, the same on every run."""
    return np.random.default_rng(20_260_303).permutation(texts) % _PARTS


def _print(what: str, found: Measured) -> None:
    classes = ", ".join(f"{label} {score:.3f}" for label, score in zip(CLASSES, found.f1, strict=True))
    print(f"{what}: n {found.texts}, accuracy {found.accuracy:.3f}, macro F1 {found.macro_f1:.3f} ({classes})")


def _write(out: Path, file: bytes) -> None:
    Model(file)  # what cannot be read is not written
    out.write_bytes(file)
    print(f"{len(file) / 1e6:.2f} MB written to {out}")


if __name__ == "__main__":
    main()
