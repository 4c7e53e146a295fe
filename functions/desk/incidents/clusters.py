"""Which posts belong together: by topic, shared terms and shared links, under a label of telling words. Pure.

What is shared counts by posts, not by words: a post that says a word ten times says it once. A topic or a term tells of
the matter when it is at least three times as frequent in the surge as before it: of the posts with it, two in three
would not be there without the incident. Among those, the label takes the ones that stand out most, by the log-odds
ratio over its standard error (Monroe, Colaresi and Quinn, Fightin' Words, Political Analysis 16, 2008, equation 22).

Nothing here knows of danger: a post that must never be swallowed (a P1) is kept out by whoever asks. Names of accounts
and whatever `privacy` knows for personal never become terms. Words are cut at spaces: languages that use none share
links and topics only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence  # noqa: TC003 - beside structs that the codec reads at run time
from itertools import pairwise
from math import log, sqrt

from msgspec import Struct

from desk.entities import links as link_spans
from desk.incidents.plain_words import plain_words
from desk.privacy import redact

TELLING = 3.0
"""Times as frequent as before."""

_MOST_TERMS = 8
_MOST_LINKS = 3
_LABEL_TERMS = 3
_FEWEST_POSTS = 4
_LEAST_PART = 0.15
"""What fewer posts share, or a smaller part of them, is chance."""
_LEAST_TOPIC = 0.3
"""The part of a surge that a topic must have for all its posts to belong: it is the widest net of the three."""
_UNSEEN, _UNSEEN_AMONG = 0.5, 10
"""What the posts before a surge did not say is taken for half a post in ten more: all that is known without any."""
_HALF = 0.5
_MOST_CHARACTERS = 1000
"""Of a text; what it is about stands at its beginning."""

_SHORTEST = 3
_NO_WORDS = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)[@\uff20]\w+|\[[\w-]+\]|&\w+;")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_NUMBER = re.compile(r"\d{4,}")


class Cluster(Struct, frozen=True):
    """What the posts of one incident have in common; a post belongs to it as `belongs` says.

    `topic` is one of the policy's, `terms` are words or pairs of words, `links` addresses without their queries.
    """

    topic: str | None
    terms: tuple[str, ...]
    links: tuple[str, ...]
    label: str


class Told(Struct, frozen=True):
    """One customer's post and what triage made of it."""

    post_id: str
    text: str
    topic: str | None = None
    sentiment: str = "neutral"
    is_answerable: bool = True
    language: str | None = None


def cluster(
    posts: Iterable[Told],
    background: Iterable[Told] = (),
    *,
    unsaid: Iterable[str] = (),
    known: Cluster | None = None,
) -> Cluster | None:
    """Find what the posts of a surge have in common that those before it had not; None where that is nothing.

    Praise, and what wants no answer, says nothing of an incident and is left out. `background`: posts from before the
    surge, as many as there are up to a few hundred. `unsaid`: words of the brand, its products and accounts. `known`:
    by what its posts are known already; then a further term is given only if posts that do not belong yet need it. One
    that stands only where something better does tells of circumstances, and would bring in nobody but strangers.
    """
    matter = [post for post in posts if _is_of_trouble(post)]
    before = list(background)
    own = frozenset(word for each in unsaid for word in _words(each.lstrip("@")))
    said = [_terms(redact(post.text), own) for post in matter]
    terms = _Shared.of(said, [_terms(post.text, own) for post in before])
    links = _Shared.of([links_of(post.text) for post in matter], [links_of(post.text) for post in before])
    topics = _Shared.of([_topic(post) for post in matter], [_topic(post) for post in before])
    topic = next((each for each in topics.telling() if topics.part(each) >= _LEAST_TOPIC), None)
    told, linked = tuple(_distinct(terms.telling()))[:_MOST_TERMS], tuple(links.telling()[:_MOST_LINKS])
    if not (topic or told or linked):
        return None
    label = _label(topic, told, linked)
    if known is not None:
        outside = [words for post, words in zip(matter, said, strict=True) if not _is_known(post, known)]
        needed = {*known.terms, *_needed(told, outside, terms)}
        told = tuple(term for term in told if term in needed)
    return Cluster(topic, told, linked, label)


def _is_known(post: Told, known: Cluster) -> bool:
    return belongs(known, topic=post.topic, text=post.text, sentiment=post.sentiment)


def _needed(told: Sequence[str], outside: list[frozenset[str]], terms: _Shared) -> Iterator[str]:
    """Give the terms that tell of the matter among the posts that nothing else brings in, those for the most first."""
    while outside:
        saying = {term: sum(term in words for words in outside) for term in told}
        telling = [term for term in told if saying[term] >= TELLING * terms.usual(term) * len(outside)]
        most = max(telling, key=lambda term: saying[term], default=None)
        if most is None:
            return
        yield most
        outside = [words for words in outside if most not in words]


