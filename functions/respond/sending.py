"""Takes an outgoing post from planned to its end: claimed once, posted once, its outcome appended as an event.

What was claimed is never attempted again. When X's answer was lost the post stays `sending`: triage settles it when
it shows on our own timeline, and after 15 minutes it is `unknown`, for a person to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace

from desk.errors import (
    Ambiguous,
    Conflict,
    CredentialRefused,
    CreditsDepleted,
    Misconfigured,
    NotAllowed,
    Permanent,
    Throttled,
    Unavailable,
)
from desk.event import Direction, Event, Kind
from desk.incidents.holding import share_of_day, share_of_quarter
from desk.notice import day_of
from desk.outbox import Move, Outgoing, OutgoingKind, State, status_number
from desk.permission import Allowed, Deferred, Held, Refused, ceilings, is_too_old, may_we_post
from desk.snowflake import id_at
from desk.spending import ACKNOWLEDGEMENTS, ALL_POSTS, INCIDENT_REPLIES, month_of, quarter_of, status_counter
from desk.store.incidents import keep_lost, keep_published, keep_refused
from desk.store.situation import recent_texts, situation
from desk.telemetry import MetricUnit, logger, metrics
from respond.compose import Unsayable, compose

if TYPE_CHECKING:
    from collections.abc import Callable

    from desk.permission import Situation
    from desk.policy.model import Policy, Purpose
    from desk.spending import Spent
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

_MINUTE = 60
_TRIES = 3
_STREAM_TAKES_SECONDS = 60
_REMEMBERED_TEXTS = 12
_REST_AFTER = {CredentialRefused: 10 * _MINUTE, CreditsDepleted: 60 * _MINUTE, Unavailable: _MINUTE}
"""How long posting rests after an answer by which X says that nothing was posted."""


class Account(Protocol):
    """An account of ours that can post; `desk.x_client.XClient` is the real one."""

    def post(self, text: str, *, reply_to: str | None = None) -> str:
        """Publish a post and give its id; raises the desk's errors, Ambiguous when it may have been published."""
        ...


