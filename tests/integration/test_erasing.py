"""An erasure that can't go on holds nobody's filing up for good: what may fail comes first, and the rest goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from desk.erasure import Erased, Receipt, Tombstone, Wanted, pseudonym
from desk.errors import Conflict, DeskError, NewerItem, Unavailable
from desk.event import Direction
from desk.snowflake import id_at
from desk.store.desk_table import DeskTable
from desk.store.erasing import Erasure, want, wanted
from desk.store.incidents import keep_incident, latest_incidents
from desk.store.ledger import Ledger
from desk.telemetry import logger
from tests.cases import a_case
from tests.incidents import an_incident
from tests.integration.test_filing import Desk
from tests.stories import CUSTOMER, HOUR, MINUTE, MORNING, a_post, an_event
from tests.torture.memory_dynamodb import MemoryDynamoDB, failure
from tests.unreadable import broken, newer

if TYPE_CHECKING:
    from collections.abc import Callable

    from desk.case import Case
    from desk.event import Event

KEY = "0f" * 32
NAME = pseudonym(KEY, CUSTOMER)
AN_HOUR = 60


class Erasing(Desk):
    """The desk, and the erasure of its customer as it runs an hour after the first post."""

    def __init__(self, memory: MemoryDynamoDB) -> None:
        super().__init__(DeskTable(memory, "desk"), Ledger(memory, "ledger"))
        self.memory = memory

    def erases(self, minute: float = AN_HOUR, secret: Callable[[], str] = lambda: KEY, **more: Any) -> Receipt:
        now = MORNING + int(minute * MINUTE)
        given: dict[str, Any] = {"owner": "a run", "clock": lambda: now, "pause": lambda _: None, **more}
        return Erasure(self.desk, self.ledger, CUSTOMER, "Ada", secret=secret, **given).run()

    def hears(self, minute: float, conversation: str = "88") -> Case | None:
        return self.gets(heard(minute, conversation), minute=minute + 1)

    def keys(self) -> list[str]:
        return list(self.desk.keys_of(CUSTOMER))

    def marks(self) -> int:
        return sum("erasing" in item for item in self.memory.tables["desk"].items())


def heard(minute: float, conversation: str = "77") -> Event:
    at = MORNING + int(minute * MINUTE)
    post_id = str(int(id_at(at)) + 7)
    post = replace(a_post(minute, text="where is my bag"), post_id=post_id, first_id=post_id)
    event = an_event(replace(post, conversation_id=conversation), customer_id=CUSTOMER, direction=Direction.INBOUND)
    return replace(event, seen_at=at)


@pytest.fixture
def desk() -> Erasing:
    made = Erasing(MemoryDynamoDB.of_template())
    made.gets(heard(0))
    return made


def refused() -> str:
    raise Unavailable("the parameter store is closed")


# ---- what can't be read


def test_an_incident_that_can_not_be_read_keeps_nobody_from_being_erased_and_the_receipt_names_it(
    desk: Erasing,
) -> None:
    for name in ("1", "2"):
        keep_incident(desk.ledger, an_incident(incident_id=name, examples=(f"{CUSTOMER}/1", "777/1")), version=0)
    item = newer(desk.ledger, "INCIDENTS", "1")
    before = item()
    receipt = desk.erases()
    assert receipt.finished_at is not None
    assert receipt.beyond_reach[0].startswith("Incident 1 can't be read")
    assert "Incident 2" not in str(receipt.beyond_reach)
    assert desk.keys() == []
    assert item() == before
    assert [each.examples for each in latest_incidents(desk.ledger, most=5)] == [("777/1",)]
    assert desk.hears(AN_HOUR + 5)


def test_a_receipt_says_nothing_of_incidents_that_can_be_read_or_do_not_name_the_customer(desk: Erasing) -> None:
    keep_incident(desk.ledger, an_incident(incident_id="1", examples=("777/1",)), version=0)
    newer(desk.ledger, "INCIDENTS", "1")
    assert "Incident" not in str(desk.erases().beyond_reach)


@pytest.mark.parametrize("partition", ["ERASED", "RECEIPT"])
def test_a_tombstone_or_receipt_that_can_not_be_read_ends_an_erasure_before_it_holds_anything_up(
    desk: Erasing, partition: str
) -> None:
    desk.erases()
    desk.hears(AN_HOUR + 5)
    (key,) = desk.ledger.keys(partition)
    newer(desk.ledger, partition, key)
    before = desk.keys()
    want(desk.ledger, CUSTOMER, Wanted("Ada", MORNING + 2 * HOUR))
    with pytest.raises(NewerItem):
        desk.erases(2 * AN_HOUR)
    assert (desk.keys(), desk.marks()) == (before, 0)
    assert desk.hears(2 * AN_HOUR + 5, "99")
    assert [customer for customer, _ in wanted(desk.ledger)] == [CUSTOMER], "it is done once they can be read"


@pytest.mark.parametrize("spoil", [newer, broken])
def test_a_later_post_that_can_not_be_read_is_kept_as_new_contact_and_the_receipt_says_so(
    desk: Erasing, spoil: Any
) -> None:
    later = heard(AN_HOUR + 1, "88")
    desk.desk.append(later)
    whole = desk.memory.tables["desk"].get((CUSTOMER, later.key))
    spoil(desk.desk, CUSTOMER, later.key)
    receipt = desk.erases()
    assert desk.keys() == [later.key]
    assert receipt.beyond_reach[0].startswith(f"{later.key} came later and can't be read")
    desk.memory.put_item(TableName="desk", Item=whole)
    assert desk.gets(later, minute=AN_HOUR + 5).case_id == f"{CUSTOMER}-88"


def test_a_count_of_the_queue_that_can_not_be_read_goes_if_it_names_the_customer(desk: Erasing) -> None:
    desk.ledger.put("COUNTED", "QUEUE", {"oldest": f"{CUSTOMER}-77"})
    newer(desk.ledger, "COUNTED", "QUEUE")
    assert desk.erases().deleted["the queue's count"] == 1


# ---- what is refused


def test_without_the_secret_nothing_is_marked_and_the_customer_is_filed_as_ever(desk: Erasing) -> None:
    (case_id,) = (case.case_id for case in desk.desk.customer_cases(CUSTOMER))
    with pytest.raises(Unavailable):
        desk.erases(secret=refused)
    assert desk.marks() == 0
    assert desk.filer(72 * AN_HOUR).refold(case_id)
    assert desk.hears(AN_HOUR + 5)


@pytest.mark.parametrize("call", ["put_item", "update_item"])
@pytest.mark.parametrize("at", range(3))
def test_a_mark_that_meets_a_transaction_is_set_a_moment_later(
    desk: Erasing, monkeypatch: pytest.MonkeyPatch, call: str, at: int
) -> None:
    real, seen, waited = getattr(desk.memory, call), iter(range(1000)), []

    def meets(**request: Any) -> Any:
        if request["TableName"] == "desk" and next(seen) in {at, at + 1}:
            raise failure("TransactionConflictException")
        return real(**request)

    desk.desk.save_case(replace(a_case(case_id=f"{CUSTOMER}-1"), customer_id=CUSTOMER))
    monkeypatch.setattr(desk.memory, call, meets)
    assert desk.erases(pause=waited.append).finished_at is not None
    assert set(waited) <= {1.0}
    assert desk.keys() == []


# ---- what is cut short


def test_each_run_marks_as_many_cases_as_it_has_time_for_and_the_next_goes_on(
    desk: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        desk.desk.save_case(replace(a_case(case_id=f"{CUSTOMER}-{number}"), customer_id=CUSTOMER))
    mark, marked = DeskTable.mark_erasing, []

    def watched(self: DeskTable, partition: str, key: str) -> None:
        marked.append(key)
        mark(self, partition, key)

    monkeypatch.setattr(DeskTable, "mark_erasing", watched)
    for so_far in (18, 36):
        left = iter(range(20))
        with pytest.raises(Conflict, match="time"):
            desk.erases(has_time=lambda left=left: next(left, None) is not None)
        assert desk.marks() == 1 + so_far
        assert desk.ledger.take_lease("poll", owner="the poll", now=MORNING + HOUR, seconds=55), "it is let go"
        desk.ledger.release_lease("poll", owner="the poll")
    assert desk.erases().deleted["cases"] == 41
    assert len([key for key in marked if key != "PROFILE"]) == 41, "each once"


def test_who_asks_again_after_an_erasure_was_cut_short_has_everything_erased_that_was_written_by_then(
    desk: Erasing,
) -> None:
    old = Receipt(NAME, "Ada", MORNING + HOUR, {"events": 1})
    desk.ledger.put("RECEIPT", old.key, old)
    desk.ledger.put("ERASED", NAME, Tombstone(MORNING + HOUR, old.key))
    before, after = heard(71 * AN_HOUR, "88"), heard(73 * AN_HOUR, "99")
    asked_at = MORNING + 72 * HOUR
    want(desk.ledger, CUSTOMER, Wanted("the API", asked_at, ("some-key",)))
    for event in (before, after):
        desk.desk.append(event)
    receipt = desk.erases(74 * AN_HOUR)
    assert (receipt.begun_at, receipt.keys_asked) == (old.begun_at, ("some-key",))
    assert desk.keys() == [after.key]
    stones = dict(desk.ledger.values("ERASED", Tombstone))
    assert stones[NAME].erased_at == asked_at
    assert [Erased(KEY, stones).covers(event) for event in (before, after)] == [True, False]


def test_an_erasure_that_goes_on_never_takes_back_what_its_tombstone_covers(desk: Erasing) -> None:
    old = Receipt(NAME, "Ada", MORNING + HOUR, {})
    desk.ledger.put("RECEIPT", old.key, old)
    desk.ledger.put("ERASED", NAME, Tombstone(MORNING + 3 * HOUR, old.key))
    desk.desk.append(heard(2 * AN_HOUR, "88"))
    desk.erases(4 * AN_HOUR)
    assert desk.keys() == []
    assert dict(desk.ledger.values("ERASED", Tombstone))[NAME].erased_at == MORNING + 3 * HOUR


def test_a_run_that_waited_for_another_gives_that_ones_receipt_and_leaves_what_came_since(desk: Erasing) -> None:
    receipt = desk.erases()
    case = desk.hears(AN_HOUR + 5)
    assert desk.erases(AN_HOUR + 10) == receipt
    assert [each.case_id for each in desk.desk.customer_cases(CUSTOMER)] == [case.case_id]


def test_what_stands_still_for_an_erasure_is_said_with_whose_it_is(
    desk: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, str]] = []
    monkeypatch.setattr(logger, "warning", lambda _, **facts: told.append(facts))
    (case_id,) = (case.case_id for case in desk.desk.customer_cases(CUSTOMER))
    left = iter(range(3))
    with pytest.raises(DeskError):
        desk.erases(has_time=lambda: next(left, None) is not None)
    new = heard(AN_HOUR + 5)
    assert desk.gets(new) is desk.filer(72 * AN_HOUR).refold(case_id) is None
    assert told == [{"customer_id": CUSTOMER, "key": new.key}, {"case_id": case_id}]
