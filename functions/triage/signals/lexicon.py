"""Finds the terms of the policy in a text: whole words and phrases, in any script, in one walk over the words.

Three dots within a term, "driver … texting", stand for up to eight words of the same sentence. It says where a term
stands and decides nothing. Compiled once for a policy version.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from triage.signals.grammar import AGAIN, GLAD_TO, THANKS_FOR_NOTHING
from triage.signals.reading import read, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from desk.policy.model import Policy
    from triage.signals.reading import Reading

ANY_LANGUAGE = "*"
US = "us"
COMPETITOR = "competitor"
_APOSTROPHES = str.maketrans("", "", "'\u2019")
_MEANT_LITERALLY = re.compile(r"[#:/+&*=<>$%_~^|]")
"""Signs that make a term another one: "nobody:" begins a joke, "nobody" a complaint."""

_GAP = "\u2026"
_GAP_WORDS = 8

Entry = tuple[str, str, str]
"""A label, the language of the term, the term."""


class _Term(NamedTuple):
    """A term cut into words; `literal` is how it must stand in the text where more than its words counts.

    `ends` counts the sentence ends within it, as in "St. Louis": a text must have as many. `later` are the parts that
    follow behind gaps.
    """

    words: tuple[str, ...]
    ends: int
    literal: str
    label: str
    later: tuple[tuple[str, ...], ...] = ()


class Hit(Struct, frozen=True, order=True):
    """A term with this label stands from word `start` up to word `end`."""

    start: int
    end: int
    label: str


class Lexicon:
    """Terms with their labels by language."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._terms: dict[str, dict[str, list[_Term]]] = defaultdict(lambda: defaultdict(list))
        for label, language, text in entries:
            for variant in dict.fromkeys((text, text.translate(_APOSTROPHES))):
                if term := _term(variant, label):
                    self._terms[language][term.words[0]].append(term)

    def find(self, reading: Reading, languages: Iterable[str]) -> list[Hit]:
        """Give the terms of these languages in order; a term within a longer one is not looked at by itself.

        So "poor service" stands for what it says, and not for the "service" in it. A term with a gap covers nothing.
        """
        whole: set[Hit] = set()
        parted: set[Hit] = set()
        for language in languages:
            for term, hit in self._hits(reading, language):
                (parted if term.later else whole).add(hit)
        return sorted([*_longest(whole), *parted]) if parted else list(_longest(whole))

    def _hits(self, reading: Reading, language: str) -> Iterator[tuple[_Term, Hit]]:
        terms, words = self._terms.get(language, {}), reading.words
        for start in [index for index, word in enumerate(words) if word in terms]:
            for term in terms[words[start]]:
                if words[start : start + len(term.words)] == term.words and _stands(term, start, reading):
                    end = _end(term, start, reading) if term.later else start + len(term.words)
                    if end is not None:
                        yield term, Hit(start, end, term.label)


def _end(term: _Term, start: int, reading: Reading) -> int | None:
    """Give where the last part of a term ends, if each stands soon enough behind the one before."""
    end = start + len(term.words)
    for part in term.later:
        places = range(end, min(end + _GAP_WORDS, len(reading.words) - len(part)) + 1)
        found = next((index for index in places if reading.words[index : index + len(part)] == part), None)
        if found is None or reading.sentences[found] != reading.sentences[start]:
            return None
        end = found + len(part)
    return end


def _term(text: str, label: str) -> _Term | None:
    """Cut a term as texts are cut; one of punctuation alone has no words and is none."""
    first, *later = text.split(_GAP)
    if later:
        parts = [words for words in map(words_of, (first, *later)) if words]
        return _Term(parts[0], 0, "", label, tuple(parts[1:])) if parts else None
    cut = read(text)
    literal = cut.text if _MEANT_LITERALLY.search(text) else ""
    return _Term(cut.words, cut.sentences[-1] - cut.sentences[0], literal, label) if cut.words else None


def _stands(term: _Term, start: int, reading: Reading) -> bool:
    ends = reading.sentences[start + len(term.words) - 1] - reading.sentences[start]
    return ends == term.ends and term.literal in reading.text


def _longest(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Leave out what stands within a longer hit; the same words may carry several labels."""
    reach, owner = 0, (-1, -1)
    for hit in sorted(hits, key=lambda each: (each.start, -each.end)):
        span = (hit.start, hit.end)
        if hit.end > reach:
            reach, owner = hit.end, span
        if span == owner:
            yield hit


class Vocabulary(Struct, frozen=True):
    """All terms of a policy version. `languages` are those with word lists, `names` tells US from COMPETITOR."""

    words: Lexicon
    topics: Lexicon
    names: Lexicon
    languages: frozenset[str]
    our_names: frozenset[str]
    competitor_names: frozenset[str]


def vocabulary(policy: Policy) -> Vocabulary:
    """Give the compiled terms of a policy; made once for each version."""
    return _compiled(_Edition(policy.version, policy))


@dataclass(frozen=True, slots=True)
class _Edition:
    """A policy known by its version, which stands for its whole text."""

    version: str
    policy: Policy = field(compare=False)


@lru_cache(maxsize=8)
def _compiled(edition: _Edition) -> Vocabulary:
    policy = edition.policy
    lists = policy.words.lists
    our_names = frozenset(handle.name.lower() for handle in policy.handles)
    ours = (policy.brand, *our_names, *_searched_for_us(policy))
    own = (("again", AGAIN), ("praise", GLAD_TO), ("complaint", THANKS_FOR_NOTHING))
    entries = chain(*(_entries(label, terms) for label, terms in (*own, *lists.items())))
    return Vocabulary(
        words=Lexicon(entries),
        topics=Lexicon(chain(*(_entries(topic.name, topic.terms) for topic in policy.topics))),
        names=Lexicon(
            chain(_entries(US, {ANY_LANGUAGE: ours}), _entries(COMPETITOR, {ANY_LANGUAGE: policy.competitors}))
        ),
        languages=frozenset(chain(*lists.values())) - {ANY_LANGUAGE},
        our_names=our_names,
        competitor_names=frozenset("".join(words_of(term)) for term in policy.competitors),
    )


def _searched_for_us(policy: Policy) -> Iterator[str]:
    """Give the search terms that mean us: one that names a competitor is searched for to listen."""
    competitors = {words_of(name) for name in policy.competitors}
    terms = chain(*(search.terms for search in policy.searches))
    return (term for term in terms if words_of(term) not in competitors)


def _entries(label: str, terms: Mapping[str, Iterable[str]]) -> Iterator[Entry]:
    return ((label, language, term) for language, each in terms.items() for term in each)
