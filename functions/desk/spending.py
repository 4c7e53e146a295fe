"""What X was used for, what that costs, and what the desk leaves off when the budget for it runs out.

The ledger counts what was used by UTC day and by UTC month; here counters become amounts by kind, amounts become USD,
and USD of X's bill become a **stage**. Mentions and our own timelines are read at every stage: only they may pass the
budget. Nothing is written here.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias
from unicodedata import normalize

from msgspec import Struct

from desk import prices
from desk.entities import links
from desk.rechecks import accrued

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.policy.model import Policy

    Counters: TypeAlias = Mapping[str, int]

# ---- what is counted


class Kind(StrEnum):
    """What X bills, each at a price of its own."""

    OWNED_READ = "owned_read"
    POST_READ = "post_read"
    LOOK_UP = "look_up"
    USER_READ = "user_read"
    SUMMONED_REPLY = "summoned_reply"
    POST = "post"
    POST_WITH_URL = "post_with_url"


USD: Final[Mapping[Kind, float]] = {
    Kind.OWNED_READ: prices.OWNED_READ,
    Kind.POST_READ: prices.POST_READ,
    Kind.LOOK_UP: prices.POST_READ,
    Kind.USER_READ: prices.USER_READ,
    Kind.SUMMONED_REPLY: prices.SUMMONED_REPLY,
    Kind.POST: prices.POST,
    Kind.POST_WITH_URL: prices.POST_WITH_URL,
}
"""Price of one of each kind."""

READS: Final = (Kind.OWNED_READ, Kind.POST_READ, Kind.LOOK_UP, Kind.USER_READ)
POSTS: Final = (Kind.SUMMONED_REPLY, Kind.POST, Kind.POST_WITH_URL)

LOOKS: Final = "reads:look"
RECHECKS: Final = "reads:recheck"
AUTHORS: Final = "reads:users"
ACKNOWLEDGEMENTS: Final = "posts:acknowledgement"
INCIDENT_REPLIES: Final = "posts:incident"
"""Those among the acknowledgements that went out as an incident's own, for its share of the caps; not billed again."""
ALL_POSTS: Final = "posts"
"""Of a quarter hour, whatever they are."""

QUARTER_SECONDS: Final = 900

_NAMED: Final[Mapping[str, Kind]] = {
    LOOKS: Kind.LOOK_UP,
    RECHECKS: Kind.LOOK_UP,
    AUTHORS: Kind.USER_READ,
    ACKNOWLEDGEMENTS: Kind.SUMMONED_REPLY,
    "posts:reply": Kind.SUMMONED_REPLY,
    "posts:status": Kind.POST,
    "posts:status_with_url": Kind.POST_WITH_URL,
}
"""Counters with a name of their own; reads of a source are counted as `reads:<kind of source>:<name>`."""


def usage(counters: Counters, app_owners: frozenset[str]) -> Counter[Kind]:
    """Give how much of each kind the ledger's counters come to; a kind without a counter is 0.

    `app_owners` are the accounts (lower case) that own the developer app they are read with: a read of their own
    mentions and posts costs a fifth (X's pricing, 2026-08-22). Counters of nothing that X bills are left out:
    what is used of AWS is counted elsewhere in the ledger.
    """
    used: Counter[Kind] = Counter()
    for name, amount in counters.items():
        kind = _kind(name, app_owners)
        if kind is not None:
            used[kind] += amount
    return used


def _kind(counter: str, app_owners: frozenset[str]) -> Kind | None:
    match counter.split(":"):
        case ["reads", "mentions" | "timeline", handle]:
            return Kind.OWNED_READ if handle in app_owners else Kind.POST_READ
        case ["reads", "search" | "fill", _]:
            return Kind.POST_READ
        case _:
            return _NAMED.get(counter)


# ---- the budget


class Stage(StrEnum):
    """How much the desk still does.

    EVERYTHING_ON; SEARCHES_OFF: posts without our handle are not looked for; QUEUE_ONLY: nothing is acknowledged or
    looked at again either, but mentions and own timelines are read and filed.
    """

    EVERYTHING_ON = "everything_on"
    SEARCHES_OFF = "searches_off"
    QUEUE_ONLY = "queue_only"

    @property
    def rank(self) -> int:
        """Give its place in the order in which things are left off: 0, 1, 2."""
        return list(Stage).index(self)


SMALLEST_SEARCH: Final = 10
"""Posts of the smallest page of X's search (X's OpenAPI file 2.166)."""


class Spent(Struct, frozen=True):
    """The ledger's counters of one moment: of its UTC day and of its UTC month."""

    today: Counters
    this_month: Counters

    def plus(self, what: str, amount: int) -> Spent:
        """Give what is spent once `amount` more of a counter is."""
        return Spent(*({**each, what: each.get(what, 0) + amount} for each in (self.today, self.this_month)))


class Line(Struct, frozen=True):
    """What X's bill of one period comes to so far, and what it may come to; USD."""

    spent_usd: float
    budget_usd: float


