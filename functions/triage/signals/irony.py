"""Kind words around a bad fact: "congratulations, you lost a whole bus". It decides nothing.

Thanks beside a bad fact are often meant, so that only two turns are taken for bitter: congratulating on what went
wrong, and thanking for hours. Most irony needs knowledge of the world, and is missed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage.signals.grammar import CONGRATULATIONS
from triage.signals.sign import Found, Sign

if TYPE_CHECKING:
    from triage.signals.reading import Reading

_LIKELY = 0.6
_BAD = (Sign.PROBLEM, Sign.URGENT_TOPIC)
_SINCERE = (Sign.QUESTION, Sign.FEEDBACK)

_KIND: Final = "thanks|thank you|cheers|wow|great|lovely|danke|super|toll|gracias|merci|bravo|obrigad[oa]|grazie|tak"
_NOT_WITHIN: Final = r"(?:(?!(?:in|within|after|innerhalb|nach|en|dans|em|tra|fra|entro|inden|om)\b)\w+\W+){0,3}?"
_HOURS: Final = (
    r"\d+ ?(?:h|hrs?|hours?|min|mins|minutes?|stunden?|minuten|horas?|minutos|heures?|ore|minuti|timer?|minutter)\b"
)
_THANKS_FOR_HOURS = re.compile(rf"\b(?:{_KIND})\b\W+{_NOT_WITHIN}{_HOURS}(?! early| ahead| zu früh| antes)")


def bitter(found: Found, reading: Reading) -> Found:
    """Give the sign of a complaint where kind words can't be meant, given the signs found so far."""
    if any(sign in found for sign in _SINCERE):
        return {}
    congratulates_on_harm = any(sign in found for sign in _BAD) and not CONGRATULATIONS.isdisjoint(reading.words)
    is_bitter = congratulates_on_harm or _THANKS_FOR_HOURS.search(reading.text)
    return {Sign.COMPLAINT: _LIKELY} if is_bitter and Sign.COMPLAINT not in found else {}
