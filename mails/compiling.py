"""How a mail in MJML becomes a Jinja template in HTML. It knows no mail and writes no file.

MJML knows nothing of Jinja: it may escape a tag, repeat it or drop it. So each tag is replaced by a plain word before
MJML sees it and put back afterwards, and a template in which a tag got lost or moved is never given out.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from mjml import mjml2html

if TYPE_CHECKING:
    from collections.abc import Callable

_INCLUDE = re.compile(r'<mj-include path="([^"]+)" />')
"""Included before MJML could do it, so that the tags of parts count in the order in which they are read."""
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_WORD = re.compile(r"jinja(\d+)tag")
_INDENT = re.compile(r"\s*\n\s*")
_NO_WEB_FONTS: dict[str, str] = {}


class CompileError(ValueError):
    """The source is no MJML, or MJML did not keep a Jinja tag; the message names which."""


def compile_mail(source: str, *, part: Callable[[str], str]) -> str:
    """Make a Jinja template of a mail in MJML; `part` gives the text of what it includes, by its path.

    Raises CompileError, for whoever wrote the source.
    """
    whole = _INCLUDE.sub(lambda found: part(found[1]), source)
    tags: list[str] = []
    sheltered = _TAG.sub(lambda found: _word_for(found[0], tags), whole)
    try:
        html = mjml2html(sheltered, disable_comments=True, fonts=_NO_WEB_FONTS)
    except ValueError as fault:
        raise CompileError(f"{fault} (Jinja tags count as words like jinja12tag)") from fault
    _check_kept(tags, [int(number) for number in _WORD.findall(html)])
    return _WORD.sub(lambda found: tags[int(found[1])], _INDENT.sub("\n", html))


def _word_for(tag: str, tags: list[str]) -> str:
    tags.append(tag)
    return f"jinja{len(tags) - 1}tag"


def _check_kept(tags: list[str], found: list[int]) -> None:
    """See that no tag got lost, and that each statement stands once and in its place; a value may be repeated."""
    if lost := [tag for number, tag in enumerate(tags) if number not in found and not tag.startswith("{#")]:
        raise CompileError(f"MJML dropped {', '.join(lost)}")
    statements = [number for number in found if tags[number].startswith("{%")]
    for number, expected in zip_longest(statements, sorted(set(statements))):
        if number != expected:
            raise CompileError(f"MJML moved or repeated {tags[number]}")
