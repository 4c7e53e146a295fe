import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.policy.model import Voice
from desk.voice import VoiceRule, faults

VOICE = Voice(banned_phrases=("calm down", "deine Schuld"), max_length=280, max_exclamation_marks=1)


def broken(text, personal=()):
    return [fault.rule for fault in faults(text, VOICE, personal)]


TONE = Voice(
    banned_phrases=(),
    max_length=280,
    max_exclamation_marks=1,
    blaming_phrases=("your fault", "you didn't bother"),
    sarcastic_phrases=("obviously",),
    apologies=("sorry", "désolé"),
)


def tone(text, *, owes_apology=False):
    return [fault.rule for fault in faults(text, TONE, owes_apology=owes_apology)]


def test_blame_and_sarcasm_are_heard_as_whole_words():
    assert tone("That is YOUR FAULT") == [VoiceRule.BLAME]
    assert tone("You didn\u2019t bother to ask") == [VoiceRule.BLAME]
    assert tone("Obviously.") == [VoiceRule.SARCASM]
    assert tone("Is your faulty bag here, unobviously?") == []


def test_an_apology_is_asked_for_where_one_is_due():
    assert tone("We look into it", owes_apology=True) == [VoiceRule.NO_APOLOGY]
    assert tone("Nous sommes Désolé", owes_apology=True) == []
    assert tone("We look into it") == []
    assert faults("We look into it", VOICE, owes_apology=True) == ()


def test_a_friendly_text_has_no_fault():
    assert broken("Hello! We're sorry about your bag and are looking for it. ^MR") == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Please CALM down.", VoiceRule.BANNED_PHRASE),
        ("Das ist DEINE SCHULD.", VoiceRule.BANNED_PHRASE),
        ("Hello! Welcome!", VoiceRule.EXCLAMATION),
        ("WE CANNOT HELP YOU", VoiceRule.SHOUTING),
        ("x" * 281, VoiceRule.LENGTH),
        ("語" * 141, VoiceRule.LENGTH),
        ("  ", VoiceRule.EMPTY),
    ],
)
def test_each_rule_is_told(text, rule):
    assert broken(text) == [rule]


@pytest.mark.parametrize(
    "text", ["Fly from the USA to the UAE by KLM or with us, as you like it", "OK FAQ", "荷物を探しています"]
)
def test_short_forms_and_other_scripts_are_no_shouting(text):
    assert broken(text) == []


def test_a_link_counts_as_x_counts_it():
    assert broken("See https://help.pebblewing.example.org/" + "a" * 300) == []


@pytest.mark.parametrize("said", ["+49 170 1234567", "+49-170-1234567", "491701234567"])
def test_personal_data_of_the_customer_is_not_repeated_however_it_is_spaced(said):
    found = faults(f"We will call {said} today.", VOICE, ["+49 170 1234567"])
    assert [fault.rule for fault in found] == [VoiceRule.PERSONAL_DATA]
    assert "1234567" not in found[0].reason + found[0].mending


def test_our_own_number_may_be_named():
    assert broken("Call us on +49 30 5550100.", ["+49 170 1234567", "12"]) == []


def test_every_fault_comes_with_a_way_to_mend_it():
    found = faults("CALM DOWN NOW!! deine Schuld " + "x" * 300, VOICE)
    assert {fault.rule for fault in found} == {
        VoiceRule.BANNED_PHRASE,
        VoiceRule.EXCLAMATION,
        VoiceRule.SHOUTING,
        VoiceRule.LENGTH,
    }
    assert all(fault.reason.endswith(".") and fault.mending.endswith(".") for fault in found)


@given(st.text(alphabet=st.characters(exclude_categories=())), st.lists(st.text()))
def test_no_text_raises(text, personal):
    assert faults(text, VOICE, personal) == faults(text, VOICE, personal)
