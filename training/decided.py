"""What the desk makes of texts that a model has scored: with the word lists of its policy, as posts that speak to us.

It asks the desk itself, so that a figure is worth what it says. Nothing is fitted and nothing measured here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from desk.policy import load
from desk.post import Post
from training.fit import numbers
from triage.model.scorer import Scores
from triage.signals import Sentiment
from triage.tree import History, assess

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from desk.policy.model import Policy
    from training.corpora import Labelled
    from triage.signals import Signal
    from triage.signals.reading import Reading

_POLICY = Path(__file__).parents[1] / "functions" / "policy.toml"
_US = "900"


class _Scored(NamedTuple):
    """An engine for one text, by scores that are known; without any the word lists speak alone."""

    scores: Scores | None

    def language(self, reading: Reading) -> Signal[str] | None:  # noqa: ARG002 - the engine's interface
        """Tell none: every labelled text names its own."""
        return None

    def tone(self, reading: Reading, spoken: str) -> Scores | None:  # noqa: ARG002 - the engine's interface
        """Give the scores."""
        return self.scores

    def remark(self, reading: Reading) -> str | None:  # noqa: ARG002 - the engine's interface
        """Say nothing."""
        return None


def decide(texts: Sequence[Labelled], scores: NDArray[np.float64], languages: Collection[str]) -> NDArray[np.intp]:
    """Give the number of each text's sentiment, as the desk decides it.

    `scores` are a model's log-odds of negative and of positive, as it would give them: sharpened. It is not asked in
    other languages than its own.
    """
    heard = [Scores(*row) if text.language in languages else None for text, row in zip(texts, scores, strict=True)]
    return numbers([_decide(*each) for each in zip(texts, heard, strict=True)])


def _decide(text: Labelled, scores: Scores | None) -> Sentiment:
    post = Post("1", "1", "7", "1", 1_700_000_000, text.text, language=text.language, mentions=(_US,))
    made = assess(post, policy=shipped_policy(), own_ids=frozenset({_US}), history=History(), engine=_Scored(scores))
    return Sentiment(made.sentiment)


@cache
def shipped_policy() -> Policy:
    """Give the policy that the desk ships with."""
    return load(_POLICY)
