"""`python -m training.halves` shows what fitting to labelled texts is worth: one half fits, the other one measures.

Halves are cut as the file runs and at random, and each fits once. A smaller team has the first texts of a random half.
It writes nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from training import corpora
from training.own import fit_to, tone_of
from triage.signals.sentiment import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from training.corpora import Labelled
    from training.own import Tone

_SMALL_TEAMS = (300, 1_000, 3_000)


class Cut(NamedTuple):
    """Which texts fit and which measure, by their numbers."""

    name: str
    fits: NDArray[np.intp]
    measures: NDArray[np.intp]


class Gain(NamedTuple):
    """Macro F1 of the desk on the texts that measure, and on each fifth of those that fit by what the others taught."""

    before: float
    after: float
    by_fifths: float


class Read(NamedTuple):
    """Texts, and what the shipped weights see of them."""

    texts: Sequence[Labelled]
    matrix: csr_matrix

    def some(self, numbers: NDArray[np.intp]) -> Read:
        """Give some of them."""
        return Read([self.texts[number] for number in numbers], self.matrix[numbers])


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit to each cut, and print."""
    parser = argparse.ArgumentParser(prog="python -m training.halves", description=__doc__.splitlines()[0])
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--data", type=Path, metavar="DIR", help="folder of airline/")
    asked.add_argument("--labels", type=Path, metavar="FILE", help="CSV with the columns text and label")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="how often to cut at random (default: 5)")
    given = parser.parse_args(arguments)
    texts = list(corpora.airline(given.data)) if given.data else corpora.own(given.labels)
    known = tone_of((WEIGHTS / "sentiment.bin").read_bytes())
    _compare(Read(texts, known.read(texts)), known, given.seeds)


def as_it_runs(texts: int) -> Iterator[Cut]:
    """Cut between the first and the last half, and every other text."""
    numbers = np.arange(texts)
    yield from _both_ways("the first half fits", "the last half fits", numbers < texts // 2)
    yield from _both_ways("texts 1, 3, 5, ... fit", "texts 2, 4, 6, ... fit", numbers % 2 == 0)


def at_random(texts: int, seed: int) -> Iterator[Cut]:
    """Cut at random; each half is in random order."""
    order = np.random.default_rng(seed).permutation(texts)
    first, last = order[: texts // 2], order[texts // 2 :]
    yield Cut(f"seed {seed}", first, last)
    yield Cut(f"seed {seed}, the other way", last, first)


def _compare(read: Read, known: Tone, seeds: int) -> None:
    size = len(read.texts)
    for cut in as_it_runs(size):
        _print(cut.name, [_gain(read, cut, known)])
    halves = [cut for seed in range(seeds) for cut in at_random(size, seed)]
    _print(f"{len(halves)} random halves", [_gain(read, cut, known) for cut in halves])
    for few in (few for few in _SMALL_TEAMS if few < size // 2):
        gains = [_gain(read, cut._replace(fits=cut.fits[:few]), known) for cut in halves]
        _print(f"{few} texts of each", gains)


def _gain(read: Read, cut: Cut, known: Tone) -> Gain:
    learnt, apart = read.some(cut.fits), read.some(cut.measures)
    fitted = fit_to(*learnt, known)
    by_fifths = fitted.tone.worth(learnt.texts, fitted.scores)
    return Gain(known.measure(*apart).macro_f1, fitted.tone.measure(*apart).macro_f1, by_fifths.macro_f1)


def _both_ways(name: str, other: str, fits: NDArray[np.bool_]) -> Iterator[Cut]:
    yield Cut(name, np.flatnonzero(fits), np.flatnonzero(~fits))
    yield Cut(other, np.flatnonzero(~fits), np.flatnonzero(fits))


def _print(what: str, gains: Sequence[Gain]) -> None:
    before, after, by_fifths = (mean(each) for each in zip(*gains, strict=True))
    print(
        f"{what}: macro F1 {before:.3f} before, {after:.3f} after, {by_fifths:.3f} by fifths{_spread(gains)}",
        flush=True,
    )


def _spread(gains: Sequence[Gain]) -> str:
    if len(gains) == 1:
        return ""
    worst, best = min(gain.after for gain in gains), max(gain.after for gain in gains)
    return f"; after {worst:.3f} to {best:.3f}, gained at least {min(gain.after - gain.before for gain in gains):.3f}"


if __name__ == "__main__":
    main()
