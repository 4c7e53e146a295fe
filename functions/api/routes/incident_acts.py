"""POST /incidents and /incidents/{id}/…: what people do about an incident. Each is done once, by the token's name.

What follows from it is not done here: triage-sweep lets cases join and closes them, respond posts and holds back.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from msgspec.structs import replace

from api.acting import Change
from api.acting_on_incidents import Step, act, answered, begin, not_possible, read, stepped, worked_of
from api.auth import security, writing
from api.bodies import Declaring, Ending, Explained, Naming, Publishing
from api.etag import check_seen
from api.incident_models import IncidentAct, IncidentWorked
from api.posting import check_permitted, check_spoken
from api.problems import invalid
from api.publishing import draft_of, may_publish, objections
from api.routes.described import ACTED, DECLARED, PUBLISHED, responses
from api.routes.incidents import IncidentId
from api.routes.written import Asked, IfMatch, Key
from api.sources import Sources
from desk.access import Scope
from desk.incidents.by_hand import HOUR_SECONDS, begun
from desk.incidents.clusters import Cluster, term_of
from desk.incidents.deciding import is_kin
from desk.incidents.life import OVER, Move
from desk.incidents.model import Incident, Resolution
from desk.incidents.status_post import approved, draft, drafted, planned, written
from desk.snowflake import id_at
from desk.store.incidents import ongoing
from desk.store.volumes import volumes

router = Router()

_TAG = {"ETag": "The incident's new revision."}
_LONGEST_AGO_SECONDS = 86_400
_APART = 1 << 22
"""The lower bits of an id that are not time: incidents declared in one second stay apart by their keys."""

_DECLARE = """
From now on what people write about it joins the incident, single acknowledgements of its cases are held, and a status
post is drafted. Cases of P1 never join: danger is answered as ever.
"""
_PUBLISH = """
`{}` approves the draft that `GET /incidents/{incident_id}` shows, `text` publishes a person's own words instead. The
brand's account posts it within seconds, once, under the status post before; it passes the voice rules first. With
`dry_run` nothing is written: the answer shows what would be posted.
"""
_RESOLVE = """
All cases of the incident are resolved within minutes, each once. With `replies` the customers who summoned us and got
no automatic reply yet are told that it is over, within X's limits, so that it may take hours; without, nothing is said.
"""


def _takes(path: str, act: IncidentAct, summary: str, says: str, **answers: Any) -> Callable[..., Any]:
    return router.post(
        path,
        summary=summary,
        description=says.strip(),
        operation_id=f"{act}_incident",
        tags=["incidents"],
        security=security(Scope.LEAD),
        middlewares=writing(Scope.LEAD),
        **answers or {"responses": responses(IncidentWorked, "Done.", ACTED, headers=_TAG)},
    )


@router.post(
    "/incidents",
    summary="Declare an incident that the desk did not see",
    description=f"{_DECLARE.strip()} One that the desk suspects is declared by its own address.",
    operation_id="begin_incident",
    tags=["incidents"],
    security=security(Scope.LEAD),
    responses=responses(IncidentWorked, "It is declared.", DECLARED, headers=_TAG, status=201),
    middlewares=writing(Scope.LEAD),
)
def begin_incident(asked: Asked, body: Annotated[Declaring, Body()], key: Key) -> Response[IncidentWorked]:
    """Declare an incident anew, from a topic or from words."""

    def decide() -> Step:
        cluster = _cluster(asked.sources, body)
        _check_is_another(asked.sources, cluster)
        return Step(IncidentAct.DECLARE, _declared(_begun(asked, body, cluster, key), asked, body.text))

    return begin(asked, key, decide)


@_takes(
    "/incidents/<incident_id>/declare",
    IncidentAct.DECLARE,
    "Declare a suspected incident",
    f"{_DECLARE.strip()} Where topic or words are given they take the place of what the desk made out.",
)
def declare_incident(
    asked: Asked, incident_id: IncidentId, body: Annotated[Naming, Body()], key: Key, if_match: IfMatch = None
) -> Response[IncidentWorked]:
    """Declare an incident that the desk suspects."""

    def decide(found: Incident) -> Step:
        going = _declared(_named(asked.sources, found, body), asked, body.text)
        return Step(IncidentAct.DECLARE, going)

    return act(asked, incident_id, key, if_match, decide)


def _published() -> dict[int, Any]:
    planned_now = responses(IncidentWorked, "It goes out within seconds.", PUBLISHED, headers=_TAG, status=202)
    return responses(IncidentWorked, "What would be posted: a dry run.", (), headers=_TAG) | planned_now


@_takes(
    "/incidents/<incident_id>/status-posts",
    IncidentAct.PUBLISH,
    "Publish a status post",
    _PUBLISH,
    responses=_published(),
)
def publish_status_post(
    asked: Asked,
    incident_id: IncidentId,
    body: Annotated[Publishing, Body()],
    *,
    key: Key,
    if_match: IfMatch = None,
    dry_run: Annotated[bool, Query(description="Only show what would be posted.")] = False,
) -> Response[IncidentWorked]:
    """Approve the draft, or publish a person's own words."""

    def decide(found: Incident) -> Step:
        return _publishing(asked, found, body)

    if not dry_run:
        return act(asked, incident_id, key, if_match, decide, status=202)
    found, _ = read(asked.sources, incident_id)
    check_seen(if_match, found.revision, "The incident")
    shown = worked_of(asked, decide(found)._replace(incident=found), is_dry_run=True)
    return answered(shown)


