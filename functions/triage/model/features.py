"""What the model sees of a text: words and pairs of words, and the letters that words are made of, all as numbers.

Training and scoring both read texts here, so that they cannot differ. Nothing is learnt and nothing decided here.

A feature is a number of 32 bits. It has no way back to the letters, so that no text can be read out of a table.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION: Final = 1
"""Stands in every file of weights. Whoever changes anything here, a list of words too, raises it and trains anew."""

WORDS_REMEMBERED: Final = 16_384
"""Most words of a post were in another one just before: they need not be read again."""

_RUN = re.compile(r"(.)\1{2,}")
_EMOTICON = r"[:;=8x]['-]?[)(\]\[dpo/\\|*3]+|[)(]+['-]?[:;=]|<3"
_PICTURE = "[\u2190-\u2bff\U0001f000-\U0001faff]"
_TOKEN = re.compile(rf"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+|[!?]+|\.\.+|[.,;]|{_EMOTICON}|{_PICTURE}|[:\"]")

_LONGEST_WORD = 30
"""Longer words are cut: no language's are, and what is remembered of them must stay small."""

_NEGATORS = frozenset(
    """
    not no never t dont didnt doesnt isnt wasnt arent werent nothing without hardly can't cannot cant wont
    nicht kein keine keinen keinem nie niemals ohne nunca jamás sin ni pas jamais sans aucun aucune
    não sem nem non mai senza ikke ingen intet aldrig
    """.split()  # noqa: SIM905 - read more easily than a list
)
_CONTRASTS = frozenset(
    """
    but however although still yet aber jedoch trotzdem obwohl pero aunque embargo mais cependant mas porém però men
    """.split()  # noqa: SIM905
)
_NEGATED_ENDINGS = ("n't", "n\u2019t")
_PAUSES = frozenset(".,;:!?")
_NEGATION_MARK = 0x5BD1E995
_PAIR_FACTOR = 0x9E3779B1
_ALL_BITS = 0xFFFFFFFF

_SHORTEST_PIECE, _LONGEST_PIECE = 2, 5

CHECK_SHIFT: Final = 24
"""A feature's bucket is its lowest bits; its highest 8 are the check that tells it from others of the same bucket."""


class Cut(NamedTuple):
    """A text in its words and signs, and the features of those; each has its letters beside."""

    tokens: tuple[str, ...]
    features: frozenset[int]


@lru_cache(8)
def cut(plain: str) -> Cut:
    """Cut a text, folded and without links and @names; the last few are remembered: several models read the same."""
    words = tokens(plain)
    return Cut(tuple(words), frozenset(word_features(words, list(map(word_hash, words)))))


def tokens(plain: str) -> list[str]:
    """Cut a text, folded and without links and @names (`triage.signals.reading`), into words and signs.

    Letters repeated for emphasis count twice at most: "soooo" and "sooo" are one word.
    """
    return [token[:_LONGEST_WORD] for token in _TOKEN.findall(_RUN.sub(r"\1\1", plain))]


@lru_cache(WORDS_REMEMBERED)
def word_hash(token: str) -> int:
    """Number a token, in 32 bits, the same on every machine."""
    return crc32(token.encode("utf-8", "surrogatepass"))


def word_features(words: Sequence[str], hashes: Sequence[int]) -> set[int]:
    """Give the features of words, with their hashes: each word, marked behind a "not", and each pair."""
    features: set[int] = set()
    mark = 0
    for word, number in zip(words, hashes, strict=True):
        features.add(number ^ mark)
        if word in _NEGATORS or word[-3:] in _NEGATED_ENDINGS:
            mark = _NEGATION_MARK
        elif mark and (word[0] in _PAUSES or word in _CONTRASTS):
            mark = 0
    features.update([(first * _PAIR_FACTOR + second) & _ALL_BITS for first, second in pairwise(hashes)])
    return features


def letter_features(token: str) -> list[int]:
    """Give the features of the letters of one token: every piece of 2 to 5 of them, its ends marked."""
    word = f"<{token}>"
    return [
        crc32(word[start : start + length].encode("utf-8", "surrogatepass"), length)
        for length in range(_SHORTEST_PIECE, _LONGEST_PIECE + 1)
        for start in range(len(word) - length + 1)
    ]
