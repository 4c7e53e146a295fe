"""One busy minute, and at each of its steps in turn the same thing goes wrong: afterwards the books balance."""

from __future__ import annotations

import pytest

from tests.torture.books import Books, check_settled
from tests.torture.faults import Fate, Run
from tests.torture.installation import Installation

MOST_STEPS = 200


def a_busy_minute(installation: Installation, run: Run) -> None:
    """Three customers write, one of ours answers from a private account, every function runs."""
    for customer in range(3):
        installation.people.write(customer, customer)
    installation.people.answer(0, 1, 0)
    installation.wait(30)
    installation.work(run)


@pytest.mark.parametrize("fate", [Fate.KILLED_BEFORE, Fate.ANSWER_LOST, Fate.CONFLICT])
def test_whatever_happens_at_any_step_of_a_busy_minute_the_books_balance(fate):
    for step in range(MOST_STEPS):
        with Installation() as installation:
            run = Run({step: fate})
            a_busy_minute(installation, run)
            installation.settle()
            check_settled(Books(installation))
        if step > run.steps:
            return
    raise AssertionError(f"a minute of more than {MOST_STEPS} steps was not tried to its end")
