"""Tells the people of the summaries when X's budget turned something off, or on again: each change of the stage once.

What was told last stands in the ledger and is written after the mail was accepted: a run that dies in between tells
again rather than never. It turns nothing off by itself: poll and respond ask for the stage on their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from desk.policy.model import Budget  # noqa: TC001 - the codec reads the types at run time
from desk.spending import Stage, Standing, standing
from report.budget_mail import budget_mail

if TYPE_CHECKING:
    from desk.policy.model import Policy
    from desk.store.ledger import Ledger
    from report.mailer import Mailer

_LEASE_SECONDS = 50
"""As long as a run may last."""


class Told(Struct, frozen=True):
    """What was told last: the stage, until when it was to last (UTC epoch seconds), and by which budget."""

    stage: Stage
    until: int | None
    budget: Budget


def is_news(told: Told | None, found: Standing, budget: Budget, *, now: int) -> bool:
    """Answer whether a stage has to be told.

    Within a period only a worse stage is news: one refund more or less turns nothing on again. When the period is over,
    or the budget another, every stage but the plain one is, and the plain one after any other.
    """
    if told and told.budget == budget and told.until and now < told.until:
        return found.stage.rank > told.stage.rank
    return found.stage is not Stage.EVERYTHING_ON or (told is not None and told.stage is not Stage.EVERYTHING_ON)


class BudgetRun(Struct, frozen=True):
    """One look at the budget."""

    ledger: Ledger
    mailer: Mailer
    policy: Policy
    now: int

    def tell(self, found: Standing, *, owner: str) -> bool:
        """Mail a stage if it is news, and give whether it was.

        Raises what the mailer raises; the next run then tells it.
        """
        if not self._is_news(found):
            return False
        if not self.ledger.take_lease("budget", owner=owner, now=self.now, seconds=_LEASE_SECONDS):
            return False
        try:
            if not self._is_news(found):
                return False
            self._send(found)
        finally:
            self.ledger.release_lease("budget", owner=owner)
        return True

    def standing(self) -> Standing:
        """Give how the desk stands now."""
        return standing(self.ledger.spent_by(self.now), self.policy, now=self.now)

    def _is_news(self, found: Standing) -> bool:
        return is_news(self.ledger.get("ALERTS", "BUDGET", Told), found, self.policy.budget, now=self.now)

    def _send(self, found: Standing) -> None:
        people = self.policy.reports.emails
        self.mailer.send(budget_mail(found, policy=self.policy, now=self.now), to=people, reply_to=people)
        self.ledger.put("ALERTS", "BUDGET", Told(found.stage, found.until, self.policy.budget))
