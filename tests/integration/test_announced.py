"""Triage announces what it writes, in the transaction that writes it: once, and never what was not written."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from desk.action import Act
from desk.announcement import Topic
from desk.errors import Conflict
from desk.incidents.life import Move, moved
from desk.notice import Notice
from desk.snowflake import id_at
from desk.store.announcements import every_pending
from desk.store.ledger import Setup
from desk.store.policy_shelf import PolicyShelf
from tests.incidents import an_incident
from tests.stories import CUSTOMER, HOUR, MINUTE, MORNING, OURS, a_post, an_event, did, shipped_policy
from triage.filing import Filer
from triage.watch import IncidentWatch

EVERYTHING = frozenset(Topic)
CASE = f"{CUSTOMER}-77"
WORDS = "your app keeps crashing and I can't check in"


class Desk:
    def __init__(self, desk, ledger, topics=EVERYTHING):
        self.desk, self.ledger, self.topics = desk, ledger, topics
        self.setup = Setup({"pebblewinghelp": OURS}, MORNING - HOUR)
        ledger.put("POLICY", shipped_policy().version, shipped_policy().text)

    def filer(self, minute):
        shelf, now = PolicyShelf(shipped_policy(), self.ledger), MORNING + int(minute * MINUTE)
        return Filer(self.desk, self.ledger, shelf, self.setup, now=now, topics=self.topics)

    def gets(self, event, minute):
        self.desk.append(event)
        self.filer(minute).file(event.customer_id, event)

    def told(self):
        return sorted(each.announcement.kind for each in every_pending(self.ledger))


@pytest.fixture
def the_desk(desk, ledger):
    return Desk(desk, ledger)


def asked(minute=0, text=WORDS):
    return an_event(a_post(minute, text=text))


def answer(minute):
    replies = {"replies_to": id_at(MORNING), "replies_to_user": CUSTOMER}
    return an_event(a_post(minute, author=OURS, text="We are on it ^MR", **replies), agent="Mia")


def test_a_case_is_told_as_it_lives(the_desk):
    the_desk.gets(asked(), 1)
    assert the_desk.told() == ["case.opened"]
    the_desk.gets(answer(5), 6)
    assert the_desk.told() == ["case.answered", "case.opened"]


def test_what_the_stream_brings_again_is_not_told_again(the_desk):
    for _ in range(3):
        the_desk.gets(asked(), 1)
    assert the_desk.told() == ["case.opened"]


def test_what_was_not_written_is_not_told(the_desk):
    with patch.object(the_desk.desk, "_transact", side_effect=Conflict("another writer")), pytest.raises(Conflict):
        the_desk.gets(asked(), 1)
    assert the_desk.told() == []


def test_a_lost_race_tells_what_the_winner_left_to_tell(the_desk):
    """The write that fails takes its announcements along; the try after it tells what is true then."""
    the_desk.gets(asked(), 1)
    real, tries = the_desk.desk._transact, []

    def once_too_late(writes):
        tries.append(writes)
        if len(tries) == 1:
            raise Conflict("another writer")
        real(writes)

    with patch.object(the_desk.desk, "_transact", once_too_late):
        the_desk.gets(answer(5), 6)
    assert len(tries) == 2
    assert the_desk.told() == ["case.answered", "case.opened"]


def test_breaches_that_time_brings_are_told_once_beside_their_notices(the_desk):
    the_desk.gets(asked(), 1)
    for minute in (600, 601, 602):
        the_desk.filer(minute).refold(CASE)
    told = [kind for kind in the_desk.told() if kind.startswith("sla.")]
    days = {f"NOTICE#{day}" for day in ("2026-03-03",)}
    noted = [notice for day in days for _, notice in the_desk.ledger.values(day, Notice)]
    assert len(told) == len(noted) > 0
    assert "sla.breached" in told


def test_a_notice_that_was_not_written_is_not_told_and_comes_with_the_next_run(the_desk):
    the_desk.gets(asked(), 1)
    with patch.object(the_desk.ledger, "transact", side_effect=Conflict("met another")), pytest.raises(Conflict):
        the_desk.filer(600).refold(CASE)
    assert the_desk.told() == ["case.opened"]
    the_desk.filer(601).refold(CASE)
    assert "sla.breached" in the_desk.told()


def test_a_case_that_resolves_itself_is_told_at_the_moment_of_the_last_answer(the_desk):
    the_desk.gets(asked(), 1)
    the_desk.gets(answer(5), 6)
    the_desk.filer(60 * 24 * 30).refold(CASE)
    (resolved,) = [
        each.announcement for each in every_pending(the_desk.ledger) if each.announcement.kind == "case.resolved"
    ]
    assert resolved.at == MORNING + 5 * MINUTE
    assert resolved.customer_id == CUSTOMER


def test_what_people_do_is_told_when_it_is_filed(the_desk):
    the_desk.gets(asked(), 1)
    the_desk.gets(did(3, Act.ASSIGN, agent="Mia"), 4)
    assert the_desk.told() == ["case.assigned", "case.opened"]


def test_the_revision_told_is_the_one_that_the_api_shows(the_desk):
    the_desk.gets(asked(), 1)
    the_desk.gets(answer(5), 6)
    told = {
        each.announcement.kind: each.announcement.facts["case"]["revision"] for each in every_pending(the_desk.ledger)
    }
    assert told["case.answered"] == the_desk.desk.case(CASE).revision
    assert told["case.opened"] < told["case.answered"]


@pytest.mark.parametrize("topics", [frozenset(), frozenset({Topic.INCIDENT})])
def test_nothing_is_written_down_that_nobody_wants_to_know(desk, ledger, topics):
    the_desk = Desk(desk, ledger, topics)
    the_desk.gets(asked(), 1)
    the_desk.filer(600).refold(CASE)
    assert the_desk.told() == []
    assert list(ledger.values("NOTICE#2026-03-03", Notice))


def test_a_deployment_that_wants_breaches_alone_gets_breaches_alone(desk, ledger):
    the_desk = Desk(desk, ledger, frozenset({Topic.SLA}))
    the_desk.gets(asked(), 1)
    the_desk.filer(600).refold(CASE)
    assert {kind.split(".")[0] for kind in the_desk.told()} == {"sla"}


def an_incident_watch(the_desk, topics=EVERYTHING):
    policy = shipped_policy()
    return IncidentWatch(
        the_desk.desk, the_desk.ledger, policy, the_desk.setup, now=MORNING, has_time=lambda: True, topics=topics
    )


def test_each_stage_of_an_incident_is_told_in_the_transaction_that_brings_it(the_desk):
    watch = an_incident_watch(the_desk)
    watch._keep(an_incident())
    watch._keep(an_incident())  # another run that saw it too
    watch._change(an_incident().incident_id, lambda found: moved(found, Move.DECLARE, at=MORNING, by="the desk"))
    assert the_desk.told() == ["incident.declared", "incident.suspected"]


def test_of_incidents_nothing_is_told_that_nobody_wants_to_know(the_desk):
    an_incident_watch(the_desk, topics=frozenset({Topic.CASE}))._keep(an_incident())
    assert the_desk.told() == []
