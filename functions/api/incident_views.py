"""From incidents to the shapes of answers. Pure; what a caller may not see is left out here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.incident_models import Change, Column, Example, IncidentDetail, Measures, Resolution, StatusPost
from api.models import Evidence, IncidentSummary
from api.views import post_url
from desk.incidents.life import OVER
from desk.incidents.measures import measures
from desk.incidents.model import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from desk.incidents import model, volume


def summary(incident: model.Incident) -> IncidentSummary:
    """Give an incident as lists show it."""
    return IncidentSummary(
        incident_id=incident.incident_id,
        stage=incident.stage,
        label=incident.cluster.label,
        topic=incident.cluster.topic,
        since=incident.since,
        evidence=Evidence.model_validate(incident.evidence),
        peak=Evidence.model_validate(incident.peak),
        joined=incident.joined,
        held=incident.held,
        answered=incident.answered,
        has_draft=incident.stage not in OVER and any(post.approved_by is None for post in incident.status_posts),
        declared_at=incident.reached(Stage.DECLARED),
        ended_at=incident.changes[-1].at if incident.stage in OVER else None,
        closed_at=incident.closed_at,
    )


def detail(
    incident: model.Incident,
    *,
    draft: model.StatusPost | None,
    columns: Iterable[volume.Column],
    texts: Mapping[str, str],
    now: int,
) -> IncidentDetail:
    """Give an incident with everything that is known of it; `texts` are those of its examples that may be shown."""
    return IncidentDetail(
        **dict(summary(incident)),
        as_of=now,
        revision=incident.revision,
        terms=list(incident.cluster.terms),
        links=list(incident.cluster.links),
        changes=[Change.model_validate(each) for each in incident.changes],
        status_posts=[status_post(each) for each in incident.status_posts],
        draft=status_post(draft) if draft else None,
        resolution=Resolution.model_validate(incident.resolution) if incident.resolution else None,
        examples=_examples(incident, texts),
        volume=[Column.model_validate(each) for each in columns],
        measures=Measures.model_validate(measures(incident)),
    )


def status_post(post: model.StatusPost) -> StatusPost:
    """Give a status post with its address on X, once X shows it, or why X never will, or since when that is open."""
    return StatusPost(
        number=post.number,
        text=post.text,
        written_at=post.written_at,
        approved_by=post.approved_by,
        approved_at=post.approved_at,
        post_id=post.post_id,
        posted_at=post.posted_at,
        url=post_url(post.post_id) if post.post_id else None,
        refused=post.refused,
        lost_at=post.lost_at,
    )


def _examples(incident: model.Incident, texts: Mapping[str, str]) -> list[Example]:
    return [
        Example(customer_id=customer, post_id=post, url=post_url(post), text=texts.get(post))
        for customer, post in incident.example_posts
    ]
