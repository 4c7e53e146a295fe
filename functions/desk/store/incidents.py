"""Incidents as the ledger keeps them: each whole under INCIDENTS, and those that still have an effect under ONGOING.

Whoever files or posts reads ONGOING alone, which is nearly always empty. Both are written in one transaction over the
version read, so that two writers never undo each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.incidents.clusters import Cluster  # noqa: TC001 - the codec reads the types at run time
from desk.incidents.model import Incident, Stage

if TYPE_CHECKING:
    from desk.store.ledger import Ledger

_ALL = "INCIDENTS"
_ONGOING = "ONGOING"


@dataclass(frozen=True, slots=True)
class Ongoing:
    """What filing and posting need of an incident that is not closed.

    `since` is UTC epoch seconds. `status_post`: X's id of the post to point to, if there is one. `replies`: it was
    resolved, and who got no automatic reply yet gets one that says so.
    """

    incident_id: str
    stage: Stage
    cluster: Cluster
    since: int
    status_post: str | None
    replies: bool

    @classmethod
    def of(cls, incident: Incident) -> Ongoing:
        """Give what others need of an incident."""
        return cls(
            incident_id=incident.incident_id,
            stage=incident.stage,
            cluster=incident.cluster,
            since=incident.since,
            status_post=incident.published.post_id if incident.published else None,
            replies=incident.resolution is not None and incident.resolution.replies,
        )


def ongoing(ledger: Ledger) -> tuple[Ongoing, ...]:
    """Give every incident that still has an effect, the oldest first."""
    return tuple(each for _, each in ledger.values(_ONGOING, Ongoing))


def ongoing_one(ledger: Ledger, incident_id: str) -> Ongoing | None:
    """Give one incident if it still has an effect."""
    return ledger.get(_ONGOING, incident_id, Ongoing)


def incident(ledger: Ledger, incident_id: str) -> tuple[Incident | None, int]:
    """Give an incident with its version (0: there is none)."""
    return ledger.versioned(_ALL, incident_id, Incident)


def latest_incidents(ledger: Ledger, *, until: str = "~", most: int) -> list[Incident]:
    """Give the latest incidents up to and with an id, the last one first: ids are in the order of time."""
    return [each for _, each in ledger.latest(_ALL, Incident, until=until, most=most)]


def keep_incident(ledger: Ledger, changed: Incident, *, version: int) -> int:
    """Write an incident over the version read (0: a new one), and give the new version; raises Conflict.

    It has an effect until it is closed.
    """
    key = changed.incident_id
    now_ongoing = ledger.writing(_ONGOING, key, Ongoing.of(changed))
    beside = ledger.removing(_ONGOING, key) if changed.closed_at is not None else now_ongoing
    return ledger.put_version_with(_ALL, key, changed, version=version, also=[beside])
