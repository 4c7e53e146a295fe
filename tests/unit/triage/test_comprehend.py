"""Amazon Comprehend as an engine: what is asked, what becomes of the answers, and what if there are none.

The answers have the shapes of its API reference (BatchDetectDominantLanguage, BatchDetectSentiment, read 2026-11);
botocore's model of the service checks them, and what is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from desk.meter import Metered, meter
from desk.policy.model import EngineKind
from desk.telemetry import metrics
from tests.builders import a_policy
from tests.stories import a_post, shipped_policy
from triage.engines import built_in, hear
from triage.engines import comprehend as engine
from triage.engines.comprehend import MOST_AT_ONCE, ask
from triage.signals import History
from triage.tree import assess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.post import Post
    from triage.engines.comprehend import Comprehend

CLIENT = boto3.client("comprehend", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")
POLICY = a_policy(engine=EngineKind.COMPREHEND)
HEARD = "Amazon Comprehend heard its tone."
NOT_HEARD = "Amazon Comprehend did not answer: the desk itself heard its tone."


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    meter().take()
    monkeypatch.setattr(metrics, "add_metric", lambda name, _, value: counted.append((name, value)))
    counted.clear()
    with Stubber(CLIENT) as stub:
        yield stub
        stub.assert_no_pending_responses()


counted: list[tuple[str, float]] = []


def asked(*posts: Post) -> Comprehend:
    return ask(CLIENT, posts, policy=POLICY, own=built_in(POLICY))


def tones(stub: Stubber, *texts: str, spoken: str = "en", fails: tuple[int, ...] = (), **likely: float) -> None:
    """Comprehend tells this tone of each text but those whose index `fails`."""
    scores = {"Positive": 0.02, "Negative": 0.9, "Neutral": 0.07, "Mixed": 0.01} | likely
    told = [
        {"Index": index, "Sentiment": "NEGATIVE", "SentimentScore": scores}
        for index in range(len(texts))
        if index not in fails
    ]
    faults = [{"Index": index, "ErrorCode": "INTERNAL_SERVER_ERROR", "ErrorMessage": "Try again."} for index in fails]
    answer = {"ResultList": told, "ErrorList": faults}
    stub.add_response("batch_detect_sentiment", answer, {"TextList": list(texts), "LanguageCode": spoken})


def languages(stub: Stubber, *texts: str, code: str = "de", score: float = 0.98) -> None:
    told = [
        {"Index": index, "Languages": [{"LanguageCode": code, "Score": score}, {"LanguageCode": "nl", "Score": 0.01}]}
        for index in range(len(texts))
    ]
    stub.add_response(
        "batch_detect_dominant_language", {"ResultList": told, "ErrorList": []}, {"TextList": list(texts)}
    )


def said(text: str, language: str | None = "en") -> Post:
    return a_post(text=text, language=language)


def judged(post: Post, heard: Comprehend) -> Any:
    return assess(post, policy=POLICY, own_ids=frozenset({"900"}), history=History(), engine=heard)


def test_its_tone_is_weighed_as_the_built_in_one_and_the_reasons_say_whose_it_was(stubbed: Stubber) -> None:
    post = said("what a day at the gate")
    tones(stubbed, "what a day at the gate")
    made = judged(post, asked(post))
    assert made.sentiment == "negative"
    assert HEARD in made.reasons
    assert counted == []


def test_a_tone_of_its_own_changes_the_decision(stubbed: Stubber) -> None:
    post = said("what a day at the gate", "en")
    tones(stubbed, "what a day at the gate", Positive=0.95, Negative=0.01, Neutral=0.03)
    assert judged(post, asked(post)).sentiment == "positive"


def test_what_is_mixed_is_half_of_either(stubbed: Stubber) -> None:
    post = said("nice crew")
    tones(stubbed, "nice crew", Positive=0.1, Negative=0.1, Neutral=0.2, Mixed=0.6)
    heard = asked(post)
    (scores,) = heard.tones.values()
    assert scores.negative == scores.positive > 0


def test_a_language_that_x_names_none_for_is_asked_for_first(stubbed: Stubber) -> None:
    post = said("wo ist mein gepäck", language=None)
    languages(stubbed, "wo ist mein gepäck")
    tones(stubbed, "wo ist mein gepäck", spoken="de")
    made = judged(post, asked(post))
    assert made.language == "de"
    assert meter().take()[Metered.COMPREHEND_UNIT] == 6


def test_each_language_is_a_batch_of_its_own_and_one_it_cannot_judge_is_not_sent(stubbed: Stubber) -> None:
    tones(stubbed, "hello there", spoken="en")
    tones(stubbed, "hola a todos", spoken="es")
    danish = said("hvor er min kuffert", "da")
    heard = asked(said("hello there"), said("hola a todos", "es"), danish)
    assert set(heard.tones) == {"hello there", "hola a todos"}
    assert not {HEARD, NOT_HEARD} & set(judged(danish, heard).reasons)


def test_batches_hold_25_texts(stubbed: Stubber) -> None:
    texts = [f"post number {number}" for number in range(MOST_AT_ONCE + 2)]
    tones(stubbed, *texts[:MOST_AT_ONCE])
    tones(stubbed, *texts[MOST_AT_ONCE:])
    assert len(asked(*map(said, texts)).tones) == len(texts)


def test_nothing_personal_is_sent_nor_more_of_a_text_than_it_reads(stubbed: Stubber) -> None:
    post = said("@Mia my mail is mia@example.com see https://t.co/abc " + "x" * 600)
    expected = ("my mail is [e-mail] see " + "x" * 600)[:500]
    tones(stubbed, expected)
    assert HEARD in judged(post, asked(post)).reasons
    assert meter().take()[Metered.COMPREHEND_UNIT] == 5


def test_a_text_without_words_for_it_is_not_sent(stubbed: Stubber) -> None:
    post = said("@PebblewingHelp https://t.co/abc")
    assert asked(post).asked == frozenset()
    assert judged(post, asked(post)).category


def test_the_same_text_twice_is_asked_for_once(stubbed: Stubber) -> None:
    tones(stubbed, "hello there")
    assert len(asked(said("hello there"), said("Hello there")).tones) == 1


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException", "InternalServerException"])
def test_if_it_fails_the_desk_hears_by_itself_counts_it_and_says_so(stubbed: Stubber, code: str) -> None:
    posts = [said("your app crashes"), said("hola a todos", "es")]
    stubbed.add_client_error("batch_detect_sentiment", code)
    heard = asked(*posts)
    assert counted == [("ComprehendUnavailable", 2)]
    assert Metered.COMPREHEND_UNIT not in meter().take()
    for post in posts:
        made, own = judged(post, heard), assess(post, policy=shipped_policy(), own_ids=frozenset(), history=History())
        assert made.sentiment == own.sentiment
        assert NOT_HEARD in made.reasons


def test_one_text_it_cannot_take_leaves_the_others_heard(stubbed: Stubber) -> None:
    posts = [said("hello there"), said("good bye then")]
    tones(stubbed, "hello there", "good bye then", fails=(0,))
    heard = asked(*posts)
    assert NOT_HEARD in judged(posts[0], heard).reasons
    assert HEARD in judged(posts[1], heard).reasons
    assert counted == [("ComprehendUnavailable", 1)]


def test_a_language_it_is_not_sure_of_is_left_to_the_letters(stubbed: Stubber) -> None:
    post = said("wo ist mein gepäck denn nun wieder geblieben", language=None)
    languages(stubbed, "wo ist mein gepäck denn nun wieder geblieben", code="en", score=0.1)
    assert judged(post, asked(post)).language == "de"


def test_the_policy_says_whom_to_ask(stubbed: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "comprehend", lambda: CLIENT)
    tones(stubbed, "hello there")
    post = said("hello there")
    assert HEARD in judged(post, hear([post], POLICY)).reasons
    assert hear([post], shipped_policy()) == built_in(shipped_policy())


@given(st.text())
def test_any_text_can_be_asked_for(text: str) -> None:
    with Stubber(CLIENT) as stub:
        stub.add_client_error("batch_detect_sentiment", "InvalidRequestException")
        post = said(text)
        assert judged(post, asked(post)).sentiment
