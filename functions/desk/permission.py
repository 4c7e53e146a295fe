"""May we post this, now? One pure function answers, with the reason, for automatic replies and for people's.

It is asked by the api before it takes a person's reply, and by respond before every post.

X's rules behind it (X changelog 2026-02-23, X automation rules, read 2026-08): a reply is accepted only if the
author of the post mentioned or quoted the replying account; one automatic reply per interaction; an opt-out is
honoured at once. Breaking them gets an account suspended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.outbox import OutgoingKind
from desk.spending import ACKNOWLEDGEMENTS, QUARTER_SECONDS, Stage, day_end, room_for_acknowledgements, standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.case import Case
    from desk.outbox import Outgoing
    from desk.policy.model import Policy
    from desk.spending import Spent

_MINUTE = 60
_LOOK_AGAIN_SECONDS = 5 * _MINUTE
_REPLY_WAITS_MINUTES = 60
"""What a person wrote is not posted later than this, when nobody thinks of it any more (ours)."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the answer depends on. `closed_until`: X refused us as a whole until then (401, 402, 429).

    `posts_this_quarter` are those the desk published, or may have, in this quarter hour.
    """

    outgoing: Outgoing
    case: Case | None
    has_stopped: bool
    is_on: bool
    knows_accounts: bool
    closed_until: int
    posts_this_quarter: int
    spent: Spent


@dataclass(frozen=True, slots=True)
class Allowed:
    """Post it now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Never post it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Ask again at `not_before` (UTC epoch seconds): until then nothing of its kind goes out by that account."""

    reason: str
    not_before: int


Verdict = Allowed | Refused | Deferred


def may_we_post(situation: Situation, *, policy: Policy, now: int) -> Verdict:
    """Answer whether an outgoing post may be published at `now`: what is forbidden comes before what must wait."""
    refusal = next((reason for holds, reason in _refusals(situation, policy, now) if holds), None)
    if refusal:
        return Refused(refusal)
    wait = next((Deferred(reason, until) for holds, reason, until in _waits(situation, policy, now) if holds), None)
    if wait and is_too_old(situation.outgoing, policy, wait.not_before):
        return Refused(wait.reason)  # when it might go, it may not any more
    return wait or Allowed()


def ceilings(spent: Spent, policy: Policy) -> tuple[int, int]:
    """Give up to how many acknowledgements a claim may go, today and this month: by the cap and by the budget.

    What others spend between this and the claim could have been spent after it as well: the budget is not passed.
    """
    room = room_for_acknowledgements(spent, policy)
    today, this_month = (counters.get(ACKNOWLEDGEMENTS, 0) for counters in (spent.today, spent.this_month))
    return min(policy.caps.automatic_per_day, today + room), this_month + room


def _refusals(situation: Situation, policy: Policy, now: int) -> Iterator[tuple[bool, str]]:
    outgoing, case = situation.outgoing, situation.case
    yield not outgoing.is_summoned, "not summoned: the customer did not mention the account"
    if outgoing.kind is not OutgoingKind.ACKNOWLEDGEMENT:
        waited = f"it could not be posted within {_REPLY_WAITS_MINUTES} minutes"
        yield is_too_old(outgoing, policy, now), waited
        return
    limit = policy.acknowledgement.max_age_minutes
    yield not policy.acknowledgement.enabled, "acknowledgements are off by policy"
    yield situation.has_stopped, "the customer asked for no automatic replies"
    yield case is None, "its case is not known"
    yield case is not None and case.acknowledged_at is not None, "X shows its acknowledgement already"
    yield case is not None and case.first_answer_at is not None, "a person answered already"
    yield case is not None and case.reply_written_at is not None, "a person answers"
    yield case is not None and case.closed_because is not None, f"the case is closed: {case and case.closed_because}"
    yield case is not None and case.resolved_at is not None, "the case is resolved"
    yield is_too_old(outgoing, policy, now), f"too old: the post is more than {limit} minutes old"


def _waits(situation: Situation, policy: Policy, now: int) -> Iterator[tuple[bool, str, int]]:
    caps, budget = policy.caps, standing(situation.spent, policy, now=now)
    soon, quarter_end = now + _LOOK_AGAIN_SECONDS, (now // QUARTER_SECONDS + 1) * QUARTER_SECONDS
    yield not situation.is_on, "posting is switched off", soon
    yield not situation.knows_accounts, "not every own account is set up: run desk setup", soon
    yield situation.closed_until > now, "X asked us to wait", situation.closed_until
    yield situation.posts_this_quarter >= caps.posts_per_15_minutes, "cap of posts per 15 minutes", quarter_end
    if situation.outgoing.kind is OutgoingKind.ACKNOWLEDGEMENT:
        today = situation.spent.today.get(ACKNOWLEDGEMENTS, 0)
        yield today >= caps.automatic_per_day, "cap of automatic posts per day", day_end(now)
        yield budget.stage is Stage.QUEUE_ONLY, "the budget for X is used up", budget.until or soon


def is_too_old(outgoing: Outgoing, policy: Policy, at: int) -> bool:
    """Say whether a post may not go out any more at a moment (UTC epoch seconds)."""
    if outgoing.kind is OutgoingKind.ACKNOWLEDGEMENT:
        return at - outgoing.reply_to_at > policy.acknowledgement.max_age_minutes * _MINUTE
    return at - outgoing.planned_at > _REPLY_WAITS_MINUTES * _MINUTE
