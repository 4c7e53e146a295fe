"""What an incident took and what it saved: for its closing report, told by what stands in it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from desk import prices
from desk.incidents.model import Stage

if TYPE_CHECKING:
    from desk.incidents.model import Incident


class Measures(Struct, frozen=True):
    """Durations in seconds since the incident began, None where it has not come to that.

    `posts_saved`: replies that were held and never posted; `usd_saved` what X would have charged for them.
    """

    to_suspect_seconds: int | None
    to_declare_seconds: int | None
    to_status_post_seconds: int | None
    to_resolve_seconds: int | None
    posts_saved: int
    usd_saved: float


def measures(incident: Incident) -> Measures:
    """Measure an incident as it stands; while it goes on, what is held counts as saved."""
    first = incident.changes[0].at if incident.changes else None
    published = incident.published
    saved = _saved(incident)
    return Measures(
        to_suspect_seconds=_since(incident, first),
        to_declare_seconds=_since(incident, incident.reached(Stage.DECLARED)),
        to_status_post_seconds=_since(incident, published.posted_at if published else None),
        to_resolve_seconds=_since(incident, incident.reached(Stage.RESOLVED)),
        posts_saved=saved,
        usd_saved=round(saved * prices.SUMMONED_REPLY, 2),
    )


def _saved(incident: Incident) -> int:
    if incident.stage is Stage.DISMISSED:
        return 0  # what was held went out as if there had been nothing
    return incident.held if incident.closed_at is None else incident.spared


def _since(incident: Incident, at: int | None) -> int | None:
    return None if at is None else max(0, at - incident.since)
