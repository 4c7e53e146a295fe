"""What the stories found, each told by itself, so that it stays found."""

from __future__ import annotations

import pytest

from desk.errors import Unavailable
from desk.outbox import State
from desk.store.ledger import Ledger
from local.x_simulator import Fault, Kind
from tests.torture.books import Books, check_settled
from tests.torture.faults import FailingDynamoDB, Fate, Run, Steps
from tests.torture.installation import Installation
from tests.torture.leads import Leads
from tests.torture.memory_dynamodb import MemoryDynamoDB

SUPPORT, AGENT = 0, 1
CRASHES, MISSES_BAG = 0, 6


@pytest.fixture
def installation():
    with Installation() as installed:
        yield installed


def test_an_answer_to_an_edited_post_counts_when_it_comes_from_a_private_account(installation):
    """The index of posts knew no later versions: such an answer waited for a day and was put away without a case."""
    people = installation.people
    people.write(0, CRASHES)
    people.edit(0, MISSES_BAG)
    people.answer(0, AGENT, 0)
    installation.settle()
    books = Books(installation)
    assert [case.answers for case in books.cases.values()] == [1]
    check_settled(books)


def test_a_write_that_met_a_transaction_is_not_taken_for_one_that_stands():
    """DynamoDB's transaction conflict was read as "there is one already": the value was never written."""
    steps = Steps()
    ledger = Ledger(FailingDynamoDB(MemoryDynamoDB.of_template(), steps), "ledger")
    with pytest.raises(Unavailable):
        steps.within(Run({0: Fate.CONFLICT}), lambda: ledger.put_if_absent("QUEUES", "care", {}))
    assert ledger.put_if_absent("QUEUES", "care", {})


@pytest.mark.parametrize("step", range(60))
def test_a_conflict_at_any_step_leaves_no_case_behind_in_its_queue(installation, step):
    """A team whose queue was not put on record was never swept: its cases kept a warning that had long passed."""
    for _ in range(3):
        installation.people.write(0, CRASHES)
    installation.wait(20)
    installation.work(Run({step: Fate.CONFLICT}))
    installation.settle()
    check_settled(Books(installation))


def test_a_day_without_polling_hides_no_post_that_x_found_late(installation):
    """The full reading looked back a day from now, not from when it was due: what X found late before a pause was lost."""
    people = installation.people
    people.write(0, CRASHES)
    people.answer(0, SUPPORT, 0, late=1500)
    for _ in range(16):
        installation.wait(60)
        installation.work()
    installation.wait(90_000)
    installation.settle()
    books = Books(installation)
    assert [case.answers for case in books.cases.values()] == [1]
    check_settled(books)


@pytest.mark.parametrize("status", [402, 403, 429])
@pytest.mark.parametrize("step", range(30))
def test_what_x_said_is_not_forgotten_when_writing_it_down_meets_another_write(installation, status, step):
    """X had refused or asked to wait, one write was lost to a conflict, and the post was shown as unknown."""
    installation.people.write(0, CRASHES)
    installation.wait(30)
    installation.poll()
    installation.x.faults.add(Fault(kind=Kind.ANSWER, status=status, method="POST"))
    installation.drain(Run({step: Fate.CONFLICT}))
    installation.wait(3600)  # too old by then, if X asked to wait
    installation.settle()
    books = Books(installation)
    assert {each.state for each in books.outbox.values()} <= {State.REFUSED, State.SENT}
    check_settled(books)


def test_a_status_post_whose_answer_was_lost_is_known_to_its_incident_although_that_is_over(installation):
    """The incident was closed in the minute in which our timeline showed the post: nobody noted its id any more."""
    installation.people.write(0, CRASHES)
    installation.work()
    leads = Leads(installation)
    leads.declare()
    leads.publish()
    installation.x.faults.add(Fault(kind=Kind.SILENCE, method="POST", committed=True))
    installation.drain()
    leads.end(replies=None)
    installation.wait(1000)
    installation.settle()
    check_settled(Books(installation))
