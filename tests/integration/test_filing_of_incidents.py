"""What triage does to the posts of ours that belong to an incident: frees held replies, knows status posts again."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.event import first_key_at
from desk.incidents.life import Move
from desk.incidents.status_post import approved, draft, planned
from desk.outbox import Move as Step
from desk.outbox import State
from desk.policy.model import Priority
from desk.snowflake import id_at
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger
from tests.incidents import an_incident
from tests.integration.test_filing import BRAND, Desk, asked
from tests.stories import CUSTOMER, MINUTE, MORNING, a_post, an_event, did, shipped_policy
from tests.torture.memory_dynamodb import MemoryDynamoDB

INCIDENT = an_incident(Move.DECLARE)
ID = INCIDENT.incident_id
DANGER = "there is smoke in the cabin, this is a medical emergency"


@pytest.fixture
def the_desk():
    memory = MemoryDynamoDB.of_template()
    return Desk(DeskTable(memory, "desk"), Ledger(memory, "ledger"))


def joined(the_desk, minute=1):
    return the_desk.gets(replace(did(minute, Act.JOIN, by="the desk", incident=ID), filing=None), minute=minute)


def held(the_desk):
    """The case joined, and respond holds its reply."""
    case = joined(the_desk)
    assert case.incident_id == ID
    stored = the_desk.desk.case(case.case_id)
    return the_desk.desk.hold(the_desk.reply(), ID, case_version=stored.version, reason=f"incident {ID}")


def writes(minute, text):
    return an_event(a_post(minute, text=text))


def test_danger_frees_the_reply_that_was_held(the_desk):
    the_desk.gets(asked())
    held(the_desk)
    case = the_desk.gets(writes(20, DANGER), minute=21)
    assert (case.priority, case.incident_id) == (Priority.P1, None)
    assert (the_desk.reply().state, the_desk.reply().not_before) == (State.PLANNED, MORNING + 21 * MINUTE)
    assert [each.key for each in the_desk.desk.unsettled(MORNING + 21 * MINUTE)] == [the_desk.reply().key]
    assert list(the_desk.desk.held(ID)) == []


def test_a_person_who_takes_a_case_out_frees_its_reply(the_desk):
    the_desk.gets(asked())
    held(the_desk)
    the_desk.gets(replace(did(3, Act.LEAVE, incident=ID), filing=None), minute=3)
    assert the_desk.reply().state is State.PLANNED


def test_whatever_else_happens_to_the_case_leaves_its_reply_held(the_desk):
    the_desk.gets(asked())
    held(the_desk)
    the_desk.gets(writes(20, "still nothing, the app is down"), minute=21)
    assert the_desk.reply().is_held


def test_a_reply_that_is_held_while_its_case_leaves_is_freed_all_the_same(the_desk, monkeypatch):
    """Respond holds it after triage looked and before it writes: the filing is done anew."""
    the_desk.gets(asked())
    joined(the_desk)
    version = the_desk.desk.case(the_desk.case().case_id).version
    file, raced = DeskTable.file, []

    def file_late(desk, filed, **how):
        if not raced:
            raced.append(desk.hold(the_desk.reply(), ID, case_version=version, reason="incident"))
        return file(desk, filed, **how)

    monkeypatch.setattr(DeskTable, "file", file_late)
    the_desk.gets(writes(2, DANGER), minute=3)
    assert raced
    assert the_desk.reply().state is State.PLANNED


def test_what_is_out_already_stays_out(the_desk):
    the_desk.gets(asked())
    joined(the_desk)
    claimed = the_desk.desk.claim(the_desk.reply(), now=MORNING + 90, said="We read it.", spend=[])
    the_desk.gets(writes(2, DANGER), minute=3)
    assert the_desk.reply() == claimed


# ---- status posts on our own timeline


def published(the_desk, minute=1):
    """A status post was claimed, and X's answer was lost."""
    incident = approved(INCIDENT, draft(INCIDENT, policy=shipped_policy(), now=MORNING), by="mia", now=MORNING)
    plan = planned(incident, incident.status_posts[-1], policy=shipped_policy(), brand_id=BRAND, now=MORNING)
    the_desk.desk._transact([the_desk.desk.planning(plan)])
    return the_desk.desk.claim(plan, now=MORNING + minute * MINUTE, said=plan.text, spend=[])


