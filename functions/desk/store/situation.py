"""Reads what the answer to "may we post this, now?" depends on. It decides nothing, and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.permission import Situation
from desk.spending import ALL_POSTS, quarter_of

if TYPE_CHECKING:
    from desk.outbox import Outgoing
    from desk.policy.model import Policy
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger


def situation(outgoing: Outgoing, *, desk: DeskTable, ledger: Ledger, policy: Policy, now: int) -> Situation:
    """Read the situation of an outgoing post at `now` (UTC epoch seconds)."""
    switch = ledger.switch()
    stored = desk.case(outgoing.case_id)
    return Situation(
        outgoing=outgoing,
        case=stored.case if stored else None,
        has_stopped=desk.profile(outgoing.customer_id).stopped_at is not None,
        is_on=switch is not None and switch.allows(desk.name),
        knows_accounts=_knows_accounts(ledger, policy),
        closed_until=ledger.get("DESK", f"REST#{outgoing.handle}", int) or 0,
        posts_this_quarter=ledger.spent(quarter_of(now)).get(ALL_POSTS, 0),
        spent=ledger.spent_by(now),
    )


def recent_texts(ledger: Ledger, handle: str) -> list[str]:
    """Give the texts an own account posted lately through the desk, the newest first."""
    return ledger.get("RECENT", handle, list[str]) or []


def _knows_accounts(ledger: Ledger, policy: Policy) -> bool:
    """Every own account of the policy was set up; else what an agent wrote would pass for a customer's post."""
    setup = ledger.setup()
    known = setup.handles.keys() if setup else ()
    return all(handle.name.lower() in known for handle in policy.handles)
