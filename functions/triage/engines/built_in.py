"""The desk's own engine: fastText's letters for the language, the shipped or a team's own weights for the tone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from triage.model.scorer import Scores
from triage.signals.language import told_by_letters
from triage.signals.sentiment import model_for

if TYPE_CHECKING:
    from desk.policy.model import Policy
    from triage.model.scorer import Model
    from triage.signals.reading import Reading
    from triage.signals.sign import Signal


class BuiltIn(Struct, frozen=True):
    """Asks nobody. The model is asked only in languages it has learnt."""

    model: Model

    def language(self, reading: Reading) -> Signal[str] | None:
        """Give the language that the letters tell."""
        return told_by_letters(reading)

    def tone(self, reading: Reading, spoken: str) -> Scores | None:
        """Give what the model makes of the text."""
        return Scores(*self.model.score(reading.text)) if spoken in self.model.card.languages else None

    def remark(self, reading: Reading) -> str | None:  # noqa: ARG002 - the engine's interface
        """Say nothing: this is how it is always done."""
        return None


def built_in(policy: Policy) -> BuiltIn:
    """Give the desk's own engine with the weights that the policy names; raises what `model_for` raises."""
    return BuiltIn(model_for(policy))
