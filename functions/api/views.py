"""From the desk's values to the shapes of answers. Pure; what a caller may not see is left out here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from api.models import (
    Author,
    CaseDetail,
    CaseSummary,
    Clock,
    Customer,
    Erasure,
    Metrics,
    Outgoing,
    Receipt,
    Suggestion,
    TimelineAction,
    TimelineEntry,
)
from desk.case import Case
from desk.event import Gone, Kind
from desk.queue import late_since, next_breach_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.reading import Reading
    from desk import outbox, sla, suggestions
    from desk.erasure import Standing
    from desk.event import Event
    from desk.store.desk_items import Profile

_OF_CASE = {*Case.__struct_fields__} - {"due_at", "clocks"}
_IN_SUMMARY = _OF_CASE & CaseSummary.model_fields.keys()
_IN_DETAIL = _OF_CASE & CaseDetail.model_fields.keys()


def summary(case: Case, now: int) -> CaseSummary:
    """Give a case as lists show it."""
    return CaseSummary(**_shown(case, _IN_SUMMARY, now))


def detail(
    reading: Reading,
    outgoing: Iterable[outbox.Outgoing],
    suggested: Iterable[suggestions.Suggestion],
    of_customer: Customer,
    now: int,
) -> CaseDetail:
    """Give a case with everything that happened in it; `outgoing` are the posts of this case only."""
    case = reading.case
    return CaseDetail(
        **_shown(case, _IN_DETAIL, now),
        as_of=now,
        revision=reading.stored.revision,
        ingest_lag_seconds=case.ingest_lag,
        clocks=[clock(each, now) for each in case.clocks],
        timeline=timeline(reading.events),
        snoozed_until=case.course.snoozed_until,
        suggestions=[Suggestion.model_validate(each) for each in suggested],
        customer=of_customer,
        outgoing=[Outgoing.model_validate(each) for each in sorted(outgoing, key=lambda each: each.planned_at)],
    )


def customer(profile: Profile, cases: Iterable[Case], now: int) -> Customer:
    """Give what is known of a customer, with every case, the latest first."""
    latest_first = sorted(cases, key=lambda case: (case.opened_at, case.case_id), reverse=True)
    return Customer(
        customer_id=profile.customer_id,
        url=f"https://x.com/i/user/{profile.customer_id}",
        as_of=now,
        stopped_at=profile.stopped_at,
        open_case=profile.open_case,
        is_vip=profile.is_vip,
        external_ids=dict(profile.external_ids),
        changed_by=profile.changed_by,
        changed_at=profile.changed_at,
        cases=[summary(case, now) for case in latest_first],
    )


def erasure(customer_id: str, found: Standing, now: int) -> Erasure:
    """Give where an erasure stands that somebody asked for."""
    receipt, wanted, progress = found.current, found.wanted, found.progress
    if progress is None:
        raise ValueError("nobody asked for it")
    return Erasure(
        customer_id=customer_id,
        as_of=now,
        progress=progress,
        by=receipt.by if receipt else wanted.by if wanted else "",
        asked_at=wanted.at if wanted else receipt.begun_at if receipt else 0,
        receipt=Receipt.model_validate(receipt) if receipt else None,
    )


def clock(each: sla.Clock, now: int) -> Clock:
    """Give a clock with its state at `now`."""
    return Clock(**asdict(each), state=each.state(now), breached_at=each.breached_at(now))


def timeline(events: Sequence[Event]) -> list[TimelineEntry]:
    """Give events in the order of time; a post that was deleted on X keeps its place but not its text."""
    deleted = {event.concerns for event in events if event.kind is Kind.DELETED}
    ordered = sorted(events, key=lambda event: (event.at, event.kind is Kind.OUTCOME, event.key))
    return [_entry(event, is_deleted=_first_id(event) in deleted) for event in ordered]


def post_url(post_id: str) -> str:
    """Give the address of a post on X; it needs no author's name."""
    return f"https://x.com/i/status/{post_id}"


def _shown(case: Case, names: Iterable[str], now: int) -> dict[str, Any]:
    return {name: getattr(case, name) for name in names} | {
        "sla_state": case.clock_state(now),
        "due_at": next_breach_at(case, now),
        "late_since": late_since(case, now),
        "next_change_at": case.next_change,
        "url": post_url(case.opening_post),
    }


def _first_id(event: Event) -> str | None:
    return event.post.first_id if event.post else None


def _text(event: Event, *, is_deleted: bool) -> str | None:
    """Give what somebody wrote, in its place why it is gone; a deletion not filed yet hides it too."""
    written = event.post or event.action
    gone = Gone.DELETED if is_deleted else event.text_gone
    if written is None:
        return None
    return f"[{gone}]" if gone else written.text


def _entry(event: Event, *, is_deleted: bool) -> TimelineEntry:
    filing, post = event.filing, event.post
    made = filing.assessment if filing else None
    return TimelineEntry(
        kind=event.kind,
        at=event.at,
        seen_at=event.seen_at,
        post_id=event.post_id,
        url=post_url(event.post_id) if event.post_id else None,
        direction=event.direction,
        author_id=post.author_id if post else None,
        handle=event.handle,
        agent=event.agent,
        text=_text(event, is_deleted=is_deleted),
        is_automatic=bool(filing and filing.automatic),
        action=TimelineAction.model_validate(event.action) if event.action else None,
        concerns=event.concerns,
        category=made.category if made else None,
        priority=made.priority if made else None,
        confidence=made.confidence if made else None,
        reasons=list(made.reasons) if made else [],
        acknowledgement=filing.acknowledgement if filing else None,
        author=Author.model_validate(event.author) if event.author else None,
        metrics=Metrics.model_validate(event.metrics) if event.metrics else None,
        outbox_key=event.outbox_key,
        state=event.state,
        reason=event.reason,
    )
