"""A customer is erased for good, wherever it is cut short, and comes back only by writing anew."""

from __future__ import annotations

from collections import Counter
from typing import Any

import boto3
import pytest
from msgspec.structs import replace

from desk import credentials
from desk.action import Act, Action
from desk.announcement import Announcement, Topic
from desk.erasure import Erased, Receipt, Tombstone, Wanted, pseudonym
from desk.errors import Conflict, Unavailable
from desk.event import Direction, acted
from desk.notice import Crossed, Notice, day_of
from desk.queue import count
from desk.rechecks import Ages
from desk.settings import settings
from desk.snowflake import id_at
from desk.store.announcements import announce, every_pending, give_up
from desk.store.desk_table import DeskTable
from desk.store.erasing import wanted
from desk.store.incidents import keep_incident, latest_incidents
from desk.store.ledger import Setup
from desk.store.policy_shelf import PolicyShelf
from desk.store.queue_count import keep_count, kept_count
from poll.events import Accounts
from poll.intake import Intake
from poll.look_again import Looks
from tests.cases import a_case
from tests.incidents import an_incident
from tests.integration.operate.conftest import STACK
from tests.stories import CUSTOMER, HOUR, MINUTE, MORNING, OURS, a_post, an_event, shipped_policy
from tests.unreadable import newer
from triage.erasing import erase_who_is_to_go
from triage.filing import Filer
from triage.incident_cases import Walk

OTHER = "5010"
"""Its id begins like that of the erased one."""
SETUP = Setup({"pebblewinghelp": OURS}, MORNING - HOUR)
ERASED_AT = MORNING + HOUR


class KilledError(Exception):
    """The process ends here."""


class Desk:
    def __init__(self, operator: Any) -> None:
        self.operator, self.desk, self.ledger = operator, operator.desk, operator.ledger
        self.ledger.put("DESK", "SETUP", SETUP)

    def gets(self, *events: Any) -> None:
        filer = Filer(self.desk, self.ledger, PolicyShelf(shipped_policy(), self.ledger), SETUP, now=ERASED_AT)
        for event in events:
            self.desk.append(event)
            filer.file(event.customer_id, event)

    def filer(self, *, late: int) -> Filer:
        """Triage as it runs later, and announces everything."""
        shelf = PolicyShelf(shipped_policy(), self.ledger)
        return Filer(self.desk, self.ledger, shelf, SETUP, now=MORNING + late, topics=frozenset(Topic))

    def sweeps(self) -> None:
        """Triage files what waits."""
        for partition, event in list(self.desk.unfiled(ERASED_AT + 2 * HOUR)):
            self.filer(late=3 * HOUR).file(partition, event)

    def partitions(self, prefix: str) -> list[str]:
        """Name what stands in the ledger under partitions that begin so."""
        items = self.desk._client.scan(TableName=self.ledger.name)["Items"]
        return sorted(f"{each['pk']['S']} {each['sk']['S']}" for each in items if each["pk"]["S"].startswith(prefix))

    def polls(self, *posts: Any, now: int = ERASED_AT + HOUR) -> int:
        with Intake(self.desk, self.ledger, Accounts.of(shipped_policy(), SETUP), now=now) as intake:
            return len(intake.take(posts, source="mentions:pebblewinghelp"))

    def holds(self, customer: str = CUSTOMER) -> int:
        return len(list(self.desk.keys_of(customer)))

    def ledger_text(self) -> str:
        return str(self.desk._client.scan(TableName=self.ledger.name)["Items"])

    def marks(self) -> None:
        """An erasure begins, and deletes nothing yet."""
        self.desk.begin_erasing(CUSTOMER)
        for key in self.desk.unmarked_cases(CUSTOMER):
            self.desk.mark_erasing(CUSTOMER, key)

    def receipts(self) -> list[Receipt]:
        return [receipt for _, receipt in self.ledger.values("RECEIPT", Receipt)]


