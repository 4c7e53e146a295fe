"""May we post this, now? One pure function answers, with the reason, for automatic replies and for people's.

X's rules behind it (X changelog 2026-02-23, X automation rules, read 2026-08): a reply is accepted only if the
author of the post mentioned or quoted the replying account; one automatic reply per interaction; an opt-out is
honoured at once. Breaking them gets an account suspended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.outbox import OutgoingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.case import Case
    from desk.outbox import Outgoing
    from desk.policy.model import Policy

_MINUTE = 60
_QUARTER = 15 * _MINUTE
_DAY = 86_400
_LOOK_AGAIN_SECONDS = 5 * _MINUTE


@dataclass(frozen=True, slots=True)
class Spent:
    """Posts the desk has published, or may have: in this quarter hour, and automatic ones this UTC day and month."""

    quarter_hour: int = 0
    automatic_today: int = 0
    automatic_this_month: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the answer depends on. `closed_until`: X refused us as a whole until then (401, 402, 429)."""

    outgoing: Outgoing
    case: Case | None
    has_stopped: bool
    is_on: bool
    knows_accounts: bool
    closed_until: int
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
    """Ask again at `not_before` (UTC epoch seconds)."""

    reason: str
    not_before: int


Verdict = Allowed | Refused | Deferred


def may_we_post(situation: Situation, *, policy: Policy, now: int) -> Verdict:
    """Answer whether an outgoing post may be published at `now`: what is forbidden comes before what must wait."""
    refusal = next((reason for holds, reason in _refusals(situation, policy, now) if holds), None)
    if refusal:
        return Refused(refusal)
    waits = [Deferred(reason, until) for holds, reason, until in _waits(situation, policy, now) if holds]
    return waits[0] if waits else Allowed()


def _refusals(situation: Situation, policy: Policy, now: int) -> Iterator[tuple[bool, str]]:
    outgoing, case = situation.outgoing, situation.case
    yield not outgoing.is_summoned, "not summoned: the customer did not mention the account"
    if outgoing.kind is not OutgoingKind.ACKNOWLEDGEMENT:
        return
    limit = policy.acknowledgement.max_age_minutes
    yield not policy.acknowledgement.enabled, "acknowledgements are off by policy"
    yield situation.has_stopped, "the customer asked for no automatic replies"
    yield case is None, "its case is not known"
    yield case is not None and case.first_answer_at is not None, "a person answered already"
    yield case is not None and case.closed_because is not None, f"the case is closed: {case and case.closed_because}"
    yield now - outgoing.reply_to_at > limit * _MINUTE, f"too old: the post is more than {limit} minutes old"


def _waits(situation: Situation, policy: Policy, now: int) -> Iterator[tuple[bool, str, int]]:
    spent, caps = situation.spent, policy.caps
    soon = now + _LOOK_AGAIN_SECONDS
    yield not situation.is_on, "posting is switched off", soon
    yield not situation.knows_accounts, "not every own account is set up: run desk setup", soon
    yield situation.closed_until > now, "X asked us to wait", situation.closed_until
    yield spent.quarter_hour >= caps.posts_per_15_minutes, "cap of posts per 15 minutes", _next(now, _QUARTER)
    if situation.outgoing.kind is OutgoingKind.ACKNOWLEDGEMENT:
        tomorrow = _next(now, _DAY)
        yield spent.automatic_today >= caps.automatic_per_day, "cap of automatic posts per day", tomorrow
        yield spent.automatic_this_month >= caps.automatic_per_month, "cap of automatic posts per month", tomorrow


def _next(now: int, period: int) -> int:
    """Give the start of the next period; UTC days and quarter hours are multiples of seconds since the epoch."""
    return (now // period + 1) * period
