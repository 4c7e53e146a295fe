"""How a person's act comes to a case: asked once, over the state its author has seen, answered from the fold in memory.

The act, the step of the case's revision and the kept answer are one transaction. Nothing is written on any refusal.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from aws_lambda_powertools.event_handler import Request, Response
from msgspec import Struct

from api import views
from api.auth import asking
from api.etag import check_seen, stale, tag
from api.models import Outgoing as OutgoingShown
from api.models import Worked
from api.once import Once, fingerprint
from api.problems import NOT_FOUND, NOT_POSSIBLE, ProblemError
from api.reading import Reading, after, read
from api.routes.described import JSON
from api.sources import given
from desk.errors import Conflict
from desk.event import acted
from desk.objections import objection
from desk.snowflake import id_at
from desk.store.desk_items import customer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.once import Answered
    from api.sources import Sources
    from desk.action import Action
    from desk.outbox import Outgoing
    from desk.store.ledger import Token

_WHAT = "The case"
_REVISIONS, _HASHES = 1 << 12, 1 << 10
"""The lower 22 bits of an act's id: acts of one second stand in the order of revisions, those of two cases apart."""


class Change(Struct, frozen=True):
    """One request to change something: who sends it, and the fingerprint of all it asks for."""

    sources: Sources
    token: Token
    fingerprint: str

    @property
    def by(self) -> str:
        """The token's name: who did it."""
        return self.token.name

    def once(self, customer_id: str, key: str) -> Once:
        """Give what makes this request one, under its caller's key."""
        return Once(self.sources.ledger, customer_id, key, self.fingerprint)


class Step(NamedTuple):
    """What is decided to be done: the act, and the reply that goes out with it."""

    action: Action
    plan: Outgoing | None = None


def changing(request: Request) -> Change:
    """Give what a request asks for, whoever takes it."""
    event, token = request.resolved_event, asking(request)
    asked = fingerprint(
        who=token.name,
        method=request.method,
        path=event.path,
        query=event.raw_event.get("rawQueryString", ""),
        body=event.decoded_body or "",
    )
    return Change(given(request), token, asked)


def act(
    change: Change,
    case_id: str,
    key: str,
    if_match: str | None,
    decide: Callable[[Reading], Step],
    *,
    status: int = 200,
) -> Response[Worked]:
    """Do what `decide` makes of the case as it stands; gives the answer that is also given to every repetition.

    `if_match`: the entity tag that was seen. Raises ProblemError for whatever is not done, Conflict (tried again by the
    caller) where another write came between.
    """
    once = change.once(customer_of(case_id), key)
    if known := once.answered():
        return _again(known, status)
    reading = read(change.sources, case_id)
    check_seen(if_match, reading.stored.revision, _WHAT)
    step = decide(reading)
    _check_possible(change.sources, reading, step.action)
    event = acted(
        step.action,
        case_id=case_id,
        customer_id=reading.case.customer_id,
        event_id=_event_id(case_id, reading.stored.revision, change.sources.now),
        at=change.sources.now,
        source="api",
    )
    worked = Worked(
        as_of=change.sources.now,
        revision=reading.stored.revision + 1,
        act=step.action.act,
        by=step.action.by,
        case=views.summary(after(change.sources, reading, event), change.sources.now),
        outgoing=OutgoingShown.model_validate(step.plan) if step.plan else None,
    )
    kept = once.keeping(worked.revision, worked.model_dump_json())
    try:
        change.sources.desk.act(event, revision=reading.stored.revision, plan=step.plan, also=[kept])
    except Conflict:
        return _again(_lost(change, case_id, once, reading.stored.revision), status)
    return answered(worked, status)


def answered(worked: Worked, status: int = 200) -> Response[Worked]:
    """Give the answer with the case's new entity tag."""
    return Response(status, JSON, worked, headers={"ETag": tag(worked.revision)})


def _again(known: Answered, status: int) -> Response[Worked]:
    return answered(Worked.model_validate_json(known.body), status)


def _check_possible(sources: Sources, reading: Reading, action: Action) -> None:
    found = objection(reading.case, action, policy=sources.policy, now=sources.now)
    if found:
        fault = {"place": "body", "detail": found.reason, "mending": found.mending}
        raise ProblemError(NOT_POSSIBLE, f"{found.reason} {found.mending}", faults=[fault])


def _lost(change: Change, case_id: str, once: Once, seen: int) -> Answered:
    """Tell why nothing was written: this very request was done meanwhile, or the case changed."""
    if known := once.answered():
        return known
    stored = change.sources.desk.case(case_id)
    if stored is None:
        raise ProblemError(NOT_FOUND, "No case has this id.")
    if stored.revision != seen:
        raise stale(_WHAT, stored.revision)
    raise Conflict(f"another write to {case_id} came between")


def _event_id(case_id: str, revision: int, now: int) -> str:
    apart = int.from_bytes(sha256(case_id.encode()).digest()[:4]) % _HASHES
    return str(int(id_at(now)) + revision % _REVISIONS * _HASHES + apart)
