"""Which counters tell what a period cost, read from the ledger: of X by UTC day, of AWS by UTC day and function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.figures.costs import MonthSoFar, costs_of, days_of
from desk.notice import day_of
from desk.spending import Spent, month_of, standing

if TYPE_CHECKING:
    from desk.figures import Period
    from desk.figures.costs import Costs
    from desk.policy.model import Policy
    from desk.store.ledger import Ledger


def costs_of_period(ledger: Ledger, period: Period, *, policy: Policy, as_of: int) -> Costs | None:
    """Give what the UTC days of a period cost, and X's bill of the month that `as_of` lies in; None if none counted."""
    days = days_of(period, as_of)
    used = ledger.usage(days[0], days[-1]) if days else {}
    if not used:
        return None
    return costs_of(
        days,
        x_counters=map(ledger.spent, days),
        used=used,
        app_owners=policy.app_owners,
        month=_month_so_far(ledger, policy, as_of),
    )


def _month_so_far(ledger: Ledger, policy: Policy, now: int) -> MonthSoFar:
    month = month_of(now)
    spent = Spent(today=ledger.spent(day_of(now)), this_month=ledger.spent(month))
    line = standing(spent, policy, now=now).month
    return MonthSoFar(month, line.spent_usd, line.budget_usd)
