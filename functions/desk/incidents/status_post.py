"""What the brand says of an incident in posts of its own: drafts, their approval, and how they go out. Pure.

A draft has the policy's words alone: none of a customer's, and none made by a model. A person may write others. A
status post goes out because a person approved it, or by itself if the policy says so; only then it says that it is
automatic (X automation rules, read 2026-08: automated posts are to be labelled, a person's are that person's).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from desk.incidents.model import Stage, StatusPost
from desk.outbox import Outgoing, OutgoingKind, State, status_key
from desk.policy.model import Purpose
from desk.responses import filled, whose_turn

if TYPE_CHECKING:
    from desk.incidents.model import Incident
    from desk.policy.model import Policy, Response

BY_ITSELF = "the desk"
"""Who approved a status post that the policy lets out by itself."""


def draft(incident: Incident, *, policy: Policy, now: int) -> StatusPost | None:
    """Give the next status post as the policy words it, in the brand's first language; None if it has no such text.

    The first says that we know, as long as all before it were refused; those after it that we are still on it, the one
    after the end that all is well. An unapproved draft is worded anew, which gives the same words unless the incident
    has ended since. `now` is UTC epoch seconds.
    """
    number = _next_number(incident)
    purpose = _purpose(incident, number)
    response = next((each for each in policy.responses if each.purpose is purpose and _fits(each, incident)), None)
    if response is None:
        return None
    team = policy.teams[policy.default_team]
    variants = filled(response, policy.default_language, team=team, policy=policy, now=now)
    said = [post.text for post in reversed(incident.status_posts) if post.approved_by]
    return StatusPost(number, whose_turn(variants, status_key(incident.incident_id, number), said), written_at=now)


def written(incident: Incident, text: str, *, now: int) -> StatusPost:
    """Give the next status post in a person's own words, still to be approved. `now` is UTC epoch seconds."""
    return StatusPost(_next_number(incident), text, written_at=now)


def approved(incident: Incident, post: StatusPost, *, by: str, now: int) -> Incident:
    """Give the incident with a status post approved: the draft of its number, or one written instead of it.

    Raises ValueError for a number that was approved before, or that is not the next one.
    """
    if post.number != _next_number(incident):
        raise ValueError(f"status post {post.number} is not the next one")
    return _with(incident, replace(post, approved_by=by, approved_at=now))


def drafted(incident: Incident, post: StatusPost | None) -> Incident:
    """Give the incident with a draft to approve, instead of the one it had."""
    return _with(incident, post) if post else incident


def planned(incident: Incident, post: StatusPost, *, policy: Policy, brand_id: str, now: int) -> Outgoing:
    """Give an approved status post as the outbox takes it: of the account whose user id is `brand_id`, at `now`.

    Its key makes it unique. Which post it hangs under is decided when it goes out.
    """
    label = policy.acknowledgement.label[policy.default_language]
    return Outgoing(
        customer_id=brand_id,
        key=status_key(incident.incident_id, post.number),
        kind=OutgoingKind.STATUS,
        state=State.PLANNED,
        case_id="",
        conversation_id="",
        reply_to="",
        reply_to_at=now,
        handle=policy.incidents.status_handle.lower(),
        language=policy.default_language,
        purpose=_purpose(incident, post.number),
        is_summoned=False,
        planned_at=now,
        topic=incident.cluster.topic,
        text=f"{post.text} {label}" if post.approved_by == BY_ITSELF else post.text,
        incident_id=incident.incident_id,
    )


def with_published(incident: Incident, number: int, *, post_id: str, at: int) -> Incident:
    """Give the incident with a status post that X shows since `at` (UTC epoch seconds); one known already stays."""
    return _with_end(incident, number, post_id=post_id, posted_at=at, lost_at=None)


def with_lost(incident: Incident, number: int, *, at: int) -> Incident:
    """Give the incident with a status post that X may show or not, since `at` (UTC epoch seconds); said once."""
    is_news = any(post.number == number and post.lost_at is None for post in incident.status_posts)
    return _with_end(incident, number, lost_at=at) if is_news else incident


def with_refused(incident: Incident, number: int, *, reason: str) -> Incident:
    """Give the incident with a status post that was not posted and never will be; one whose end is known stays."""
    return _with_end(incident, number, refused=reason, lost_at=None)


def _with_end(incident: Incident, number: int, **end: Any) -> Incident:
    posts = incident.status_posts
    ended = (replace(post, **end) if post.number == number and post.is_on_its_way else post for post in posts)
    return replace(incident, status_posts=tuple(ended))


def _with(incident: Incident, post: StatusPost) -> Incident:
    others = tuple(each for each in incident.status_posts if each.number != post.number)
    return replace(incident, status_posts=(*others, post))


def _next_number(incident: Incident) -> int:
    return 1 + sum(post.approved_by is not None for post in incident.status_posts)


def _purpose(incident: Incident, number: int) -> Purpose:
    if incident.stage is Stage.RESOLVED:
        return Purpose.STATUS_RESOLVED
    before = (post for post in incident.status_posts if post.number < number)
    return Purpose.STATUS if all(post.refused is not None for post in before) else Purpose.STATUS_UPDATE


def _fits(response: Response, incident: Incident) -> bool:
    return not response.topics or incident.cluster.topic in response.topics
