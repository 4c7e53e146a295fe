"""What X recognises inside a text: the links, and the @names a reply begins with.

Follows X's public text rules (twitter-text 3, configuration of 2018, read 2026-11). Decides nothing about length or
sameness; `weighted_length` and `posted_text` do. Linear in the length of the text, for any text.

Knowingly approximate: a host name that is no valid internationalised domain name may still be taken for a link; one
without a scheme is only taken for a link where it has nothing but Latin letters, digits and hyphens before its
top-level domain; a top-level domain younger than the published rules makes none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from desk.top_level_domains import LONGEST_TOP_LEVEL_DOMAIN, TOP_LEVEL_DOMAINS

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACCENTED = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289"
    "\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_SPACE = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NO_CHARACTER = "\ufffe\ufeff\uffff"

_LETTER = rf"[^!'#%&()*+,\\\-./:;<=>?@\[\]^_{{|}}~${_SPACE}{_NO_CHARACTER}{_DIRECTION}]"
_HOST_LABEL = rf"{_LETTER}(?:(?:{_LETTER}|[_-]){{0,61}}{_LETTER})?\."
_BARE_LABEL = rf"[a-z0-9{_ACCENTED}](?:[-a-z0-9{_ACCENTED}]*[a-z0-9{_ACCENTED}])?\."
_NOT_AFTER = rf"(?<![A-Za-z0-9@\uff20$#\uff03{_NO_CHARACTER}])"

# The labels of a host name up to its last full stop, behind a scheme or bare.
_LABELS = re.compile(
    rf"{_NOT_AFTER}(?:(?P<scheme>https?://)(?:{_HOST_LABEL})+|(?<![-_./{_ACCENTED}])(?:{_BARE_LABEL})+)",
    re.IGNORECASE,
)

_HOST_GOES_ON = re.compile(r"[0-9a-zA-Z@+-]")
_ENCODED_DOMAIN = re.compile(r"xn--[-0-9a-z]+", re.IGNORECASE)

_PATH_ENDING = rf"[-+a-z\u0400-\u04ff0-9=_#/{_ACCENTED}]"
_PATH = rf"[-a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\u2013_~@|&{_ACCENTED}]"
_IN_PARENTHESES = rf"\((?:{_PATH}+|{_PATH}*\({_PATH}+\){_PATH}*)\)"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
_PORT_PATH_QUERY = re.compile(
    rf"(?::[0-9]+)?(?P<path>/(?:{_PATH}*(?:{_IN_PARENTHESES}{_PATH}*)*(?:{_PATH_ENDING}|{_IN_PARENTHESES}))?)?(?:{_QUERY})?",
    re.IGNORECASE,
)
_SHORT_LINK = re.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?", re.IGNORECASE)
_LONGEST_SLUG = 40

_LEADING_MENTIONS = re.compile(r"\s*(?:[@\uff20][A-Za-z0-9_]{1,20}(?:\s+|\Z))+")


def links(text: str) -> Iterator[tuple[int, int]]:
    """Give where each link of an NFC text begins and ends, first to last, with or without a scheme.

    Each is what X shows as one t.co link of 23 characters, whatever its length.
    """
    position = 0
    while "." in text and (labels := _LABELS.search(text, position)):
        host_end = _end_of_host(text, labels.start(), labels.end())
        if host_end is None:
            position = labels.end()
            continue
        position, is_link = _end_of_link(labels, host_end)
        if is_link:
            yield labels.start(), position


def leading_mentions_end(text: str) -> int:
    """Give the index at which a text goes on behind the @names it begins with: 0 without any.

    X puts the names of those a reply addresses in front of it, and doesn't count them.
    """
    return match.end() if (match := _LEADING_MENTIONS.match(text)) else 0


def _end_of_host(text: str, begins: int, labels_end: int) -> int | None:
    """Give where the longest host name ends, trying the last full stop first; None without a top-level domain."""
    stop = labels_end - 1
    while stop > begins:
        before = text.rfind(".", begins, stop)
        if "_" not in text[max(before, begins) : stop] and (end := _end_of_top_level_domain(text, stop + 1)):
            return end
        stop = before
    return None


def _end_of_top_level_domain(text: str, begins: int) -> int | None:
    for end in range(min(begins + LONGEST_TOP_LEVEL_DOMAIN, len(text)), begins + 1, -1):
        if text[begins:end].lower() in TOP_LEVEL_DOMAINS and not _HOST_GOES_ON.match(text, end):
            return end
    return match.end() if (match := _ENCODED_DOMAIN.match(text, begins)) else None


def _end_of_link(labels: re.Match[str], host_end: int) -> tuple[int, bool]:
    """Give where a link with this host ends and whether X makes it one.

    Without a scheme, a port or a query counts only with a path. X takes no more than the slug and the query of its own
    short links, and no slug beyond 40 characters.
    """
    rest = _PORT_PATH_QUERY.match(labels.string, host_end)
    if rest is None or not (labels["scheme"] or rest["path"]):
        return host_end, True
    if short := _SHORT_LINK.match(labels.string, labels.start(), rest.end()):
        return (short.end(), True) if len(short[1]) <= _LONGEST_SLUG else (rest.end(), False)
    return rest.end(), True
