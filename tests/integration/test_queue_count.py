"""The sweep counts a long queue for whoever asks: what it keeps is what the cases tell, or it keeps nothing."""

from __future__ import annotations

import pytest

from desk.errors import Conflict
from desk.event import Direction
from desk.queue import Count, count
from desk.snowflake import id_at
from desk.store.codec import text
from desk.store.queue_count import keep_count, kept_count
from tests.cases import NOON, a_case
from tests.integration.test_filing import Desk
from tests.stories import MINUTE, MORNING, OURS, a_post, an_event
from triage.sweep import go_through_queues

AN_HOUR = 60


CUSTOMERS = range(501, 508)


def asked_by(customer: int):
    post = a_post(0, author=str(customer), post_id=_post_of(customer), conversation_id=_post_of(customer))
    return an_event(post, customer_id=str(customer), direction=Direction.INBOUND)


def answered(customer: int):
    conversation, post_id = _post_of(customer), str(int(id_at(MORNING + 10 * MINUTE)) + customer)
    post = a_post(10, author=OURS, text="on it", post_id=post_id, conversation_id=conversation, replies_to=conversation)
    return an_event(post, customer_id=str(customer), direction=Direction.OUTBOUND)


def _post_of(customer: int) -> str:
    return str(int(id_at(MORNING)) + customer)


class Queue(Desk):
    """Seven customers who wait, in a desk that calls three a long queue."""

    def sweep(self, minute: float, *, has_time=lambda: True):
        filer, now = self.filer(minute), MORNING + int(minute * MINUTE)
        return go_through_queues(filer, self.desk, self.ledger, now=now, has_time=has_time)

    def counted_anew(self, minute: float) -> Count:
        found = [case for team in self.policy.teams for case in self.desk.open_cases(team)]
        return count(found, MORNING + int(minute * MINUTE))


@pytest.fixture
def queue(desk, ledger, monkeypatch):
    monkeypatch.setattr("desk.queue.FEW", 3)
    made = Queue(desk, ledger)
    for team in made.policy.teams:
        ledger.put("QUEUES", team, {})
    made.gets(*map(asked_by, CUSTOMERS))
    return made


def test_the_sweep_counts_what_it_folds_as_it_stands_then(queue):
    assert queue.sweep(AN_HOUR * 24).done == 7
    kept = kept_count(queue.ledger)
    assert kept == queue.counted_anew(AN_HOUR * 24)
    assert sum(team.counts.breaching for team in kept.teams.values()) == 7


def test_a_case_that_moves_back_as_it_is_folded_is_counted_once(queue, monkeypatch):
    twice = queue.desk.open_case_items
    monkeypatch.setattr(queue.desk, "open_case_items", lambda team: [*twice(team), *twice(team)])
    assert queue.sweep(AN_HOUR * 24).done == 7
    assert sum(team.counts.open for team in kept_count(queue.ledger).teams.values()) == 7


def test_who_resolves_by_silence_leaves_the_count_in_the_same_sweep(queue):
    queue.gets(*map(answered, CUSTOMERS), minute=11)
    queue.sweep(11)
    assert sum(team.counts.answered for team in kept_count(queue.ledger).teams.values()) == 7
    queue.sweep(AN_HOUR * 24 * 30)
    assert kept_count(queue.ledger) is None


def test_a_count_that_could_not_be_finished_is_not_kept(queue):
    queue.sweep(5)
    before = kept_count(queue.ledger)
    left = iter([True] * 4)
    queue.sweep(6, has_time=lambda: next(left, False))
    assert kept_count(queue.ledger) == before


def test_a_case_that_nobody_can_read_keeps_the_others_from_being_told_as_all(queue, dynamodb):
    queue.sweep(5)
    before = kept_count(queue.ledger)
    item = next(iter(queue.desk.open_case_items(queue.desk.customer_cases("503")[0].team)))
    dynamodb.put_item(TableName=queue.desk.name, Item=item | {"body": text("{}")})
    swept = queue.sweep(AN_HOUR * 24)
    assert (swept.done, swept.failed) == (6, 1)
    assert kept_count(queue.ledger) == before


def test_a_case_that_can_not_be_folded_counts_as_it_is_stored(queue, monkeypatch):
    def lost(*_):
        raise Conflict("five races lost")

    monkeypatch.setattr("triage.filing.Filer.refold", lost)
    assert queue.sweep(AN_HOUR * 24).failed == 7
    assert kept_count(queue.ledger) == queue.counted_anew(AN_HOUR * 24)


def of(cases: int, at: int) -> Count:
    return count([a_case(number) for number in range(cases)], at)


def test_a_late_sweep_never_takes_a_later_count_back(queue):
    keep_count(queue.ledger, of(5, NOON + 60))
    keep_count(queue.ledger, of(7, NOON))
    keep_count(queue.ledger, of(1, NOON))
    assert kept_count(queue.ledger) == of(5, NOON + 60)


def test_of_two_sweeps_at_once_one_count_stays(queue, monkeypatch):
    versioned = queue.ledger.versioned

    def overtaken(*place):
        read = versioned(*place)
        monkeypatch.setattr(queue.ledger, "versioned", versioned)
        keep_count(queue.ledger, of(6, NOON))
        return read

    monkeypatch.setattr(queue.ledger, "versioned", overtaken)
    keep_count(queue.ledger, of(5, NOON + 60))
    assert kept_count(queue.ledger) == of(6, NOON)


def test_a_short_queue_is_not_kept_and_ends_what_was_kept_of_a_long_one(queue):
    keep_count(queue.ledger, of(2, NOON))
    assert queue.ledger.get("COUNTED", "QUEUE", Count) is None
    keep_count(queue.ledger, of(9, NOON + 60))
    keep_count(queue.ledger, of(2, NOON + 120))
    assert kept_count(queue.ledger) is None
    assert queue.ledger.get("COUNTED", "QUEUE", Count) == Count(NOON + 120, {})  # nobody is named for good