class Sender:
    """Sends outgoing posts of one run; the stores, the policy, the accounts and the time are its arguments."""

    def __init__(
        self,
        desk: DeskTable,
        ledger: Ledger,
        policy: Policy,
        accounts: Callable[[str], Account],
        renew: Callable[[str], None],
        *,
        now: int,
    ) -> None:
        """`accounts` gives the account of a handle, `renew` forgets its credentials so that they are read again."""
        self._desk = desk
        self._ledger = ledger
        self._policy = policy
        self._accounts = accounts
        self._renew = renew
        self._now = now
        self._closed: dict[tuple[str, OutgoingKind], Deferred] = {}
        """Why nothing of a kind goes out by an account, and until when, as far as this run knows."""

    def send(self, customer_id: str, key: str) -> Outgoing | None:
        """Send a planned post if it may be sent; gives it as it stands afterwards. Safe to repeat."""
        for _ in range(_TRIES):
            outgoing = self._desk.outgoing(customer_id, key)
            if outgoing is None or outgoing.state is not State.PLANNED:
                return outgoing
            try:
                return self._decide(outgoing)
            except Conflict:
                continue
        raise Conflict(f"{key} of {customer_id} lost {_TRIES} races")

    def is_held_up(self, outgoing: Outgoing) -> bool:
        """Say whether a deferred post must wait on, as this run has seen by others: it stays as it is, at no cost.

        One that would be too old when the wait ends is not held up: it can come to its end at once.
        """
        return outgoing.state is State.DEFERRED and self._held_up(outgoing) is not None

    def look_again(self, outgoing: Outgoing) -> Outgoing | None:
        """Do what a schedule owes an unsettled post: resume, send what the stream dropped, or lose sight of it."""
        if outgoing.state is State.SENDING:
            return self._end(outgoing, Move.LOSE_SIGHT, "X never confirmed it and our timeline does not show it")
        if outgoing.state is State.DEFERRED:
            outgoing = self._desk.move(outgoing, Move.RESUME, not_before=self._now)
        elif self._now - outgoing.planned_at < _STREAM_TAKES_SECONDS:
            return outgoing  # still the stream's business
        return self.send(outgoing.customer_id, outgoing.key)

    def _held_up(self, outgoing: Outgoing) -> Deferred | None:
        closed = self._closed.get((outgoing.handle, outgoing.kind))
        return None if closed is None or is_too_old(outgoing, self._policy, closed.not_before) else closed

    def _decide(self, outgoing: Outgoing) -> Outgoing:
        if (closed := self._held_up(outgoing)) is not None:
            return self._wait(outgoing, closed.reason, closed.not_before)
        found = situation(outgoing, desk=self._desk, ledger=self._ledger, policy=self._policy, now=self._now)
        match may_we_post(found, policy=self._policy, now=self._now):
            case Refused(reason):
                return self._end(outgoing, Move.REFUSE, reason)
            case Held(reason, incident_id):
                return self._desk.hold(outgoing, incident_id, case_version=found.case_version, reason=reason)
            case Deferred(reason, not_before) as closed:
                self._closed[outgoing.handle, outgoing.kind] = closed
                return self._wait(outgoing, reason, not_before)
            case Allowed(speaks):
                return self._claim(outgoing, found, speaks)

    def _claim(self, outgoing: Outgoing, found: Situation, speaks: Purpose | None) -> Outgoing:
        """Claim a post with its words, and publish it; what can't be said, or by nobody, comes to its end before."""
        try:
            said = self._words(outgoing, found, speaks)
            self._accounts(outgoing.handle)  # an account that is missing must show before the claim
        except (CredentialRefused, Unavailable) as fault:
            return self._wait(outgoing, type(fault).__name__, self._now + _REST_AFTER[type(fault)])
        except (Unsayable, Misconfigured) as fault:
            return self._end(outgoing, Move.REFUSE, str(fault))
        placed = _placed(outgoing, found, speaks)
        claimed = self._desk.claim(
            placed,
            now=self._now,
            said=said,
            spend=self._spending(placed, said, found.spent),
            spoken_version=found.spoken.version if speaks and found.spoken else None,
        )
        return self._publish(claimed, said)

    def _wait(self, outgoing: Outgoing, reason: str, until: int) -> Outgoing:
        return self._desk.move(outgoing, Move.DEFER, not_before=until, reason=reason)

    def _words(self, outgoing: Outgoing, found: Situation, speaks: Purpose | None) -> str:
        """Give what it says: what a person wrote, else what the policy says; and remember that the account said it."""
        recent = recent_texts(self._ledger, outgoing.handle)
        meant = replace(outgoing, purpose=speaks or outgoing.purpose)
        status_post = found.incident.status_post if found.incident else None
        said = outgoing.text or compose(
            meant, policy=self._policy, now=self._now, recent=recent, status_post=status_post or ""
        )
        others = [text for text in recent if text != said]
        self._ledger.put("RECENT", outgoing.handle, [said, *others][:_REMEMBERED_TEXTS])
        return said

    def _publish(self, claimed: Outgoing, said: str) -> Outgoing:
        """Ask X once; only an answer by which X says that it did not post lets the post be planned again."""
        try:
            post_id = self._post(claimed, said)
        except Throttled as fault:
            return self._postpone(claimed, "X's rate limit", max(fault.until, self._now + _MINUTE))
        except (CredentialRefused, CreditsDepleted, Unavailable) as fault:
            metrics.add_metric(type(fault).__name__, MetricUnit.Count, 1)
            return self._postpone(claimed, type(fault).__name__, self._now + _REST_AFTER[type(fault)])
        except NotAllowed as fault:
            return self._end(claimed, Move.REJECTED, f"X refused: {fault.reason}")
        except Permanent as fault:
            return self._end(claimed, Move.REJECTED, f"X refused: {fault}")
        except Ambiguous:
            metrics.add_metric("AnswerLost", MetricUnit.Count, 1)
            logger.warning("X's answer was lost, the post may be out", key=claimed.key)
            return claimed
        return self._end(claimed, Move.ACCEPTED, None, post_id=post_id)

    def _post(self, claimed: Outgoing, said: str) -> str:
        """Post; refused credentials are read again once, since a rotation must leave no gap."""
        reply_to = claimed.reply_to or None
        try:
            return self._accounts(claimed.handle).post(said, reply_to=reply_to)
        except CredentialRefused:
            self._renew(claimed.handle)
            return self._accounts(claimed.handle).post(said, reply_to=reply_to)

    def _postpone(self, claimed: Outgoing, reason: str, until: int) -> Outgoing:
        changes: dict[str, Any] = {"not_before": until, "reason": reason, "claimed_at": None}
        if claimed.kind is OutgoingKind.ACKNOWLEDGEMENT:  # it is worded anew, and its incident may have gone on
            changes |= {"text": None, "incident_id": None}
        after = self._moved(claimed, Move.POSTPONED, **changes)
        self._ledger.put("DESK", f"REST#{claimed.handle}", until)
        for period, what in _counters(claimed, claimed.text or "", claimed.claimed_at or self._now):
            self._ledger.add(period, what, -1)  # nothing went out: killed before this, the caps are only stricter
        logger.warning("posting rests", handle=claimed.handle, reason=reason, until=until)
        return after

    def _end(self, outgoing: Outgoing, move: Move, reason: str | None, *, post_id: str | None = None) -> Outgoing:
        """Move a post to an end of its own, with the event that tells its case."""
        outcome = _outcome(outgoing, move, reason, post_id, now=self._now)
        changes: dict[str, Any] = {"reason": reason, "post_id": post_id, "settled_at": self._now}
        try:
            ended = self._moved(outgoing, move, outcome=outcome, **changes)
        except Conflict:
            if outgoing.state is State.SENDING:  # triage saw it on our timeline first
                return self._desk.outgoing(outgoing.customer_id, outgoing.key) or outgoing
            raise
        _count(ended)
        logger.info("outgoing post settled", key=ended.key, state=ended.state, reason=reason)
        self.note_end(ended)
        return ended

    def note_end(self, outgoing: Outgoing) -> None:
        """Let its incident know that X shows a status post, never will, or may. Repeatable."""
        if outgoing.kind is not OutgoingKind.STATUS or not outgoing.incident_id:
            return
        number = status_number(outgoing.key)
        if outgoing.post_id and outgoing.settled_at:
            keep_published(self._ledger, outgoing.incident_id, number, post_id=outgoing.post_id, at=outgoing.settled_at)
        elif outgoing.state is State.REFUSED:
            keep_refused(self._ledger, outgoing.incident_id, number, reason=outgoing.reason or "")
        elif outgoing.state is State.UNKNOWN and outgoing.settled_at:
            keep_lost(self._ledger, outgoing.incident_id, number, at=outgoing.settled_at)

    def _moved(self, outgoing: Outgoing, move: Move, **changes: Any) -> Outgoing:
        """Move a post; a write that only met another one is tried again, for what X said is heard but once."""
        for _ in range(_TRIES):
            try:
                return self._desk.move(outgoing, move, **changes)
            except (Conflict, Unavailable):
                stored = self._desk.outgoing(outgoing.customer_id, outgoing.key)
                if stored is None or stored.state is not outgoing.state:
                    raise
        raise Conflict(f"{outgoing.key} of {outgoing.customer_id} lost {_TRIES} races")

    # ---- what was spent

    def _spending(self, outgoing: Outgoing, said: str, spent: Spent) -> list[dict[str, Any]]:
        """Give the claim's writes on the counters; what a person wrote is bounded by the quarter hour alone."""
        caps = self._caps(outgoing, spent)
        counters = _counters(outgoing, said, self._now)
        return [self._ledger.spending(period, what, 1, cap=caps.get((period, what))) for period, what in counters]

    def _caps(self, outgoing: Outgoing, spent: Spent) -> dict[tuple[str, str], int]:
        policy, quarter, day = self._policy, quarter_of(self._now), day_of(self._now)
        caps = {(quarter, ALL_POSTS): policy.caps.posts_per_15_minutes}
        if outgoing.kind is OutgoingKind.ACKNOWLEDGEMENT:
            today, this_month = ceilings(spent, policy)
            caps |= {(day, ACKNOWLEDGEMENTS): today, (month_of(self._now), ACKNOWLEDGEMENTS): this_month}
            caps |= {(quarter, INCIDENT_REPLIES): share_of_quarter(policy)}
            caps |= {(day, INCIDENT_REPLIES): share_of_day(policy)}
        return caps


