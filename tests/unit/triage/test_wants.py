"""What a post wants and how it presses: the rules by numbers made here, the shipped weights by what they must hear."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.policy.model import Category, Priority
from tests.stories import shipped_policy
from tests.unit.triage.test_decisions import judge
from training.made_up import learnt_from
from triage.engines import built_in
from triage.signals import Signal, from_lists
from triage.signals.reading import read
from triage.signals.sentiment import WEIGHTS
from triage.signals.sign import Sign
from triage.signals.wants import SIGNS, Likely, Pressure, beside, likely, model, weighed

MEGABYTE = 1_000_000


def heard(wants=None, presses=None):
    """Give what a model might make of a text: what is not said is not likely at all."""
    return Likely(
        dict.fromkeys(SIGNS, 0.0) | (wants or {Category.CHATTER: 1.0}),
        dict.fromkeys(Pressure, 0.0) | (presses or {Pressure.SOON: 1.0}),
    )


def hear(text, language="en"):
    policy = shipped_policy()
    reading = read(text)
    found = from_lists(reading, Signal(language, 1.0), policy).found
    return likely(reading, language, found, built_in(policy).tone(reading, language))


def test_what_is_likely_becomes_a_sign_with_its_chance():
    made = weighed({}, heard({Category.PROBLEM: 0.7, Category.CHATTER: 0.3}), ())
    assert made == {Sign.PROBLEM: 0.7}


def test_what_is_not_likely_enough_says_nothing():
    assert weighed({}, heard({Category.PROBLEM: 0.5, Category.COMPLAINT: 0.5}), ()) == {}


def test_what_the_lists_found_stays_beside_what_the_model_hears():
    made = weighed({Sign.COMPLAINT: 0.6}, heard({Category.PROBLEM: 0.9}), ())
    assert made == {Sign.COMPLAINT: 0.6, Sign.PROBLEM: 0.9}


def test_agreement_never_lowers_the_confidence_of_a_sign():
    both = weighed({Sign.DANGER: 0.85}, heard({Category.PROBLEM: 1.0}, {Pressure.DANGER: 0.6, Pressure.SOON: 0.4}), ())
    assert both[Sign.DANGER] == 0.85


@pytest.mark.parametrize(
    ("presses", "sign"),
    [
        ({Pressure.DANGER: 0.6, Pressure.SOON: 0.4}, Sign.DANGER),
        ({Pressure.DANGER: 0.3, Pressure.NOW: 0.5, Pressure.SOON: 0.2}, Sign.NOW),
        ({Pressure.CALM: 0.4, Pressure.NONE: 0.3, Pressure.SOON: 0.3}, Sign.CALM),
    ],
)
def test_how_it_presses_becomes_a_sign(presses, sign):
    assert weighed({}, heard(presses=presses), ()).keys() == {sign}


def test_one_or_two_words_of_danger_are_dropped_only_in_what_clearly_wants_something_harmless():
    calm = {Pressure.CALM: 1.0}
    assert Sign.DANGER not in weighed({Sign.DANGER: 0.6}, heard({Category.QUESTION: 0.8}, calm), ())
    assert Sign.DANGER in weighed({Sign.DANGER: 0.6}, heard({Category.PROBLEM: 0.8}, calm), ())
    assert Sign.DANGER in weighed({Sign.DANGER: 0.6}, heard({Category.QUESTION: 0.4}, calm), ())
    assert Sign.DANGER in weighed({Sign.DANGER: 0.85}, heard({Category.QUESTION: 0.8}, calm), ())


def test_clear_praise_by_the_lists_is_nobodys_complaint():
    made = weighed({Sign.PRAISE: 0.85}, heard({Category.COMPLAINT: 0.9}), ())
    assert made == {Sign.PRAISE: 0.85}
    assert Sign.COMPLAINT in weighed({Sign.PRAISE: 0.75}, heard({Category.COMPLAINT: 0.9}), ())


def test_thanks_before_a_but_are_no_praise():
    assert weighed({}, heard({Category.PRAISE: 0.9}), ("thanks", "but")) == {}


@given(st.one_of(st.text(), st.text(alphabet=st.characters(exclude_categories=()))))
def test_no_text_is_too_odd_and_the_chances_sum_to_one(text):
    made = hear(text)
    assert made is not None
    assert isclose(sum(made.wants.values()), 1)
    assert isclose(sum(made.presses.values()), 1)


def test_a_very_long_text_is_heard_like_a_shorter_one_of_the_same_words():
    short, long = (hear("the train is late and nobody answers " * times) for times in (20, 2_000))
    assert all(isclose(short.wants[each], long.wants[each], abs_tol=0.02) for each in SIGNS)


def test_a_language_that_it_has_not_learnt_is_left_to_the_lists():
    assert hear("mijn koffer is weg", "nl") is None


def test_it_is_told_the_signs_and_the_tone_and_knows_each_by_its_card():
    told = beside(dict.fromkeys(Sign, 1.0), None)
    assert told.keys() | {"tone_negative", "tone_positive"} >= model().card.beside.keys()
    assert [*model().card.classes] == [*SIGNS, *Pressure]


@pytest.mark.parametrize(
    "text",
    [
        "@PebblewingHelp the old gentleman across the aisle has slumped over and won't wake up, coach to Hull",
        "@PebblewingHelp my grandmother is 86, she was put off at the wrong stop and isn't picking up her phone",
        "@PebblewingHelp eine Frau neben mir ist umgekippt und atmet ganz komisch, der Bus faehrt weiter",
        "@PebblewingHelp une dame a fait un malaise dans le car, elle respire mal, que faire",
        "@PebblewingHelp mi hija de 9 años se quedó sola en la estación y el bus se fue",
        "@PebblewingHelp c'è un signore svenuto nel corridoio, l'autista non si ferma",
        "@PebblewingHelp ha um cheiro forte a queimado no autocarro e a cabine esta a encher-se de fumo",
    ],
)
def test_danger_is_heard_without_the_words_that_lists_know(text):
    assert judge(text, None).priority is Priority.P1


@pytest.mark.parametrize(
    "text",
    [
        "@Pebblewing £90 for a single nearly gave me a heart attack, is that really the price?",
        "@Pebblewing we were dying of laughter at your driver's announcements, brilliant",
        "@Pebblewing is the seat by the emergency exit the one with more legroom?",
    ],
)
def test_words_of_danger_without_any_are_no_alarm(text):
    assert judge(text).priority is not Priority.P1


def test_the_weights_are_of_the_posts_as_they_stand():
    assert model().card.learnt_from == learnt_from()


def test_all_shipped_weights_together_are_small():
    assert sum(file.stat().st_size for file in WEIGHTS.glob("*.bin") if file.name != "own.bin") <= 2 * MEGABYTE
