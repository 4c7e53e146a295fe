"""What the brand says of an incident: drafts in the policy's words, approved once each, planned once each."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk.incidents.clusters import Cluster
from desk.incidents.life import Move
from desk.incidents.model import Resolution
from desk.incidents.status_post import (
    BY_ITSELF,
    approved,
    draft,
    drafted,
    planned,
    with_lost,
    with_published,
    with_refused,
)
from desk.outbox import OutgoingKind, State
from desk.policy.model import Purpose
from desk.spending import status_counter
from desk.voice import faults
from desk.weighted_length import LONGEST_POST, weighted_length
from tests.builders import a_policy
from tests.incidents import BEGAN, an_incident
from tests.stories import shipped_policy

POLICY = shipped_policy()
DECLARED = an_incident(Move.DECLARE)
NOW = BEGAN + 3600
BRAND = "901"


def words(incident, policy=POLICY):
    found = draft(incident, policy=policy, now=NOW)
    assert found is not None
    return found.text


def publishes(incident, *, by="mia"):
    """The next post is drafted, approved, and out."""
    post = draft(incident, policy=POLICY, now=NOW)
    return with_published(approved(incident, post, by=by, now=NOW), post.number, post_id=f"7{post.number}", at=NOW)


def test_a_draft_is_the_policys_text_for_the_topic_with_the_status_page_filled_in():
    found = draft(DECLARED, policy=POLICY, now=NOW)
    assert (found.number, found.written_at, found.approved_by, found.post_id) == (1, NOW, None, None)
    assert "app" in found.text
    assert POLICY.incidents.status_url in found.text


def test_no_word_of_a_customer_stands_in_a_draft():
    cluster = Cluster(None, ("grumblefix",), ("https://grumblefix.example",), "grumblefix flumox")
    text = words(replace(DECLARED, cluster=cluster))
    assert "grumblefix" not in text
    assert text in texts(Purpose.STATUS)


def texts(purpose):
    """All that the policy may say for a purpose, filled in."""
    found = (text for each in POLICY.responses if each.purpose is purpose for text in each.texts["en"])
    return {text.format(link=POLICY.incidents.status_url, brand=POLICY.brand) for text in found}


def test_the_first_says_that_we_know_those_after_it_that_we_go_on_the_last_that_it_is_over():
    second = publishes(DECLARED)
    over = replace(an_incident(Move.DECLARE, Move.RESOLVE), status_posts=second.status_posts)
    assert words(DECLARED) in texts(Purpose.STATUS)
    assert words(second) in texts(Purpose.STATUS_UPDATE)
    assert words(replace(over, resolution=Resolution(NOW, "mia", replies=True))) in texts(Purpose.STATUS_RESOLVED)


def test_updates_do_not_read_like_the_one_before():
    incident = DECLARED
    for _ in range(4):
        incident = publishes(incident)
    assert len({post.text for post in incident.status_posts}) == 4


def test_a_policy_without_texts_leaves_it_to_people():
    policy = a_policy(responses=())
    assert draft(DECLARED, policy=policy, now=NOW) is None
    assert drafted(DECLARED, None) == DECLARED


def test_a_draft_that_nobody_approved_is_replaced_and_never_followed():
    first = drafted(DECLARED, draft(DECLARED, policy=POLICY, now=NOW))
    again = drafted(first, draft(first, policy=POLICY, now=NOW + 60))
    assert [post.number for post in again.status_posts] == [1]
    assert again.status_posts[0].text == first.status_posts[0].text, "what is approved is what was shown"


def test_a_post_is_approved_once():
    post = draft(DECLARED, policy=POLICY, now=NOW)
    once = approved(DECLARED, replace(post, text="We are on it."), by="mia", now=NOW)
    assert [(each.text, each.approved_by, each.approved_at) for each in once.status_posts] == [
        ("We are on it.", "mia", NOW)
    ]
    with pytest.raises(ValueError, match="status post 1 is not the next one"):
        approved(once, post, by="jonas", now=NOW)


def test_what_is_planned_is_a_post_of_the_brands_own_under_a_key_of_its_own():
    incident = approved(DECLARED, draft(DECLARED, policy=POLICY, now=NOW), by="mia", now=NOW)
    plan = planned(incident, incident.status_posts[0], policy=POLICY, brand_id=BRAND, now=NOW)
    assert (plan.customer_id, plan.key) == (BRAND, f"STATUS#{incident.incident_id}#1")
    assert (plan.kind, plan.state, plan.handle) == (OutgoingKind.STATUS, State.PLANNED, "pebblewing")
    assert (plan.purpose, plan.text, plan.incident_id) == (
        "status",
        incident.status_posts[0].text,
        incident.incident_id,
    )


def test_only_what_no_person_approved_says_that_it_is_automatic():
    incident = approved(DECLARED, draft(DECLARED, policy=POLICY, now=NOW), by=BY_ITSELF, now=NOW)
    plan = planned(incident, incident.status_posts[0], policy=POLICY, brand_id=BRAND, now=NOW)
    assert plan.text == f"{incident.status_posts[0].text} (automatic reply)"


def test_that_x_shows_it_is_noted_once():
    incident = publishes(DECLARED)
    assert incident.published.post_id == "71"
    assert with_published(incident, 1, post_id="99", at=NOW + 60) == incident


def test_why_it_was_not_posted_is_noted_once_and_the_next_speaks_in_its_place():
    post = draft(DECLARED, policy=POLICY, now=NOW)
    asked = approved(DECLARED, post, by="mia", now=NOW)
    refused = with_refused(asked, 1, reason="X refused: duplicate")
    assert [asked.status_posts[0].is_on_its_way, refused.status_posts[0].is_on_its_way] == [True, False]
    assert with_refused(refused, 1, reason="else") == with_published(refused, 1, post_id="7", at=NOW) == refused
    assert refused.revision == asked.revision
    again = draft(refused, policy=POLICY, now=NOW)
    assert again.number == 2
    assert again.text in texts(Purpose.STATUS) - {post.text}
    assert words(publishes(refused)) in texts(Purpose.STATUS_UPDATE)


def test_a_post_that_x_left_open_is_said_to_be_so_until_its_end_is_known():
    asked = approved(DECLARED, draft(DECLARED, policy=POLICY, now=NOW), by="mia", now=NOW)
    lost = with_lost(asked, 1, at=NOW + 900)
    assert (lost.status_posts[0].lost_at, lost.status_posts[0].is_on_its_way) == (NOW + 900, True)
    assert with_lost(lost, 1, at=NOW + 960) == lost
    for ended in (with_published(lost, 1, post_id="71", at=NOW), with_refused(lost, 1, reason="no")):
        assert ended.status_posts[0].lost_at is None
        assert with_lost(ended, 1, at=NOW + 960) == ended


@pytest.mark.parametrize("topic", [None, "app-and-website", "delay-and-cancellation", "refund"])
def test_every_shipped_draft_keeps_to_the_voice_and_to_xs_length_even_with_the_label(topic):
    incident = replace(DECLARED, cluster=Cluster(topic, (), (), ""))
    for _ in range(3):
        text = f"{words(incident)} {POLICY.acknowledgement.label['en']}"
        assert weighted_length(text) <= LONGEST_POST
        assert not faults(text, POLICY.voice)
        incident = publishes(incident)


def test_a_link_makes_a_status_post_dear():
    assert status_counter("We are on it: https://status.pebblewing.com/") == "posts:status_with_url"
    assert status_counter("We are on it: status.pebblewing.com") == "posts:status_with_url"
    assert status_counter("We are on it.") == "posts:status"
