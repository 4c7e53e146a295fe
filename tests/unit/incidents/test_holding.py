"""What an incident does to one automatic reply, stage by stage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.incidents.holding import (
    Effect,
    Replies,
    became,
    effect_of,
    effect_on,
    share_of_day,
    share_of_minute,
    share_of_quarter,
)
from desk.incidents.life import Move
from desk.incidents.model import Resolution
from desk.outbox import State
from desk.policy.model import Caps
from desk.store.incidents import Ongoing
from tests.builders import a_policy
from tests.incidents import BEGAN, a_status_post, an_incident
from tests.stories import MINUTE, planned, shipped_policy

HOLDS = shipped_policy()
ANSWERS = a_policy(incidents=replace(HOLDS.incidents, answers_joined=True))
PUBLISHED = a_status_post(approved_by="mia", post_id="77", posted_at=BEGAN)
WITH_REPLIES = Resolution(at=BEGAN + 40 * MINUTE, by="mia", replies=True)


def an_effect(*moves, policy=HOLDS, **changes):
    return effect_of(Ongoing.of(an_incident(*moves, **changes)), policy)


def test_a_suspicion_holds_nothing_back():
    assert an_effect() is Effect.NONE


@pytest.mark.parametrize("moves", [(Move.DECLARE,), (Move.DECLARE, Move.CALM), (Move.DECLARE, Move.CALM, Move.FLARE)])
def test_replies_are_held_from_the_declaration_until_the_end(moves):
    assert an_effect(*moves) is Effect.HELD
    assert an_effect(*moves, status_posts=(PUBLISHED,)) is Effect.HELD, "unless the policy answers"


def test_customers_are_answered_once_there_is_a_status_post_to_point_to():
    assert an_effect(Move.DECLARE, policy=ANSWERS) is Effect.HELD
    assert an_effect(Move.DECLARE, policy=ANSWERS, status_posts=(a_status_post(approved_by="mia"),)) is Effect.HELD
    assert an_effect(Move.DECLARE, policy=ANSWERS, status_posts=(PUBLISHED,)) is Effect.ANSWERED


def test_the_end_tells_them_only_if_a_person_wanted_it():
    silent = replace(WITH_REPLIES, replies=False)
    assert an_effect(Move.DECLARE, Move.RESOLVE, resolution=WITH_REPLIES) is Effect.TOLD
    assert an_effect(Move.DECLARE, Move.RESOLVE, resolution=silent) is Effect.SPARED


def test_a_false_alarm_leaves_every_reply_to_the_ordinary_rules():
    assert an_effect(Move.DECLARE, Move.DISMISS) is Effect.NONE


def test_what_a_customer_writes_after_the_end_is_none_of_the_incidents_business():
    ended = Ongoing.of(an_incident(Move.DECLARE, Move.RESOLVE, resolution=WITH_REPLIES))
    before = planned(reply_to_at=ended.ended_at)
    assert effect_on(before, ended, HOLDS) is Effect.TOLD
    assert effect_on(replace(before, reply_to_at=ended.ended_at + 1), ended, HOLDS) is Effect.NONE
    assert effect_on(before, None, HOLDS) is Effect.NONE


@given(quarter=st.integers(1, 100), day=st.integers(1, 2400), share=st.floats(0.01, 1))
def test_an_incident_leaves_others_their_part_of_both_caps_and_always_gets_on(quarter, day, share):
    incidents = replace(HOLDS.incidents, share_of_posts=share)
    policy = a_policy(caps=Caps(posts_per_15_minutes=quarter, automatic_per_day=day), incidents=incidents)
    assert 1 <= share_of_quarter(policy) <= max(1, quarter * share)
    assert 1 <= share_of_day(policy) <= max(1, day * share)
    assert 1 <= share_of_minute(policy) <= max(1, share_of_quarter(policy) / 15)


def test_the_shipped_policy_lets_two_a_minute_go():
    assert (share_of_quarter(HOLDS), share_of_day(HOLDS), share_of_minute(HOLDS)) == (30, 100, 2)


def test_what_became_of_the_replies_is_counted_from_themselves():
    told = planned(state=State.SENT, held_by="1", incident_id="1")
    found = became(
        [
            told,
            replace(told, state=State.UNKNOWN),
            planned(state=State.SENT, incident_id="1"),  # answered at once, never held
            planned(state=State.REFUSED, held_by="1"),
            planned(state=State.REFUSED, held_by="1", incident_id="1"),  # X refused it
            planned(state=State.SENT),  # acknowledged before the case joined
            planned(state=State.SENT, held_by="2", incident_id="2"),
            planned(state=State.DEFERRED, held_by="1"),
        ],
        "1",
    )
    assert found == Replies(held=5, answered=3, spared=2)
