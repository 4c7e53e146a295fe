"""What a period cost: from counters of whole UTC days to amounts and USD, in all and for each thousand mentions. Pure.

X bills by UTC days, and so counts the ledger. A UTC day belongs to the period in which its noon lies: each day to one
day of whatever time zone, none to two.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from desk import prices
from desk.meter import Metered
from desk.spending import USD as X_USD
from desk.spending import usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from desk.figures.period import Period

NOT_COUNTED: Final = (
    "storage, backups, logs, metrics, alarms, traces, schedules, keys; the API and what people do by command; "
    "the start of a cold function, and runs that were killed; taxes. "
    "Neither free tiers nor discounts are taken off. Writes that were refused count at their least"
)
"""What no counter holds, or not exactly."""

_PER: Final = 1000
_HALF_DAY: Final = timedelta(hours=12)
_AWS_USD: Final[Mapping[str, float]] = {
    Metered.WRITE_UNIT: prices.DYNAMODB_WRITE_UNIT,
    Metered.REFUSED_UNIT: prices.DYNAMODB_WRITE_UNIT,
    Metered.READ_UNIT: prices.DYNAMODB_READ_UNIT,
    Metered.INVOCATION: prices.LAMBDA_REQUEST,
    Metered.MEGABYTE_MS: prices.LAMBDA_GB_SECOND / (1024 * 1000),
    Metered.MAIL: prices.SES_MAIL,
    Metered.COMPREHEND_UNIT: prices.COMPREHEND_UNIT,
}
_USD: Final[Mapping[str, float]] = {**{str(kind): price for kind, price in X_USD.items()}, **_AWS_USD}


class Cost(Struct, frozen=True):
    """What one kind of use came to, in all and for each thousand mentions; None where there were none.

    The kinds are those of `desk.spending.Kind` and, but for mentions, of `desk.meter.Metered`.
    """

    kind: str
    amount: float
    amount_per_1000: float | None
    usd: float
    usd_per_1000: float | None


class Bill(Struct, frozen=True):
    """USD, in all and for each thousand mentions, None of none."""

    usd: float
    usd_per_1000: float | None


class MonthSoFar(Struct, frozen=True):
    """X's bill of a UTC month as far as it has come, and the budget of the policy for it."""

    month: str
    spent_usd: float
    budget_usd: float


class Costs(Struct, frozen=True):
    """What was used in the UTC days `first_day` to `last_day`, of which `days_counted` of `days` have counters.

    `mentions` are those stored on these days. `not_counted` says what else costs money; the prices are list prices.
    """

    first_day: str
    last_day: str
    days: int
    days_counted: int
    mentions: int
    kinds: tuple[Cost, ...]
    x: Bill
    aws: Bill
    total: Bill
    month: MonthSoFar
    x_prices_of: str
    aws_prices_of: str
    not_counted: str


def days_of(period: Period, as_of: int) -> list[str]:
    """Give the UTC days that belong to a period, as `2026-03-01`, without those that have not begun by `as_of`."""
    noon = datetime.fromtimestamp(period.from_at, UTC) + _HALF_DAY
    first = (noon - timedelta(seconds=1)).date()  # the first day whose noon is not before the period
    last = (datetime.fromtimestamp(period.until_at - 1, UTC) - _HALF_DAY).date()
    until = min(last, datetime.fromtimestamp(as_of, UTC).date())
    return [(first + timedelta(days=number)).isoformat() for number in range((until - first).days + 1)]


def costs_of(
    days: Sequence[str],
    *,
    x_counters: Iterable[Mapping[str, int]],
    used: Mapping[str, Mapping[str, float]],
    app_owners: frozenset[str],
    month: MonthSoFar,
) -> Costs | None:
    """Give what some UTC days cost; None if no function wrote down anything on any of them.

    `x_counters` are the ledger's counters of these days, `used` what functions used by day.
    """
    if not days or not used:
        return None
    counted = _Counted.of(x_counters, used, app_owners)
    return Costs(
        first_day=days[0],
        last_day=days[-1],
        days=len(days),
        days_counted=len(used),
        mentions=counted.mentions,
        kinds=tuple(map(counted.cost, _USD)),
        x=counted.bill(X_USD),
        aws=counted.bill(_AWS_USD),
        total=counted.bill(_USD),
        month=month,
        x_prices_of=prices.X_AS_OF,
        aws_prices_of=prices.AWS_AS_OF,
        not_counted=NOT_COUNTED,
    )


class _Counted(Struct, frozen=True):
    amounts: Mapping[str, float]
    mentions: int

    @classmethod
    def of(
        cls, x_counters: Iterable[Mapping[str, int]], used: Mapping[str, Mapping[str, float]], owners: frozenset[str]
    ) -> _Counted:
        amounts: defaultdict[str, float] = defaultdict(float)
        days: Iterable[Mapping[Any, float]] = (*(usage(each, owners) for each in x_counters), *used.values())
        for kind, amount in (each for day in days for each in day.items()):
            amounts[kind] += amount
        return cls(amounts, int(amounts.pop(Metered.MENTION, 0)))

    def cost(self, kind: str) -> Cost:
        amount = self.amounts.get(kind, 0)
        bill = self.bill((kind,))
        return Cost(kind, amount, self._per_1000(amount), bill.usd, bill.usd_per_1000)

    def bill(self, kinds: Iterable[str]) -> Bill:
        usd = sum(self.amounts.get(kind, 0) * _USD[kind] for kind in kinds)
        return Bill(usd, self._per_1000(usd))

    def _per_1000(self, amount: float) -> float | None:
        return amount / self.mentions * _PER if self.mentions else None
