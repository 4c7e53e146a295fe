"""Reads what the answer to "may we post this, now?" depends on. It decides nothing, and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.incidents.status_post import BY_ITSELF
from desk.outbox import MAY_BE_OUT, OutgoingKind, status_key, status_number
from desk.permission import Situation, Spoken, Thread
from desk.spending import ALL_POSTS, INCIDENT_REPLIES, quarter_of
from desk.store.incidents import incident, ongoing_one

if TYPE_CHECKING:
    from desk.outbox import Outgoing
    from desk.policy.model import Policy
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger


def situation(outgoing: Outgoing, *, desk: DeskTable, ledger: Ledger, policy: Policy, now: int) -> Situation:
    """Read the situation of an outgoing post at `now` (UTC epoch seconds)."""
    switch = ledger.switch()
    stored = desk.case(outgoing.case_id) if outgoing.case_id else None
    incident_id = stored.case.incident_id if stored else outgoing.incident_id
    going_on = ongoing_one(ledger, incident_id) if incident_id else None
    is_automatic = outgoing.kind is OutgoingKind.ACKNOWLEDGEMENT
    published = ledger.spent(quarter_of(now))
    return Situation(
        outgoing=outgoing,
        case=stored.case if stored else None,
        has_stopped=desk.profile(outgoing.customer_id).stopped_at is not None,
        is_on=switch is not None and switch.allows(desk.name),
        knows_accounts=_knows_accounts(ledger, policy),
        closed_until=ledger.get("DESK", f"REST#{outgoing.handle}", int) or 0,
        posts_this_quarter=published.get(ALL_POSTS, 0),
        spent=ledger.spent_by(now),
        case_version=stored.version if stored else 0,
        incident_posts_this_quarter=published.get(INCIDENT_REPLIES, 0),
        incident=going_on,
        thread=_thread(outgoing, desk, ledger) if outgoing.kind is OutgoingKind.STATUS else None,
        spoken=_spoken(outgoing, going_on.incident_id, desk) if is_automatic and going_on else None,
    )


def _spoken(reply: Outgoing, incident_id: str, desk: DeskTable) -> Spoken:
    """Read what the customer heard of an incident: the reply claimed last is out, or may be, or none is."""
    key, version = desk.spoken(reply.customer_id, incident_id)
    other = desk.outgoing(reply.customer_id, key) if key and key != reply.key else None
    return Spoken(is_heard=other is not None and other.state in MAY_BE_OUT, version=version)


def _thread(status: Outgoing, desk: DeskTable, ledger: Ledger) -> Thread:
    """Read where a status post would stand: under the latest one before it that is out."""
    incident_id, number = status.incident_id or "", status_number(status.key)
    known, _ = incident(ledger, incident_id)
    posts = {post.number: post for post in known.status_posts} if known else {}
    previous = desk.outgoing(status.customer_id, status_key(incident_id, number - 1))
    shown = [previous.post_id if previous else None, *(posts[each].post_id for each in sorted(posts, reverse=True))]
    return Thread(
        reply_to=next(filter(None, shown), None),
        previous=previous,
        by_itself=number in posts and posts[number].approved_by == BY_ITSELF,
    )


def recent_texts(ledger: Ledger, handle: str) -> list[str]:
    """Give the texts an own account posted lately through the desk, the newest first; none where no handle is known."""
    return (ledger.get("RECENT", handle, list[str]) or []) if handle else []


def _knows_accounts(ledger: Ledger, policy: Policy) -> bool:
    """Every own account of the policy was set up; else what an agent wrote would pass for a customer's post."""
    setup = ledger.setup()
    known = setup.handles.keys() if setup else ()
    return all(handle.name.lower() in known for handle in policy.handles)
