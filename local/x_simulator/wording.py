"""What X makes of a text: short links, found names and tags, escaped characters, weighted length.

Pure: who is known to X comes in as a function. May not look at the world or at the clock.
Rules: X's documentation of character counting and t.co (2026-08); see `weighted_length`.
"""

import hashlib
import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MAX_WEIGHT = 280
LINK_WEIGHT = 23
EMOJI_WEIGHT = 2
WIDE_WEIGHT = 2
SHORT_LINK = "https://t.co/"

_SHORT_LINK_LETTERS = 10
_TEASER_LETTERS = 250  # what a long post shows of itself; with the ellipsis and a link it stays under 280
_NARROW = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_DOMAINS = (
    "app|at|au|be|biz|br|ca|ch|co|com|de|dk|edu|es|eu|fi|fr|gov|ie|in|info|io|it|jp|me|net|nl|no|org|pl|pt|se|uk|us"
)

NAME = re.compile(r"(?<![A-Za-z0-9_@])@([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@])")
_LEADING_NAMES = re.compile(r"\s*(?:@[A-Za-z0-9_]{1,15}\s+)*")
_HASHTAG = re.compile(r"(?<![\w&#/])#(\w*[^\W\d_]\w*)")
_LINK = re.compile(
    rf"https?://[^\s<>\"]*[\w/=&#%~-]|(?<![\w@.:/-])(?:[a-z0-9-]+\.)+(?:{_DOMAINS})\b(?:/[^\s<>\"]*[\w/=&#%~-])?",
    re.IGNORECASE,
)
_PICTURE = "[\U0001f000-\U0001faff←-⇿⌀-⏿☀-➿⬀-⯿]"
_TONE = "(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_EMOJI = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PICTURE}{_TONE}(?:\u200d{_PICTURE}{_TONE})*",
)


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A known account named in a text; `start` inclusive, `end` exclusive, in code points of the shown text."""

    start: int
    end: int
    username: str
    user_id: str


@dataclass(frozen=True, slots=True)
class LinkSpan:
    """A link in a text, as shown (`url`) and as written (`expanded_url`)."""

    start: int
    end: int
    url: str
    expanded_url: str


@dataclass(frozen=True, slots=True)
class TagSpan:
    """A hashtag in a text, without its sign."""

    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as X returns it, with what was found in it."""

    text: str
    names: tuple[NameSpan, ...] = ()
    links: tuple[LinkSpan, ...] = ()
    tags: tuple[TagSpan, ...] = ()


Resolve = Callable[[str], tuple[str, str] | None]
"""Turns a written name into (user id, username), or None when X knows no such account."""


def show(text: str, *, resolve: Resolve, key: str) -> Shown:
    """Return what readers get: links shortened, `& < >` escaped, known names and tags found.

    `key` makes the short links of different posts differ, and those of one post repeatable.
    """
    shown, links = _shorten_links(text, key)
    return Shown(shown, tuple(_find_names(shown, resolve)), links, tuple(_find_tags(shown)))


def tease(shown: Shown, permalink: str, *, key: str) -> Shown:
    """Return the short form of a long post: its beginning, an ellipsis and a link to the whole."""
    head = shown.text[: _end_of_a_word(shown, _TEASER_LETTERS)].rstrip()
    link = short_link(permalink, key)
    start = len(head) + 2
    return Shown(
        f"{head}… {link}",
        tuple(name for name in shown.names if name.end <= len(head)),
        (
            *(known for known in shown.links if known.end <= len(head)),
            LinkSpan(start, start + len(link), link, permalink),
        ),
        tuple(tag for tag in shown.tags if tag.end <= len(head)),
    )


def weighted_length(text: str) -> int:
    """Return the length X counts: links 23, emoji sequences 2, narrow letters 1, all others 2; limit 280.

    Approximates twitter-text 3 (X, "Counting characters", 2026-08): it knows common domains, not all.
    """
    rest, links = _LINK.subn("", unicodedata.normalize("NFC", text))
    rest, emoji = _EMOJI.subn("", rest)
    letters = sum(1 if _is_narrow(letter) else WIDE_WEIGHT for letter in rest)
    return links * LINK_WEIGHT + emoji * EMOJI_WEIGHT + letters


def without_leading_names(text: str) -> str:
    """Return a text without the @names it starts with; X doesn't count them in a reply."""
    match = _LEADING_NAMES.match(text)
    return text[match.end() :] if match else text


def words_of(text: str) -> str:
    """Return the words of a text, folded and between single spaces, so that a search is a look for a substring."""
    words = re.findall(r"\w+", text.casefold())
    return f" {' '.join(words)} "


def short_link(url: str, key: str) -> str:
    """Return the t.co link that stands for a link; one that is short already stays."""
    if url.startswith(SHORT_LINK):
        return url
    return SHORT_LINK + hashlib.sha256(f"{key} {url}".encode()).hexdigest()[:_SHORT_LINK_LETTERS]


def _shorten_links(text: str, key: str) -> tuple[str, tuple[LinkSpan, ...]]:
    shown, links, read = "", [], 0
    for number, match in enumerate(_LINK.finditer(text)):
        shown += html.escape(text[read : match.start()], quote=False)
        link = short_link(match.group(), f"{key}/{number}")
        links.append(LinkSpan(len(shown), len(shown) + len(link), link, match.group()))
        shown, read = shown + link, match.end()
    return shown + html.escape(text[read:], quote=False), tuple(links)


def _find_names(shown: str, resolve: Resolve) -> Iterable[NameSpan]:
    for match in NAME.finditer(shown):
        if known := resolve(match.group(1)):
            yield NameSpan(match.start(), match.end(), username=known[1], user_id=known[0])


def _find_tags(shown: str) -> Iterable[TagSpan]:
    return (TagSpan(match.start(), match.end(), match.group(1)) for match in _HASHTAG.finditer(shown))


def _end_of_a_word(shown: Shown, limit: int) -> int:
    """Return where to cut so that no word, link or `&amp;` is cut in two."""
    end = shown.text.rfind(" ", 0, limit)
    return end if end > 0 else limit


def _is_narrow(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in _NARROW)
