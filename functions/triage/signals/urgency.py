"""Whether a post can wait: danger to people, sums of money, topics the policy calls urgent. It sets no priority."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.signals.intent import sure
from triage.signals.sign import Found, Sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from triage.signals.lexicon import Hit
    from triage.signals.reading import Reading

_MONEY = re.compile(
    r"[$\u20ac\u00a3\u00a5]\s?\d|\d\s?[$\u20ac\u00a3\u00a5]"
    r"|\b(?:usd|eur|gbp|chf|dkk)\s?\d|\d\s?(?:usd|eur|gbp|chf|dkk|kr|euros?|dollars?|pounds?)\b",
)
_SOON = re.compile(
    r"\b(?:in|en|dans|em|daqui a|tra|fra|om) \d{1,2} ?(?:min|mins|minutes?|minuten|minutos?|minuti|minutter)\b",
)
_A_SUM = 0.8
_BY_THE_CLOCK = 0.8
_CALLS_FOR_HELP = frozenset({Sign.PROBLEM, Sign.COMPLAINT, Sign.REQUEST})


def urgency(straight: Mapping[str, Sequence[Hit]], intents: Found, reading: Reading) -> Found:
    """Give the signs of urgency beside the words for haste, which are intents."""
    found: Found = {}
    danger = straight.get("safety", ())
    if danger and not _is_figure_of_speech(danger, intents):
        found[Sign.DANGER] = sure(danger)
    if _MONEY.search(reading.text):
        found[Sign.MONEY] = _A_SUM
    if _SOON.search(reading.text):
        found[Sign.NOW] = _BY_THE_CLOCK
    return found


def _is_figure_of_speech(danger: Sequence[Hit], intents: Found) -> bool:
    """A single such word in praise without a call for help: "the new livery is fire"."""
    return len(danger) == 1 and Sign.PRAISE in intents and not _CALLS_FOR_HELP & intents.keys()