def belongs(
    cluster: Cluster,
    *,
    topic: str | None,
    text: str,
    sentiment: str,
) -> bool:
    """Say whether a later post is about the same: it shares the topic, a term or a link, and is no praise.

    Danger is the caller's to keep out.
    """
    if sentiment == "positive":
        return False
    if cluster.topic is not None and topic == cluster.topic:
        return True
    if _says(text, cluster.terms):
        return True
    return bool(cluster.links) and not {*cluster.links}.isdisjoint(links_of(text))


def term_of(said: str, *, unsaid: Iterable[str] = ()) -> str | None:
    """Give a person's words as a term that `belongs` finds; None where it would fit nearly every post, or none.

    `unsaid`: words of the brand, its products and accounts.
    """
    own = frozenset(word for each in unsaid for word in _words(each.lstrip("@")))
    words, unfit = _words(said), plain_words() | own
    tells = any(len(word) >= _SHORTEST and word not in unfit for word in words)
    return " ".join(words) if tells else None


def links_of(text: str) -> frozenset[str]:
    """Give the addresses in a text that lead to a page, without scheme, query and closing stroke."""
    begun = text[:_MOST_CHARACTERS]
    if "." not in begun:
        return frozenset()
    found = (_address(begun[start:end]) for start, end in link_spans(begun))
    return frozenset(each for each in found if "/" in each)


def _address(link: str) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", re.split(r"[?#]", link)[0], flags=re.IGNORECASE)
    host, stroke, path = bare.rstrip("/").partition("/")
    return host.lower() + stroke + path


def _is_of_trouble(post: Told) -> bool:
    return post.sentiment == "negative" or (post.is_answerable and post.sentiment != "positive")


def _topic(post: Told) -> frozenset[str]:
    return frozenset({post.topic} if post.topic else ())


# ---- words


def _words(text: str) -> list[str]:
    """Cut a text into case-folded words, without links, @names and what stands for something personal."""
    spoken = _NO_WORDS.sub(" ", text[:_MOST_CHARACTERS]).replace("\u2019", "'").casefold()
    return _WORD.findall(spoken)


def _terms(text: str, own: frozenset[str]) -> frozenset[str]:
    """Give the words that can name a matter, and the pairs of them that stand side by side."""
    words = _words(text)
    unfit = plain_words()
    fit = [
        len(word) >= _SHORTEST and word not in unfit and word not in own and not _NUMBER.search(word) for word in words
    ]
    single = {word for word, is_fit in zip(words, fit, strict=True) if is_fit and not word.isdigit()}
    pairs = {f"{one} {other}" for (one, a), (other, b) in pairwise(zip(words, fit, strict=True)) if a and b}
    return frozenset(single | pairs)


def _says(text: str, terms: Sequence[str]) -> bool:
    """Say whether a text has one of the terms; it is cut into words only where that may be."""
    folded = text[:_MOST_CHARACTERS].replace("\u2019", "'").casefold()
    may_have = [term for term in terms if term.partition(" ")[0] in folded]
    if not may_have:
        return False
    spoken = f" {' '.join(_words(text))} "
    return any(f" {term} " in spoken for term in may_have)


# ---- what is shared


class _Shared(Struct, frozen=True):
    """In how many posts something stands: of the surge, and of those before it."""

    now: Counter[str]
    posts: int
    before: Counter[str]
    posts_before: int

    @classmethod
    def of(cls, now: Sequence[frozenset[str]], before: Sequence[frozenset[str]]) -> _Shared:
        return cls(
            Counter(each for post in now for each in post),
            len(now),
            Counter(each for post in before for each in post),
            len(before),
        )

    def part(self, each: str) -> float:
        """Give the part of the surge's posts that share it."""
        return self.now[each] / self.posts if self.posts else 0.0

    def telling(self) -> list[str]:
        """Give what tells of the matter, the most telling first; of equals the longer one, then by the alphabet."""
        least = max(_FEWEST_POSTS, _LEAST_PART * self.posts)
        found = [each for each, posts in self.now.items() if posts >= least and self._is_telling(each)]
        return sorted(found, key=lambda each: (-self._log_odds(each), -len(each), each))

    def _is_telling(self, each: str) -> bool:
        return self.part(each) >= TELLING * self.usual(each)

    def usual(self, each: str) -> float:
        """Give the part of the posts before the surge that shared it."""
        return (self.before[each] + _UNSEEN) / (self.posts_before + _UNSEEN_AMONG)

    def _log_odds(self, each: str) -> float:
        """Give how far it stands out: the log-odds ratio by its standard error, half a post added to each count."""
        now, before = self.now[each] + _HALF, self.before[each] + _HALF
        without, without_before = self.posts + 2 * _HALF - now, self.posts_before + 2 * _HALF - before
        return (log(now / without) - log(before / without_before)) / sqrt(1 / now + 1 / before)


def _distinct(terms: Iterable[str]) -> Iterator[str]:
    """Leave out pairs whose word is there: whoever says the pair says the word."""
    kept = list(terms)
    singles = {each for each in kept if " " not in each}
    return (each for each in kept if each in singles or singles.isdisjoint(each.split()))


def _label(topic: str | None, terms: Sequence[str], links: Sequence[str]) -> str:
    return ", ".join(terms[:_LABEL_TERMS]) or topic or links[0]
