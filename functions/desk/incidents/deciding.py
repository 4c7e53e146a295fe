"""What becomes of incidents as surges come and go: what is suspected, declared, calm again, over. Pure.

Three things keep it from wavering: a surge that goes on needs less than one that begins (`detection`), calm must last
before anything follows from it, and what was over is not suspected again for a while unless it is well above what it
was then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - structs may be read at run time
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from desk.incidents.clusters import Cluster
from desk.incidents.detection import NEGATIVE, POSTS, TOPIC, Sensitivity
from desk.incidents.joining import is_like
from desk.incidents.life import OVER, Move, moved
from desk.incidents.model import Change, Evidence, Incident, Resolution, Stage
from desk.incidents.status_post import BY_ITSELF
from desk.policy.model import Category
from desk.story import wants_answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.event import Event
    from desk.incidents.detection import Surge
    from desk.policy.model import Incidents

_COOL_DOWN_SECONDS = 3 * 3600
"""Longer than the hour that is judged and than its calm, shorter than a shift."""

_WELL_ABOVE = 1.5
"""Times what was observed when it ended."""

_EXPLAINS = 0.25
"""An incident with so much of what is above the usual is its cause: many more write of it in words of their own."""

_MOST_OF = 0.5
_FEWEST_CUSTOMERS = 8
_BEYOND_DOUBT_FACTOR = 3.0
"""It takes as many customers as one team works on at once, and three times the usual: twice what is a surge."""

_GROWS_SECONDS = 1800
"""What the desk declared early it knows by few posts: for so long those that follow add to its terms."""
_MOST_TERMS, _MOST_LINKS = 16, 4

_MOST_EXAMPLES = 5
_MINUTE, _HOUR = 60, 3600

NO_CLUSTER = Cluster(None, (), (), "more posts than usual")
"""What a surge is called while its posts have nothing in common. Nothing belongs to it."""


class Crowd(Struct, frozen=True):
    """The posts of a surge that are about one matter, as filed events with their texts, the oldest first."""

    posts: Sequence[Event]

    @property
    def customers(self) -> int:
        """Count those who wrote them."""
        return len({event.customer_id for event in self.posts})

    @property
    def in_trouble(self) -> int:
        """Count the posts that complain, tell of a problem or sound unhappy."""
        return sum(map(_is_in_trouble, self.posts))

    @property
    def examples(self) -> tuple[str, ...]:
        """Name a few, one of each customer, those in trouble first."""
        order = sorted(self.posts, key=lambda event: (not _is_in_trouble(event), event.at, event.key))
        first = {event.customer_id: event for event in reversed(order)}
        named = [f"{event.customer_id}/{event.post_id}" for event in order if first[event.customer_id] is event]
        return tuple(named[:_MOST_EXAMPLES])


def _is_in_trouble(event: Event) -> bool:
    made = event.filing.assessment if event.filing else None
    if made is None or not wants_answer(made):
        return False
    return made.category in {Category.COMPLAINT, Category.PROBLEM} or made.sentiment == NEGATIVE


# ---- which surge is whose


class Heeded(Struct, frozen=True):
    """What the surges of one look are about.

    `seen`: by incident, the strongest surge that it explains. `rest`: the strongest of which enough is left without
    those, with the `posts` that are left of it; `is_beside`: an incident that goes on explains a part of it.
    """

    seen: Mapping[str, Surge]
    rest: Surge | None = None
    posts: Sequence[Event] = ()
    is_beside: bool = False


def heed(surges: Iterable[Surge], posts: Sequence[Event], holding: Sequence[Incident], *, until: int) -> Heeded:
    """Tell the surges (strongest first) that known incidents explain from one that wants an explanation.

    `posts`: filed customers' posts of the last hour up to `until` (UTC epoch seconds), with their texts; of very many
    only the youngest, which stand for all of them then.
    """
    each = [_heeded(surge, posts, holding, until=until) for surge in surges]
    seen = {name: surge for one in reversed(each) for name, surge in one.seen.items()}
    first = next((one for one in each if one.rest is not None), Heeded({}))
    return replace(first, seen=seen)


def _heeded(surge: Surge, posts: Sequence[Event], holding: Sequence[Incident], *, until: int) -> Heeded:
    """Tell of one surge what known incidents explain and what is left."""
    window = [event for event in posts if event.at >= until - surge.minutes * _MINUTE and is_of(surge, event)]
    crowds = {each.incident_id: Crowd(those_like(each.cluster, window)) for each in holding}
    stands_for = each_stands_for(surge, window)
    causes = [name for name, crowd in crowds.items() if explains(surge, crowd, stands_for)]
    explained = {event.key for crowd in crowds.values() for event in crowd.posts}
    left = [event for event in window if event.key not in explained]
    rest = _without(surge, round(len(explained) * stands_for))
    return Heeded(dict.fromkeys(causes, surge), rest, left, is_beside=bool(causes))


def each_stands_for(surge: Surge, read: Sequence[Event]) -> float:
    """Give how many posts of a surge each of those read stands for: one, or more where there are too many to read."""
    return max(1.0, surge.observed / len(read)) if read else 1.0


def those_like(cluster: Cluster, posts: Iterable[Event]) -> list[Event]:
    """Give the posts that are about a matter."""
    found = ((event, event.filing.assessment) for event in posts if event.filing)
    return [event for event, made in found if event.post and made and is_like(event.post, made, cluster)]


def is_of(surge: Surge, event: Event) -> bool:
    """Say whether a customer's post counts in the series of a surge."""
    made = event.filing.assessment if event.filing else None
    if surge.series == POSTS:
        return True
    if made is None or surge.series == NEGATIVE:
        return made is not None and made.sentiment == NEGATIVE
    return made.topic == surge.series.removeprefix(TOPIC)


