"""How a person's act comes to an incident: asked once, over the state its author has seen.

The incident, what its act plans and the kept answer are one transaction. The desk measures an incident while people
look at it: that steps the stored version and not the revision, so that the act is decided anew over it and nobody is
sent back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aws_lambda_powertools.event_handler import Response

from api import incident_views
from api.etag import check_seen, tag
from api.incident_models import IncidentAct, IncidentWorked
from api.models import Outgoing as OutgoingShown
from api.problems import NOT_FOUND, NOT_POSSIBLE, ProblemError
from api.routes.described import JSON
from desk.announcement import read_topics
from desk.errors import Conflict
from desk.incidents.announcing import news
from desk.incidents.life import Move, moved
from desk.settings import settings
from desk.store.announcements import announcing
from desk.store.incidents import incident, keep_incident

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.acting import Change
    from api.once import Answered, Once
    from api.sources import Sources
    from desk.incidents.model import Incident
    from desk.outbox import Outgoing

_WHAT = "The incident"
_KEPT_UNDER = "incidents"
_TRIES = 5


class Step(NamedTuple):
    """What is decided to be done: the incident as it stands then, and the post that goes out with it."""

    act: IncidentAct
    incident: Incident
    plan: Outgoing | None = None


def act(
    asked: Change,
    incident_id: str,
    key: str,
    if_match: str | None,
    decide: Callable[[Incident], Step],
    *,
    status: int = 200,
) -> Response[IncidentWorked]:
    """Do what `decide` makes of the incident as it stands; gives the answer that every repetition gets as well.

    `if_match`: the entity tag that was seen. Raises ProblemError for whatever is not done.
    """
    once = asked.once(_KEPT_UNDER, key)
    for _ in range(_TRIES):
        if known := once.answered():
            return _again(known, status)
        found, version = read(asked.sources, incident_id)
        check_seen(if_match, found.revision, _WHAT)
        worked = _kept(asked, found, decide(found), version, once)
        if worked:
            return answered(worked, status)
    raise Conflict(f"other writes to incident {incident_id} came between")


def begin(asked: Change, key: str, decide: Callable[[], Step]) -> Response[IncidentWorked]:
    """Write a new incident, once; raises Conflict if its id is taken."""
    once = asked.once(_KEPT_UNDER, key)
    if known := once.answered():
        return _again(known, 201)
    worked = _kept(asked, None, decide(), 0, once)
    if worked:
        return answered(worked, 201)
    if known := once.answered():
        return _again(known, 201)
    raise Conflict("another incident was declared at this moment")


def read(sources: Sources, incident_id: str) -> tuple[Incident, int]:
    """Read an incident with its stored version; raises ProblemError (404)."""
    found, version = incident(sources.ledger, incident_id)
    if found is None:
        raise ProblemError(NOT_FOUND, "No incident has this id.")
    return found, version


def stepped(found: Incident, move: Move, asked: Change, reason: str | None) -> Incident:
    """Give an incident after a person's move; raises ProblemError (409) where its stage does not allow it."""
    try:
        return moved(found, move, at=asked.sources.now, by=asked.by, reason=reason or "")
    except ValueError as fault:
        raise not_possible(f"{fault}.".capitalize()) from fault


def not_possible(detail: str) -> ProblemError:
    """Give the problem of an act that the incident does not allow as it stands."""
    return ProblemError(NOT_POSSIBLE, detail, faults=[{"place": "body", "detail": detail}])


def worked_of(asked: Change, step: Step, *, is_dry_run: bool = False) -> IncidentWorked:
    """Give what is told of an act."""
    return IncidentWorked(
        as_of=asked.sources.now,
        revision=step.incident.revision,
        act=step.act,
        by=asked.by,
        is_dry_run=is_dry_run,
        incident=incident_views.summary(step.incident),
        outgoing=OutgoingShown.model_validate(step.plan) if step.plan else None,
    )


def answered(worked: IncidentWorked, status: int = 200) -> Response[IncidentWorked]:
    """Give the answer with the incident's new entity tag."""
    return Response(status, JSON, worked, headers={"ETag": tag(worked.revision)})


def _kept(asked: Change, before: Incident | None, step: Step, version: int, once: Once) -> IncidentWorked | None:
    """Write what was decided, and what other systems are told of it; None if another write came between."""
    worked = worked_of(asked, step)
    also: list[dict[str, Any]] = [once.keeping(worked.revision, worked.model_dump_json())]
    if step.plan:
        also.append(asked.sources.desk.planning(step.plan))
    also += announcing(asked.sources.ledger, news(before, step.incident), read_topics(settings().webhook_events))
    try:
        keep_incident(asked.sources.ledger, step.incident, version=version, also=also)
    except Conflict:
        return None
    return worked


def _again(known: Answered, status: int) -> Response[IncidentWorked]:
    return answered(IncidentWorked.model_validate_json(known.body), status)
