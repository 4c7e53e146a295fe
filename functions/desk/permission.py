"""May we post this, now? One pure function answers, with the reason: for automatic replies, people's, status posts.

It is asked by the api before it takes a person's reply or a status post, and by respond before every post.

X's rules behind it (X changelog 2026-02-23, X automation rules, read 2026-08): a reply is accepted only if the
author of the post mentioned or quoted the replying account; one automatic reply per interaction; an opt-out is
honoured at once. Breaking them gets an account suspended. A status post answers nobody, so none of these is for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from desk.incidents.holding import Effect, effect_on, share_of_day, share_of_quarter
from desk.incidents.model import Stage as IncidentStage
from desk.outbox import UNSETTLED, OutgoingKind
from desk.policy.model import Purpose
from desk.spending import (
    ACKNOWLEDGEMENTS,
    INCIDENT_REPLIES,
    QUARTER_SECONDS,
    Stage,
    day_end,
    room_for,
    room_for_acknowledgements,
    standing,
    status_counter,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.case import Case
    from desk.outbox import Outgoing
    from desk.policy.model import Policy
    from desk.spending import Spent
    from desk.store.incidents import Ongoing

_MINUTE = 60
_HOUR = 60 * _MINUTE
_LOOK_AGAIN_SECONDS = 5 * _MINUTE
_REPLY_WAITS_MINUTES = 60
"""What a person wrote is not posted later than this, when nobody thinks of it any more (ours)."""
_WAITED = f"it could not be posted within {_REPLY_WAITS_MINUTES} minutes"
_BUDGET = "the budget for X is used up"
_NOT_SUMMONED = "not summoned: the customer did not mention the account"


class Situation(Struct, frozen=True):
    """All that the answer depends on. `closed_until`: X refused us as a whole until then (401, 402, 429).

    `posts_this_quarter` are those the desk published, or may have, in this quarter hour; `incident_posts_this_quarter`
    are the incidents' own replies among them. `incident`: the one that the case belongs to, or that a status post is
    about, as long as it has an effect. `thread`: for a status post. `case_version`: at which the case was read.
    `spoken`: what the customer heard of the incident in answer to other cases; for an automatic reply of one.
    """

    outgoing: Outgoing
    case: Case | None
    has_stopped: bool
    is_on: bool
    knows_accounts: bool
    closed_until: int
    posts_this_quarter: int
    spent: Spent
    case_version: int = 0
    incident_posts_this_quarter: int = 0
    incident: Ongoing | None = None
    thread: Thread | None = None
    spoken: Spoken | None = None


class Spoken(Struct, frozen=True):
    """What an incident said to one customer, over all cases: `is_heard`, a reply to another case is out, or may be.

    `version` counts the claims of such replies: the next one must find it.
    """

    is_heard: bool = False
    version: int = 0


class Thread(Struct, frozen=True):
    """Where a status post would stand: under X's id `reply_to`, None for the first. `previous`: the one before it.

    `by_itself`: no person approved it, the policy lets it out.
    """

    reply_to: str | None
    previous: Outgoing | None
    by_itself: bool


class Allowed(Struct, frozen=True):
    """Post it now: as planned, or with the policy's words for another purpose, as its incident's own reply."""

    speaks: Purpose | None = None


class Refused(Struct, frozen=True):
    """Never post it."""

    reason: str


class Deferred(Struct, frozen=True):
    """Ask again at `not_before` (UTC epoch seconds): until then nothing of its kind goes out by that account."""

    reason: str
    not_before: int


class Held(Struct, frozen=True):
    """It waits for its incident, and asks again when that lets it go."""

    reason: str
    incident_id: str


Verdict = Allowed | Refused | Deferred | Held

_PURPOSES = {Effect.ANSWERED: Purpose.INCIDENT, Effect.TOLD: Purpose.INCIDENT_RESOLVED}


def may_we_post(situation: Situation, *, policy: Policy, now: int) -> Verdict:
    """Answer whether an outgoing post may be published at `now`: what is forbidden comes before what must wait."""
    effect = _effect(situation, policy)
    refusal = next((reason for holds, reason in _refusals(situation, effect, policy, now) if holds), None)
    if refusal:
        return Refused(refusal)
    waits = _waits(situation, effect, policy, now)
    wait = next((Deferred(reason, until) for holds, reason, until in waits if holds), None)
    if situation.incident is not None and effect is not Effect.NONE:
        return _of_incident(situation.incident.incident_id, effect, wait)
    if wait and is_too_old(situation.outgoing, policy, wait.not_before):
        return Refused(wait.reason)  # when it might go, it may not any more
    return wait or Allowed()


def _effect(situation: Situation, policy: Policy) -> Effect:
    if situation.outgoing.kind is not OutgoingKind.ACKNOWLEDGEMENT:
        return Effect.NONE
    return effect_on(situation.outgoing, situation.incident, policy)


def _of_incident(incident_id: str, effect: Effect, wait: Deferred | None) -> Verdict:
    """Hold it, or let it go as the incident's reply; what must wait for another reason does so among the held."""
    if effect is Effect.HELD:
        return Held(f"incident {incident_id}", incident_id)
    return Held(f"incident {incident_id}: {wait.reason}", incident_id) if wait else Allowed(_PURPOSES[effect])


