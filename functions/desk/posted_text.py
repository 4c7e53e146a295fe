"""The normal form in which a text we posted and what X shows of it are the same.

X puts @names in front of a reply, turns links into t.co links, escapes `&`, `<` and `>` and trims white space
(read 2026-11). Says only what a text would be; whether two posts are the same one is decided elsewhere.
"""

from __future__ import annotations

import re
import unicodedata

from desk.entities import leading_mentions_end, links

# Ends in a character in no post, behind which X begins no link, and begins with a letter, before which it ends none:
# what stood around a link is read as before when the link is gone.
_ANY_LINK = "URL\ufffe"

_ESCAPED_AMPERSANDS = re.compile("&(?:amp;)+")
_ESCAPED = re.compile("&(?:lt|gt|quot|#39);")
_UNESCAPED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}


def rewritten(text: str) -> str:
    """Give the normal form of any text; equal for a text and for what X makes of it, and its own normal form.

    Links that run into each other without a space between them may make it differ.
    """
    text = unicodedata.normalize("NFC", _unescaped(text))
    text = _with_any_link(" ".join(text.split()))
    return text[leading_mentions_end(text) :]


def _unescaped(text: str) -> str:
    """Undo escaping, however often it was done: no reading of a text must differ from a second one."""
    return _ESCAPED.sub(lambda match: _UNESCAPED[match[0]], _ESCAPED_AMPERSANDS.sub("&", text))


def _with_any_link(text: str) -> str:
    parts, position = [], 0
    for begins, ends in links(text):
        parts += [text[position:begins], _ANY_LINK]
        position = ends
    return "".join((*parts, text[position:]))
