"""A text as the signals read it: normalised once, without @names and links, cut into words and sentences.

It decides nothing. Linear in the length of the text and silent on any text, broken ones too. Own handles in any case
and added links leave the reading as it is, so no decision can depend on them.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""What X escapes in the texts of posts (X docs, post object, 2026-08)."""

_LINK = re.compile(r"https?://\S+")
_NAME = re.compile(r"(?<!\w)@(\w+)")

# Zero-width and direction marks, soft hyphens, variation selectors, skin tones: they change no word.
_UNSEEN = re.compile(
    "[\0\u00ad\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]",
)


def _in_ranges(codes: Sequence[int]) -> str:
    """Write ascending codes as the inside of a character class: short, and so quickly compiled."""
    runs = groupby(enumerate(codes), key=lambda each: each[1] - each[0])
    spans = ([code for _, code in run] for _, run in runs)
    return "".join(f"{chr(span[0])}-{chr(span[-1])}" for span in spans)


# Scripts that put no spaces between words: every character is a word, so that terms are found anywhere.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Combining marks belong to the word they stand in (Python's \w leaves them out).
_LAST_SCRIPT_WITH_MARKS = 0x1DFF
_MARKS = _in_ranges(
    [code for code in range(0x300, _LAST_SCRIPT_WITH_MARKS) if unicodedata.category(chr(code))[0] == "M"]
)
_WORD = rf"[^\W{_UNSPACED}]+(?:[{_MARKS}]+[^\W{_UNSPACED}]*)*"
_PICTURE = "[\u2190-\u2bff\U0001f000-\U0001faff]"
_SENTENCE_END = r"[.!?\n\u00a1\u00bf\u061f\u0964\u3002]+"
_TOKEN = re.compile(rf"(?P<end>{_SENTENCE_END})|{_WORD}|[{_UNSPACED}]|{_PICTURE}")
_QUESTION_MARKS = frozenset("?\u061f")


class Reading(Struct, frozen=True):
    """The words of a text in order, `sentences[i]` being the number of the sentence of word i.

    Words are case-folded with their accents; pictures are words too. `questions` are the sentences with a question
    mark, `names` the @names of the text without the @.
    """

    words: tuple[str, ...]
    sentences: tuple[int, ...]
    questions: frozenset[int]
    names: tuple[str, ...] = ()
    text: str = ""

    def begins_sentence(self, index: int) -> bool:
        """Word `index` is the first of its sentence."""
        return index == 0 or self.sentences[index - 1] != self.sentences[index]


def read(text: str) -> Reading:
    """Read any text."""
    folded = _folded(text)
    names = tuple(_NAME.findall(folded))
    plain = _NAME.sub(" ", _LINK.sub(" ", folded))
    words: list[str] = []
    sentences: list[int] = []
    questions: set[int] = set()
    sentence = 0
    for token in _TOKEN.finditer(plain):
        if token.lastgroup:
            if not _QUESTION_MARKS.isdisjoint(token[0]):
                questions.add(sentence)
            sentence += 1
        else:
            words.append(token[0])
            sentences.append(sentence)
    return Reading(tuple(words), tuple(sentences), frozenset(questions), names, plain)


def words_of(term: str) -> tuple[str, ...]:
    """Cut a term as texts are cut; a term of punctuation alone has no words."""
    return read(term).words


def _folded(text: str) -> str:
    for escaped, plain in _ESCAPED:
        text = text.replace(escaped, plain)
    if text.isascii():
        return text.replace("\0", "").lower()
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