def timeline_shows(text, minute=2, **changes):
    post = a_post(minute, author=BRAND, text=text, conversation_id=id_at(MORNING + minute * MINUTE), **changes)
    return an_event(post, customer_id=BRAND, handle="pebblewing", source="timeline:pebblewing")


def test_a_status_post_that_our_timeline_shows_is_settled_and_answers_nobody(the_desk):
    claimed = published(the_desk)
    seen = timeline_shows(claimed.text)
    assert the_desk.gets(seen, partition=BRAND) is None
    settled = the_desk.desk.outgoing(BRAND, claimed.key)
    assert (settled.state, settled.post_id) == (State.SENT, seen.post_id)
    assert the_desk.waiting() == 0
    assert the_desk.desk.customer_cases(BRAND) == []
    (event,) = the_desk.desk.events_from(BRAND, first_key_at("0"))
    assert event.filing is None


def test_an_update_under_a_status_post_is_known_by_what_it_hangs_under(the_desk):
    claimed = replace(published(the_desk), reply_to="4711", state=State.PLANNED)
    the_desk.desk.move(replace(claimed, state=State.SENDING), Step.LOSE_SIGHT, reply_to="4711")
    the_desk.gets(timeline_shows(claimed.text, minute=2), partition=BRAND)
    assert the_desk.desk.outgoing(BRAND, claimed.key).state is State.UNKNOWN, "that one answers nothing"
    the_desk.gets(timeline_shows(claimed.text, minute=3, replies_to="4711", replies_to_user=BRAND), partition=BRAND)
    assert the_desk.desk.outgoing(BRAND, claimed.key).state is State.SENT


def test_of_two_status_posts_with_the_same_words_the_one_that_may_be_out_is_settled(the_desk):
    claimed = published(the_desk)
    refused = replace(claimed, key="STATUS#1#1", state=State.PLANNED)
    the_desk.desk._transact([the_desk.desk.planning(refused)])
    the_desk.desk.move(refused, Step.REFUSE, reason="it waited too long")
    assert [each.state for each in the_desk.desk.outgoing_of(BRAND)] == [State.REFUSED, State.SENDING]
    the_desk.gets(timeline_shows(claimed.text), partition=BRAND)
    assert the_desk.desk.outgoing(BRAND, claimed.key).state is State.SENT


def test_a_post_that_is_known_by_its_id_settles_no_other_with_the_same_words(the_desk):
    claimed = published(the_desk)
    out = replace(claimed, key="STATUS#9999999999999999999#1", state=State.SENT, post_id="4711")
    the_desk.desk._transact([the_desk.desk.planning(out)])
    the_desk.gets(timeline_shows(claimed.text, post_id="4711"), partition=BRAND)
    assert the_desk.desk.outgoing(BRAND, claimed.key) == claimed


def test_what_the_brand_says_else_settles_nothing(the_desk):
    claimed = published(the_desk)
    the_desk.gets(timeline_shows("New routes from May on!"), partition=BRAND)
    assert the_desk.desk.outgoing(BRAND, claimed.key) == claimed


def test_a_customer_who_answers_a_status_post_is_a_customer(the_desk):
    claimed = published(the_desk)
    shown = timeline_shows(claimed.text)
    the_desk.gets(shown, partition=BRAND)
    reply = a_post(5, text="still down for me", replies_to=shown.post_id, replies_to_user=BRAND, conversation_id="900")
    case = the_desk.gets(an_event(reply, handle="pebblewing"))
    assert case.customer_id == CUSTOMER
    assert the_desk.reply(case.case_id).handle == "pebblewing"