def explains(surge: Surge, crowd: Crowd, stands_for: float) -> bool:
    """Say whether the posts of an incident in the series and the window of a surge are the cause of it.

    `stands_for`: how many posts each of the crowd's stands for.
    """
    return bool(crowd.posts) and len(crowd.posts) * stands_for >= _EXPLAINS * (surge.observed - surge.expected)


def _without(surge: Surge, explained: int) -> Surge | None:
    """Give what is left of a surge without the posts that known incidents explain, if that is a surge still."""
    needed, left = Sensitivity(), surge.observed - explained
    factor = left / max(surge.expected, 1.0)
    if left - surge.expected < needed.least_posts or factor < needed.factor:
        return None
    return replace(surge, observed=left, factor=factor) if explained else surge


def is_kin(one: Cluster, other: Cluster) -> bool:
    """Say whether two clusters are about the same matter: a topic, a term or a link of theirs is one."""
    same_topic = one.topic is not None and one.topic == other.topic
    return same_topic or bool({*one.terms} & {*other.terms} or {*one.links} & {*other.links})


# ---- suspicion


def may_suspect(surge: Surge, cluster: Cluster, ended: Iterable[Incident], *, now: int) -> bool:
    """Say whether a surge may be suspected: not while something of its kind has only just ended."""
    return not any(
        now - each.changes[-1].at < _COOL_DOWN_SECONDS
        and (is_kin(each.cluster, cluster) or NO_CLUSTER in {each.cluster, cluster})
        and surge.observed < _WELL_ABOVE * each.evidence.observed
        for each in ended
        if each.stage in OVER
    )


def may_be(incident: Incident, cluster: Cluster) -> bool:
    """Say whether an incident that is only suspected is what this cluster is about, as far as either is known."""
    is_open = incident.stage is Stage.SUSPECTED
    return is_open and (NO_CLUSTER in {incident.cluster, cluster} or is_kin(incident.cluster, cluster))


def suspected(incident_id: str, surge: Surge, cluster: Cluster, crowd: Crowd, *, now: int) -> Incident:
    """Give a new incident that nothing is done about yet."""
    evidence = evidence_of(surge, now)
    reason = f"{surge.observed:.0f} {_named(surge)} within {surge.minutes} minutes, {surge.expected:.1f} are usual"
    return Incident(
        incident_id=incident_id,
        stage=Stage.SUSPECTED,
        cluster=cluster,
        since=surge.since,
        evidence=evidence,
        peak=evidence,
        changes=(Change(now, Stage.SUSPECTED, BY_ITSELF, reason),),
        examples=crowd.examples,
    )


def _named(surge: Surge) -> str:
    if surge.series.startswith(TOPIC):
        return f"posts about {surge.series.removeprefix(TOPIC)}"
    return "unhappy posts" if surge.series == NEGATIVE else "posts"


