"""Watches how many write, and carries each incident through its life as far as the desk may do that by itself.

It decides nothing: what a surge is stands in `detection`, what becomes of an incident in `deciding`, both in
`desk.incidents`. Texts are read only where there is a surge. Whatever it writes, it writes over what it has read.

An incident that can't be read stays as it is, and may be the cause of any surge: beside it nothing is learnt, and
nothing is declared but by a person, so that no matter is spoken of twice.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from desk.errors import Conflict, DeskError
from desk.incidents.announcing import news
from desk.incidents.clusters import Told, cluster
from desk.incidents.deciding import (
    NO_CLUSTER,
    Crowd,
    declared,
    each_stands_for,
    grown,
    heed,
    is_beyond_doubt,
    is_unusual,
    may_be,
    may_grow,
    may_suspect,
    seen_again,
    stepped,
    suspected,
    suspected_still,
    those_like,
)
from desk.incidents.life import HOLDING, OVER
from desk.incidents.model import Stage
from desk.incidents.status_post import BY_ITSELF, approved, draft, drafted, planned
from desk.snowflake import id_at
from desk.store.announcements import announcing
from desk.store.desk_items import BUCKET_SECONDS
from desk.store.incidents import incident as stored_incident
from desk.store.incidents import keep_incident, known_incidents, latest_incidents
from desk.telemetry import MetricUnit, logger, metrics
from triage.incident_cases import IncidentCases
from triage.volume import look_at_the_hour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from desk.announcement import Topic
    from desk.event import Event
    from desk.incidents.clusters import Cluster
    from desk.incidents.deciding import Heeded
    from desk.incidents.detection import Surge
    from desk.incidents.model import Incident
    from desk.policy import Policy
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger, Setup
    from triage.volume import Look

_TRIES = 5
_DEAF_AFTER_SECONDS = 600
"""A poll may fail some times in a row."""

_LATEST = 20
"""Incidents that may have ended so lately that they are not suspected again."""

_MOST_READ = 2000
"""Posts of a surge whose texts are read, the youngest: enough to tell what they have in common. They stand for all."""

_BACKGROUND = 300
_BACKGROUND_BUCKETS = 36
"""Posts from before a surge that tell how people write of the brand else, of three hours at most."""


class Watched(Struct, frozen=True):
    """What one run did: incidents that changed, and those that could not go on."""

    changed: int = 0
    failed: int = 0


class IncidentWatch:
    """One run at `now`: the stores, the policy and our accounts are its arguments.

    `topics`: what other systems are told of.
    """

    def __init__(
        self,
        desk: DeskTable,
        ledger: Ledger,
        policy: Policy,
        setup: Setup,
        *,
        now: int,
        has_time: Callable[[], bool],
        topics: frozenset[Topic] = frozenset(),
    ) -> None:
        self._topics = topics
        self._desk = desk
        self._ledger = ledger
        self._policy = policy
        self._setup = setup
        self._now = now
        self._brand_id = setup.handles.get(policy.incidents.status_handle.lower())
        self._cases = IncidentCases(desk, ledger, brand_id=self._brand_id, now=now, has_time=has_time)
        self._changed = 0
        self._failed = 0

    def run(self) -> Watched:
        """Look at the last hour; suspect, declare, calm, end and close what is due. Safe to repeat.

        An incident that can't go on holds up no other.
        """
        known, unread = known_incidents(self._ledger)
        seen = look_at_the_hour(
            self._desk,
            self._ledger,
            policy=self._policy,
            listens_since=self._setup.started_at,
            learns=not (is_unusual(known) or unread) and self._hears(),
            now=self._now,
        )
        if seen.sight.surges and (seen.is_turn or not any(each.stage in HOLDING for each in known)):
            # while an incident goes on, once in five minutes is enough
            self._heed(seen, known, has_unread=bool(unread))
        for incident in known_incidents(self._ledger)[0]:
            self._tries(incident, is_turn=seen.is_turn)
        return Watched(self._changed, self._failed)

    def _hears(self) -> bool:
        """The poll reads X: that nobody wrote is a fact only then."""
        return self._now - (self._ledger.get("DESK", "HEARD", int) or 0) <= _DEAF_AFTER_SECONDS

    # ---- surges

    def _heed(self, seen: Look, known: Sequence[Incident], *, has_unread: bool) -> None:
        """See what the surges are about."""
        holding = [each for each in known if each.stage in HOLDING]
        posts = self._hour(seen.begins)
        heeded = heed(seen.sight.surges, posts, holding, until=seen.begins + BUCKET_SECONDS)
        for incident in holding:
            if incident.incident_id in heeded.seen:
                self._change(incident.incident_id, self._seeing(incident, heeded.seen[incident.incident_id], posts))
        if heeded.rest is not None:
            beside = replace(heeded, is_beside=heeded.is_beside or has_unread)
            self._weigh(heeded.rest, beside, known, begins=seen.begins)

    def _seeing(self, incident: Incident, surge: Surge, posts: Sequence[Event]) -> Callable[[Incident], Incident]:
        """See an incident go on, and what more is said of it while it is young."""
        known = incident.cluster
        found = self._matter(surge, posts, known=known) if may_grow(incident, self._now) else known
        return lambda each: grown(seen_again(each, surge, now=self._now), found, now=self._now)

    def _weigh(self, surge: Surge, heeded: Heeded, known: Sequence[Incident], *, begins: int) -> None:
        """Suspect what a surge is about. Beside an incident that is a cause of it that takes proof, and a person."""
        found = self._matter(surge, heeded.posts)
        crowd = Crowd(those_like(found, heeded.posts))
        is_certain = is_beyond_doubt(surge, crowd, each_stands_for(surge, heeded.posts))
        if heeded.is_beside and not is_certain:
            return
        declares = self._policy.incidents.declares_itself and is_certain and not heeded.is_beside
        settled = partial(declared, crowd=crowd, now=self._now) if declares else _as_it_is
        before = next((each for each in known if may_be(each, found)), None)
        if before is not None:
            self._change(
                before.incident_id,
                lambda incident: settled(suspected_still(incident, surge, found, crowd, now=self._now)),
            )
        elif may_suspect(surge, found, latest_incidents(self._ledger, most=_LATEST), now=self._now):
            self._keep(settled(suspected(id_at(begins), surge, found, crowd, now=self._now)))

    def _matter(self, surge: Surge, posts: Sequence[Event], *, known: Cluster | None = None) -> Cluster:
        """Read what the posts of a surge have in common, beside how people write of the brand else.

        `known`: what was read before, which they may add to.
        """
        posts_before = self._before(surge.since)
        ours = [self._policy.brand, *(handle.name for handle in self._policy.handles)]
        return cluster(map(_told, posts), map(_told, posts_before), unsaid=ours, known=known) or NO_CLUSTER

    def _hour(self, begins: int) -> list[Event]:
        """Give the customers' posts of the last hour, the youngest if there are very many."""
        starts = range(begins, begins - 12 * BUCKET_SECONDS, -BUCKET_SECONDS)
        return list(islice(self._read(starts), _MOST_READ))

    def _before(self, since: int) -> list[Event]:
        """Give posts from before a surge, the youngest."""
        first = since // BUCKET_SECONDS * BUCKET_SECONDS
        starts = range(first - BUCKET_SECONDS, first - _BACKGROUND_BUCKETS * BUCKET_SECONDS, -BUCKET_SECONDS)
        return list(islice(self._read(starts), _BACKGROUND))

    def _read(self, starts: Iterable[int]) -> Iterator[Event]:
        """Give the customers' posts of some buckets that still have their texts."""
        for begins in starts:
            yield from (event for event in self._desk.posts_at(self._desk.spotted(begins)) if event.has_text)

    # ---- each incident

    def _tries(self, incident: Incident, *, is_turn: bool) -> None:
        try:
            self._go_on(incident, is_turn=is_turn)
        except (DeskError, ValueError, KeyError):
            self._failed += 1
            logger.exception("incident can't go on", incident_id=incident.incident_id)

    def _go_on(self, incident: Incident, *, is_turn: bool) -> None:
        """Do for an incident what is due."""
        if incident.stage in OVER:
            note = self._cases.end(incident)
            if note is not None:
                self._change(incident.incident_id, note, also=[self._cases.forgetting(incident)])
            return
        joined = self._cases.join(incident, is_turn=is_turn) if incident.stage in HOLDING else 0
        count = self._counting(incident) if is_turn or joined else _as_it_is
        self._change(
            incident.incident_id,
            lambda each: stepped(count(each), policy=self._policy.incidents, now=self._now),
        )

    def _counting(self, incident: Incident) -> Callable[[Incident], Incident]:
        """Count the cases that belong to an incident, and the replies it holds back, as far as the indexes know."""
        joined = len(self._desk.case_ids_in(incident.incident_id))
        held = sum(1 for _ in self._desk.held_items(incident.incident_id))
        return lambda each: replace(each, joined=joined, held=held)

    # ---- writing

    def _change(
        self, incident_id: str, change: Callable[[Incident], Incident], *, also: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Change an incident as it stands; nothing is written where that changes nothing."""
        for _ in range(_TRIES):
            before, version = stored_incident(self._ledger, incident_id)
            if before is None or before.closed_at is not None:
                return
            after, posts = self._spoken(change(before))
            if after == before:
                return
            with suppress(Conflict):
                told = announcing(self._ledger, news(before, after), self._topics)
                keep_incident(self._ledger, after, version=version, also=[*also, *posts, *told])
                self._tell(before, after)
                return
        raise Conflict(f"incident {incident_id} changed {_TRIES} times while the desk watched it")

    def _keep(self, incident: Incident) -> None:
        """Keep a new incident; another run that saw it first has done as much."""
        incident, posts = self._spoken(incident)
        with suppress(Conflict):
            told = announcing(self._ledger, news(None, incident), self._topics)
            keep_incident(self._ledger, incident, version=0, also=[*posts, *told])
            self._tell(None, incident)

    def _spoken(self, incident: Incident) -> tuple[Incident, list[dict[str, Any]]]:
        """Give an incident that was declared its first status post: to be approved, or on its way if policy says so.

        Whoever declared it: a person's declaration leaves a draft.
        """
        if incident.stage not in HOLDING or any(post.approved_by for post in incident.status_posts):
            return incident, []
        waiting = next(iter(incident.status_posts), None)
        post = waiting or draft(incident, policy=self._policy, now=self._now)
        if post is None or self._brand_id is None or not self._policy.incidents.status_post_by_itself:
            return drafted(incident, post), []
        incident = approved(incident, post, by=BY_ITSELF, now=self._now)
        plan = planned(incident, incident.status_posts[-1], policy=self._policy, brand_id=self._brand_id, now=self._now)
        return incident, [self._desk.planning(plan)]

    def _tell(self, before: Incident | None, after: Incident) -> None:
        self._changed += 1
        if before is not None and before.stage is after.stage and before.closed_at == after.closed_at:
            return
        if after.stage is Stage.DECLARED:
            metrics.add_metric("IncidentDeclared", MetricUnit.Count, 1)
        is_closed = after.closed_at is not None
        logger.info("incident changed", incident_id=after.incident_id, stage=after.stage, is_closed=is_closed)


def _as_it_is(incident: Incident) -> Incident:
    return incident


def _told(event: Event) -> Told:
    """Give what the clustering needs of a customer's post that was filed."""
    if event.post is None or event.filing is None or event.filing.assessment is None:
        raise ValueError(f"{event.key} is no filed post of a customer")
    made = event.filing.assessment
    return Told(
        post_id=event.post.post_id,
        text=event.post.text,
        topic=made.topic,
        sentiment=made.sentiment,
        is_answerable=made.is_answerable,
        language=made.language,
    )
