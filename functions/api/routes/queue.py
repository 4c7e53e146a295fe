"""GET /queue: how the queue stands, by team, priority and SLA state."""

from collections.abc import Iterable
from itertools import chain
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends
from aws_lambda_powertools.event_handler.api_gateway import Router

from api import incident_views
from api.auth import restricted, security
from api.models import Budget, Counts, IncidentSummary, Posting, Pressing, Queue, TeamQueue
from api.routes.described import RESTRICTED, responses
from api.sources import Sources, given
from desk import queue
from desk.access import Scope
from desk.incidents.model import Stage
from desk.spending import standing
from desk.store.incidents import known_incidents
from desk.store.queue_count import kept_count

router = Router()


@router.get(
    "/queue",
    summary="How the queue stands",
    description="Open cases by team, priority and SLA state; who waits longest; who is next to wait too long; "
    "whether the desk posts, what X's budget leaves off, and the incidents that go on. A short queue is counted at "
    f"this moment, one of more than {queue.FEW} open cases once a minute: `as_of` says when.",
    operation_id="read_queue",
    tags=["queue"],
    security=security(Scope.VIEWER),
    responses=responses(Queue, "The queue as of the moment of its count.", RESTRICTED),
    middlewares=restricted(Scope.VIEWER),
)
def read_queue(sources: Annotated[Sources, Depends(given)]) -> Queue:
    """Tell how every team's queue stands."""
    titles = sources.teams()
    counted = _count(sources, titles)
    teams = [counted.of(name) for name in sorted(titles)]
    return Queue(
        as_of=counted.as_of,
        posting=_posting(sources),
        budget=_budget(sources),
        incidents=_incidents(sources),
        counts=Counts.model_validate(queue.total(team.counts for team in teams)),
        oldest_waiting=_shown(queue.earliest(team.oldest_waiting for team in teams)),
        next_due=_shown(queue.earliest(team.next_due for team in teams)),
        teams=[_team(team, titles[team.team]) for team in teams],
    )


def _count(sources: Sources, teams: Iterable[str]) -> queue.Count:
    """Give what the sweep counted in a long queue; a short one is counted at this moment."""
    kept = kept_count(sources.ledger)
    return kept or queue.count(chain.from_iterable(map(sources.desk.open_cases, teams)), sources.now)


def _posting(sources: Sources) -> Posting:
    switch = sources.ledger.switch()
    if switch is None:
        return Posting(is_on=False, since=None, by=None)
    return Posting(is_on=switch.allows(sources.desk.name), since=switch.at, by=switch.by)


def _budget(sources: Sources) -> Budget:
    spent = sources.ledger.spent_by(sources.now)
    return Budget.model_validate(standing(spent, sources.policy, now=sources.now))


def _incidents(sources: Sources) -> list[IncidentSummary]:
    """Give the incidents that have an effect; nearly always there is none, and none is read."""
    known, _ = known_incidents(sources.ledger)
    return [incident_views.summary(each) for each in known if each.stage is not Stage.DISMISSED]


def _team(standing: queue.TeamQueue, title: str) -> TeamQueue:
    return TeamQueue(
        team=standing.team,
        title=title,
        counts=Counts.model_validate(standing.counts),
        priorities={name: Counts.model_validate(counts) for name, counts in standing.priorities.items()},
        oldest_waiting=_shown(standing.oldest_waiting),
        next_due=_shown(standing.next_due),
    )


def _shown(pressing: queue.Pressing | None) -> Pressing | None:
    return Pressing.model_validate(pressing) if pressing else None
