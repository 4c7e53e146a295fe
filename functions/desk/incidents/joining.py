"""Which cases belong to an incident, and what is done to them when it begins and when it is over. Pure.

Danger never joins: a P1 is answered as ever (the fold leaves it out as well, whoever says it belongs). Nor does a case
that was opened before the incident began: it has a matter of its own, which must not be closed with the crowd's.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from desk.action import Act, Action
from desk.event import acted
from desk.incidents.clusters import belongs
from desk.incidents.life import HOLDING
from desk.incidents.model import Stage
from desk.incidents.status_post import BY_ITSELF
from desk.policy.model import Priority
from desk.snowflake import id_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.case import Case
    from desk.event import Assessment, Event
    from desk.incidents.clusters import Cluster
    from desk.incidents.model import Incident
    from desk.post import Post
    from desk.store.incidents import Ongoing

_SOURCE = "incident"
_HASHES = 1 << 22
"""The lower bits of an id that are not time: acts on several cases of one moment stay apart."""


def joins(post: Post, made: Assessment, *, opened_at: int, going_on: Iterable[Ongoing]) -> str | None:
    """Give the incident that a customer's post belongs to as it is filed; `opened_at`: when its case was (epoch s)."""
    if not made.is_answerable or made.priority is Priority.P1:
        return None
    may_join = (each for each in going_on if each.stage in HOLDING and each.since <= min(opened_at, post.at))
    return next((each.incident_id for each in may_join if is_like(post, made, each.cluster)), None)


def is_like(post: Post, made: Assessment, cluster: Cluster) -> bool:
    """Say whether a post is about the matter of an incident."""
    return belongs(cluster, topic=made.topic, text=post.text, sentiment=made.sentiment)


def joining(incident: Incident, case: Case) -> Event:
    """Give the act by which a case that was there before joins an incident: the same whenever it is asked for."""
    at = incident.reached(Stage.DECLARED) or incident.since
    return _once(Action(Act.JOIN, BY_ITSELF, incident=incident.incident_id), incident, case, at)


def ending(incident: Incident, case: Case) -> Event:
    """Give the act that an incident's end does to a case of its own: resolved with it, or let go where it was none."""
    over = incident.changes[-1]
    if over.stage is Stage.DISMISSED:
        action = Action(Act.LEAVE, over.by, incident=incident.incident_id)
    else:
        action = Action(Act.RESOLVE, over.by, text=f"Incident resolved: {incident.cluster.label}")
    return _once(action, incident, case, over.at)


def _once(action: Action, incident: Incident, case: Case, at: int) -> Event:
    """Give the event of an act under an id of its own, so that it can be appended once only."""
    told = f"{incident.incident_id} {case.case_id} {action.act}".encode()
    event_id = str(int(id_at(at)) + int.from_bytes(sha256(told).digest()[:8]) % _HASHES)
    whose = {"case_id": case.case_id, "customer_id": case.customer_id}
    return acted(action, **whose, event_id=event_id, at=at, source=_SOURCE)
