"""In which language a post is written: X's own word for it, else a vote of small words. It decides nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.policy.keys import LANGUAGES
from triage.signals.grammar import STOP_WORDS
from triage.signals.lexicon import ANY_LANGUAGE
from triage.signals.sign import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.signals.lexicon import Vocabulary
    from triage.signals.reading import Reading

_RETIRED = {"iw": "he", "in": "id"}
"""Codes X still writes into posts (xdevplatform/docs, issue 307, 2026)."""

_AS_X_SAYS = 0.95
_BY_VOTE = 0.8
_BY_FEW_VOTES = 0.5
_BY_DEFAULT = 0.2
_NO_WORD_LIST = 0.4
_CLEAR_VOTES = 3
_CLEAR_SHARE = 0.5
_SURE_ENOUGH = 0.5


def language(code: str | None, reading: Reading, brand_languages: Sequence[str]) -> Signal[str]:
    """Give the language of a post from X's code for it; codes that name no language (und, zxx, qme) count as none.

    Without a code the language with most small words wins, among equals the brand's first; without any of these it is
    the brand's first language, with a low confidence.
    """
    known = _RETIRED.get(code or "", code)
    return Signal(known, _AS_X_SAYS) if known in LANGUAGES and known else _voted(reading, brand_languages)


def languages_to_search(spoken: Signal[str], words: Vocabulary, brand_languages: Sequence[str]) -> tuple[str, ...]:
    """Give the languages whose terms are looked for: the post's own, or all of the brand's when that isn't clear."""
    if spoken.value in words.languages and spoken.confidence >= _SURE_ENOUGH:
        return (ANY_LANGUAGE, spoken.value)
    return (ANY_LANGUAGE, *brand_languages)


def sureness(spoken: Signal[str], words: Vocabulary) -> float:
    """Give how far words can be trusted in this language: little where the policy has no word lists for it."""
    return spoken.confidence if spoken.value in words.languages else min(spoken.confidence, _NO_WORD_LIST)


def _voted(reading: Reading, brand_languages: Sequence[str]) -> Signal[str]:
    votes = {code: sum(word in small for word in reading.words) for code, small in STOP_WORDS.items()}
    ours = [code for code in brand_languages if code in votes]
    best = max([*ours, *sorted(votes.keys() - ours)], key=lambda code: votes[code])
    if not votes[best]:
        return Signal(brand_languages[0], _BY_DEFAULT)
    is_clear = votes[best] >= _CLEAR_VOTES and votes[best] > _CLEAR_SHARE * sum(votes.values())
    return Signal(best, _BY_VOTE if is_clear else _BY_FEW_VOTES)