def _placed(outgoing: Outgoing, found: Situation, speaks: Purpose | None) -> Outgoing:
    """Give a post as it goes out: a status post under the one before it, a reply for its incident if it speaks so."""
    if found.thread is not None:
        return replace(outgoing, reply_to=found.thread.reply_to or "")
    return replace(outgoing, incident_id=found.incident.incident_id if speaks and found.incident else None)


def _outcome(outgoing: Outgoing, move: Move, reason: str | None, post_id: str | None, *, now: int) -> Event:
    ends = {Move.ACCEPTED: State.SENT, Move.LOSE_SIGHT: State.UNKNOWN}
    return Event(
        customer_id=outgoing.customer_id,
        kind=Kind.OUTCOME,
        event_id=id_at(now),
        at=now,
        seen_at=now,
        source="respond",
        post_id=post_id,
        direction=Direction.OUTBOUND,
        handle=outgoing.handle,
        concerns=outgoing.case_id or None,
        outbox_key=outgoing.key,
        state=ends.get(move, State.REFUSED),
        reason=reason,
    )


def _count(ended: Outgoing) -> None:
    names = {State.SENT: "PostsSent", State.REFUSED: "PostsRefused", State.UNKNOWN: "UnknownOutcome"}
    metrics.add_metric(names[ended.state], MetricUnit.Count, 1)
    if ended.state is State.SENT and ended.kind is OutgoingKind.ACKNOWLEDGEMENT:
        metrics.add_metric("AcknowledgementsSent", MetricUnit.Count, 1)


def _counters(outgoing: Outgoing, said: str, at: int) -> tuple[tuple[str, str], ...]:
    """Give what a post counts for, as (period, counter): a quarter hour, a UTC day, a UTC month."""
    by_kind = status_counter(said) if outgoing.kind is OutgoingKind.STATUS else f"posts:{outgoing.kind}"
    counters = (quarter_of(at), ALL_POSTS), (day_of(at), by_kind), (month_of(at), by_kind)
    if outgoing.kind is OutgoingKind.ACKNOWLEDGEMENT and outgoing.incident_id:
        return (*counters, (quarter_of(at), INCIDENT_REPLIES), (day_of(at), INCIDENT_REPLIES))
    return counters
