"""Canned responses for a case: which fit, in what order, in which language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.policy.model import Category, Purpose, Response
from desk.replies import objections_to, signed
from desk.story import Story
from desk.suggestions import Suggestion, canned, offered, suggestion, suggestions
from tests.builders import a_policy
from tests.cases import NOON, a_case
from tests.stories import shipped_policy, the_case, wrote

LANGUAGES = ("en", "de", "es", "fr", "da", "ja")


def a_response(name: str, **changes: object) -> Response:
    values: dict[str, object] = {
        "name": name,
        "purpose": Purpose.CANNED,
        "categories": frozenset(),
        "topics": frozenset(),
        "texts": {"en": ("Hello from {team}: {link}",)},
        "link": "https://help.pebblewing.example/all",
    }
    return Response(**values | changes)  # type: ignore[arg-type]


def names(*responses: Response, **case: object) -> list[str]:
    found = suggestions(a_case(**case), a_policy(responses=responses), now=NOON)
    return [each.response for each in found]


def said_in(number: int, *responses: Response, recent: list[str]) -> tuple[Suggestion, ...]:
    """Give what is offered in a case for these responses."""
    policy = replace(shipped_policy(), responses=responses)
    return offered(a_case(number), Story([wrote(0)]), policy, now=NOON, recent=recent)


def test_what_is_made_for_the_topic_comes_before_what_is_made_for_the_category_and_what_is_for_all():
    responses = (
        a_response("for-all"),
        a_response("for-problems", categories=frozenset({Category.PROBLEM})),
        a_response("for-bags", topics=frozenset({"baggage"})),
        a_response("for-both", topics=frozenset({"baggage"}), categories=frozenset({Category.PROBLEM})),
    )
    assert names(*responses, topic="baggage") == ["for-both", "for-bags", "for-problems", "for-all"]


def test_what_is_made_for_something_else_is_not_suggested():
    other = a_response("for-refunds", topics=frozenset({"refund"}))
    praise = a_response("for-praise", categories=frozenset({Category.PRAISE}))
    automatic = a_response("automatic", purpose=Purpose.ACKNOWLEDGEMENT)
    assert names(other, praise, automatic, topic="baggage") == []


def test_the_customers_language_is_taken_else_the_brands_first():
    response = a_response("for-all", texts={"en": ("Hello",), "da": ("Hej",)})
    for language, text in (("da", "Hej"), ("ja", "Hello")):
        found = suggestion(response, a_case(language=language), shipped_policy(), now=NOON)
        assert found is not None
        assert found.text == text
    assert names(a_response("danish", texts={"da": ("Hej",)}), language="en") == []


def test_placeholders_are_filled_in():
    found = suggestion(a_response("for-all"), a_case(), shipped_policy(), now=NOON)
    assert found is not None
    assert found.text == "Hello from Customer Care Team: https://help.pebblewing.example/all"


def test_a_variant_that_was_not_said_lately_is_taken():
    response = a_response("for-all", texts={"en": ("Your bag is on its way home", "We found it")})
    for said, other in (("Your bag is on its way home", "We found it"), ("We found it", "Your bag is on its way home")):
        found = suggestion(response, a_case(), shipped_policy(), now=NOON, recent=[said])
        assert found is not None
        assert found.text == other


def test_words_that_were_posted_lately_come_with_the_cases_reference_whoever_signed_them():
    response = a_response("for-all", texts={"en": ("We found it",)})
    (plain,) = said_in(1, response, recent=["We found them ^JK"])
    (first,) = said_in(1, response, recent=["We found it ^JK"])
    (second,) = said_in(2, response, recent=["We found it ^JK"])
    assert plain.text == "We found it"
    assert [each.text.rpartition(" ")[0] for each in (first, second)] == ["We found it ·"] * 2
    assert first.text != second.text
    assert "posted lately" in first.reasons[-1]


def test_what_can_not_be_sent_as_it_stands_comes_last_and_says_what_to_change():
    story = [wrote(0, category=Category.COMPLAINT)]
    case = the_case(story)
    policy = replace(shipped_policy(), responses=(a_response("plain"), a_response("sorry", texts={"en": ("Sorry!",)})))
    sorry, plain = offered(case, Story(story), policy, now=NOON, recent=[])
    assert (sorry.response, sorry.objections) == ("sorry", ())
    (objection,) = plain.objections
    assert "does not say sorry" in objection
    assert "Apologise" in objection


def test_what_was_said_in_this_very_case_lately_is_not_to_be_said_again():
    response = a_response("for-all", texts={"en": ("We found it",)})
    (again,) = said_in(1, response, recent=["We found it ^JK"])
    (third,) = said_in(1, response, recent=[f"{again.text} ^MR", "We found it ^JK"])
    assert again.objections == ()
    assert "posted this very text lately" in third.objections[0]


@given(st.sampled_from(Category), st.none() | st.sampled_from(["baggage", "refund"]), st.sampled_from(LANGUAGES))
def test_every_suggestion_without_an_objection_passes_every_rule_when_it_is_signed_and_sent(category, topic, language):
    story = [wrote(0, category=category, topic=topic, language=language)]
    case, policy = the_case(story), shipped_policy()
    plain = [each.text for each in suggestions(case, policy, now=NOON)]
    for recent in ([], [f"{text} ^JK" for text in plain], [f"{text} ^MR" for text in plain]):
        for each in offered(case, Story(story), policy, now=NOON, recent=recent):
            said = signed(each.text, "MR")
            found = objections_to(said, case=case, story=Story(story), policy=policy, recent=recent)
            assert bool(found) == bool(each.objections)


@pytest.mark.parametrize("name", ["no-such", "thanks"])
def test_only_canned_responses_are_found_by_name(name):
    policy = a_policy(responses=(a_response("hello"), a_response("thanks", purpose=Purpose.PRAISE)))
    assert canned(policy, name) is None
    assert canned(policy, "hello") is not None


@given(category=st.sampled_from(Category), topic=st.none() | st.sampled_from(["baggage", "refund", "booking"]))
def test_every_suggestion_fits_and_says_why(category, topic):
    policy = shipped_policy()
    for each in suggestions(a_case(category=category, topic=topic), policy, now=NOON):
        response = canned(policy, each.response)
        assert response is not None
        assert not response.categories or category in response.categories
        assert not response.topics or topic in response.topics
        assert each.reasons
        assert "{" not in each.text
