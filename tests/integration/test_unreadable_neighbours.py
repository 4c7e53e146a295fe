"""An item that can't be read, newer or broken, stays as it is and stops nothing beside it; an alarm is told."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.announcement import Announcement
from desk.incidents.detection import Watch
from desk.incidents.life import Move
from desk.incidents.model import Stage
from desk.incidents.status_post import approved, draft, planned
from desk.notice import day_of
from desk.outbox import Move as Step
from desk.outbox import State
from desk.store.announcements import announce, due_announcements
from desk.store.desk_table import DeskTable
from desk.store.incidents import forget_examples, keep_incident, latest_incidents, ongoing
from desk.store.ledger import Ledger
from desk.telemetry import logger, metrics
from report.incidents import IncidentRun
from tests.builders import a_policy
from tests.cases import a_case
from tests.incidents import an_incident
from tests.integration.report.test_alerts import NOW, Office
from tests.integration.test_filing import Desk, asked
from tests.integration.test_incident_replies import BRAND
from tests.integration.test_incident_replies import Desk as Respond
from tests.integration.test_incident_watch import CRASHES, Town, an_outage
from tests.stories import CUSTOMER, HOUR, MINUTE, MORNING, did, shipped_policy
from tests.torture.memory_dynamodb import MemoryDynamoDB
from tests.unreadable import broken, newer
from triage.sweep import watch_incidents

UNREAD = an_incident(Move.DECLARE, incident_id="1", since=MORNING - HOUR)
PLACES = [(spoil, partition) for spoil in (newer, broken) for partition in ("ONGOING", "INCIDENTS")]


@pytest.fixture(autouse=True)
def told(monkeypatch):
    """What was counted, and which items were named by an ERROR."""
    counted, named = Counter[str](), Counter[str]()
    monkeypatch.setattr(metrics, "add_metric", lambda name, *_, **__: counted.update([name]))

    def exception(message, **facts):
        named.update([f"{facts['partition']} {facts['key']}"] if "key" in facts else [message])

    monkeypatch.setattr(logger, "exception", exception)
    return counted, named


@pytest.fixture
def memory():
    return MemoryDynamoDB.of_template()


@pytest.fixture
def ledger(memory):
    return Ledger(memory, "ledger")


@pytest.fixture
def town(memory, ledger):
    return Town(DeskTable(memory, "desk"), ledger, shipped_policy())


@pytest.fixture
def the_desk(memory, ledger):
    return Desk(DeskTable(memory, "desk"), ledger)


def keep(ledger, *incidents):
    for each in incidents:
        keep_incident(ledger, each, version=0)


# ---- incidents: triage


@pytest.mark.parametrize(("spoil", "partition"), PLACES)
def test_an_incident_that_can_not_be_read_keeps_no_other_from_its_course(town, told, spoil, partition):
    keep(town.ledger, UNREAD, replace(UNREAD, incident_id="2"))
    item = spoil(town.ledger, partition, "1")
    before, (counted, named) = item(), told
    town.minute = 300
    assert watch_incidents(town.watch()).failed == 0
    assert [each.stage for each in latest_incidents(town.ledger, most=5) if each.incident_id == "2"] == [
        Stage.MONITORING
    ]
    assert item() == before
    assert counted["UnreadableItems"] == named[f"{partition} 1"] > 0


@pytest.mark.parametrize(("spoil", "partition"), PLACES)
def test_beside_an_incident_that_can_not_be_read_a_surge_is_suspected_and_a_person_declares_it(town, spoil, partition):
    keep(town.ledger, UNREAD)
    spoil(town.ledger, partition, "1")
    an_outage(town)
    (suspected,) = [each for each in latest_incidents(town.ledger, most=5) if each.incident_id != "1"]
    assert suspected.stage is Stage.SUSPECTED
    assert town.ledger.get("WATCH", "STATE", Watch).baselines == {}, "those hours may be an incident's"


@pytest.mark.parametrize("spoil", [newer, broken])
def test_a_post_that_can_not_be_read_keeps_no_surge_from_being_seen(town, spoil):
    for minute in range(0, 120, 12):
        town.minute = minute
        town.writes("@PebblewingHelp can I take a folding bike on board?")
        town.watches()
    town.minute = 120
    town.writes(CRASHES[0])
    item = spoil(town.desk, town.posts[-1].customer_id, town.posts[-1].key)
    before = item()
    for _ in range(10):
        for number, text in enumerate(CRASHES):
            town.writes(text, seconds=number * 10)
        town.minute += 1
        town.watches()
    assert town.incident.stage is Stage.DECLARED
    assert item() == before


@pytest.mark.parametrize("spoil", [newer, broken])
def test_a_case_of_an_incident_that_can_not_be_read_goes_on_and_stays_in_it(the_desk, told, spoil):
    keep(the_desk.ledger, UNREAD, replace(UNREAD, incident_id="2"))
    the_desk.gets(asked())
    the_desk.gets(replace(did(1, Act.JOIN, by="the desk", incident="1"), filing=None), minute=1)
    item = spoil(the_desk.ledger, "ONGOING", "1")
    before = item()
    case = the_desk.gets(asked(20), minute=21)
    assert (case.posts, case.incident_id) == (2, "1"), "the other one is about the same, and does not take it over"
    assert the_desk.filer(30).refold(case.case_id).incident_id == "1"
    assert the_desk.waiting() == 0
    assert item() == before
    assert told[0]["UnreadableItems"] == told[1]["ONGOING 1"] == 1, "it is read once a run"


@pytest.mark.parametrize("spoil", [newer, broken])
def test_who_writes_while_an_incident_can_not_be_read_is_filed_and_answered_as_ever(the_desk, spoil):
    keep(the_desk.ledger, UNREAD)
    spoil(the_desk.ledger, "ONGOING", "1")
    case = the_desk.gets(asked())
    assert (case.incident_id, the_desk.reply().state) == (None, State.PLANNED)


def test_an_incident_that_can_not_be_read_keeps_its_examples_and_no_other_does(ledger, told):
    keep(ledger, *(replace(UNREAD, incident_id=name, examples=(f"{CUSTOMER}/1",)) for name in ("1", "2")))
    item = newer(ledger, "INCIDENTS", "1")
    before = item()
    assert forget_examples(ledger, "777") == []
    assert told == (Counter(), Counter()), "it names others"
    assert forget_examples(ledger, CUSTOMER) == ["1"]
    assert [each.examples for each in latest_incidents(ledger, most=5)] == [()]
    assert item() == before
    assert told[1]["INCIDENTS 1"] > 0


# ---- incidents: respond and report


@pytest.mark.parametrize(("spoil", "partition"), PLACES)
def test_replies_of_other_incidents_are_let_go_and_those_of_one_that_can_not_be_read_wait(spoil, partition):
    ours = Respond(a_policy(incidents=replace(shipped_policy().incidents, answers_joined=True)))
    said = approved(UNREAD, draft(UNREAD, policy=ours.policy, now=MORNING), by="mia", now=MORNING)
    plan = planned(said, said.status_posts[-1], policy=ours.policy, brand_id=BRAND, now=MORNING)
    keep(ours.ledger, said)
    ours.desk._transact([ours.desk.planning(plan)])
    ours.desk.move(plan, Step.REFUSE, reason="it waited too long")  # which the incident is still to be told
    of_unread = ours.sends(ours.joins(1, incident="1"))
    of_other = ours.sends(ours.joins(2))
    assert of_unread.is_held
    assert of_other.is_held
    ours.publishes()
    spoil(ours.ledger, partition, "1")
    for minute in (1, 2, 3):
        ours.sweeps(minute)
    replies = {each.key: each for each in ours.replies()}
    assert replies[of_other.key].state is State.SENT
    assert replies[of_unread.key].is_held


@pytest.mark.parametrize("spoil", [newer, broken])
def test_people_hear_of_the_other_incidents_and_of_that_one_once_it_can_be_read(town, spoil):
    keep(town.ledger, UNREAD, replace(UNREAD, incident_id="2"))
    whole = town.dynamodb.get_item(TableName="ledger", Key={"pk": {"S": "INCIDENTS"}, "sk": {"S": "1"}})["Item"]
    spoil(town.ledger, "INCIDENTS", "1")
    assert [incidents_told(town) for _ in range(2)] == [1, 0]
    town.dynamodb.put_item(TableName="ledger", Item=whole)  # code that understands it is there again
    assert [incidents_told(town) for _ in range(2)] == [1, 0]


def incidents_told(town) -> int:
    mailer = SimpleNamespace(send=lambda *_, **__: None)
    run = IncidentRun(town.desk, town.ledger, mailer, town.policy, "https://api.example", MORNING)
    return run.tell(owner="a run", failed=lambda _, fault: pytest.fail(str(fault)))


# ---- others


@pytest.mark.parametrize("spoil", [newer, broken])
def test_an_announcement_that_can_not_be_read_keeps_no_other_from_being_sent(ledger, told, spoil):
    for number in range(3):
        announce(ledger, Announcement(f"evt_{number}", "case.opened", MORNING, MORNING, "A case", {}, CUSTOMER))
    item = spoil(ledger, "WEBHOOK", f"{MORNING:012d}#evt_1")
    before = item()
    due = due_announcements(ledger, MORNING + MINUTE)
    assert [each.announcement.announcement_id for each in due] == ["evt_0", "evt_2"]
    assert item() == before
    assert told[0]["UnreadableItems"] == 1


def test_where_everything_can_be_read_nothing_is_told(ledger, told):
    keep(ledger, UNREAD)
    assert len(ongoing(ledger)) == 1
    assert told == (Counter(), Counter())


@pytest.fixture
def office(memory, ledger):
    return Office(DeskTable(memory, "desk"), ledger)


@pytest.mark.parametrize("spoil", [newer, broken])
def test_a_notice_that_can_not_be_read_keeps_no_other_from_being_told(office, spoil):
    office.has(a_case(1), a_case(2))
    (partition, key) = next(
        (f"NOTICE#{notice.day}", notice.key)
        for notice in office.ledger.notices(day_of(NOW))
        if notice.case_id == a_case(2).case_id
    )
    item = spoil(office.ledger, partition, key)
    before = item()
    assert (office.run().mails, office.failures) == (1, [])
    assert item() == before


@pytest.mark.parametrize("spoil", [newer, broken])
def test_what_a_case_crossed_that_can_not_be_read_is_told_once_it_can_be(office, memory, spoil):
    office.has(a_case(1), a_case(2))
    case = a_case(2)
    place = {"pk": {"S": case.customer_id}, "sk": {"S": f"CASE#{case.case_id}"}}
    whole = memory.get_item(TableName="desk", Key=place)["Item"]
    spoil(office.desk, case.customer_id, f"CASE#{case.case_id}")
    assert office.run().told == 1
    memory.put_item(TableName="desk", Item=whole)  # code that understands it is there again
    assert office.run(NOW + HOUR).told == 1


@pytest.mark.parametrize("spoil", [newer, broken])
def test_a_notice_that_can_not_be_read_is_told_once_it_can_be_however_late(office, memory, spoil):
    office.has(a_case(1), a_case(2))
    place = next(
        (f"NOTICE#{notice.day}", notice.key)
        for notice in office.ledger.notices(day_of(NOW))
        if notice.case_id == a_case(2).case_id
    )
    whole = memory.tables["ledger"].get(place)
    spoil(office.ledger, *place)
    assert [office.run(NOW + days * 24 * HOUR).told for days in (0, 9)] == [1, 0]
    memory.put_item(TableName="ledger", Item=whole)  # code that understands it is there again
    assert [office.run(NOW + days * 24 * HOUR).told for days in (18, 27)] == [1, 0]


@pytest.mark.parametrize("spoil", [newer, broken])
def test_a_post_that_can_not_be_read_is_not_quoted_and_its_alert_is_sent(office, spoil):
    office.has(a_case(1))
    (event,) = office.desk.events_from(a_case(1).customer_id, "EVENT#")
    spoil(office.desk, event.customer_id, event.key)
    assert office.run().mails == 1
    ((mail, _),) = office.mailer.sent
    assert "my bag is lost" not in mail.text
