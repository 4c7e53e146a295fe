"""What triage wants to know from X of what it files: does a post still stand, who reacted, who wrote it? Pure.

Triage asks X nothing itself: it leaves requests in the ledger, and poll answers them with events as far as its reads
go. Asked twice, a request stands once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk import author, reach
from desk.event import Event, Kind
from desk.rechecks import Ages, Asked, Request, ask, request_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desk.case import Case
    from desk.event import Assessment
    from desk.policy.model import Policy

_KEEP_SECONDS = 86_400
"""Who wrote a post of yesterday raises no case in time any more."""


def questions(event: Event, case: Case, events: Sequence[Event], policy: Policy, *, now: int) -> Iterator[Asked]:
    """Give what is asked when `event` is filed; `case` is folded from `events`, this one among them, all filed."""
    about = next((each for each in events if _is_post(each, event)), None)
    made = about.filing.assessment if about and about.filing else None
    if about is None or made is None:
        return
    is_new = event.kind is Kind.POST
    is_watched = reach.hurts(made) and _may_be_read_by_many(event, about, case, policy)
    if is_new or is_watched:
        yield from _look(about, made, events, policy, is_watched=is_watched, now=now)
    if is_new and reach.author_matters(made) and about.filing and about.filing.author is None:
        request = author.Request(event.customer_id, case.case_id, about.event_id)
        yield Asked(author.ASKED, request_key(event.seen_at, about.event_id), request, _KEEP_SECONDS)


def _is_post(each: Event, event: Event) -> bool:
    """It is the customer's post that an event is, or tells more of."""
    subject = {Kind.POST: event.event_id, Kind.AUTHOR: event.post_id, Kind.METRICS: event.concerns}
    return each.kind is Kind.POST and each.is_inbound and each.event_id == subject.get(event.kind)


def _may_be_read_by_many(event: Event, about: Event, case: Case, policy: Policy) -> bool:
    """A large account wrote it, or it comes near to spreading."""
    known = event.author or (about.filing.author if about.filing else None)
    is_large = known is not None and reach.is_large(known, policy.reach)
    per_hour = case.growth_per_hour if event.kind is Kind.METRICS else reach.first_pace(about)
    return is_large or reach.is_quick(per_hour, policy.reach)


def _look(
    about: Event, made: Assessment, events: Sequence[Event], policy: Policy, *, is_watched: bool, now: int
) -> Iterator[Asked]:
    told = reach.engagement_of(events, about.event_id) if reach.is_measured(made) else None
    request = Request(about.customer_id, about.event_id, told, is_watched)
    asked = ask(request, Ages.of(policy), posted_at=about.at, after=now)
    if asked:
        yield asked
