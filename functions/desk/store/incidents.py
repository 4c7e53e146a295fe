"""Incidents as the ledger keeps them: each whole under INCIDENTS, and those that still have an effect under ONGOING.

Whoever files or posts reads ONGOING alone, which is nearly always empty. Both are written in one transaction over the
version read, so that two writers never undo each other.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from desk.errors import Conflict
from desk.incidents.clusters import Cluster  # noqa: TC001 - the codec reads the types at run time
from desk.incidents.model import Incident, Stage
from desk.incidents.status_post import with_lost, with_published, with_refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desk.store.ledger import Ledger

_ALL = "INCIDENTS"
_ONGOING = "ONGOING"
_TRIES = 5


class Ongoing(Struct, frozen=True):
    """What filing and posting need of an incident that is not closed.

    `since` and `ended_at` (when it was resolved) are UTC epoch seconds. `status_post`: X's id of the post to point to,
    if there is one; `pending`: numbers of the approved status posts whose end is not known. `replies`: it was
    resolved, and who got no automatic reply yet gets one that says so.
    """

    incident_id: str
    stage: Stage
    cluster: Cluster
    since: int
    status_post: str | None
    replies: bool
    ended_at: int | None = None
    pending: tuple[int, ...] = ()

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
            ended_at=incident.reached(Stage.RESOLVED),
            pending=tuple(post.number for post in incident.status_posts if post.is_on_its_way),
        )


class GoingOn(Struct, frozen=True):
    """Incidents that still have an effect, the oldest first, and the ids of those of which nothing more can be read."""

    incidents: tuple[Ongoing, ...] = ()
    unread: frozenset[str] = frozenset()


def going_on(ledger: Ledger) -> GoingOn:
    """Give every incident that still has an effect."""
    unread: set[str] = set()
    found = tuple(each for _, each in ledger.readable(_ONGOING, Ongoing, left_out=unread.add))
    return GoingOn(found, frozenset(unread))


def ongoing(ledger: Ledger) -> tuple[Ongoing, ...]:
    """Give every incident that still has an effect and can be read, the oldest first."""
    return going_on(ledger).incidents


def ongoing_one(ledger: Ledger, incident_id: str) -> Ongoing | None:
    """Give one incident if it still has an effect."""
    return ledger.get(_ONGOING, incident_id, Ongoing)


def incident(ledger: Ledger, incident_id: str) -> tuple[Incident | None, int]:
    """Give an incident with its version (0: there is none)."""
    return ledger.versioned(_ALL, incident_id, Incident)


def known_incidents(ledger: Ledger) -> tuple[list[Incident], frozenset[str]]:
    """Give every incident of which something is left to do, whole, and the ids of those that can't be read."""
    going = going_on(ledger)
    found = {each.incident_id: readable_incident(ledger, each.incident_id) for each in going.incidents}
    unread = going.unread | {name for name, known in found.items() if known is None}
    return [each for each in found.values() if each is not None], frozenset(unread)


def readable_incident(ledger: Ledger, incident_id: str) -> Incident | None:
    """Give an incident; None if there is none, or if it can't be read."""
    return ledger.get_readable(_ALL, incident_id, Incident)


def latest_incidents(ledger: Ledger, *, until: str = "~", most: int) -> list[Incident]:
    """Give the latest incidents that can be read up to and with an id, the last one first: ids are in order of time."""
    return [each for _, each in ledger.latest_readable(_ALL, Incident, until=until, most=most)]


def keep_incident(ledger: Ledger, changed: Incident, *, version: int, also: Sequence[dict[str, Any]] = ()) -> int:
    """Write an incident over the version read (0: a new one), and give the new version; raises Conflict.

    It has an effect until it is closed. `also`: further writes, on either table, as a whole with it or not at all.
    """
    key = changed.incident_id
    now_ongoing = ledger.writing(_ONGOING, key, Ongoing.of(changed))
    beside = ledger.removing(_ONGOING, key) if changed.closed_at is not None else now_ongoing
    return ledger.put_version_with(_ALL, key, changed, version=version, also=[beside, *also])


def keep_published(ledger: Ledger, incident_id: str, number: int, *, post_id: str, at: int) -> None:
    """Write that X shows a status post since `at` (UTC epoch seconds), under which id. Safe to repeat.

    Nothing happens for one that is known already, or once the incident is closed. Raises Conflict after lost races.
    """
    _note(ledger, incident_id, partial(with_published, number=number, post_id=post_id, at=at))


def keep_refused(ledger: Ledger, incident_id: str, number: int, *, reason: str) -> None:
    """Write why a status post was not posted, and never will be; as `keep_published` otherwise."""
    _note(ledger, incident_id, partial(with_refused, number=number, reason=reason))


def keep_lost(ledger: Ledger, incident_id: str, number: int, *, at: int) -> None:
    """Write that since `at` nobody knows whether X shows a status post; as `keep_published` otherwise."""
    _note(ledger, incident_id, partial(with_lost, number=number, at=at))


def forget_examples(ledger: Ledger, customer_id: str) -> list[str]:
    """Take a customer's posts from the examples of every incident. Safe to repeat; raises Conflict after lost races.

    Gives the ids of those that name the customer and can't be read: they stay as they are.
    """
    named = f'"{customer_id}/'

    def without(known: Incident) -> Incident:
        kept = tuple(each for each in known.examples if each.partition("/")[0] != customer_id)
        return replace(known, examples=kept)

    naming = [key for key, body in ledger.bodies(_ALL) if named in body]
    unread = [key for key in naming if readable_incident(ledger, key) is None]
    for key in naming:
        if key not in unread:
            _change(ledger, key, without)
    return unread


def _note(ledger: Ledger, incident_id: str, change: Callable[[Incident], Incident]) -> None:
    """Note what became of a status post, if that is news and the incident not closed."""
    _change(ledger, incident_id, lambda known: known if known.closed_at is not None else change(known))


def _change(ledger: Ledger, incident_id: str, change: Callable[[Incident], Incident]) -> None:
    """Change an incident as it stands; nothing is written where that changes nothing."""
    for _ in range(_TRIES):
        known, version = incident(ledger, incident_id)
        changed = change(known) if known else None
        if changed is None or changed == known:
            return
        with suppress(Conflict):
            keep_incident(ledger, changed, version=version)
            return
    raise Conflict(f"incident {incident_id} changed {_TRIES} times while it was written")
