"""Made-up incidents for tests: `an_incident(Move.DECLARE)` gives one that was declared, with what was seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from desk.incidents.clusters import Cluster
from desk.incidents.life import moved
from desk.incidents.model import Change, Evidence, Incident, Stage, StatusPost
from desk.incidents.volume import Volume
from desk.snowflake import id_at
from tests.cases import MINUTE, NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.incidents.life import Move

BEGAN = NOON - 90 * MINUTE
"""When the first five minutes above the baseline began."""
_BUCKET = 5 * MINUTE


def an_incident(*moves: Move, by: str = "the desk", **changes: Any) -> Incident:
    """The app does not let people in: suspected ten minutes after it began, then one move every ten minutes."""
    seen = Evidence(NOON - 20 * MINUTE, "topic:app-and-website", 96.0, 4.2, 22.9, 13.1)
    values: dict[str, Any] = {
        "incident_id": id_at(BEGAN + 10 * MINUTE),
        "stage": Stage.SUSPECTED,
        "cluster": Cluster("app-and-website", ("boarding pass", "login"), (), "app login boarding pass"),
        "since": BEGAN,
        "evidence": seen,
        "peak": replace(seen, at=NOON - 40 * MINUTE, observed=184.0, factor=43.8, score=21.7),
        "changes": (Change(BEGAN + 10 * MINUTE, Stage.SUSPECTED, "the desk"),),
    }
    incident = Incident(**values)
    for place, move in enumerate(moves, start=2):
        incident = moved(incident, move, at=BEGAN + place * 10 * MINUTE, by=by)
    return replace(incident, **changes)


def a_status_post(number: int = 1, **changes: Any) -> StatusPost:
    """A draft; `approved_by` and `post_id` make it one that went out."""
    text = "We know that our app does not let you in, and we are on it: https://status.pebblewing.example/"
    return replace(StatusPost(number, text, BEGAN + 20 * MINUTE), **changes)


def a_course(until: int = NOON) -> Iterator[tuple[int, Volume]]:
    """Volumes from two hours before it began: some three posts in five minutes, then up to thirty."""
    first = BEGAN - 120 * MINUTE
    for place, begins in enumerate(range(first, until, _BUCKET)):
        minutes = (begins - BEGAN) // MINUTE
        surge = 0 if minutes < 0 else min(28, 7 + minutes) - max(0, minutes - 50) // 2
        posts = 3 - place % 3 + max(0, surge)
        yield begins, Volume(posts, posts * 2 // 3, 2.4 - place % 4 / 10, {"app-and-website": max(0, surge)})
