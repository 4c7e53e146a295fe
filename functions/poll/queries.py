"""Which queries find the posts that don't name our handle: likely misspellings, packed into few queries. Pure.

It decides what to ask X for; it neither asks nor counts what that costs.
"""

from __future__ import annotations

import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from desk.errors import Misconfigured
from desk.policy.search_query import MAX_QUERY_LENGTH, phrase, query, query_length
from poll.common_words import common_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from desk.policy.model import Search

SHORTEST_WORD: Final = 5
"""Shorter words have too many neighbours that mean something else."""

MISSPELLINGS_PER_TERM: Final = 24

MISSPELLINGS_PER_SEARCH: Final = 60
"""Some three queries: X takes 300 searches in 15 minutes, so 20 a minute for all (X docs, rate limits, 2026-08)."""

_OR: Final = " OR "

# How likely a slip is against the others. Four in five misspellings are one letter dropped, added, swapped or replaced
# (Damerau 1964), the first letter is seldom wrong (Pollock and Zamora 1984); the weights between them are ours.
_SINGLED, _SWAPPED, _DROPPED, _DOUBLED, _NEIGHBOUR = 10, 8, 7, 6, 4
_FIRST_LETTER_DIVISOR = 4

_KEYBOARD: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS: Final = frozenset("aeiou")


class _Slip(NamedTuple):
    text: str
    weight: float


def queries_for(search: Search, own_handles: Sequence[str]) -> tuple[str, ...]:
    """Give the queries of a search, each within X's 512 characters; together they hold every term exactly once.

    Terms come in the order of the policy, then misspellings, the likeliest first; the same search gives the same
    queries. Raises Misconfigured for a term that fits no query, which a checked policy does not have.
    """
    room = MAX_QUERY_LENGTH - query_length(query((), search, own_handles))
    own = _distinct(search.terms)
    for term in own:
        if _length(term) > room:
            raise Misconfigured(f"search {search.name!r}: {term!r} fits no query of {MAX_QUERY_LENGTH} characters")
    slips = (slip for slip in _misspelt(own, search) if _length(slip) <= room)
    packs = _packed((*own, *islice(slips, MISSPELLINGS_PER_SEARCH)), room)
    return tuple(query(pack, search, own_handles) for pack in packs)


def misspellings(term: str) -> tuple[str, ...]:
    """Give the likeliest misspellings of one word, at most 24, in small letters; none of a short word or a phrase.

    Letters are dropped, doubled, swapped or hit on a neighbouring key; no common word is among them.
    """
    word = unicodedata.normalize("NFC", term).casefold()
    if len(word) < SHORTEST_WORD or not word.isalpha():
        return ()
    weights: dict[str, float] = {}
    for slip in _slips(word):
        weights[slip.text] = max(slip.weight, weights.get(slip.text, 0))
    unfit = common_words() | {without_accents(word)}
    likely = (text for text in weights if len(text) >= SHORTEST_WORD and without_accents(text) not in unfit)
    return tuple(sorted(likely, key=lambda text: (-weights[text], text))[:MISSPELLINGS_PER_TERM])


def without_accents(text: str) -> str:
    """Give a text in plain letters, as X's search compares them (X docs, search operators, 2026-08)."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _slips(word: str) -> Iterator[_Slip]:
    for at, letter in enumerate(word):
        before, after = word[:at], word[at + 1 :]
        share = 1 / _FIRST_LETTER_DIVISOR if at == 0 else 1
        twin = after[:1] == letter or before[-1:] == letter
        yield _Slip(before + after, _SINGLED if twin else _DROPPED * share)
        if not twin:
            yield _Slip(before + letter + letter + after, _DOUBLED * share / (2 if letter in _VOWELS else 1))
        if after:
            yield _Slip(before + after[0] + letter + after[1:], _SWAPPED * share)
        for key in _neighbours(letter):
            yield _Slip(before + key + after, _NEIGHBOUR * share)


def _neighbours(letter: str) -> Iterator[str]:
    """Give the keys beside a letter in its row, where most slips of a thumb go."""
    for row in _KEYBOARD:
        at = row.find(letter)
        if at >= 0:
            yield from row[max(at - 1, 0) : at] + row[at + 1 : at + 2]


def _misspelt(own: Sequence[str], search: Search) -> Iterator[str]:
    """Give misspellings in turns, the likeliest of each term first, without those that are terms or excluded."""
    if not search.misspellings:
        return
    unwanted = {phrase(term).casefold() for term in (*own, *search.exclude)}
    by_term = [misspellings(term) for term in own]
    in_turns = (found[rank] for rank in range(MISSPELLINGS_PER_TERM) for found in by_term if rank < len(found))
    yield from (slip for slip in _distinct(in_turns) if phrase(slip) not in unwanted)


def _packed(terms: Iterable[str], room: int) -> list[list[str]]:
    """Put each term into the first pack with room for it, else into a new one."""
    packs: list[list[str]] = []
    left: list[int] = []
    for term in terms:
        length = len(_OR) + _length(term)
        fitting = next((at for at, space in enumerate(left) if length <= space), None)
        if fitting is None:
            fitting = len(packs)
            packs.append([])
            left.append(room + len(_OR))
        packs[fitting].append(term)
        left[fitting] -= length
    return packs


def _length(term: str) -> int:
    return query_length(phrase(term))


def _distinct(terms: Iterable[str]) -> tuple[str, ...]:
    """Leave out what X's search, which knows no capitals, would find anyway."""
    return tuple({phrase(term).casefold(): term for term in reversed(tuple(terms))}.values())[::-1]
