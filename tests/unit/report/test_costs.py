from __future__ import annotations

import pytest

from desk.figures.costs import MonthSoFar, costs_of
from desk.meter import Metered
from report.costs import CostRow, cost_notes, cost_rows, usd


def costs(days=("2026-03-02",), mentions=50, budget_usd=400.0, **used):
    return costs_of(
        days,
        x_counters=({"reads:search:brand": 4},),
        used={days[0]: {Metered.MENTION: mentions, **used}},
        app_owners=frozenset(),
        month=MonthSoFar("2026-03", spent_usd=12.5, budget_usd=budget_usd),
    )


def test_each_kind_that_was_used_has_a_row_and_then_come_the_sums():
    assert list(cost_rows(costs(write_unit=4000.0))) == [
        CostRow("X: other posts read", "4", "80", "0.0200", "0.40"),
        CostRow("DynamoDB: write units", "4,000", "80,000", "0.0025", "0.0500"),
        CostRow("X together", "", "", "0.0200", "0.40"),
        CostRow("AWS together", "", "", "0.0025", "0.0500"),
        CostRow("All together", "", "", "0.0225", "0.45"),
    ]


def test_time_is_told_in_gigabyte_seconds():
    (row,) = [row for row in cost_rows(costs(megabyte_ms=1024 * 1000 * 90)) if row.name.startswith("Lambda")]
    assert (row.amount, row.amount_per_1000) == ("90", "1,800")


def test_every_kind_has_a_name():
    used = {each: 1.0 for each in Metered if each is not Metered.MENTION}
    assert all(row.name for row in cost_rows(costs(**used)))


def test_the_notes_name_the_budget_the_days_the_prices_and_what_is_missing():
    month, days, of_prices, missing = cost_notes(costs())
    assert month == "X in 2026-03 so far: USD 12.50, 3 % of the month's budget of 400.00."
    assert days == "UTC day 2026-03-02; per 1,000: of the 50 mentions stored."
    assert "2026-08-22" in of_prices
    assert missing.startswith("Not counted: storage")


def test_days_that_nobody_counted_are_named_as_such():
    notes = list(cost_notes(costs(days=("2026-03-02", "2026-03-03"))))
    told = "UTC days 2026-03-02 to 2026-03-03; per 1,000: of the 50 mentions stored; 1 of 2 days were not counted."
    assert notes[1] == told


def test_costs_that_nobody_counted_are_not_told_as_nothing():
    assert list(cost_rows(None)) == []
    assert list(cost_notes(None)) == ["Not counted: no function has written down what it used."]


def test_a_budget_of_nothing_has_no_share():
    assert "–" in next(cost_notes(costs(budget_usd=0.0)))


@pytest.mark.parametrize(
    ("amount", "told"),
    [(None, "–"), (0, "0.00"), (1234.5, "1,234.50"), (0.0213, "0.0213"), (0.00001, "under 0.0001")],
)
def test_what_was_used_never_reads_as_nothing(amount, told):
    assert usd(amount) == told
