"""A customer is erased by the API: asked for once, carried out by triage's sweep, told by a receipt, and by nothing else."""

from __future__ import annotations

import io
import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

import triage.handler
from desk.credentials import erasure_key_for_good
from desk.erasure import Receipt, Wanted
from desk.errors import Conflict
from desk.store.erasing import Erasure, want, wanted
from desk.store.incidents import keep_incident
from desk.telemetry import logger, metrics
from tests.incidents import an_incident
from tests.stories import CASE, CUSTOMER, MINUTE, OURS, shipped_policy, wrote
from tests.unreadable import newer
from triage.erasing import erase_who_is_to_go

if TYPE_CHECKING:
    from tests.api_gateway import Answer
    from tests.integration.api.working import Working

ERASE, ERASURE = f"/customers/{CUSTOMER}/erase", f"/customers/{CUSTOMER}/erasure"
ADMIN = "desk_admin"


@pytest.fixture
def desk(working: Working) -> Working:
    working.holds(wrote(0), wrote(3))
    return working


def erase(desk: Working, **how: Any) -> Answer:
    return desk.sends(ERASE, {}, **{"by": ADMIN, "seen": None, **how})


def sweep(desk: Working, *, has_time: bool = True) -> tuple[int, int]:
    swept = erase_who_is_to_go(desk.desk, desk.ledger, run="sweep", clock=lambda: desk.now, has_time=lambda: has_time)
    return swept.done, swept.failed


def stored(desk: Working, customer: str = CUSTOMER) -> list[str]:
    return [item for item in map(str, desk.writings()) if f"'{customer}" in item or f"#{customer}" in item]


def test_who_can_not_be_erased_yet_keeps_nobody_else_from_it(desk: Working) -> None:
    """The receipt of an earlier erasure of the first of two can't be read: that one is not done, and it is said."""
    want(desk.ledger, "1", Wanted("the admin", desk.now))
    assert sweep(desk) == (1, 0)
    newer(desk.ledger, "RECEIPT", *desk.ledger.keys("RECEIPT"))
    want(desk.ledger, "1", Wanted("the admin", desk.now))
    assert erase(desk).status == 202
    assert sweep(desk) == (1, 1)
    assert stored(desk) == []
    assert [customer for customer, _ in wanted(desk.ledger)] == ["1"]


def test_an_incident_that_can_not_be_read_and_names_the_customer_is_named_by_the_receipt(desk: Working) -> None:
    incident = an_incident(examples=(f"{CUSTOMER}/2",))
    keep_incident(desk.ledger, incident, version=0)
    newer(desk.ledger, "INCIDENTS", incident.incident_id)
    erase(desk)
    assert sweep(desk) == (1, 0)
    said = desk.asks(ERASURE, by=ADMIN).body["receipt"]["beyond_reach"]
    assert said[0].startswith(f"Incident {incident.incident_id} can't be read")


def test_a_new_request_asks_for_what_was_written_by_then_and_one_that_is_sent_again_does_not(desk: Working) -> None:
    first = erase(desk, key="the-first-key").body["asked_at"]
    desk.now += 60 * MINUTE
    assert erase(desk, key="the-first-key").body["asked_at"] == first
    assert erase(desk, key="a-second-key").body["asked_at"] == first + 60 * MINUTE


def test_what_is_asked_for_is_done_within_a_minute_and_its_receipt_says_so(desk: Working) -> None:
    asked = erase(desk)
    assert (asked.status, asked.headers["Location"]) == (202, ERASURE)
    assert asked.body == {
        "customer_id": CUSTOMER, "as_of": desk.now, "progress": "asked", "by": "the admin", "asked_at": desk.now,
        "receipt": None,
    }  # fmt: skip
    assert desk.asks(ERASURE, by=ADMIN).body == asked.body
    desk.now += MINUTE
    assert sweep(desk) == (1, 0)
    done = desk.asks(ERASURE, by=ADMIN).body
    assert (done["progress"], done["by"]) == ("finished", "the admin")
    assert done["receipt"]["deleted"] == {"cases": 1, "conversations": 1, "events": 2, "profiles": 1}
    assert done["receipt"]["finished_at"] == desk.now
    assert any("Point-in-time backups" in words for words in done["receipt"]["beyond_reach"])
    assert desk.asks(f"/customers/{CUSTOMER}").status == desk.asks(f"/cases/{CASE}").status == 404


