"""Texts as rows of numbers: which features stand in them, and how telling each is among the texts learnt from.

Words and letters are brought to length 1 each and then added, as `triage.model.scorer` does. Nothing is learnt here but
which features are worth a bucket, and how rare they are.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from triage.model.features import CHECK_SHIFT, cut, letter_features
from triage.signals.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence

RARITY_STEP = 0.05
"""What one unit of a rarity stands for; 255 of them are beyond any corpus."""

_MOST_UNITS = 255
_FEWEST_TEXTS_WITH_WORDS = 2
_FEWEST_TEXTS_WITH_LETTERS = 3

Features = NDArray[np.uint32]


class Seen(NamedTuple):
    """The features of one kind, text after text; those of text i stand from `ends[i]` up to `ends[i + 1]`."""

    features: Features
    ends: NDArray[np.intp]

    def rows(self) -> NDArray[np.intp]:
        """Give the number of the text that each feature stands in."""
        return np.repeat(np.arange(len(self.ends) - 1), np.diff(self.ends))


class Texts(NamedTuple):
    """What the model sees of texts: of words each feature once a text, of letters each as often as it stands there."""

    words: Seen
    letters: Seen


class Buckets(NamedTuple):
    """Who owns each bucket of a table: the check of its feature, and how telling that is (0: nobody owns it)."""

    checks: NDArray[np.uint8]
    rarity: NDArray[np.uint8]


def see(texts: Sequence[str]) -> Texts:
    """Read the features of texts."""

    @cache
    def letters_of(token: str) -> list[int]:
        return letter_features(token)

    words, letters = [], []
    for text in texts:
        found = cut(read(text).text)
        words.append(sorted(found.features))
        letters.append([feature for token in found.tokens for feature in letters_of(token)])
    return Texts(_flat(words), _flat(letters))


def allot(texts: Texts, bits: int) -> Buckets:
    """Give each of 2 ** bits buckets to the most frequent feature that falls into it, if enough texts have it.

    Rarity is the inverse document frequency, as scikit-learn smooths it.
    """
    all_texts = len(texts.words.ends) - 1
    frequencies = [
        _texts_with(texts.words, _FEWEST_TEXTS_WITH_WORDS),
        _texts_with(texts.letters, _FEWEST_TEXTS_WITH_LETTERS),
    ]
    features, with_it = (np.concatenate(each) for each in zip(*frequencies, strict=True))
    order = np.lexsort((features, with_it))
    features, with_it = features[order], with_it[order]
    buckets = features & np.uint32((1 << bits) - 1)
    checks, rarity = np.zeros(1 << bits, np.uint8), np.zeros(1 << bits, np.uint8)
    checks[buckets] = features >> np.uint32(CHECK_SHIFT)
    units = (np.log((1 + all_texts) / (1 + with_it)) + 1) / RARITY_STEP
    rarity[buckets] = np.clip(np.rint(units), 1, _MOST_UNITS)
    return Buckets(checks, rarity)


def weigh(texts: Texts, buckets: Buckets) -> sparse.csr_matrix:
    """Give a row a text and a column a bucket, words and letters at length 1 each."""
    return (_weighed(texts.words, buckets) + _weighed(texts.letters, buckets)).tocsr()


def _weighed(seen: Seen, buckets: Buckets) -> sparse.csr_matrix:
    size = len(buckets.rarity)
    columns = seen.features & np.uint32(size - 1)
    is_known = buckets.checks[columns] == seen.features >> np.uint32(CHECK_SHIFT)
    rows, columns = seen.rows()[is_known], columns[is_known]
    telling = buckets.rarity[columns].astype(np.float32)
    squares = np.bincount(rows, weights=telling**2, minlength=len(seen.ends) - 1)
    values = telling / np.sqrt(np.maximum(squares, 1.0))[rows]
    return sparse.csr_matrix((values.astype(np.float32), (rows, columns)), shape=(len(seen.ends) - 1, size))


def _texts_with(seen: Seen, fewest: int) -> tuple[Features, NDArray[np.intp]]:
    """Give the features that enough texts have, and how many."""
    pairs = np.unique((seen.rows().astype(np.uint64) << np.uint64(32)) | seen.features)
    features, with_it = np.unique((pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32), return_counts=True)
    is_frequent = with_it >= fewest
    return features[is_frequent], with_it[is_frequent]


def _flat(rows: Sequence[Sequence[int]]) -> Seen:
    ends = np.cumsum([0, *map(len, rows)])
    return Seen(np.fromiter((each for row in rows for each in row), np.uint32, int(ends[-1])), ends)
