"""How costs read in a mail: a row for each kind that was used, and the sums. Pure; it computes no price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from desk.meter import Metered
from desk.spending import Kind
from report.wording import NOTHING, count, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from desk.figures.costs import Cost, Costs, MonthSoFar

_NAMES: Final[Mapping[str, str]] = {
    Kind.OWNED_READ: "X: own mentions and posts read",
    Kind.POST_READ: "X: other posts read",
    Kind.LOOK_UP: "X: posts looked at again",
    Kind.USER_READ: "X: users read",
    Kind.SUMMONED_REPLY: "X: replies posted",
    Kind.POST: "X: posts posted",
    Kind.POST_WITH_URL: "X: posts with a link posted",
    Metered.WRITE_UNIT: "DynamoDB: write units",
    Metered.REFUSED_UNIT: "DynamoDB: refused, at least",
    Metered.READ_UNIT: "DynamoDB: read units",
    Metered.INVOCATION: "Lambda: invocations",
    Metered.MEGABYTE_MS: "Lambda: GB-seconds",
    Metered.MAIL: "SES: mails",
    Metered.COMPREHEND_UNIT: "Comprehend: units",
}
_MEGABYTE_MS_OF_A_GB_SECOND = 1024 * 1000
_CENTS_FROM_USD = 0.1
_SMALLEST_USD = 0.0001


class CostRow(Struct, frozen=True):
    """A row of the table: amounts are empty in a sum, per thousand mentions a dash where there were none."""

    name: str
    amount: str
    amount_per_1000: str
    usd: str
    usd_per_1000: str


def cost_rows(costs: Costs | None) -> Iterator[CostRow]:
    """Give what was used, kind by kind, and what it comes to; nothing where nothing was counted."""
    if costs is None:
        return
    for cost in costs.kinds:
        if cost.amount:
            yield _row(cost)
    for name, bill in (("X together", costs.x), ("AWS together", costs.aws), ("All together", costs.total)):
        yield CostRow(name, "", "", usd(bill.usd), usd(bill.usd_per_1000))


def cost_notes(costs: Costs | None) -> Iterator[str]:
    """Say how X's bill of the month stands, what the table is about, and what it leaves out."""
    if costs is None:
        yield "Not counted: no function has written down what it used."
        return
    yield _of_the_month(costs.month)
    yield _days(costs)
    yield f"List prices: X's of {costs.x_prices_of}; AWS's, in us-east-1, of {costs.aws_prices_of}."
    yield f"Not counted: {costs.not_counted}."


def _of_the_month(month: MonthSoFar) -> str:
    share = percent(month.spent_usd / month.budget_usd) if month.budget_usd else NOTHING
    spent, budget = usd(month.spent_usd), usd(month.budget_usd)
    return f"X in {month.month} so far: USD {spent}, {share} of the month's budget of {budget}."


def _days(costs: Costs) -> str:
    days = f"UTC day {costs.first_day}" if costs.days == 1 else f"UTC days {costs.first_day} to {costs.last_day}"
    missing = costs.days - costs.days_counted
    uncounted = f"; {missing} of {costs.days} days were not counted" if missing else ""
    return f"{days}; per 1,000: of the {count(costs.mentions, 'mention')} stored{uncounted}."


def usd(amount: float | None) -> str:
    """Give an amount of USD in cents, a small one in hundredths of cents; what was used never reads as nothing."""
    if amount is None:
        return NOTHING
    if amount == 0 or amount >= _CENTS_FROM_USD:
        return f"{amount:,.2f}"
    return f"{amount:.4f}" if amount >= _SMALLEST_USD else f"under {_SMALLEST_USD}"


def _row(cost: Cost) -> CostRow:
    unit = _MEGABYTE_MS_OF_A_GB_SECOND if cost.kind == Metered.MEGABYTE_MS else 1
    per_1000 = NOTHING if cost.amount_per_1000 is None else f"{cost.amount_per_1000 / unit:,.0f}"
    return CostRow(_NAMES[cost.kind], f"{cost.amount / unit:,.0f}", per_1000, usd(cost.usd), usd(cost.usd_per_1000))
