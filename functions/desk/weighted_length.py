"""How long X finds a text: its weighted length, of which a post may have 280.

Counts and compares; it neither shortens texts nor decides what may be posted. X's public text rules (twitter-text 3,
configuration of 2018, read 2026-11): NFC first; code points 0-4351, 8192-8205, 8208-8223 and 8242-8247 weigh 1, all
others 2; an emoji sequence weighs 2, a link 23.

Knowingly approximate, and only there: links as said in `entities`; a joined sequence of emoji counts as one emoji
whether or not any font draws it so, where X counts the parts of those it doesn't know.
"""

from __future__ import annotations

import re
import unicodedata

from desk.entities import leading_mentions_end, links

LONGEST_POST = 280
LINK_WEIGHT = 23
_EMOJI_WEIGHT = 2

_LIGHT = re.compile("[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")

_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
_STYLED_PICTURE = f"{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    "|[0-9#*]\ufe0f?\u20e3"  # a key
    "|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"  # the flag of a region
    f"|{_STYLED_PICTURE}(?:\u200d{_STYLED_PICTURE})*",
)


def weighted_length(text: str, *, without_leading_mentions: bool = False) -> int:
    """Give the weighted length of any text.

    `without_leading_mentions`: don't count the @names it begins with, as X doesn't count those it put there itself.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    if without_leading_mentions:
        text = text[leading_mentions_end(text) :]
    if text.isascii() and "." not in text:
        return len(text)
    plain, link_count = _without_links(text)
    plain, emoji_count = _EMOJI.subn("", plain)
    light_count = len(_LIGHT.findall(plain))
    return LINK_WEIGHT * link_count + _EMOJI_WEIGHT * emoji_count + 2 * len(plain) - light_count


def _without_links(text: str) -> tuple[str, int]:
    kept, position, count = [], 0, 0
    for begins, ends in links(text):
        kept.append(text[position:begins])
        position, count = ends, count + 1
    return "".join((*kept, text[position:])), count
