"""What people are told when X's budget turned something off or on again: from a standing to a mail.

Pure but for reading its templates. It decides neither the stage nor whether it is news.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from desk import prices
from desk.spending import Stage
from report.rendering import render
from report.wording import money, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.policy.model import Policy
    from desk.spending import Line, Standing
    from report.mailer import Mail

NEWS: Final[Mapping[Stage, str]] = {
    Stage.SEARCHES_OFF: "Searches are off: the budget for X is nearly used up",
    Stage.QUEUE_ONLY: "Searches and acknowledgements are off: the budget for X is used up",
    Stage.EVERYTHING_ON: "Everything is on again",
}


class Off(Struct, frozen=True):
    """Something that is off, and what follows from that."""

    what: str
    effect: str


_SEARCHES: Final = Off(
    "Searches",
    "Posts that don't call us by name are found later: when searches are on again they read up to seven days back.",
)
_OLDER_LOOKS: Final = Off("Looks at older posts", "Whether they still stand on X is looked up later.")
_AUTHORS: Final = Off("Looks at authors", "That an unhappy post is by a large account is not learnt.")
_ACKNOWLEDGEMENTS: Final = Off(
    "Acknowledgements", "Customers get no automatic reply; their cases say that the budget is the reason."
)
_ALL_LOOKS: Final = Off(
    "Looks at posts again",
    "What customers delete or edit is noticed later; X wants what is deleted there to be deleted here within 24 hours.",
)

OFF: Final[Mapping[Stage, tuple[Off, ...]]] = {
    Stage.EVERYTHING_ON: (),
    Stage.SEARCHES_OFF: (_SEARCHES, _OLDER_LOOKS, _AUTHORS),
    Stage.QUEUE_ONLY: (_SEARCHES, _AUTHORS, _ACKNOWLEDGEMENTS, _ALL_LOOKS),
}
"""What each stage leaves off, as people read it."""


class _Row(Struct, frozen=True):
    """A line of the budget, as people read it."""

    period: str
    spent: str
    budget: str
    share: str


def budget_mail(found: Standing, *, policy: Policy, now: int) -> Mail:
    """Say which stage it is and why, what is off and what is not, until when, and what to do."""
    return render(
        "budget",
        f"{NEWS[found.stage]} - {policy.brand}",
        news=NEWS[found.stage],
        brand=policy.brand,
        time_zone=policy.time_zone,
        is_off=found.stage is not Stage.EVERYTHING_ON,
        lines=(_row("Today", found.day), _row("This month", found.month)),
        off=OFF[found.stage],
        until=found.until,
        searches_share=policy.budget.searches_off_at_share,
        prices_of=prices.X_AS_OF,
        now=now,
    )


def _row(period: str, line: Line) -> _Row:
    return _Row(period, money(line.spent_usd), money(line.budget_usd), percent(line.spent_usd / line.budget_usd))