def test_nothing_that_is_left_names_the_customer_and_no_log_ever_did(desk: Working) -> None:
    desk.does("note", {"text": "Called her."})
    told = logging.StreamHandler(io.StringIO())
    told.setFormatter(logger.registered_formatter)
    logger.addHandler(told)
    erase(desk)
    sweep(desk)
    logger._logger.removeHandler(told)
    said = told.stream.getvalue()
    assert "erasure asked for" in said
    assert "customer erased" in said
    assert f'"{CUSTOMER}' not in said
    assert stored(desk) == []


def test_asked_for_twice_it_is_done_once(desk: Working) -> None:
    first = erase(desk, key="the-first-key")
    before = desk.writings()
    assert erase(desk, key="the-first-key").body == first.body
    assert desk.writings() == before
    assert erase(desk, key="a-second-key").body == first.body
    sweep(desk)
    after = desk.writings()
    for key in ("the-first-key", "another-key"):
        done = erase(desk, key=key)
        assert (done.status, done.body["progress"]) == (200, "finished")
    assert sweep(desk) == (0, 0)
    assert desk.writings() == after


def test_who_writes_again_can_be_erased_again_but_not_by_a_request_that_was_carried_out(desk: Working) -> None:
    erase(desk, key="the-first-key")
    sweep(desk)
    desk.now += 60 * MINUTE
    desk.desk.append(wrote(60))
    assert erase(desk, key="the-first-key").status == 200
    assert list(wanted(desk.ledger)) == []
    again = erase(desk, key="a-second-key")
    assert (again.status, again.body["progress"], again.body["receipt"]) == (202, "asked", None)
    sweep(desk)
    assert desk.asks(ERASURE, by=ADMIN).body["receipt"]["deleted"] == {"events": 1}
    assert len(list(desk.ledger.values("RECEIPT", Receipt))) == 2


def test_none_of_the_keys_it_was_asked_for_with_asks_for_another(desk: Working) -> None:
    for key in ("the-first-key", "a-second-key"):
        assert erase(desk, key=key).status == 202
    sweep(desk)
    for minute, key in ((60, None), (120, "a-third-key")):
        desk.now += 60 * MINUTE
        desk.desk.append(wrote(minute))
        if key:
            assert erase(desk, key=key).status == 202
            sweep(desk)
            desk.desk.append(wrote(minute + 1))
    for key in ("the-first-key", "a-second-key", "a-third-key"):
        assert erase(desk, key=key).status == 200
    assert list(wanted(desk.ledger)) == []
    assert erase(desk, key="a-fourth-key").status == 202


def typed(desk: Working) -> Erasure:
    return Erasure(
        desk.desk, desk.ledger, CUSTOMER, "Ada",
        secret=erasure_key_for_good, owner="typed", clock=lambda: desk.now, pause=lambda _: None,
    )  # fmt: skip


def test_one_that_was_typed_and_begun_keeps_the_key_of_who_asks_for_it_too(
    desk: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Erasure, "_finish", lambda *_: pytest.fail("cut short"))
        with pytest.raises(pytest.fail.Exception, match="cut short"):
            typed(desk).run()
    asked = erase(desk, key="the-first-key")
    assert (asked.status, asked.body["progress"]) == (202, "begun")
    assert sweep(desk) == (1, 0)
    ((_, receipt),) = desk.ledger.values("RECEIPT", Receipt)
    assert (receipt.by, receipt.keys_asked) == ("Ada", ("the-first-key",))


