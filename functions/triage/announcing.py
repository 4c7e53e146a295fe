"""Which facts about a case other systems are told: what a write of it changes, and what its clocks cross. Pure.

A case that is closed as it opens (spam, a retweet, a joke) is no news. Nothing a customer wrote is among the facts:
neither texts nor triage's reasons, which quote words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from desk.announcement import Announcement, announcement_id
from desk.case import Status
from desk.notice import Crossed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from desk.case import Case
    from desk.notice import Notice


class Writing(Struct, frozen=True):
    """One write of a case: the version and the revision it gets, and when (UTC epoch seconds)."""

    version: int
    revision: int
    now: int


class _Change(Struct, frozen=True):
    """A change worth telling: when a case before and after show it, and the moment at which it came about."""

    kind: str
    headline: str
    is_seen: Callable[[Case | None, Case], bool]
    moment: Callable[[Case], int | None]


def _at_once(_: Case) -> None:
    """It came about when the desk wrote it."""


def _waits_again(before: Case | None, after: Case) -> bool:
    return before is not None and (before.status, after.status) == (Status.ANSWERED, Status.WAITING)


def _wrote_again(before: Case | None, after: Case) -> bool:
    return before is not None and _waits_again(before, after) and after.latest_post != before.latest_post


def _is_taken_up_again(before: Case | None, after: Case) -> bool:
    """It was over, or people took up what was answered: reopened it, or called praise a complaint."""
    if before is None:
        return False
    return (after.is_open and not before.is_open) or (_waits_again(before, after) and not _wrote_again(before, after))


_CHANGES: Final = (
    _Change(
        "case.opened",
        "A case opened",
        lambda before, after: before is None and after.status is not Status.CLOSED,
        lambda case: case.opened_at,
    ),
    _Change(
        "case.answered",
        "A person answered",
        lambda before, after: after.answers > (before.answers if before else 0),
        lambda case: case.latest_answer_at,
    ),
    _Change(
        "case.waiting",
        "The customer wrote again",
        _wrote_again,
        lambda case: case.waiting_since,
    ),
    _Change(
        "case.resolved",
        "The case is resolved",
        lambda before, after: after.status is Status.RESOLVED and _status(before) is not Status.RESOLVED,
        lambda case: case.resolved_at,
    ),
    _Change(
        "case.closed",
        "The case is closed: nobody waits for us any more",
        lambda before, after: after.status is Status.CLOSED and _status(before) not in {None, Status.CLOSED},
        _at_once,
    ),
    _Change(
        "case.reopened",
        "The case is open again",
        _is_taken_up_again,
        _at_once,
    ),
    _Change(
        "case.priority_changed",
        "The case has another priority",
        lambda before, after: before is not None and before.priority is not after.priority,
        _at_once,
    ),
    _Change(
        "case.team_changed",
        "Another team has the case",
        lambda before, after: before is not None and before.team != after.team,
        _at_once,
    ),
    _Change(
        "case.assigned",
        "The case is assigned anew",
        lambda before, after: before is not None and before.assignee != after.assignee,
        _at_once,
    ),
)

CASE_KINDS: Final = tuple(change.kind for change in _CHANGES)
"""Every kind that is told of a case, in the order in which those of one write are told."""

CROSSED_KINDS: Final[Mapping[Crossed, str]] = {
    Crossed.WARNING: "sla.warned",
    Crossed.BREACH: "sla.breached",
    Crossed.ESCALATION: "sla.escalated",
    Crossed.VIRAL: "case.viral",
}
"""Every kind that is told of what stands in the ledger as a notice."""

_HEADLINES: Final[Mapping[Crossed, str]] = {
    Crossed.WARNING: "The {clock} is due soon",
    Crossed.BREACH: "The {clock} is late",
    Crossed.ESCALATION: "The {clock} stays late: the next level is told",
    Crossed.VIRAL: "Many may read an unhappy post of the case",
}


def changes(before: Case | None, after: Case, writing: Writing) -> Iterator[Announcement]:
    """Give what a write of a case changes, one announcement each; `before` is the case that it writes over."""
    if before is None and after.status is Status.CLOSED:
        return
    for change in _CHANGES:
        if change.is_seen(before, after):
            yield Announcement(
                announcement_id=announcement_id(change.kind, _subject(after), writing.version),
                kind=change.kind,
                at=change.moment(after) or writing.now,
                announced_at=writing.now,
                headline=change.headline,
                facts={"case": case_facts(after, writing), "before": _changeable(before) if before else None},
                customer_id=after.customer_id,
            )


def _subject(case: Case) -> str:
    """Give which case it is: after an erasure one may bear the old id, and begins to count its writes anew."""
    return f"{case.case_id}|{case.opening_post}"


def crossing(notice: Notice, case: Case, writing: Writing) -> Announcement:
    """Give what tells of a warning, a breach, an escalation, or that many read a post, at its exact moment."""
    kind = CROSSED_KINDS[notice.what]
    return Announcement(
        announcement_id=announcement_id(kind, notice.key, notice.day),
        kind=kind,
        at=notice.moment,
        announced_at=writing.now,
        headline=_headline(notice),
        facts={"case": case_facts(case, writing), **_crossed(notice)},
        customer_id=case.customer_id,
    )


def _headline(notice: Notice) -> str:
    if notice.metric is None and notice.what is Crossed.ESCALATION:
        return "A person took the case to the next level"
    return _HEADLINES[notice.what].format(clock=(notice.metric or "").replace("_", " "))


def _crossed(notice: Notice) -> dict[str, Any]:
    """Give what was crossed: what makes a post one that many read, else which clock, when, and to which level."""
    if notice.what is Crossed.VIRAL:
        return {"viral": {"fact": notice.fact, "found_at": notice.moment}}
    return {"clock": {"metric": notice.metric, "crossed_at": notice.moment, "level": notice.level or None}}


def case_facts(case: Case, writing: Writing) -> dict[str, Any]:
    """Give a case as others are told of it; moments are UTC epoch seconds, `revision` is that of the API's `ETag`."""
    return {
        "case_id": case.case_id,
        "customer_id": case.customer_id,
        "revision": writing.revision,
        "as_of": writing.now,
        **_changeable(case),
        "category": case.category,
        "topic": case.topic,
        "language": case.language,
        "handle": case.handle,
        "opening_post": case.opening_post,
        "opened_at": case.opened_at,
        "waiting_since": case.waiting_since,
        "due_at": case.due_at,
        "answers": case.answers,
        "first_answer_at": case.first_answer_at,
        "latest_answer_at": case.latest_answer_at,
        "agent": case.agent,
        "resolved_at": case.resolved_at,
        "closed_because": case.closed_because,
    }


def _changeable(case: Case) -> dict[str, Any]:
    return {"status": case.status, "priority": case.priority, "team": case.team, "assignee": case.assignee}


def _status(case: Case | None) -> Status | None:
    return case.status if case else None
