"""Who wrote a post and how far it has spread, as far as that is known when it is judged. It decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.reach import is_large
from triage.signals.sign import Found, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.policy.model import Policy
    from triage.signals.relation import History

_FACT = 1.0


def standing(history: History, policy: Policy) -> Found:
    """Give the signs of an author that counts for more, and of a post that many read."""
    return dict.fromkeys(_facts(history, policy), _FACT)


def _facts(history: History, policy: Policy) -> Iterator[Sign]:
    if history.is_vip and policy.customers.vip_raises_priority:
        yield Sign.VIP
    if history.author and is_large(history.author, policy.reach):
        yield Sign.LARGE_ACCOUNT
    if history.per_hour >= policy.reach.growth_per_hour:
        yield Sign.SPREADING
