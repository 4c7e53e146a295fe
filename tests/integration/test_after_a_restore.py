"""What was said after the moment to which tables were restored: X shows it, and the tables know nothing of it."""

from __future__ import annotations

import pytest

from desk.outbox import State
from tests.torture.books import Books
from tests.torture.installation import Installation
from tests.torture.memory_dynamodb import MemoryDynamoDB

CRASHES = 0


@pytest.fixture
def installation():
    """A desk that acknowledged a post, then was taken back to the moment of its setup and switched off."""
    with Installation() as installed:
        setup = installed.ledger.setup()
        installed.people.write(0, CRASHES)
        _minutes_pass(installed)
        installed.dynamodb.tables.update(MemoryDynamoDB.of_template(page_items=4).tables)
        installed.ledger.put("DESK", "SETUP", setup)
        _minutes_pass(installed)
        yield installed


def _minutes_pass(installed):
    for _ in range(3):
        installed.wait(60)
        installed.work()


def test_an_acknowledgement_that_nothing_here_knows_of_counts_as_no_persons_answer(installation):
    (case,) = Books(installation).cases.values()
    assert (case.answers, case.first_answer_at) == (0, None)
    assert case.acknowledged_at is not None


def test_it_is_not_said_again_when_posting_goes_on(installation):
    installation.switch(is_on=True)
    _minutes_pass(installation)
    assert len(installation.people.automatic()) == 1
    (outgoing,) = Books(installation).outbox.values()
    assert (outgoing.state, outgoing.reason) == (State.REFUSED, "X shows its acknowledgement already")
