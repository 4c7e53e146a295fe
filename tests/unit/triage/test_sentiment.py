"""How the model, the word lists and whom a post speaks to come together."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.engines import BuiltIn
from triage.model.features import VERSION
from triage.model.scorer import Model
from triage.signals.reading import read
from triage.signals.sentiment import Sentiment, as_sign, sentiment
from triage.signals.sign import Sign, Signal

ODDS = st.floats(-5, 5)


def a_model(negative=0.0, positive=0.0):
    """A model that hears the same in every text, in English alone."""
    card = {
        "name": "deaf",
        "features": VERSION,
        "bits": 1,
        "step": 1.0,
        "intercepts": [negative, positive],
        "sharpness": 1.0,
        "languages": ["en"],
    }
    return Model(json.dumps(card).encode() + b"\n" + bytes(4 * 2))


def heard(found, model=None, spoken="en"):
    return sentiment(found, BuiltIn(model or a_model()).tone(read("some words"), spoken))


def test_what_speaks_to_us_is_as_often_unhappy_as_not():
    found = heard({Sign.SUMMONS: 1.0})
    assert found.value is Sentiment.NEGATIVE
    assert found.confidence == pytest.approx(0.5)


def test_what_speaks_to_nobody_is_equally_likely_anything():
    assert heard({}).confidence == pytest.approx(1 / 3)


@pytest.mark.parametrize("sign", [Sign.QUESTION, Sign.REQUEST])
def test_who_only_asks_is_not_taken_for_unhappy(sign):
    assert heard({Sign.SUMMONS: 1.0, Sign.SHORT: 1.0, sign: 0.9}).confidence == pytest.approx(1 / 3)
    assert heard({Sign.SUMMONS: 1.0, sign: 0.9}).value is Sentiment.NEGATIVE
    assert heard({Sign.SUMMONS: 1.0, Sign.SHORT: 1.0, sign: 0.9, Sign.AGAIN: 0.6}).value is Sentiment.NEGATIVE


@pytest.mark.parametrize("sign", [Sign.FEEDBACK, Sign.PURCHASE, Sign.SPAM, Sign.JOKE, Sign.RETWEET])
def test_a_plain_matter_is_not_taken_for_unhappy(sign):
    assert heard({Sign.SUMMONS: 1.0, sign: 0.9}).confidence == pytest.approx(1 / 3)


def test_a_sign_counts_twice_by_its_own_confidence():
    assert heard({Sign.PROBLEM: 0.75}).confidence == pytest.approx(9 / (9 + 1 + 1))
    assert heard({Sign.PRAISE: 0.75}) == Signal(Sentiment.POSITIVE, pytest.approx(9 / (9 + 1 + 1)))


def test_kind_words_beside_a_complaint_make_nothing_happier():
    assert heard({Sign.PRAISE: 0.85, Sign.COMPLAINT: 0.6}) == heard({Sign.COMPLAINT: 0.6})


def test_in_a_language_the_model_has_not_learnt_the_word_lists_speak_alone():
    angry = a_model(negative=5.0)
    assert heard({}, angry, "en").value is Sentiment.NEGATIVE
    assert heard({}, angry, "da") == Signal(Sentiment.NEUTRAL, 0.5)
    assert heard({Sign.PROBLEM: 0.75, Sign.PRAISE: 0.6}, angry, "da") == Signal(Sentiment.NEGATIVE, 0.5)
    assert heard({Sign.PRAISE: 0.6}, angry, "da") == Signal(Sentiment.POSITIVE, 0.6)


def test_only_a_sound_more_likely_than_not_is_a_sign():
    assert as_sign(Signal(Sentiment.NEGATIVE, 0.51), ()) == {Sign.NEGATIVE: 0.51}
    assert as_sign(Signal(Sentiment.NEGATIVE, 0.7), ()) == {Sign.NEGATIVE: 0.7, Sign.UPSET: 0.7}
    assert as_sign(Signal(Sentiment.NEGATIVE, 0.49), ()) == {}
    assert as_sign(Signal(Sentiment.NEUTRAL, 0.9), ()) == {}


def test_kind_words_before_a_but_are_no_happy_sound():
    kind = Signal(Sentiment.POSITIVE, 0.9)
    assert as_sign(kind, ("thanks", "a", "lot")) == {Sign.POSITIVE: 0.9, Sign.GLAD: 0.9}
    assert as_sign(kind, ("thanks", "but", "no")) == {}


@given(ODDS, ODDS, st.dictionaries(st.sampled_from(Sign), st.floats(0.05, 1.0)))
def test_the_winner_is_never_less_likely_than_a_third(negative, positive, found):
    made = heard(found, a_model(negative, positive))
    assert 1 / 3 <= made.confidence <= 0.95


@given(ODDS, ODDS, st.floats(0.5, 0.95))
def test_a_word_of_complaint_never_makes_a_post_happier(negative, positive, confidence):
    order = list(Sentiment)
    without, with_it = (heard(found, a_model(negative, positive)) for found in ({}, {Sign.COMPLAINT: confidence}))
    assert order.index(with_it.value) <= order.index(without.value)