def test_a_key_that_comes_as_it_is_finished_is_kept_too(desk: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    erase(desk, key="the-first-key")
    finished, times = Receipt.finished, iter(range(9))

    def interrupted(self: Receipt, now: int, **keys: Any) -> Receipt:
        if next(times) == 0:
            want(desk.ledger, CUSTOMER, Wanted("Lena", now, ("a-second-key",)))
        return finished(self, now, **keys)

    monkeypatch.setattr(Receipt, "finished", interrupted)
    assert sweep(desk) == (1, 0)
    ((_, receipt),) = desk.ledger.values("RECEIPT", Receipt)
    assert receipt.keys_asked == ("the-first-key", "a-second-key")
    assert list(wanted(desk.ledger)) == []


def test_only_an_admin_erases_or_reads_of_it(desk: Working) -> None:
    before = desk.writings()
    for by, status in ((None, 401), ("wall", 403), ("Mia", 403), ("Lena", 403)):
        assert erase(desk, by=by).status == status
        assert desk.sends(ERASURE, "", method="GET", by=by).status == status
    assert desk.writings() == before


def test_who_is_not_stored_is_not_found_and_the_desk_itself_is_no_customer(desk: Working) -> None:
    before = desk.writings()
    assert desk.sends("/customers/999/erase", {}, by=ADMIN).status == 404
    assert desk.asks("/customers/999/erasure", by=ADMIN).status == 404
    own = desk.sends(f"/customers/{OURS}/erase", {}, by=ADMIN)
    assert (own.status, own.problem) == (409, "not-possible")
    assert desk.writings() == before


def test_an_erasure_that_is_cut_short_goes_on_a_minute_later(desk: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.store.erasing._A_STEP", 2)
    erase(desk)
    assert sweep(desk, has_time=False) == (0, 1)
    assert desk.asks(ERASURE, by=ADMIN).body["progress"] == "asked"
    delete, steps = Erasure._delete, iter(range(9))

    def cut(self: Erasure, *given: Any) -> Receipt:
        if next(steps) == 1:
            raise Conflict("cut short")
        return delete(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(Erasure, "_delete", cut)
        assert sweep(desk) == (0, 1)
    begun = desk.asks(ERASURE, by=ADMIN).body
    assert (begun["progress"], begun["receipt"]["finished_at"]) == ("begun", None)
    assert sweep(desk) == (1, 0)
    done = desk.asks(ERASURE, by=ADMIN).body["receipt"]
    assert sum(done["deleted"].values()) == 5
    assert done["begun_at"] == begun["receipt"]["begun_at"]


def test_one_that_cannot_be_erased_keeps_nobody_else(desk: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    erase(desk)
    desk.ledger.put("ERASE", "100", Wanted("Lena", desk.now, ("some-key",)))
    run = Erasure.run

    def fails(self: Erasure) -> Receipt:
        if self.customer_id == "100":
            raise Conflict("the poll does not end")
        return run(self)

    monkeypatch.setattr(Erasure, "run", fails)
    assert sweep(desk) == (1, 1)
    assert [customer for customer, _ in wanted(desk.ledger)] == ["100"]


def test_triages_sweep_carries_it_out(desk: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    erase(desk)

    class Context:
        aws_request_id = function_name = invoked_function_arn = "sweep"
        memory_limit_in_mb = 512

        def get_remaining_time_in_millis(self) -> int:
            return 45_000

    with ExitStack() as cold:
        cold.callback(triage.handler._policies.cache_clear)
        triage.handler._policies.cache_clear()
        for name, made in (("desk_table", desk.desk), ("ledger", desk.ledger)):
            monkeypatch.setattr(triage.handler, name, lambda made=made: made)
            monkeypatch.setattr("desk.store.counted.ledger", lambda: desk.ledger)
        monkeypatch.setattr(triage.handler, "clock_from", lambda _: lambda: desk.now)
        monkeypatch.setattr(metrics.provider, "namespace", "MentionDesk")
        monkeypatch.setattr(triage.handler, "load", lambda _: shipped_policy())
        told = triage.handler.sweep({}, Context())
    assert (told["erased"], told["failed"]) == (1, 0)
    assert stored(desk) == []