@pytest.fixture
def the_desk(operator: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("desk.clock.time.time", lambda: ERASED_AT)
    for name, value in {
        "DESK_TABLE": "desk",
        "LEDGER_TABLE": "ledger",
        "X_API_URL": "http://127.0.0.1:9",
        "CREDENTIALS_PREFIX": f"/{STACK}/x",
    }.items():
        monkeypatch.setenv(name, value)
    caches = (settings, credentials._parameters, credentials.erasure_key, credentials.erasure_key_for_good)
    for each in caches:
        each.cache_clear()
    desk = Desk(operator)
    desk.gets(*_story(CUSTOMER), *_story(OTHER))
    desk.ledger.record_notice(_notice(CUSTOMER))
    desk.ledger.record_notice(_notice(OTHER))
    yield desk
    for each in caches:
        each.cache_clear()


def _story(customer: str, minutes: int = 3) -> list[Any]:
    asked = [_asked(minute, customer) for minute in range(minutes)]
    answer = a_post(9, author=OURS, text="on it ^MR", replies_to=asked[0].post_id, replies_to_user=customer)
    return [*(an_event(post, customer_id=customer) for post in asked), an_event(answer, customer_id=customer)]


def _asked(minute: float, customer: str = CUSTOMER) -> Any:
    post = a_post(minute, author=customer, text="where is my bag")
    at = MORNING + int(minute * MINUTE)
    return replace(post, post_id=str(int(id_at(at)) + int(customer)), first_id=str(int(id_at(at)) + int(customer)))


def _notice(customer: str) -> Notice:
    at = MORNING + 15 * MINUTE
    case_id = f"{customer}-77"
    return Notice(
        day_of(at), f"{at:012d}#{case_id}#first_response#breach", case_id, "care", "first_response", Crossed.BREACH, at
    )


def test_the_count_of_a_long_queue_goes_if_it_names_the_customer(
    the_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.queue.FEW", 0)
    keep_count(the_desk.ledger, count([a_case(case_id=f"{OTHER}-77")], ERASED_AT - 60))
    the_desk.operator.reads("erase", CUSTOMER, "--yes", "--by", "Ada")
    kept = kept_count(the_desk.ledger)
    assert kept
    assert kept.teams["care"].oldest_waiting.case_id == f"{OTHER}-77"
    told = the_desk.operator.reads("erase", OTHER, "--yes", "--by", "Ada")
    assert told["deleted"]["the queue's count"] == 1
    assert OTHER not in the_desk.ledger_text()


def test_an_incident_names_the_customer_no_more(the_desk: Any) -> None:
    incident = an_incident(examples=(f"{CUSTOMER}/1", f"{OTHER}/2"))
    keep_incident(the_desk.ledger, incident, version=0)
    the_desk.ledger.put("ENDING", incident.incident_id, Walk(ERASED_AT, is_last=False, after=(1, f"{CUSTOMER}-77")))
    the_desk.operator.reads("erase", CUSTOMER, "--yes", "--by", "Ada")
    (kept,) = latest_incidents(the_desk.ledger, most=5)
    assert kept.examples == (f"{OTHER}/2",)
    assert the_desk.ledger.get("ENDING", incident.incident_id, Walk) is None


def test_what_an_incident_said_to_the_customer_is_known_no_more(the_desk: Any) -> None:
    (reply,) = the_desk.desk.outgoing_of(CUSTOMER)
    desk = the_desk.desk
    desk.claim(replace(reply, incident_id="77"), now=ERASED_AT, said="All is well.", spend=[], spoken_version=0)
    assert desk.spoken(CUSTOMER, "77") == (reply.key, 1)
    told = the_desk.operator.reads("erase", CUSTOMER, "--yes", "--by", "Ada")
    assert told["deleted"]["words of incidents"] == 1
    assert the_desk.holds() == 0


def test_an_erasure_that_was_typed_and_fails_is_taken_up_by_the_sweep(
    the_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> str:
        raise Unavailable("the parameter store is closed")

    with monkeypatch.context() as patch:
        patch.setattr("operate.erasure.lasting_secret", refused)
        assert the_desk.operator.types("erase", CUSTOMER, "--yes", "--by", "Ada") == 1
    assert dict(wanted(the_desk.ledger)) == {CUSTOMER: Wanted("Ada", ERASED_AT)}
    swept = erase_who_is_to_go(
        the_desk.desk, the_desk.ledger, run="a sweep", clock=lambda: ERASED_AT + MINUTE, has_time=lambda: True
    )
    assert (swept.done, the_desk.holds(), list(wanted(the_desk.ledger))) == (1, 0, [])
    (receipt,) = the_desk.receipts()
    assert receipt.by == "Ada"


def test_everything_stored_of_a_customer_goes_and_nobody_elses(the_desk: Any) -> None:
    others = the_desk.holds(OTHER)
    told = the_desk.operator.reads("erase", CUSTOMER, "--yes", "--by", "Ada")
    assert the_desk.holds() == 0
    assert the_desk.holds(OTHER) == others
    assert told["deleted"] == {
        "cases": 1,
        "conversations": 1,
        "events": 4,
        "notices": 2,
        "outgoing posts": 1,
        "profiles": 1,
        "requests to ask for the author": 2,
        "requests to look again": 3,
    }
    assert f"'{CUSTOMER}'" not in the_desk.ledger_text()
    assert f"{CUSTOMER}-77" not in the_desk.ledger_text()
    assert OTHER in the_desk.ledger_text()


def test_what_other_systems_were_still_to_be_told_of_the_customer_goes_too(the_desk: Any) -> None:
    for number, customer in enumerate((CUSTOMER, CUSTOMER, OTHER)):
        case_id = f"{customer}-77"
        made = Announcement(f"evt_{number}", "case.opened", MORNING, MORNING, "A case", {"case": case_id}, customer)
        announce(the_desk.ledger, made)
    give_up(the_desk.ledger, next(iter(every_pending(the_desk.ledger))))
    told = the_desk.operator.reads("erase", CUSTOMER, "--yes", "--by", "Ada")
    assert told["deleted"]["announcements to other systems"] == 2
    assert [each.announcement.customer_id for each in every_pending(the_desk.ledger)] == [OTHER]
    assert f"{CUSTOMER}-77" not in the_desk.ledger_text()


def test_the_receipt_says_when_by_whom_and_what_stays_and_names_nobody(the_desk: Any) -> None:
    told = the_desk.operator.reads("erase", CUSTOMER, "--yes", "--by", "Ada")
    (receipt,) = the_desk.receipts()
    assert (receipt.by, receipt.begun_at, receipt.finished_at) == ("Ada", ERASED_AT, ERASED_AT)
    assert told["pseudonym"] == receipt.pseudonym
    assert any("2026-04-07" in words for words in receipt.beyond_reach)
    assert any("24 hours" in words for words in receipt.beyond_reach)


def test_the_receipt_is_shown_to_people(the_desk: Any) -> None:
    assert the_desk.operator.types("erase", CUSTOMER, "--yes") == 0
    assert "events deleted" in the_desk.operator.printed
    assert "Point-in-time backups" in the_desk.operator.printed


def test_nothing_is_erased_without_a_yes(the_desk: Any) -> None:
    before = the_desk.holds()
    assert the_desk.operator.types("erase", CUSTOMER) == 1
    assert the_desk.holds() == before
    assert the_desk.receipts() == []


def test_the_question_names_what_would_go(the_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("operate.terminal.Terminal.confirms", lambda _, question: asked.append(question) or True)
    assert the_desk.operator.types("erase", CUSTOMER) == 0
    assert "events: 4" in asked[0]
    assert the_desk.holds() == 0


@pytest.mark.parametrize("wrong", ["@anna", "", OURS, "-1"])
def test_who_is_no_customer_is_refused(the_desk: Any, wrong: str) -> None:
    assert the_desk.operator.types("erase", "--yes", "--", wrong) == 2
    assert the_desk.receipts() == []


def test_before_setup_nobody_is_erased(operator: Any) -> None:
    assert operator.types("erase", CUSTOMER, "--yes") == 1


@pytest.mark.parametrize("step", range(5))
def test_an_erasure_killed_at_any_step_and_run_again_ends_right(
    the_desk: Any, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr("desk.store.erasing._A_STEP", 3)
    erase, steps = the_desk.desk.__class__.erase, iter(range(100))

    def killed(self: Any, *given: Any, **named: Any) -> None:
        at = next(steps)
        if at == step and step % 2:
            raise KilledError
        erase(self, *given, **named)
        if at == step:
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(the_desk.desk.__class__, "erase", killed)
        with pytest.raises(KilledError):
            the_desk.operator.types("erase", CUSTOMER, "--yes", "--by", "Ada")
    assert the_desk.operator.types("erase", CUSTOMER, "--yes", "--by", "Bob") == 0
    (receipt,) = the_desk.receipts()
    assert (the_desk.holds(), sum(receipt.deleted.values()), receipt.by) == (0, 15, "Ada")
    assert receipt.finished_at is not None


@pytest.mark.parametrize("step", range(6))
def test_an_erasure_cut_short_after_days_still_knows_which_days_name_the_customer(
    the_desk: Any, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr("desk.store.erasing._A_STEP", 3)
    monkeypatch.setattr("desk.clock.time.time", lambda: ERASED_AT + 72 * HOUR)
    day, erase, steps = f"ROLLUP#{day_of(MORNING)}", the_desk.desk.__class__.erase, iter(range(100))

    def cut(self: Any, *given: Any, **named: Any) -> None:
        if next(steps) == step:
            raise KilledError
        erase(self, *given, **named)
        the_desk.ledger.put(day, "a policy", {"late": f"{CUSTOMER}-77"})

    the_desk.ledger.put(day, "a policy", {"late": f"{CUSTOMER}-77"})
    with monkeypatch.context() as patch:
        patch.setattr(the_desk.desk.__class__, "erase", cut)
        with pytest.raises(KilledError):
            the_desk.operator.types("erase", CUSTOMER, "--yes")
    assert the_desk.operator.types("erase", CUSTOMER, "--yes") == 0
    assert f"{CUSTOMER}-77" not in the_desk.ledger_text()


def test_a_case_that_is_folded_as_its_customer_is_erased_leaves_no_notice_and_no_announcement(the_desk: Any) -> None:
    the_desk.gets(an_event(_asked(30)))
    filer = the_desk.filer(late=72 * HOUR)
    (case,) = the_desk.desk.customer_cases(CUSTOMER)
    read = the_desk.desk.events_of_case

    def erased_meanwhile(*given: Any) -> Any:
        events = read(*given)
        the_desk.operator.types("erase", CUSTOMER, "--yes")
        return events

    the_desk.desk.events_of_case = erased_meanwhile
    assert filer.refold(case.case_id) is None
    assert case.case_id not in the_desk.ledger_text()


def test_a_case_that_was_read_before_its_customer_is_being_erased_is_not_written_any_more(
    the_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (case,) = the_desk.desk.customer_cases(CUSTOMER)
    before, save = the_desk.desk.case(case.case_id), DeskTable.save_case

    def begins_meanwhile(*given: Any, **named: Any) -> None:
        the_desk.marks()
        save(*given, **named)

    monkeypatch.setattr(DeskTable, "save_case", begins_meanwhile)
    assert the_desk.filer(late=72 * HOUR).refold(case.case_id) is None
    assert the_desk.desk.case(case.case_id) == replace(before, is_erasing=True)


def test_in_the_middle_of_an_erasure_no_case_is_written_and_nothing_said_of_it(
    the_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.store.erasing._A_STEP", 1)
    unfiled = an_event(_asked(40), customer_id=CUSTOMER)
    the_desk.desk.append(unfiled)
    (case,) = the_desk.desk.customer_cases(CUSTOMER)
    erase, seen = DeskTable.erase, []

    def watched(self: Any, *given: Any, **named: Any) -> None:
        erase(self, *given, **named)
        filer, notices = the_desk.filer(late=72 * HOUR), the_desk.partitions("NOTICE#")
        seen.append((filer.refold(case.case_id), filer.file(CUSTOMER, unfiled)))
        assert the_desk.partitions("NOTICE#") == notices
        assert the_desk.partitions("WEBHOOK") == []

    monkeypatch.setattr(DeskTable, "erase", watched)
    assert the_desk.operator.types("erase", CUSTOMER, "--yes") == 0
    assert len(seen) > 10
    assert set(seen) == {(None, None)}
    assert the_desk.holds() == 0
    assert case.case_id not in the_desk.ledger_text()


@pytest.mark.parametrize("call", ["events_of_case", "file"])
def test_a_post_found_late_that_is_filed_as_its_customer_is_erased_leaves_no_notice_and_no_announcement(
    the_desk: Any, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Its case is new: there is none yet that the notice of its breach could be bound to."""
    new = "7001"
    post = an_event(replace(_asked(0), author_id=new), customer_id=new, direction=Direction.INBOUND)
    the_desk.desk.append(post)
    real = getattr(DeskTable, call)

    def erased_meanwhile(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(DeskTable, call, real)
        the_desk.operator.types("erase", new, "--yes")
        return real(*given, **named)

    monkeypatch.setattr(DeskTable, call, erased_meanwhile)
    assert the_desk.filer(late=72 * HOUR).file(new, post) is None
    assert the_desk.holds(new) == 0
    assert f"{new}-77" not in the_desk.ledger_text()


def test_a_post_found_late_is_filed_with_the_notice_of_its_breach_and_its_announcement(the_desk: Any) -> None:
    new = "7001"
    post = an_event(replace(_asked(0), author_id=new), customer_id=new, direction=Direction.INBOUND)
    the_desk.desk.append(post)
    the_desk.filer(late=72 * HOUR).file(new, post)
    assert any(f"#{new}-77#first_response#breach" in key for key in the_desk.partitions("NOTICE#"))
    assert {each.announcement.kind for each in every_pending(the_desk.ledger)} >= {"case.opened", "sla.breached"}


@pytest.mark.parametrize("step", range(4))
def test_what_the_customer_writes_while_an_erasure_is_cut_short_is_filed_once_it_is_over(
    the_desk: Any, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr("desk.store.erasing._A_STEP", 3)
    erase, steps = DeskTable.erase, iter(range(100))

    def cut(self: Any, *given: Any, **named: Any) -> None:
        if next(steps) == step:
            raise KilledError
        erase(self, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(DeskTable, "erase", cut)
        with pytest.raises(KilledError):
            the_desk.operator.types("erase", CUSTOMER, "--yes")
    new = replace(_asked(61), conversation_id="88")
    answer = a_post(62, author=OURS, text="welcome ^MR", replies_to=new.post_id, replies_to_user=CUSTOMER)
    assert the_desk.polls(_asked(0), new, replace(answer, conversation_id="88"), now=ERASED_AT + 90) == 2
    the_desk.sweeps()
    assert [case.case_id for case in the_desk.desk.customer_cases(CUSTOMER) if case.case_id != f"{CUSTOMER}-77"] == []
    monkeypatch.setattr("desk.clock.time.time", lambda: ERASED_AT + 10 * MINUTE)
    assert the_desk.operator.types("erase", CUSTOMER, "--yes") == 0
    the_desk.sweeps()
    (case,) = the_desk.desk.customer_cases(CUSTOMER)
    assert (case.case_id, case.posts, case.answers) == (f"{CUSTOMER}-88", 1, 1)
    assert the_desk.desk.profile(CUSTOMER).cases == 1
    (receipt,) = the_desk.receipts()
    assert receipt.deleted["events"] == 4
    assert f"{CUSTOMER}-77" not in the_desk.ledger_text()


def test_nobody_acts_on_a_case_whose_customer_is_being_erased(the_desk: Any) -> None:
    (case,) = the_desk.desk.customer_cases(CUSTOMER)
    the_desk.marks()
    stored = the_desk.desk.case(case.case_id)
    note = acted(
        Action(Act.NOTE, "mia", text="one more"),
        case_id=case.case_id,
        customer_id=CUSTOMER,
        event_id="1",
        at=MORNING,
        source="api",
    )
    with pytest.raises(Conflict):
        the_desk.desk.act(note, revision=stored.revision)
    with pytest.raises(Conflict):
        the_desk.desk.save_profile(the_desk.desk.profile(CUSTOMER))


def test_what_an_erasure_can_not_read_goes_too(the_desk: Any) -> None:
    for number, customer in enumerate((CUSTOMER, OTHER)):
        facts = {"case": f"{customer}-77"}
        announce(the_desk.ledger, Announcement(f"evt_{number}", "case.opened", 1, 1, "A case", facts, customer))
        newer(the_desk.ledger, "WEBHOOK", f"{1:012d}#evt_{number}")
    for partition in the_desk.partitions("NOTICE#"):
        newer(the_desk.ledger, *partition.split(" ", 1))
    newer(the_desk.desk, CUSTOMER, f"CASE#{CUSTOMER}-77")
    newer(the_desk.desk, CUSTOMER, "PROFILE")
    assert the_desk.operator.types("erase", CUSTOMER, "--yes") == 0
    assert the_desk.holds() == 0
    assert f"{CUSTOMER}-77" not in the_desk.ledger_text()
    assert f"{OTHER}-77" in the_desk.ledger_text()


def test_who_was_never_here_leaves_no_trace_by_being_erased(the_desk: Any) -> None:
    assert the_desk.operator.reads("erase", "9999", "--yes")["deleted"] == {}
    assert the_desk.holds("9999") == 0


def test_what_was_erased_is_not_brought_back_by_reading_it_again(the_desk: Any) -> None:
    the_desk.operator.types("erase", CUSTOMER, "--yes")
    answer = a_post(80, author=OURS, text="still on it", replies_to=_asked(0).post_id, replies_to_user=CUSTOMER)
    edited = replace(_asked(20), first_id=_asked(0).post_id)
    assert the_desk.polls(_asked(0), _asked(2), edited, answer) == 0
    assert the_desk.holds() == 0


def test_who_writes_after_the_erasure_is_a_new_customer(the_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    the_desk.operator.types("erase", CUSTOMER, "--yes")
    new = _asked(61)
    assert the_desk.polls(_asked(0), new) == 1
    the_desk.gets(*(event for _, event in the_desk.desk.unfiled(ERASED_AT + 2 * HOUR)))
    assert the_desk.desk.profile(CUSTOMER).cases == 1
    monkeypatch.setattr("desk.clock.time.time", lambda: ERASED_AT + 2 * HOUR)
    assert the_desk.operator.reads("erase", CUSTOMER, "--yes")["deleted"]["events"] == 1
    assert len(the_desk.receipts()) == 2


def test_others_are_read_as_ever(the_desk: Any) -> None:
    the_desk.operator.types("erase", CUSTOMER, "--yes")
    assert the_desk.polls(_asked(30, OTHER)) == 1


@pytest.mark.parametrize("queue", ["LOOK", "RECHECK"])
def test_a_request_to_look_again_that_came_late_is_dropped_without_asking_x(the_desk: Any, queue: str) -> None:
    the_desk.operator.types("erase", CUSTOMER, "--yes")
    the_desk.ledger.put(queue, f"{MORNING:012d}#1", {"customer_id": CUSTOMER, "post_id": _asked(0).post_id})
    with Intake(the_desk.desk, the_desk.ledger, Accounts.of(shipped_policy(), SETUP), now=ERASED_AT) as intake:
        looks = Looks(
            the_desk.desk,
            the_desk.ledger,
            intake,
            lambda _: pytest.fail("asked"),
            ages=Ages((1,), (), 180),
            now=MORNING + 1,
        )
        assert (looks.owed(most=100), looks.older(most=100)) == (0, 0)
    assert the_desk.ledger.get(queue, f"{MORNING:012d}#1", dict) is None


@pytest.mark.parametrize("queue", ["LOOK", "RECHECK", "AUTHOR"])
def test_requests_to_look_again_go_with_the_customer(the_desk: Any, queue: str) -> None:
    the_desk.ledger.put(queue, f"{MORNING:012d}#1", {"customer_id": CUSTOMER, "post_id": _asked(0).post_id})
    the_desk.ledger.put(queue, f"{MORNING:012d}#2", {"customer_id": OTHER, "post_id": _asked(30).post_id})
    the_desk.operator.types("erase", CUSTOMER, "--yes")
    assert the_desk.ledger.get(queue, f"{MORNING:012d}#1", dict) is None
    assert the_desk.ledger.get(queue, f"{MORNING:012d}#2", dict)


def test_what_the_api_answered_about_the_customer_goes(the_desk: Any) -> None:
    for customer in (CUSTOMER, OTHER):
        the_desk.ledger.put(f"ASKED#{customer}", "some-key-1", {"body": "We are on it ^MR"})
    told = the_desk.operator.reads("erase", CUSTOMER, "--yes", "--by", "Ada")
    assert told["deleted"]["answers of the API"] == 1
    assert the_desk.ledger.get(f"ASKED#{CUSTOMER}", "some-key-1", dict) is None
    assert the_desk.ledger.get(f"ASKED#{OTHER}", "some-key-1", dict)


def test_without_the_key_nothing_is_polled_rather_than_brought_back(the_desk: Any) -> None:
    the_desk.operator.types("erase", CUSTOMER, "--yes")
    boto3.client("ssm").delete_parameter(Name=f"/{STACK}/x/desk/erasure-key")
    with pytest.raises(credentials.CredentialRefused):
        the_desk.polls(_asked(0))


def test_an_erasure_waits_for_the_poll_and_holds_it_off(the_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    the_desk.ledger.take_lease("poll", owner="a run", now=ERASED_AT, seconds=55)
    waited: list[float] = []

    def ends(seconds: float) -> None:
        waited.append(seconds)
        the_desk.ledger.release_lease("poll", owner="a run")

    erase, taken = the_desk.desk.__class__.erase, []

    def watched(self: Any, *given: Any, **named: Any) -> None:
        taken.append(the_desk.ledger.take_lease("poll", owner="another run", now=ERASED_AT, seconds=55))
        erase(self, *given, **named)

    monkeypatch.setattr("operate.erasure.time.sleep", ends)
    monkeypatch.setattr(the_desk.desk.__class__, "erase", watched)
    assert the_desk.operator.types("erase", CUSTOMER, "--yes") == 0
    assert waited == [1.0]
    assert set(taken) == {False}
    assert the_desk.ledger.take_lease("poll", owner="another run", now=ERASED_AT, seconds=55)


def test_a_tombstone_is_found_by_nothing_but_the_key(the_desk: Any) -> None:
    the_desk.operator.types("erase", CUSTOMER, "--yes")
    stones = dict(the_desk.ledger.values("ERASED", Tombstone))
    key = boto3.client("ssm").get_parameter(Name=f"/{STACK}/x/desk/erasure-key", WithDecryption=True)
    assert list(stones) == [pseudonym(key["Parameter"]["Value"], CUSTOMER)]
    assert Erased(key["Parameter"]["Value"], stones).holds(CUSTOMER, _asked(0).post_id)


def test_a_long_history_goes_in_steps_and_is_counted_to_the_item(the_desk: Any) -> None:
    for number in range(120):
        post = a_post(author=OTHER, post_id=str(int(id_at(MORNING)) + 10_000 + number))
        the_desk.desk.append(an_event(post, customer_id=OTHER))
    before = Counter(key.partition("#")[0] for key in the_desk.desk.keys_of(OTHER))
    told = the_desk.operator.reads("erase", OTHER, "--yes")
    assert told["deleted"]["events"] == before["EVENT"] == 124
    assert the_desk.holds(OTHER) == 0
