"""Amazon Comprehend as an engine: the dominant language where X names none, and the tone, asked for in batches.

Nothing personal goes there: a text is redacted before it is sent, and @names and links are taken out. Only its first
500 characters are sent, as Comprehend reads no more of a text (API reference, BatchDetectSentiment, read 2026-11). What
Comprehend does not answer, or not in time, the desk's own engine hears: counted by `ComprehendUnavailable`, told in the
reasons of the decision, and never a reason to fail.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import islice
from math import log
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct, field

from desk.meter import Metered, meter
from desk.policy.keys import LANGUAGES
from desk.privacy import redact
from desk.telemetry import MetricUnit, logger, metrics
from triage.model.scorer import Scores
from triage.signals.language import named_by_x
from triage.signals.reading import read
from triage.signals.sign import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from desk.policy.model import Policy
    from desk.post import Post
    from triage.engines.built_in import BuiltIn
    from triage.signals.reading import Reading

MOST_AT_ONCE: Final = 25
"""Texts in a batch (API reference, read 2026-11)."""
LONGEST: Final = 500
"""Characters that its tone is judged by (API reference, read 2026-11); at most 2,000 of the 5,000 bytes allowed."""
LANGUAGES_OF_TONE: Final = frozenset("ar de en es fr hi it ja ko pt zh".split())  # noqa: SIM905
"""Languages whose tone it judges (developer guide, supported languages, read 2026-11)."""

_UNIT_CHARACTERS, _FEWEST_UNITS = 100, 3
"""It bills units of 100 characters, three at least for each text and question (Comprehend pricing, read 2026-11)."""
_SURE_AT_MOST = 0.95
_TELLING = 0.15
_LEAST = 0.001
_HEARD = "Amazon Comprehend heard its tone."
_NOT_HEARD = "Amazon Comprehend did not answer: the desk itself heard its tone."


class Comprehend(Struct, frozen=True):
    """What Amazon Comprehend answered, by the text that was read; `own` hears what it did not.

    `asked` are the texts it was asked for and `tones` those it answered; languages it can't judge it was not asked for.
    """

    own: BuiltIn
    languages: Mapping[str, Signal[str]]
    tones: Mapping[str, Scores]
    asked: frozenset[str]

    def language(self, reading: Reading) -> Signal[str] | None:
        """Give the dominant language it told, else the one that the letters tell."""
        return self.languages.get(reading.text) or self.own.language(reading)

    def tone(self, reading: Reading, spoken: str) -> Scores | None:
        """Give the tone it told, else that of the desk's own model."""
        return self.tones.get(reading.text) or self.own.tone(reading, spoken)

    def remark(self, reading: Reading) -> str | None:
        """Say whether it heard a text that it was asked for."""
        if reading.text in self.tones:
            return _HEARD
        return _NOT_HEARD if reading.text in self.asked else None


@cache
def comprehend() -> Any:
    """Give the client of this process: a customer's case does not wait long for somebody's opinion."""
    config = Config(retries={"mode": "standard", "max_attempts": 2}, connect_timeout=1, read_timeout=3)
    return boto3.client("comprehend", config=config)


def ask(client: Any, posts: Iterable[Post], *, policy: Policy, own: BuiltIn) -> Comprehend:
    """Ask for all posts, a batch for each language; the first batch that fails ends the asking. Never raises."""
    asking = _Asking(client)
    texts = [_text(post, policy) for post in posts]
    unnamed = {text.read: text.sent for text in texts if text.sent and text.language is None}
    languages = dict(asking.languages(unnamed))
    by_language: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for text in texts:
        spoken = text.language or (languages[text.read].value if text.read in languages else None)
        if text.sent and spoken in LANGUAGES_OF_TONE:
            by_language[spoken][text.read] = text.sent
    tones = {read: scores for spoken, some in by_language.items() for read, scores in asking.tones(some, spoken)}
    asked = {*unnamed, *(read for some in by_language.values() for read in some)}
    asking.tell()
    return Comprehend(own, languages, tones, frozenset(asked))


class _Text(Struct, frozen=True):
    """`read`: as the signals read it, by which answers are found again; `sent`: what Comprehend may know of it."""

    read: str
    sent: str
    language: str | None


def _text(post: Post, policy: Policy) -> _Text:
    redacted = redact(post.text, policy.personal_data_patterns)
    sent = " ".join(read(redacted).text.encode("utf-8", "ignore").decode().split())
    return _Text(read(post.text).text, sent[:LONGEST], named_by_x(post.language))


class _Asking(Struct):
    """Asks batch by batch until one fails."""

    client: Any
    fault: str = ""
    unanswered: int = field(default=0)

    def languages(self, texts: Mapping[str, str]) -> Iterator[tuple[str, Signal[str]]]:
        for text, result in self._batches(texts, self.client.batch_detect_dominant_language):
            found = ((each["LanguageCode"].split("-")[0], each["Score"]) for each in result["Languages"])
            code, score = next(((code, score) for code, score in found if code in LANGUAGES), ("", 0.0))
            if score >= _TELLING:
                yield text, Signal(code, min(score, _SURE_AT_MOST))

    def tones(self, texts: Mapping[str, str], spoken: str) -> Iterator[tuple[str, Scores]]:
        for text, result in self._batches(texts, self.client.batch_detect_sentiment, LanguageCode=spoken):
            yield text, _scores(result["SentimentScore"])

    def tell(self) -> None:
        """Count what was not answered; silence would look like agreement."""
        if self.unanswered:
            metrics.add_metric("ComprehendUnavailable", MetricUnit.Count, self.unanswered)
            logger.warning("Comprehend did not answer, the desk hears by itself", detail=self.fault)

    def _batches(self, texts: Mapping[str, str], call: Any, **how: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        rest = iter(texts.items())
        while batch := list(islice(rest, MOST_AT_ONCE)):
            answer = self._batch([sent for _, sent in batch], call, how)
            self.unanswered += len(batch) - len(answer)
            yield from ((batch[result["Index"]][0], result) for result in answer)

    def _batch(self, sent: Sequence[str], call: Any, how: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
        if self.fault:
            return ()
        try:
            answer = call(TextList=sent, **how)
        except (ClientError, BotoCoreError) as fault:
            self.fault = str(fault)
            return ()
        meter().add(Metered.COMPREHEND_UNIT, sum(map(_units, sent)))
        results: Sequence[Mapping[str, Any]] = answer["ResultList"]
        return results


def _units(text: str) -> int:
    return max(_FEWEST_UNITS, -(-len(text) // _UNIT_CHARACTERS))


def _scores(likely: Mapping[str, float]) -> Scores:
    """Turn its four chances into log-odds against "neutral"; what is mixed is half of either.

    Its chances are taken as they are: how frequent it holds each class beforehand is not documented.
    """
    mixed = likely["Mixed"] / 2
    neutral = log(max(likely["Neutral"], _LEAST))
    negative, positive = (log(max(likely[name] + mixed, _LEAST)) for name in ("Negative", "Positive"))
    return Scores(negative - neutral, positive - neutral)
