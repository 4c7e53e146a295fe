"""What an engine answers about one text. It decides nothing; the signals weigh what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from triage.model.scorer import Scores
    from triage.signals.reading import Reading
    from triage.signals.sign import Signal


class Engine(Protocol):
    """Pure: whatever had to be asked for was asked before."""

    def language(self, reading: Reading) -> Signal[str] | None:
        """Give the language of a text that X names none for, as X would name it; None if it is not clear."""
        ...

    def tone(self, reading: Reading, spoken: str) -> Scores | None:
        """Give how a text in that language sounds, with equal chances beforehand; None for a language not learnt."""
        ...

    def remark(self, reading: Reading) -> str | None:
        """Say for people who heard this text, where it was not the desk itself as always."""
        ...
