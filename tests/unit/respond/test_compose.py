from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.policy.model import Category, Purpose, Response
from desk.voice import faults
from desk.weighted_length import LONGEST_POST, weighted_length
from respond.compose import Unsayable, compose
from tests.builders import a_policy
from tests.stories import MORNING, planned, shipped_policy

POLICY = shipped_policy()
TEAM = POLICY.teams["care"].title
NIGHT = MORNING + 14 * 3600  # 00:00 in Berlin


def a_response(*texts, purpose=Purpose.ACKNOWLEDGEMENT, **changes):
    made = Response("r", purpose, frozenset(), frozenset(), {"en": texts}, None)
    return replace(made, **changes)


def whole(policy=POLICY, now=MORNING, recent=(), status_post="", **changes):
    return compose(planned(**changes), policy=policy, now=now, recent=recent, status_post=status_post)


def said(*args, **changes):
    """The text without the reference at its end."""
    return re.sub(r" · [A-Z2-7]{6}$", "", whole(*args, **changes))


def test_no_two_automatic_replies_are_equal_and_each_bears_its_reference():
    texts = {whole(key=f"ACK#{number}") for number in range(500)}
    assert len(texts) == 500
    assert all(re.search(r" · [A-Z2-7]{6}$", text) for text in texts)


def test_in_the_teams_hours_it_acknowledges_and_says_that_it_is_automatic():
    policy = a_policy(responses=(a_response("{team} has it."), a_response("Later.", purpose=Purpose.OUT_OF_HOURS)))
    assert said(policy) == f"{TEAM} has it. (automatic reply)"


def test_out_of_hours_it_says_when_a_person_will_answer():
    assert "today at 07:00 (CET)" in said(now=NIGHT)
    assert "heute um 07:00 Uhr (MEZ)" in said(now=NIGHT, language="de")


def test_the_hours_are_those_of_the_team_that_has_the_case():
    evening = MORNING + 10 * 3600  # 20:00 in Berlin: care is open, the office is not
    assert "tomorrow at 09:00 (CET)" in said(now=evening, team="technical")
    assert "at 0" not in said(now=evening, team="care")


def test_praise_is_thanked_for_at_any_hour():
    assert said(now=NIGHT, purpose="praise", category=Category.PRAISE).endswith("(automatic reply)")
    assert "(CET)" not in said(now=NIGHT, purpose="praise", category=Category.PRAISE)


def test_the_first_response_whose_category_and_topic_fit_is_used():
    policy = a_policy(
        responses=(
            a_response("bags", topics=frozenset({"baggage"})),
            a_response("sorry", categories=frozenset({Category.PROBLEM})),
            a_response("anything"),
        ),
    )
    assert said(policy, topic="baggage") == "bags (automatic reply)"
    assert said(policy, topic=None) == "sorry (automatic reply)"
    assert said(policy, category=Category.QUESTION) == "anything (automatic reply)"


def test_a_customer_of_another_language_is_answered_in_the_brands_first():
    assert said(language="nl") == said(language="en")
    assert said(language="da").endswith("(automatisk svar)")


def test_text_and_label_are_never_in_two_languages():
    labels = replace(POLICY.acknowledgement, label={"en": "(automatic reply)"})
    assert said(a_policy(acknowledgement=labels), language="da").endswith("(automatic reply)")


def test_placeholders_are_filled():
    response = a_response("{brand}, {team}, {link}, {opens}", link="https://help.example/x")
    policy = a_policy(responses=(response,))
    expected = f"Pebblewing, {TEAM}, https://help.example/x, today at 10:00 (CET) (automatic reply)"
    assert said(policy) == expected


def test_the_same_reply_is_composed_twice_alike_and_others_vary():
    assert said() == said()
    assert len({said(key=f"ACK#{number}") for number in range(40)}) == 4


def test_a_text_posted_lately_is_not_posted_again_while_another_is_left():
    recent: list[str] = []
    for number in range(4):
        recent.insert(0, said(key=f"ACK#{number}", recent=recent))
    assert len(set(recent)) == 4
    assert said(key="ACK#9", recent=recent) == recent[-1]


def test_a_text_is_not_new_because_its_time_is_another():
    first = said(now=NIGHT)
    assert said(now=NIGHT + 86_400, recent=[first]).split()[:3] != first.split()[:3]


def test_a_text_against_the_voice_is_passed_over():
    policy = a_policy(responses=(a_response("Calm down!!", "We read your post."),))
    assert {said(policy, key=f"ACK#{number}") for number in range(9)} == {"We read your post. (automatic reply)"}


def test_an_incidents_answer_points_to_its_status_post_at_any_hour_and_in_every_language():
    for language in POLICY.languages:
        text = whole(now=NIGHT, purpose="incident", language=language, status_post="4711")
        assert "https://x.com/i/status/4711" in text
        assert POLICY.acknowledgement.label[language] in text


def test_an_incidents_texts_have_the_status_page_for_a_link():
    response = a_response("Look at {link}.", purpose=Purpose.INCIDENT_RESOLVED)
    policy = a_policy(responses=(response,))
    assert said(policy, purpose="incident_resolved").startswith(f"Look at {POLICY.incidents.status_url}.")
    other = a_policy(responses=(replace(response, link="https://help.example/x"),))
    assert said(other, purpose="incident_resolved").startswith("Look at https://help.example/x.")


@pytest.mark.parametrize(
    ("responses", "why"),
    [
        ((), "no response for acknowledgement"),
        ((a_response("Calm down."),), "It says 'calm down'"),
        ((a_response("x" * 280),), "weighted characters"),
        ((replace(a_response("x"), texts={"de": ("x",)}),), "no text with a label in en"),
    ],
)
def test_what_may_not_be_said_is_refused_with_the_reason(responses, why):
    with pytest.raises(Unsayable, match=why):
        said(a_policy(responses=responses))


@given(
    language=st.sampled_from([*POLICY.languages, "nl"]),
    category=st.sampled_from(Category),
    topic=st.sampled_from([None, *(topic.name for topic in POLICY.topics)]),
    team=st.sampled_from(sorted(POLICY.teams)),
    key=st.text(),
    now=st.integers(MORNING, MORNING + 400 * 86_400),
    purpose=st.sampled_from(["acknowledgement", "incident", "incident_resolved"]),
)
def test_the_shipped_policy_can_always_say_something_that_fits(now, purpose, **reply):
    purpose = "praise" if reply["category"] is Category.PRAISE else purpose
    text = said(now=now, purpose=purpose, status_post="2028377461850148864", **reply)
    assert weighted_length(text) <= LONGEST_POST
    assert not faults(text, POLICY.voice)
    assert "{" not in text