class Standing(Struct, frozen=True):
    """How the desk stands by X's budget; `until` (UTC epoch seconds) is when the stage ends by itself, if it does."""

    stage: Stage
    until: int | None
    day: Line
    month: Line


def standing(spent: Spent, policy: Policy, *, now: int) -> Standing:
    """Give the stage at `now`: the worse one of day and month. A stage begins when what it leaves off can't be paid."""
    purses = _purses(spent, policy)
    stages = [_stage(purse) for purse in purses]
    stage = max(stages, key=lambda each: each.rank)
    ends = [end for found, end in zip(stages, (day_end(now), month_end(now)), strict=True) if found is stage]
    return Standing(stage, None if stage is Stage.EVERYTHING_ON else max(ends), *(purse.line for purse in purses))


def room_for_searches(spent: Spent, policy: Policy) -> int:
    """Give how many posts searches may still read, today and this month."""
    return min(purse.before_searches_stop // _micro(Kind.POST_READ) for purse in _purses(spent, policy))


def room_for_looks(spent: Spent, policy: Policy) -> int:
    """Give how many posts may still be looked at again, today and this month."""
    return min(purse.left // _micro(Kind.LOOK_UP) for purse in _purses(spent, policy))


def room_for_rechecks(spent: Spent, policy: Policy, *, now: int) -> int:
    """Give how many posts beyond their last age may be looked at by now: they have reads of their own each day.

    They stop where searches stop.
    """
    of_its_own = accrued(policy.polling.recheck_daily_reads, now=now) - spent.today.get(RECHECKS, 0)
    return min(of_its_own, room_for_searches(spent, policy))


def room_for_authors(spent: Spent, policy: Policy) -> int:
    """Give how many authors may still be looked up today; they stop where searches stop."""
    of_its_own = policy.polling.author_daily_reads - spent.today.get(AUTHORS, 0)
    purses = _purses(spent, policy)
    return min(of_its_own, *(purse.before_searches_stop // _micro(Kind.USER_READ) for purse in purses))


def room_for_acknowledgements(spent: Spent, policy: Policy) -> int:
    """Give how many acknowledgements may still be posted, today and this month."""
    return room_for(ACKNOWLEDGEMENTS, spent, policy)


def room_for(counter: str, spent: Spent, policy: Policy) -> int:
    """Give how many more of what a counter counts can be paid, today and this month."""
    return min(purse.left // _micro(_NAMED[counter]) for purse in _purses(spent, policy))


def status_counter(text: str) -> str:
    """Give the counter of a status post: X bills a post with a link at 13 times the price of one without."""
    return "posts:status_with_url" if next(links(normalize("NFC", text)), None) else "posts:status"


class _Purse(Struct, frozen=True):
    """X's budget of one period in millionths of a USD: whole numbers, so that no cap is passed by rounding."""

    spent: int
    budget: int
    searches_stop_at: int

    @property
    def left(self) -> int:
        return max(0, self.budget - self.spent)

    @property
    def before_searches_stop(self) -> int:
        return max(0, self.searches_stop_at - self.spent)

    @property
    def line(self) -> Line:
        return Line(self.spent / _MILLION, self.budget / _MILLION)


_MILLION: Final = 1_000_000


def _micro(kind: Kind) -> int:
    return round(USD[kind] * _MILLION)


def _purses(spent: Spent, policy: Policy) -> tuple[_Purse, _Purse]:
    budget, owners = policy.budget, policy.app_owners

    def purse(counters: Counters, budget_usd: float) -> _Purse:
        used = usage(counters, owners)
        whole = round(budget_usd * _MILLION)
        cost = sum(used[kind] * _micro(kind) for kind in Kind)
        return _Purse(cost, whole, round(whole * budget.searches_off_at_share))

    return purse(spent.today, budget.usd_per_day), purse(spent.this_month, budget.usd_per_month)


def _stage(purse: _Purse) -> Stage:
    if purse.left < _micro(Kind.SUMMONED_REPLY):
        return Stage.QUEUE_ONLY
    if purse.before_searches_stop < SMALLEST_SEARCH * _micro(Kind.POST_READ):
        return Stage.SEARCHES_OFF
    return Stage.EVERYTHING_ON


# ---- periods


def quarter_of(at: int) -> str:
    """Give the quarter hour (UTC) of a moment, as the counters name it: `2026-03-02T12:15`."""
    return datetime.fromtimestamp(at // QUARTER_SECONDS * QUARTER_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M")


def month_of(at: int) -> str:
    """Give the UTC month of a moment, as `2026-03`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")


def day_end(at: int) -> int:
    """Give the end of a moment's UTC day."""
    return (at // 86_400 + 1) * 86_400


def month_end(at: int) -> int:
    """Give the end of a moment's UTC month."""
    first = datetime.fromtimestamp(at, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int((first + timedelta(days=32)).replace(day=1).timestamp())