@_takes("/incidents/<incident_id>/resolve", IncidentAct.RESOLVE, "Resolve an incident", _RESOLVE)
def resolve_incident(
    asked: Asked, incident_id: IncidentId, body: Annotated[Ending, Body()], key: Key, if_match: IfMatch = None
) -> Response[IncidentWorked]:
    """Resolve an incident, and tell customers if wanted."""

    def decide(found: Incident) -> Step:
        over = stepped(found, Move.RESOLVE, asked, body.text)
        resolution = Resolution(asked.sources.now, asked.by, body.replies)
        return Step(IncidentAct.RESOLVE, replace(over, resolution=resolution))

    return act(asked, incident_id, key, if_match, decide)


@_takes(
    "/incidents/<incident_id>/dismiss",
    IncidentAct.DISMISS,
    "Dismiss an incident",
    "It was none: its cases leave it, and what was held goes out by the ordinary rules as far as it is young enough.",
)
def dismiss_incident(
    asked: Asked, incident_id: IncidentId, body: Annotated[Explained, Body()], key: Key, if_match: IfMatch = None
) -> Response[IncidentWorked]:
    """Dismiss a false alarm."""

    def decide(found: Incident) -> Step:
        return Step(IncidentAct.DISMISS, stepped(found, Move.DISMISS, asked, body.text))

    return act(asked, incident_id, key, if_match, decide)


# ---- declaring


def _named(sources: Sources, found: Incident, body: Naming) -> Incident:
    """Give an incident under what a person says it is about; without a word it keeps what the desk made out."""
    if body.topic or body.terms:
        return replace(found, cluster=_cluster(sources, body))
    if not (found.cluster.topic or found.cluster.terms or found.cluster.links):
        raise invalid("body.topic", "The desk made out nothing that its posts have in common: give `topic` or `terms`.")
    label = " ".join((body.label or found.cluster.label).split())
    return replace(found, cluster=replace(found.cluster, label=label))


def _cluster(sources: Sources, body: Naming) -> Cluster:
    known = [topic.name for topic in sources.policy.topics]
    if body.topic is not None and body.topic not in known:
        raise invalid("body.topic", f"The policy knows no such topic; it knows {', '.join(known)}.")
    terms = tuple(dict.fromkeys(_term(sources, term) for term in body.terms))
    label = " ".join((body.label or " ".join(terms) or (body.topic or "").replace("-", " ")).split())
    return Cluster(body.topic, terms, (), label)


def _term(sources: Sources, said: str) -> str:
    policy = sources.policy
    found = term_of(said, unsaid=[policy.brand, *(handle.name for handle in policy.handles)])
    if found is None:
        raise invalid("body.terms", f"{said!r} stands in posts about anything: say what this is about.")
    return found


def _check_is_another(sources: Sources, cluster: Cluster) -> None:
    """Raise ProblemError (409) if an incident about the same goes on: two would share its cases."""
    for each in ongoing(sources.ledger):
        if each.stage not in OVER and is_kin(each.cluster, cluster):
            raise not_possible(f"Incident {each.incident_id} ({each.stage}) is about the same: work that one.")


def _begun(asked: Change, body: Declaring, cluster: Cluster, key: str) -> Incident:
    now = asked.sources.now
    since = now - HOUR_SECONDS if body.since is None else body.since
    if not now - _LONGEST_AGO_SECONDS <= since <= now:
        raise invalid("body.since", "Name a moment within the last day.")
    apart = int.from_bytes(sha256(key.encode()).digest()[:4]) % _APART
    return begun(
        str(int(id_at(now)) + apart),
        cluster,
        since=since,
        counted=volumes(asked.sources.ledger, now - HOUR_SECONDS, now),
        by=asked.by,
        now=now,
    )


def _declared(found: Incident, asked: Change, reason: str | None) -> Incident:
    """Give an incident as declared by a person, with a status post for people to approve."""
    now = asked.sources.now
    going = stepped(found, Move.DECLARE, asked, reason)
    return drafted(going, draft(going, policy=asked.sources.policy, now=now))


# ---- publishing


def _publishing(asked: Change, found: Incident, body: Publishing) -> Step:
    sources = asked.sources
    if not may_publish(found):
        raise not_possible(
            f"An incident that is {found.stage}{' and closed' if found.closed_at else ''} is not posted about."
        )
    post = written(found, body.text, now=sources.now) if body.text else draft_of(found, sources.policy, now=sources.now)
    if post is None:
        raise not_possible("The policy has no words for this: give a `text`.")
    check_spoken(objections(post.text, sources))
    changed = approved(found, post, by=asked.by, now=sources.now)
    plan = planned(changed, post, policy=sources.policy, brand_id=_brand_id(sources), now=sources.now)
    check_permitted(sources, plan, refused="Post it on X itself if it must be.")
    return Step(IncidentAct.PUBLISH, changed, plan)


def _brand_id(sources: Sources) -> str:
    setup, handle = sources.ledger.setup(), sources.policy.incidents.status_handle.lower()
    found = setup.handles.get(handle) if setup else None
    if found is None:
        raise not_possible(f"The account @{sources.policy.incidents.status_handle} is not set up: run `desk setup`.")
    return found