def suspected_still(incident: Incident, surge: Surge, cluster: Cluster, crowd: Crowd, *, now: int) -> Incident:
    """Give a suspected incident as its posts tell it by now: the more there are, the better they name the matter.

    Once somebody has declared it, its matter stays as it was declared.
    """
    if incident.stage is not Stage.SUSPECTED:
        return incident
    seen = seen_again(replace(incident, since=min(incident.since, surge.since)), surge, now=now)
    if cluster == NO_CLUSTER:
        return seen
    return replace(seen, cluster=cluster, examples=crowd.examples)


def is_beyond_doubt(surge: Surge, crowd: Crowd, stands_for: float) -> bool:
    """Say whether the desk may declare by itself: many customers are in one trouble, and that is what surges.

    `stands_for`: how many posts each of the crowd's stands for.
    """
    return (
        surge.factor >= _BEYOND_DOUBT_FACTOR
        and crowd.customers >= _FEWEST_CUSTOMERS
        and crowd.in_trouble >= _MOST_OF * len(crowd.posts)
        and len(crowd.posts) * stands_for >= _MOST_OF * (surge.observed - surge.expected)
    )


def declared(incident: Incident, crowd: Crowd, *, now: int) -> Incident:
    """Give an incident that the desk declares by itself; what somebody else decided meanwhile stands."""
    if incident.stage is not Stage.SUSPECTED:
        return incident
    reason = f"{crowd.customers} customers write about it"
    return moved(incident, Move.DECLARE, at=now, by=BY_ITSELF, reason=reason)


def may_grow(incident: Incident, now: int) -> bool:
    """Say whether more may come to belong to an incident: the desk declared it by itself, and not long ago."""
    first = next((each for each in incident.changes if each.stage is Stage.DECLARED), None)
    return first is not None and first.by == BY_ITSELF and now - first.at <= _GROWS_SECONDS


def grown(incident: Incident, found: Cluster, *, now: int) -> Incident:
    """Give an incident whose posts tell more of the same matter by now: what belonged to it still does."""
    known = incident.cluster
    if not may_grow(incident, now) or not is_kin(known, found):
        return incident
    terms = tuple(dict.fromkeys((*known.terms, *found.terms)))[:_MOST_TERMS]
    links = tuple(dict.fromkeys((*known.links, *found.links)))[:_MOST_LINKS]
    return replace(incident, cluster=Cluster(known.topic or found.topic, terms, links, found.label))


# ---- evidence and moves


def evidence_of(surge: Surge, now: int) -> Evidence:
    """Give what was seen at a moment."""
    return Evidence(now, surge.series, surge.observed, surge.expected, surge.factor, surge.score)


def seen_again(incident: Incident, surge: Surge, *, now: int) -> Incident:
    """Give an incident whose surge goes on."""
    evidence = evidence_of(surge, now)
    peak = evidence if evidence.observed > incident.peak.observed else incident.peak
    return replace(incident, evidence=evidence, peak=peak)


def stepped(incident: Incident, *, policy: Incidents, now: int) -> Incident:
    """Give an incident after the move that is due at `now` (UTC epoch seconds), the same one if none is.

    Its evidence tells when its surge was seen last.
    """
    due = next(((move, reason) for move, holds, reason in _moves(incident, policy, now) if holds), None)
    if due is None:
        return incident
    move, reason = due
    resolution = Resolution(now, BY_ITSELF, replies=False) if move is Move.RESOLVE else None
    return replace(moved(incident, move, at=now, by=BY_ITSELF, reason=reason), resolution=resolution)


def _moves(incident: Incident, policy: Incidents, now: int) -> Iterable[tuple[Move, bool, str]]:
    """Give what the desk may do by itself at a stage, whether it is time, and why."""
    came_at, seen_at = incident.changes[-1].at, incident.evidence.at
    calm = now - max(came_at, seen_at) >= policy.calm_minutes * _MINUTE
    if incident.stage is Stage.SUSPECTED:
        yield Move.DISMISS, calm, "it calmed down before anybody declared it"
    if incident.stage is Stage.DECLARED:
        yield Move.CALM, calm, f"no surge for {policy.calm_minutes} minutes"
    if incident.stage is Stage.MONITORING:
        yield Move.FLARE, seen_at > came_at, "it surges again"
        over = now - came_at >= policy.resolve_after_hours * _HOUR
        yield Move.RESOLVE, over, f"calm for {policy.resolve_after_hours} hours"


def is_unusual(incidents: Iterable[Incident]) -> bool:
    """Say whether these hours are none to learn from what is usual."""
    return any(each.stage in {Stage.SUSPECTED, Stage.DECLARED} for each in incidents)
