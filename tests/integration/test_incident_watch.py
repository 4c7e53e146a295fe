"""The watch over the tables: who suspects, declares, lets cases join and ends them, minute by minute."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.case import Status
from desk.event import Direction, Kind
from desk.incidents.detection import POSTS, Watch
from desk.incidents.life import Move, moved
from desk.incidents.model import Resolution, Stage
from desk.outbox import Move as OutboxMove
from desk.outbox import State
from desk.policy.model import Priority
from desk.snowflake import id_at
from desk.store.desk_items import read_case, read_event
from desk.store.incidents import incident, keep_incident, latest_incidents, ongoing
from desk.store.ledger import Setup
from desk.store.policy_shelf import PolicyShelf
from desk.store.volumes import volumes
from desk.telemetry import metrics
from local import sample_day
from tests.builders import a_policy
from tests.stories import HOUR, MINUTE, MORNING, OURS, a_post, an_event, planned, shipped_policy
from tests.torture.memory_dynamodb import MemoryDynamoDB
from triage.filing import Filer
from triage.incident_cases import IncidentCases
from triage.sweep import watch_incidents
from triage.watch import IncidentWatch

if TYPE_CHECKING:
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

BRAND = "901"
SETUP = Setup({"pebblewinghelp": OURS, "pebblewing": BRAND, "mia_pebblewing": "902"}, MORNING - HOUR)
CRASHES = (
    "@PebblewingHelp your app keeps crashing, I can't check in",
    "@PebblewingHelp the app crashes whenever I open my boarding pass, please fix it",
    "@PebblewingHelp is the app down? It crashes on start and nothing works",
    "@PebblewingHelp app crashing again and again, this is terrible",
)
BURNS = "@PebblewingHelp the app crashes and there is smoke in the cabin, the battery is on fire!"


@pytest.fixture
def dynamodb():
    return MemoryDynamoDB.of_template()


@pytest.fixture
def tables(dynamodb):
    return "desk", "ledger"


class Town:
    """Customers who write, and the desk that files and watches once a minute."""

    def __init__(self, desk: DeskTable, ledger: Ledger, policy) -> None:
        self.desk, self.ledger, self.policy = desk, ledger, policy
        self.dynamodb = desk._client
        self.minute = 0
        self.customers = 0
        ledger.put("POLICY", policy.version, policy.text)

    def rests(self, minutes: int) -> None:
        """Nobody writes; the watch looks now and then."""
        for _ in range(0, minutes, 5):
            self.minute += 5
            self.watches()

    @property
    def now(self) -> int:
        return MORNING + self.minute * MINUTE

    def writes(self, text: str, *, seconds: int = 0, minute: int | None = None, files: bool = True):
        """Another customer writes at a minute, some seconds into it; filed by the stream unless it gave up."""
        self.customers += 1
        at = MORNING + (self.minute if minute is None else minute) * MINUTE + seconds
        customer, post_id = str(5000 + self.customers), str(int(id_at(at)) + self.customers)
        post = a_post(author=customer, text=text, post_id=post_id, first_id=post_id, conversation_id=post_id, at=at)
        event = an_event(post, customer_id=customer, seen_at=self.now, direction=Direction.INBOUND)
        self.desk.append(event)
        if files:
            self.filer().file(customer, event)
        return f"{customer}-{post_id}"

    def filer(self) -> Filer:
        return Filer(self.desk, self.ledger, PolicyShelf(self.policy, self.ledger), SETUP, now=self.now)

    def watches(self, *, hears: bool = True) -> None:
        if hears:
            self.ledger.put("DESK", "HEARD", self.now)
        self.watch().run()

    def watch(self) -> IncidentWatch:
        return IncidentWatch(self.desk, self.ledger, self.policy, SETUP, now=self.now, has_time=lambda: True)

    def sweeps(self) -> None:
        """File what waits, as the sweep does."""
        for partition, event in list(self.desk.unfiled(self.now + HOUR)):
            self.filer().file(partition, event)

    def lives(self, minutes: int, *texts: str) -> None:
        """Minutes pass, in each of which some customers write."""
        for _ in range(minutes):
            for number, text in enumerate(texts):
                self.writes(text, seconds=number * 10)
            self.minute += 1
            self.watches()
            self.sweeps()

    def writes_again(self, case_id: str, text: str) -> None:
        """The customer of a case writes in its conversation."""
        customer, _, conversation = case_id.partition("-")
        post_id = str(int(id_at(self.now)) + 7)
        post = a_post(
            author=customer, text=text, post_id=post_id, first_id=post_id, conversation_id=conversation, at=self.now
        )
        event = an_event(post, customer_id=customer, seen_at=self.now, direction=Direction.INBOUND)
        self.desk.append(event)
        self.filer().file(customer, event)

    def settles_replies(self) -> None:
        """Respond refuses whatever is on its way."""
        for outgoing in list(self.desk.unsettled(self.now + 10 * HOUR)):
            self.desk.move(outgoing, OutboxMove.REFUSE, reason="too old", settled_at=self.now)

    @property
    def events(self):
        items = self.dynamodb.tables["desk"].items()
        return [read_event(item)[1] for item in items if item["sk"]["S"].startswith("EVENT#")]

    @property
    def posts(self):
        return [event for event in self.events if event.kind is Kind.POST and event.is_inbound]

    def actions(self, act: Act):
        return [event for event in self.events if event.action and event.action.act is act]

    @property
    def cases(self):
        items = self.dynamodb.tables["desk"].items()
        return [read_case(item) for item in items if item["sk"]["S"].startswith("CASE#")]

    @property
    def buckets_learnt(self) -> float:
        watch = self.ledger.get("WATCH", "STATE", Watch)
        return watch.baselines[POSTS].buckets.all if watch else 0

    @property
    def incidents(self):
        return latest_incidents(self.ledger, most=10)

    @property
    def incident(self):
        (one,) = self.incidents
        return one

    def case(self, case_id: str):
        stored = self.desk.case(case_id)
        assert stored is not None
        return stored.case

    def says(self, move: Move, **changes) -> None:
        """A person decides about the incident."""
        known, version = incident(self.ledger, self.incident.incident_id)
        assert known is not None
        after = replace(moved(known, move, at=self.now, by="lena"), **changes)
        keep_incident(self.ledger, after, version=version)

    def resolves(self, *, replies: bool = False) -> None:
        self.says(Move.RESOLVE, resolution=Resolution(self.now, "lena", replies=replies))


@pytest.fixture(autouse=True)
def _no_metrics(monkeypatch):
    monkeypatch.setattr(metrics, "add_metric", lambda *_, **__: None)


@pytest.fixture
def town(desk, ledger):
    return Town(desk, ledger, shipped_policy())


def an_outage(town: Town, minutes: int = 10) -> None:
    """After two usual hours of ten posts, four customers a minute write about the app."""
    for minute in range(0, 120, 12):
        town.minute = minute
        town.writes("@PebblewingHelp can I take a folding bike on board?")
        town.watches()
    town.minute = 120
    town.lives(minutes, *CRASHES)


def test_an_outage_is_declared_within_ten_minutes(town):
    an_outage(town)
    assert town.incident.stage is Stage.DECLARED
    assert town.incident.since >= MORNING + 115 * MINUTE


def test_a_quiet_day_makes_no_incident_and_its_volume_is_told(town):
    for minute in range(0, 600, 20):
        town.minute = minute
        town.writes("@PebblewingHelp can I take a folding bike on board?")
        town.watches()
    assert town.incidents == []
    told = volumes(town.ledger, MORNING, town.now + 1)
    assert sum(volume.posts for _, volume in told) == 30


def test_the_sample_day_of_seventy_mentions_makes_no_incident(town):
    lines = [line for line in sample_day.read().lines if line.retweets is None]
    first = min(line.at for line in lines) // (5 * MINUTE) * 5 * MINUTE
    for line in sorted(lines, key=lambda line: line.at):
        for minute in range(town.minute, int(line.at - first) // MINUTE, 5):
            town.minute = minute
            town.watches()
        town.writes(line.text)
        town.sweeps()
    assert town.customers > 70
    assert town.incidents == []


def test_a_monday_morning_on_which_people_write_about_all_sorts_of_things_is_no_incident(town):
    matters = ("my bag is lost", "can I take a bike?", "a refund, please", "great crew", "where is my receipt?")
    for hour, posts in enumerate((1, 1, 1, 2, 2, 4, 6, 7, 5, 3)):
        for number in range(posts):
            town.minute = hour * 60 + number * (60 // posts)
            town.writes(f"@PebblewingHelp {matters[(hour + number) % len(matters)]}")
            town.watches()
    assert town.incidents == []


# ---- how posts are counted


def test_a_post_delivered_again_is_counted_once(town):
    for _ in range(3):
        town.writes(CRASHES[0], files=False)
    for _ in range(2):
        town.sweeps()
        town.minute += 1
        town.watches()
    assert [volume.posts for _, volume in volumes(town.ledger, MORNING, town.now + 1)] == [3]


def test_a_late_post_is_counted_when_it_was_written(town):
    town.lives(6)
    town.writes(CRASHES[0], minute=1)
    town.watches()
    counted = dict(volumes(town.ledger, MORNING, town.now + 1))
    assert (counted[MORNING].posts, counted[MORNING + 5 * MINUTE].posts) == (1, 0)


def test_posts_that_come_half_an_hour_late_are_all_counted_again(town):
    town.lives(36)
    for minute in (8, 20, 22):
        town.writes(CRASHES[0], minute=minute)
    town.lives(10)
    counted = dict(volumes(town.ledger, MORNING, town.now + 1))
    assert [counted[MORNING + minute * MINUTE].posts for minute in (5, 20)] == [1, 2]


def test_posts_of_ours_are_not_counted(town):
    town.desk.append(an_event(a_post(author=OURS, text="so sorry", post_id=id_at(MORNING))))
    town.sweeps()
    town.watches()
    assert [volume.posts for _, volume in volumes(town.ledger, MORNING, town.now + 1)] == [0]


# ---- who joins


def test_cases_from_before_the_declaration_join_and_so_do_those_after_it(town):
    an_outage(town, minutes=12)
    cases = {case.case_id: case for case in town.cases}
    about_the_app = [case for case in cases.values() if case.opened_at >= MORNING + 120 * MINUTE]
    assert {case.incident_id for case in about_the_app} == {town.incident.incident_id}
    assert {case.incident_id for case in cases.values() if case.opened_at < MORNING + 120 * MINUTE} == {None}
    joined_by = Counter(event.filing.incident is not None for event in town.posts if event.at >= MORNING + 120 * MINUTE)
    assert joined_by[True] >= 12  # those filed since it was declared
    town.lives(5)
    assert town.incident.joined == len(about_the_app)


def test_every_case_is_asked_to_join_once_however_often_the_watch_runs(town):
    an_outage(town, minutes=5)
    for _ in range(3):
        town.watches()
    assert max(Counter(event.concerns for event in town.actions(Act.JOIN)).values()) == 1


def test_danger_is_never_swallowed(town):
    an_outage(town)
    case = town.case(town.writes(BURNS))
    assert (case.priority, case.incident_id) == (Priority.P1, None)
    town.minute += 1
    town.watches()
    assert town.case(case.case_id).incident_id is None


def test_a_case_that_turns_dangerous_leaves_and_its_reply_with_it(town):
    an_outage(town)
    case_id = town.writes(CRASHES[0])
    assert town.case(case_id).incident_id == town.incident.incident_id
    town.writes_again(case_id, BURNS)
    case = town.case(case_id)
    assert (case.priority, case.incident_id) == (Priority.P1, None)
    assert town.desk.case_ids_in(town.incident.incident_id).isdisjoint({case_id})


def test_what_is_about_something_else_stays_outside(town):
    an_outage(town)
    assert town.case(town.writes("@PebblewingHelp my suitcase did not arrive in Rome")).incident_id is None


def test_those_who_tell_of_it_in_other_words_join_once_these_are_known(town):
    an_outage(town, minutes=5)
    early = town.writes("@PebblewingHelp check-in is impossible since this morning, nothing loads")
    assert town.case(early).incident_id is None
    mixed = ("app crashes, check-in impossible", "check-in impossible, the app crashes", *CRASHES[:2])
    town.lives(10, *(f"@PebblewingHelp {text}" for text in mixed))
    assert {"check-in", "impossible"} & {*town.incident.cluster.terms}
    town.lives(3)
    assert town.case(early).incident_id == town.incident.incident_id


# ---- declaring


def test_where_policy_leaves_it_to_people_the_desk_only_suspects(desk, ledger):
    incidents = replace(shipped_policy().incidents, declares_itself=False)
    town = Town(desk, ledger, a_policy(incidents=incidents))
    an_outage(town)
    assert town.incident.stage is Stage.SUSPECTED
    assert {case.incident_id for case in town.cases} == {None}
    town.says(Move.DECLARE)
    town.lives(1)
    assert town.incident.status_posts
    assert town.incident.cluster.topic in {case.topic for case in town.cases if case.incident_id}


def test_one_outage_is_one_incident(town):
    an_outage(town, minutes=45)
    assert len(town.incidents) == 1
    assert town.incident.peak.observed > 100


def test_declaring_drafts_a_status_post_for_a_person_to_approve(town):
    an_outage(town)
    (post,) = town.incident.status_posts
    assert (post.number, post.approved_by, post.post_id) == (1, None, None)
    assert list(town.desk.outgoing_of(BRAND)) == []


def test_where_policy_says_so_the_status_post_is_planned_at_once_and_once(desk, ledger):
    incidents = replace(shipped_policy().incidents, status_post_by_itself=True)
    town = Town(desk, ledger, a_policy(incidents=incidents))
    an_outage(town)
    (plan,) = town.desk.outgoing_of(BRAND)
    assert (plan.key, plan.state) == (f"STATUS#{town.incident.incident_id}#1", State.PLANNED)


def test_where_policy_says_so_the_draft_of_what_a_person_declared_goes_out_as_well(town):
    an_outage(town)
    (waiting,) = town.incident.status_posts
    incidents = replace(town.policy.incidents, status_post_by_itself=True)
    town.policy = a_policy(incidents=incidents)
    town.lives(3)
    (plan,) = town.desk.outgoing_of(BRAND)
    (post,) = town.incident.status_posts
    assert (plan.state, post.text, post.approved_by) == (State.PLANNED, waiting.text, "the desk")


def test_a_surge_of_more_than_is_read_is_declared_all_the_same(town, monkeypatch):
    monkeypatch.setattr("triage.watch._MOST_READ", 8)
    an_outage(town, minutes=0)
    town.lives(1, *CRASHES * 6)
    assert town.incident.stage is Stage.DECLARED


# ---- one that can't go on


def test_an_incident_that_cant_go_on_holds_up_no_other_and_is_counted(town, monkeypatch):
    an_outage(town)
    keep_incident(town.ledger, replace(town.incident, incident_id="1"), version=0)
    join = IncidentCases.join

    def joins(cases, incident, *, is_turn):
        if incident.incident_id == "1":
            raise ValueError("a case that can't be read")
        return join(cases, incident, is_turn=is_turn)

    monkeypatch.setattr(IncidentCases, "join", joins)
    town.minute += 150
    assert watch_incidents(town.watch()).failed == 1
    assert [each.stage for each in town.incidents] == [Stage.MONITORING, Stage.DECLARED]


def test_what_cant_be_read_waits_for_the_incident_that_it_names_and_for_no_other(town):
    plan = planned(key="ACK#1", held_by="77", not_before=MORNING)
    town.desk._transact([town.desk.planning(plan)])
    (item,) = (item for item in town.dynamodb.tables["desk"].items() if item["sk"]["S"] == "OUTBOX#ACK#1")
    body = item["body"]["S"].replace('"state":"planned"', '"state":"of newer code"')
    town.dynamodb.put_item(TableName="desk", Item={**item, "body": {"S": body}})
    assert (town.desk.waits_for("77"), town.desk.waits_for("78")) == (True, False)


# ---- its end


def test_it_calms_down_and_ends_by_itself(town):
    an_outage(town)
    town.rests(130)
    assert town.incident.stage is Stage.MONITORING
    town.rests(12 * 60)
    assert (town.incident.stage, town.incident.resolution.replies) == (Stage.RESOLVED, False)


def test_a_calm_incident_flares_up_again(town):
    an_outage(town)
    town.rests(130)
    town.lives(12, *CRASHES)
    assert town.incident.stage is Stage.DECLARED
    assert len(town.incidents) == 1


def test_its_end_closes_every_case_once_in_the_name_of_who_ended_it(town):
    an_outage(town)
    joined = {case.case_id for case in town.cases if case.incident_id}
    town.resolves()
    town.lives(3)
    assert {town.case(each).status for each in joined} == {Status.RESOLVED}
    resolved = town.actions(Act.RESOLVE)
    assert Counter(event.concerns for event in resolved) == dict.fromkeys(joined, 1)
    assert {event.action.by for event in resolved} == {"lena"}


def test_a_crowd_is_closed_some_at_a_time_and_each_run_goes_on_where_the_last_one_ended(town, monkeypatch):
    monkeypatch.setattr("triage.incident_cases._A_RUN", 10)
    monkeypatch.setattr("triage.incident_cases._PAGE", 5)
    an_outage(town)
    joined = {case.case_id for case in town.cases if case.incident_id}
    town.resolves()
    closed = []
    while len(closed) < 10 and (not closed or closed[-1] < len(joined)):
        town.lives(1)
        closed.append(len(town.actions(Act.RESOLVE)))
    assert closed == [*range(10, len(joined), 10), len(joined)]


def test_it_is_closed_a_quarter_of_an_hour_later_and_has_no_effect_any_more(town):
    an_outage(town)
    town.resolves()
    town.lives(14)
    assert town.incident.closed_at is None
    town.settles_replies()
    town.lives(4)
    assert town.incident.closed_at is not None
    assert ongoing(town.ledger) == ()
    assert town.incident.joined == len(town.desk.case_ids_in(town.incident.incident_id))
    assert town.ledger.get("ENDING", town.incident.incident_id, dict) is None


def test_who_writes_again_after_the_end_has_an_open_case(town):
    an_outage(town)
    (case_id, *_) = [case.case_id for case in town.cases if case.incident_id]
    town.resolves()
    town.lives(2)
    town.writes_again(case_id, "@PebblewingHelp and what about my refund?")
    town.lives(20)
    assert town.case(case_id).is_open


def test_a_false_alarm_lets_every_case_go(town):
    an_outage(town)
    joined = {case.case_id for case in town.cases if case.incident_id}
    town.says(Move.DISMISS)
    town.lives(3)
    assert {town.case(each).incident_id for each in joined} == {None}
    assert all(town.case(each).is_open for each in joined)
    town.settles_replies()
    town.lives(16)
    assert town.incident.closed_at is not None


def test_who_was_answered_before_a_false_alarm_was_called_one_is_counted_at_its_end(town):
    an_outage(town)
    joined = {case.case_id for case in town.cases if case.incident_id}
    (answered, *_) = [plan for plan in town.desk.unsettled(town.now + HOUR) if plan.case_id in joined]
    claimed = town.desk.move(answered, OutboxMove.CLAIM, incident_id=town.incident.incident_id, claimed_at=town.now)
    town.desk.move(claimed, OutboxMove.ACCEPTED, post_id="4711", settled_at=town.now)
    town.lives(1)
    town.says(Move.DISMISS)
    town.lives(2)
    town.settles_replies()
    town.lives(16)
    assert town.incident.closed_at is not None
    assert town.incident.answered == 1


def test_what_was_dismissed_is_not_suspected_again_while_it_goes_on_as_before(town):
    an_outage(town, minutes=30)
    town.says(Move.DISMISS)
    town.lives(20, *CRASHES[:2])
    assert len(town.incidents) == 1


# ---- what is usual


def test_while_the_poll_is_deaf_nothing_is_learnt_of_its_silence(town):
    town.rests(120)
    learnt = town.buckets_learnt
    assert learnt > 0
    for _ in range(36):
        town.minute += 5
        town.watches(hears=False)
    deaf = town.buckets_learnt
    assert deaf - learnt <= 2  # until it is sure
    town.rests(10)
    assert town.buckets_learnt > deaf
