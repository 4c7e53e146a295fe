"""What the author of a post wants: the signs of complaint, problem, request, question and the others, side by side.

Which of them names the post is the decision tree's business. Confidences are ours: the more words agree, the surer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from triage.signals.grammar import NEGATORS
from triage.signals.sign import Found, Sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from triage.signals.lexicon import Hit
    from triage.signals.reading import Reading

_SIGN_OF_LIST = {
    "complaint": Sign.COMPLAINT,
    "problem": Sign.PROBLEM,
    "request": Sign.REQUEST,
    "feedback": Sign.FEEDBACK,
    "praise": Sign.PRAISE,
    "thanks": Sign.THANKS,
    "purchase": Sign.PURCHASE,
    "troll": Sign.INSULT,
    "again": Sign.AGAIN,
    "urgency": Sign.NOW,
}

_CLOSED_BY = {"spam": Sign.SPAM, "troll": Sign.MOCKERY, "joke": Sign.JOKE}

_NEGATED_WITHIN = {"praise": 2, "thanks": 1, "purchase": 2, "request": 1, "complaint": 1, "problem": 1, "safety": 1}
"""How many words before a term a "not" turns it around: "not very helpful", but "no, the app crashed"."""

_SURE = (0.0, 0.6, 0.75, 0.85)
"""Confidence by the number of words that agree, from three on the same."""

_PARTY = re.compile(
    r"\b\d{2,3} (?:people|persons|pax|kids|students|pupils|guests|leute|personen|kinder|sch\u00fcler|personas|alumnos"
    r"|personnes|\u00e9l\u00e8ves|pessoas|alunos|persone|ragazzi|studenti|personer|elever|mennesker)\b"
    r"|\b(?:we are|we're|wir sind|somos|nous sommes|on est|on sera|siamo|vi er)(?: an? \w+ of)? \d{2,3}\b",
)
"""A party of ten or more; who asks something for one wants to travel together."""

_NOT_IMPRESSED = 0.55
_A_PARTY = 0.7
_QUESTION_MARK = 0.8
_QUESTION_MARK_AND_WORD = 0.9
_TWICE = 2
_BRIEF_WORDS = 8
_SHORT_WORDS = 20

Grouped = dict[str, list["Hit"]]


def sure(hits: Sequence[Hit]) -> float:
    """Give the confidence of terms found: by the number of their words."""
    return _SURE[min(sum(hit.end - hit.start for hit in hits), len(_SURE) - 1)]


def meant(hits: Iterable[Hit], reading: Reading) -> tuple[Grouped, Grouped]:
    """Tell the terms by their lists, those said straight from those turned around by a "not"."""
    straight: Grouped = defaultdict(list)
    negated: Grouped = defaultdict(list)
    for hit in hits:
        (negated if _is_negated(hit, reading) else straight)[hit.label].append(hit)
    return straight, negated


def intents(straight: Mapping[str, Sequence[Hit]], negated: Mapping[str, Sequence[Hit]], reading: Reading) -> Found:
    """Give the signs of what the author wants."""
    found = {sign: sure(straight[name]) for name, sign in _SIGN_OF_LIST.items() if name in straight}
    if "praise" in negated:
        found.setdefault(Sign.COMPLAINT, _NOT_IMPRESSED)
    if question := _question(straight.get("question", ()), reading):
        found[Sign.QUESTION] = question
    found |= _length(reading)
    if (question or Sign.REQUEST in found) and _PARTY.search(reading.text):
        found.setdefault(Sign.PURCHASE, _A_PARTY)
    return found | _enough(straight, found)


def _length(reading: Reading) -> Found:
    at_most = {Sign.BRIEF: _BRIEF_WORDS, Sign.SHORT: _SHORT_WORDS}
    return {sign: 1.0 for sign, words in at_most.items() if len(reading.words) <= words}


def _enough(straight: Mapping[str, Sequence[Hit]], found: Found) -> Found:
    """Give the signs that close a post, where there is enough for them."""
    is_brief = Sign.BRIEF in found
    has_matter = Sign.QUESTION in found or Sign.PROBLEM in found
    alone = {"spam": is_brief and not has_matter, "troll": is_brief, "joke": is_brief}
    closing = {_CLOSED_BY[name]: _enough_to_close(straight.get(name, ()), is_alone=alone[name]) for name in alone}
    return {sign: confidence for sign, confidence in closing.items() if confidence}


def _is_negated(hit: Hit, reading: Reading) -> bool:
    within = _NEGATED_WITHIN.get(hit.label, 0)
    sentence = reading.sentences[hit.start]
    before = range(max(0, hit.start - within), hit.start)
    return any(reading.words[index] in NEGATORS and reading.sentences[index] == sentence for index in before)


def _question(words: Sequence[Hit], reading: Reading) -> float:
    """A question has its mark, or begins like one."""
    starts = [hit for hit in words if reading.begins_sentence(hit.start)]
    if reading.questions:
        return _QUESTION_MARK_AND_WORD if starts else _QUESTION_MARK
    return sure(starts)


def _enough_to_close(words: Sequence[Hit], *, is_alone: bool) -> float:
    """One such word among many others, or in a question, is a customer's: "do you take bitcoin?"."""
    return sure(words) if is_alone or len(words) >= _TWICE else 0.0
