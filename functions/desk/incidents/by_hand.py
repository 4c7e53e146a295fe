"""An incident that a person saw before the desk did: what stands in it as evidence. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.incidents.detection import POSTS
from desk.incidents.model import Change, Evidence, Incident, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.incidents.clusters import Cluster
    from desk.incidents.volume import Volume

HOUR_SECONDS = 3600


def begun(
    incident_id: str, cluster: Cluster, *, since: int, counted: Iterable[tuple[int, Volume]], by: str, now: int
) -> Incident:
    """Give an incident that a person suspects at `now`, to be declared: `counted` is the volume of the hour before.

    Its evidence is all posts of that hour beside their baseline, with no score: a person's word needs none.
    """
    hour = [volume for _, volume in counted]
    observed, expected = float(sum(each.posts for each in hour)), round(sum(each.expected for each in hour), 2)
    seen = Evidence(now, POSTS, observed, expected, round(observed / max(1.0, expected), 2), 0.0)
    return Incident(
        incident_id=incident_id,
        stage=Stage.SUSPECTED,
        cluster=cluster,
        since=since,
        evidence=seen,
        peak=seen,
        changes=(Change(now, Stage.SUSPECTED, by),),
    )
