"""Which facts about an incident other systems are told: each stage it comes to, once. Pure.

What its posts have in common is not among the facts, for those are customers' words; the policy's topic is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from desk.announcement import Announcement, announcement_id
from desk.incidents.model import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from desk.incidents.model import Change, Incident

INCIDENT_KINDS: Final[Mapping[Stage, str]] = {stage: f"incident.{stage}" for stage in Stage}

_HEADLINES: Final[Mapping[Stage, str]] = {
    Stage.SUSPECTED: "An incident is suspected: more write than usual",
    Stage.DECLARED: "An incident is declared: single acknowledgements are held",
    Stage.MONITORING: "The incident has calmed down and is watched",
    Stage.RESOLVED: "The incident is over",
    Stage.DISMISSED: "The incident was none",
}


def news(before: Incident | None, after: Incident) -> Iterator[Announcement]:
    """Give what a write of an incident changes of its stage, one announcement each; `before` is what it writes over."""
    known = len(before.changes) if before else 0
    for number, change in enumerate(after.changes[known:], start=known + 1):
        kind = INCIDENT_KINDS[change.stage]
        yield Announcement(
            announcement_id=announcement_id(kind, after.incident_id, number),
            kind=kind,
            at=change.at,
            announced_at=change.at,
            headline=_HEADLINES[change.stage],
            facts={"incident": _facts(after, change)},
        )


def _facts(incident: Incident, change: Change) -> dict[str, Any]:
    """Give it as others are told of it; moments are UTC epoch seconds, `revision` is that of the API's `ETag`."""
    return {
        "incident_id": incident.incident_id,
        "revision": incident.revision,
        "as_of": change.at,
        "stage": change.stage,
        "by": change.by,
        "since": incident.since,
        "topic": incident.cluster.topic,
        "observed": incident.evidence.observed,
        "expected": incident.evidence.expected,
        "factor": incident.evidence.factor,
        "cases": incident.joined,
    }