def ceilings(spent: Spent, policy: Policy) -> tuple[int, int]:
    """Give up to how many acknowledgements a claim may go, today and this month: by the cap and by the budget.

    What others spend between this and the claim could have been spent after it as well: the budget is not passed.
    """
    room = room_for_acknowledgements(spent, policy)
    today, this_month = (counters.get(ACKNOWLEDGEMENTS, 0) for counters in (spent.today, spent.this_month))
    return min(policy.caps.automatic_per_day, today + room), this_month + room


def _refusals(situation: Situation, effect: Effect, policy: Policy, now: int) -> Iterator[tuple[bool, str]]:
    match situation.outgoing.kind:
        case OutgoingKind.ACKNOWLEDGEMENT:
            yield from _refusals_of_automatic(situation, effect, policy, now)
        case OutgoingKind.REPLY:
            yield not situation.outgoing.is_summoned, _NOT_SUMMONED
            yield is_too_old(situation.outgoing, policy, now), _WAITED
        case OutgoingKind.STATUS:
            is_dismissed = situation.incident is not None and situation.incident.stage is IncidentStage.DISMISSED
            yield is_dismissed, "its incident was dismissed"
            yield is_too_old(situation.outgoing, policy, now), _WAITED


def _refusals_of_automatic(
    situation: Situation, effect: Effect, policy: Policy, now: int
) -> Iterator[tuple[bool, str]]:
    case = situation.case
    yield not situation.outgoing.is_summoned, _NOT_SUMMONED
    yield not policy.acknowledgement.enabled, "acknowledgements are off by policy"
    yield situation.has_stopped, "the customer asked for no automatic replies"
    yield case is None, "its case is not known"
    yield case is not None and case.acknowledged_at is not None, "X shows its acknowledgement already"
    yield case is not None and case.first_answer_at is not None, "a person answered already"
    yield case is not None and case.reply_written_at is not None, "a person answers"
    yield case is not None and case.closed_because is not None, f"the case is closed: {case and case.closed_because}"
    yield effect is Effect.SPARED, "its incident ended without replies"
    is_told = effect in _PURPOSES and situation.spoken is not None and situation.spoken.is_heard
    yield is_told, "the customer was told of this incident already"
    is_resolved = case is not None and case.resolved_at is not None
    yield is_resolved and effect is not Effect.TOLD, "the case is resolved"  # that very resolving is what it tells
    yield _too_old(situation, effect, policy, now)


def _too_old(situation: Situation, effect: Effect, policy: Policy, now: int) -> tuple[bool, str]:
    if effect is Effect.NONE:
        limit = policy.acknowledgement.max_age_minutes
        return is_too_old(situation.outgoing, policy, now), f"too old: the post is more than {limit} minutes old"
    hours = policy.incidents.max_hold_hours
    is_old = now - situation.outgoing.reply_to_at > hours * _HOUR
    return is_old, f"too old: the post is more than {hours} hours old"


def _waits(situation: Situation, effect: Effect, policy: Policy, now: int) -> Iterator[tuple[bool, str, int]]:
    caps, budget = policy.caps, standing(situation.spent, policy, now=now)
    soon, quarter_end = now + _LOOK_AGAIN_SECONDS, (now // QUARTER_SECONDS + 1) * QUARTER_SECONDS
    yield not situation.is_on, "posting is switched off", soon
    yield not situation.knows_accounts, "not every own account is set up: run desk setup", soon
    yield situation.closed_until > now, "X asked us to wait", situation.closed_until
    yield situation.posts_this_quarter >= caps.posts_per_15_minutes, "cap of posts per 15 minutes", quarter_end
    if situation.outgoing.kind is OutgoingKind.ACKNOWLEDGEMENT:
        today = situation.spent.today.get(ACKNOWLEDGEMENTS, 0)
        yield today >= caps.automatic_per_day, "cap of automatic posts per day", day_end(now)
        yield budget.stage is Stage.QUEUE_ONLY, _BUDGET, budget.until or soon
    if effect in _PURPOSES:
        this_quarter, today = situation.incident_posts_this_quarter, situation.spent.today.get(INCIDENT_REPLIES, 0)
        yield this_quarter >= share_of_quarter(policy), "share of posts per 15 minutes", quarter_end
        yield today >= share_of_day(policy), "share of automatic posts per day", day_end(now)
    if situation.thread is not None:
        previous, counter = situation.thread.previous, status_counter(situation.outgoing.text or "")
        yield previous is not None and previous.state in UNSETTLED, "the status post before it is not out yet", soon
        yield situation.thread.by_itself and not room_for(counter, situation.spent, policy), _BUDGET, soon


def is_too_old(outgoing: Outgoing, policy: Policy, at: int) -> bool:
    """Say whether a post may not go out any more at a moment (UTC epoch seconds), as far as no incident has a say."""
    if outgoing.kind is OutgoingKind.ACKNOWLEDGEMENT:
        return at - outgoing.reply_to_at > policy.acknowledgement.max_age_minutes * _MINUTE
    return at - outgoing.planned_at > _REPLY_WAITS_MINUTES * _MINUTE
