"""`python -m training --data DIR` fits the model the desk ships; `--labels FILE` fits that to a team's own texts.

Prints what the result is worth on texts it has not learnt from. It talks to nobody and writes one file of weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training import corpora
from training.fit import CLASSES, alike, fit, numbers
from training.matrix import allot, see, weigh
from training.measure import Measured, measure, sharpness
from training.own import fit_to, tone_of
from training.table import to_file
from triage.model.scorer import Model
from triage.signals.sentiment import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BITS = 18
_PARTS = 5
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
    """Measure by cross-validation, and on texts kept apart if there are any; then write what all of them taught."""
    print(_WARNING)
    known = tone_of(_SHIPPED.read_bytes())
    own = corpora.own(file)
    matrix = known.read(own)
    tone, scores = fit_to(own, matrix, known)
    _print("before, all your texts", known.measure(own, matrix))
    _print("after, all your texts, each fifth by what the others taught", tone.worth(own, scores))
    if test:
        apart = corpora.own(test)
        matrix = known.read(apart)
        _print("before, the texts kept apart", known.measure(apart, matrix))
        _print("after, the texts kept apart", tone.measure(apart, matrix))
    _write(out, tone.file("own"))


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
