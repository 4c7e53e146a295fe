from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.event import Direction, Kind
from desk.snowflake import epoch_ms, id_at
from desk.store.ledger import Setup
from poll.events import Accounts, deletion, place
from tests.builders import a_policy
from tests.stories import MORNING, a_post

SETUP = Setup({"pebblewinghelp": "900", "pebblewing": "901", "mia_pebblewing": "902", "jonas_pbw": "903"}, 0)
ACCOUNTS = Accounts.of(a_policy(), SETUP)
SUPPORT, BRAND, MIA = "900", "901", "902"


def placed(post, *, known=None, read_for=None):
    return place(
        post,
        source="test",
        read_for=read_for,
        accounts=ACCOUNTS,
        find=(known or {}).get,
        seen_at=MORNING + 60,
    )


def only(post, **how):
    [one] = placed(post, **how)
    return one


def test_a_customers_post_is_inbound_and_lies_with_the_customer():
    one = only(a_post(author="501"))
    assert (one.partition, one.event.customer_id, one.event.direction) == ("501", "501", Direction.INBOUND)


@pytest.mark.parametrize(
    ("mentions", "handle"),
    [
        (("901", "900"), "pebblewinghelp"),
        (("902", "901"), "pebblewing"),
        (("777", "903", "902"), "jonas_pbw"),
        (("@pebblewing",), "pebblewing"),
        ((), None),
    ],
)
def test_support_is_addressed_before_brand_and_brand_before_an_agent(mentions, handle):
    assert only(a_post(mentions=mentions)).event.handle == handle


def test_a_post_that_names_nobody_addresses_whom_it_answers_or_for_whom_it_was_read():
    assert only(a_post(mentions=(), replies_to="1", replies_to_user=BRAND)).event.handle == "pebblewing"
    assert only(a_post(mentions=()), read_for="pebblewinghelp").event.handle == "pebblewinghelp"


def test_a_retweet_by_a_customer_is_inbound():
    assert only(a_post(retweets="5")).event.direction is Direction.INBOUND


def test_our_reply_lies_with_the_customer_it_answers_whoever_else_it_names():
    one = only(a_post(author=SUPPORT, replies_to="1", replies_to_user="501", mentions=("501", "777")))
    assert (one.partition, one.event.direction, one.event.handle) == ("501", Direction.OUTBOUND, "pebblewinghelp")


def test_a_second_post_under_our_own_reply_lies_where_the_first_one_does():
    one = only(a_post(author=SUPPORT, replies_to="1", replies_to_user=SUPPORT), known={"1": "501"})
    assert (one.partition, one.event.customer_id) == ("501", "501")


@pytest.mark.parametrize("known", [{}, {"1": "PARKED#0"}])
def test_our_post_whose_parent_is_not_known_yet_waits_for_it(known):
    one = only(a_post(author=SUPPORT, replies_to="1", replies_to_user=SUPPORT), known=known)
    assert (one.partition, one.event.customer_id) == ("PARKED#1", SUPPORT)


def test_our_post_that_addresses_nobody_lies_with_ourselves():
    assert only(a_post(author=BRAND, text="Good morning!")).partition == BRAND


def test_our_retweet_of_a_customer_answers_nobody_and_is_kept():
    assert only(a_post(author=BRAND, retweets="5", mentions=("501",))).partition == BRAND


def test_what_an_agent_says_to_nobody_is_private_and_not_stored():
    assert placed(a_post(author=MIA, text="what a day")) == ()
    assert placed(a_post(author=MIA, retweets="5")) == ()
    assert placed(a_post(author=MIA, quotes="5")) == ()


def test_an_agents_answer_to_a_customer_we_know_lies_with_that_customer():
    one = only(a_post(author=MIA, replies_to="1", replies_to_user="501"), known={"1": "501"})
    assert (one.partition, one.event.agent) == ("501", "Mia")


def test_an_agents_answer_to_somebody_we_do_not_know_waits_and_is_not_filed_under_a_stranger():
    one = only(a_post(author=MIA, replies_to="1", replies_to_user="501"))
    assert (one.partition, one.event.customer_id) == ("PARKED#1", MIA)


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("so sorry ^MR", "Mia"),
        ("so sorry ^mr ", "Mia"),
        ("look here ^JK https://t.co/abc", "Jonas"),
        ("first part ^JK 1/2", "Jonas"),
        ("so sorry ^ZZ", "^ZZ"),
        ("2^X is a number", None),
        ("^MR said nothing", None),
        ("so sorry", None),
    ],
)
def test_a_signature_names_the_person_behind_a_shared_account(text, agent):
    assert only(a_post(author=SUPPORT, replies_to="1", replies_to_user="501", text=text)).event.agent == agent


def test_an_edited_post_is_the_same_interaction_with_an_event_of_its_own():
    first, later = id_at(MORNING), id_at(MORNING + 120)
    post, edit = placed(replace(a_post(2, post_id=later), first_id=first))
    assert (post.event.kind, post.event.event_id, post.event.post_id, post.event.at) == (
        Kind.POST,
        first,
        first,
        MORNING,
    )
    assert (edit.event.kind, edit.event.event_id, edit.event.concerns, edit.event.at) == (
        Kind.EDITED,
        later,
        first,
        MORNING + 120,
    )
    assert edit.event.is_inbound


@given(st.integers(0, 600), st.integers(0, 600))
def test_whichever_version_is_seen_first_the_post_has_one_key_and_one_time(one, other):
    first = id_at(MORNING)
    seen = [
        replace(a_post(minute + 1, post_id=id_at(MORNING + 60 + minute)), first_id=first) for minute in (one, other)
    ]
    events = [placed(post)[0].event for post in seen]
    assert len({(event.key, event.at, event.post_id) for event in events}) == 1
    assert events[0].at == epoch_ms(first) // 1000


def test_a_deletion_found_twice_is_one_event():
    keys = {deletion("501", "77", reason="deleted", now=now).key for now in (MORNING, MORNING + 3600)}
    assert len(keys) == 1
