"""Decides whether a case gets its one automatic reply, and if not, why not. Pure.

Only what can never become allowed later is decided here; what may still change (caps, switch, a person's answer) is
decided by respond at the last moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from desk.outbox import Outgoing, OutgoingKind, State, acknowledgement_key
from desk.policy.model import Category, Purpose, Role
from desk.story import ends_the_talk

if TYPE_CHECKING:
    from desk.event import Assessment, Event
    from desk.policy.model import Policy

PLANNED = "planned"


class Plan(Struct, frozen=True):
    """What was decided for one customer post: `words` is "planned", or the reason why nothing is planned."""

    words: str
    outgoing: Outgoing | None = None


def plan(event: Event, assessment: Assessment, case_id: str, *, policy: Policy, has_plan: bool, stopped: bool) -> Plan:
    """Plan the one automatic reply of a case for this post, or say why none is planned."""
    reason = _refusal(event, assessment, policy, has_plan=has_plan, stopped=stopped)
    return Plan(reason) if reason else Plan(PLANNED, _outgoing(event, assessment, case_id))


def _refusal(event: Event, assessment: Assessment, policy: Policy, *, has_plan: bool, stopped: bool) -> str | None:
    refusals = (
        (not policy.acknowledgement.enabled, "acknowledgements are off by policy"),
        (has_plan, "the case has its one automatic reply"),
        (ends_the_talk(event, assessment), "it thanks us at the end of a talk"),
        (stopped or assessment.asks_to_stop, "the customer asked for no automatic replies"),
        (not assessment.is_answerable, f"not a matter of service: {assessment.category}"),
        (not assessment.is_summons, "the post does not mention us: X accepts no reply"),
        (not _may_speak(event.handle, policy), "the post mentions no account that speaks by itself"),
        (
            assessment.category is Category.PRAISE and not policy.acknowledgement.thank_for_praise,
            "praise is not thanked for by policy",
        ),
    )
    return next((reason for holds, reason in refusals if holds), None)


def _may_speak(handle: str | None, policy: Policy) -> bool:
    """Only support and brand accounts speak by themselves; an agent's account is that person's own."""
    known = policy.handle(handle) if handle else None
    return known is not None and known.role is not Role.AGENT


def _outgoing(event: Event, assessment: Assessment, case_id: str) -> Outgoing:
    post = event.post
    if post is None or event.handle is None:
        raise ValueError(f"{event.key} is no post to an own account")
    praise = assessment.category is Category.PRAISE
    return Outgoing(
        customer_id=event.customer_id,
        key=acknowledgement_key(case_id),
        kind=OutgoingKind.ACKNOWLEDGEMENT,
        state=State.PLANNED,
        case_id=case_id,
        conversation_id=post.conversation_id,
        reply_to=post.post_id,
        reply_to_at=event.at,
        handle=event.handle,
        language=assessment.language,
        purpose=Purpose.PRAISE if praise else Purpose.ACKNOWLEDGEMENT,
        is_summoned=assessment.is_summons,
        planned_at=event.seen_at,
        category=assessment.category,
        topic=assessment.topic,
        team=assessment.team,
    )
