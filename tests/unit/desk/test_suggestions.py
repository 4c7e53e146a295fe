"""Canned responses for a case: which fit, in what order, in which language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.policy.model import Category, Purpose, Response
from desk.suggestions import canned, suggestion, suggestions
from tests.builders import a_policy
from tests.cases import NOON, a_case
from tests.stories import shipped_policy


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
