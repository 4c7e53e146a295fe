"""The promise while the money runs out: whoever called us by name is filed, and what is left off stays within budget."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk.outbox import State
from desk.policy.model import Budget, Caps
from desk.spending import ACKNOWLEDGEMENTS, Stage, month_of, standing
from tests.torture.books import Books, check_settled
from tests.torture.faults import Fate, Run
from tests.torture.installation import Installation, the_policy

POOR = replace(
    the_policy(),
    caps=Caps(posts_per_15_minutes=3, automatic_per_day=100),
    budget=Budget(usd_per_day=0.06, usd_per_month=0.1, searches_off_at_share=0.5),
)
"""Enough for a handful of acknowledgements, if there were no mentions to read."""


@pytest.mark.parametrize("step", range(0, 120, 15))
def test_mentions_are_filed_and_posts_stay_within_the_budget_wherever_a_run_is_killed(step):
    with Installation() as installed:
        installed.policy = POOR
        for hour in range(6):
            for customer in range(3):
                installed.people.write(customer, hour % 3)
            installed.wait(60)
            installed.work(Run({step: Fate.KILLED_AFTER}) if hour % 2 else None)
            installed.wait(3600)
        installed.settle()
        books = Books(installed)
        check_settled(books)
        counters = installed.ledger.spent(month_of(installed.now))
        assert counters[ACKNOWLEDGEMENTS] * 0.01 <= POOR.budget.usd_per_month
        assert standing(installed.ledger.spent_by(installed.now), POOR, now=installed.now).stage is Stage.QUEUE_ONLY
        refused = {each.reason for each in books.outbox.values() if each.state is State.REFUSED}
        assert "the budget for X is used up" in refused
