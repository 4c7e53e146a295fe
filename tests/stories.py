"""Filed events for tests, told as a story: `wrote(5)` is a customer's post five minutes in, `answered(9)` a person's.

Ids are snowflakes of their moments, so that a story can be told in any order.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from desk.action import Act, Action
from desk.author import Author
from desk.case import Case, fold
from desk.event import Assessment, Direction, Event, Filing, Kind, acted
from desk.outbox import Outgoing, OutgoingKind, State
from desk.policy import load
from desk.policy.model import Category, Priority
from desk.post import Metrics, Post
from desk.snowflake import id_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.policy import Policy

MORNING = 1_772_528_400
"""2026-03-03T09:00:00Z, a Tuesday: 10:00 in Berlin, every team at work."""
MINUTE, HOUR = 60, 3600
CUSTOMER, OURS, CASE = "501", "900", "501-77"


@cache
def shipped_policy() -> Policy:
    return load(Path(__file__).resolve().parent.parent / "functions" / "policy.toml")


def an_assessment(**changes: Any) -> Assessment:
    made = Assessment(
        category=Category.PROBLEM,
        is_answerable=True,
        priority=Priority.P2,
        team="care",
        language="en",
        sentiment="negative",
        confidence=0.9,
        topic=None,
        reasons=("says that something does not work",),
        is_summons=True,
    )
    return replace(made, **changes)


def a_post(minute: float = 0, author: str = CUSTOMER, text: str = "my bag is lost", **changes: Any) -> Post:
    at = MORNING + int(minute * MINUTE)
    post_id = changes.pop("post_id", id_at(at))
    made = Post(post_id, post_id, author, changes.pop("conversation_id", "77"), at, text, mentions=(OURS,))
    return replace(made, **changes)


def an_event(post: Post, **changes: Any) -> Event:
    """An event as poll appends it, not filed yet."""
    made = Event(
        customer_id=CUSTOMER,
        kind=Kind.POST,
        event_id=post.first_id,
        at=post.at,
        seen_at=post.at + 30,
        source="mentions:pebblewinghelp",
        post_id=post.post_id,
        direction=Direction.INBOUND if post.author_id == CUSTOMER else Direction.OUTBOUND,
        post=post,
        handle="pebblewinghelp",
    )
    return replace(made, **changes)


def wrote(minute: float, *, acknowledgement: str = "planned", incident: str | None = None, **assessed: Any) -> Event:
    """A filed customer post, of an incident if it is named; keywords change what triage made of it."""
    version = shipped_policy().version
    filing = Filing(CASE, version, an_assessment(**assessed), acknowledgement, incident=incident)
    return replace(an_event(a_post(minute)), filing=filing)


def answered(minute: float, *, automatic: str | None = None, agent: str | None = "Mia") -> Event:
    """A filed post of ours to the customer; `automatic` makes it the automatic reply of that outbox key."""
    post_id = str(int(id_at(MORNING + int(minute * MINUTE))) + 1)  # X gives no id twice
    event = an_event(a_post(minute, author=OURS, text="so sorry, on it ^MR", post_id=post_id), agent=agent)
    return replace(event, filing=Filing(CASE, shipped_policy().version, automatic=automatic))


def became(minute: float, state: str, reason: str | None = None) -> Event:
    """A filed outcome of the automatic reply."""
    at = MORNING + int(minute * MINUTE)
    event = Event(CUSTOMER, Kind.OUTCOME, id_at(at), at, at, "respond", concerns=CASE, outbox_key=f"ACK#{CASE}")
    return replace(event, state=state, reason=reason, filing=Filing(CASE, shipped_policy().version))


def deleted(minute: float, post: Event) -> Event:
    """A filed deletion of a customer post."""
    at = MORNING + int(minute * MINUTE)
    first = post.post.first_id if post.post else ""
    event = Event(CUSTOMER, Kind.DELETED, id_at(at), at, at, "look", concerns=first, direction=Direction.INBOUND)
    return replace(event, filing=Filing(CASE, shipped_policy().version))


def introduced(minute: float, followers: int, **known: Any) -> Event:
    """A filed word of X about the customer, asked for the case."""
    at = MORNING + int(minute * MINUTE)
    event_id = str(int(id_at(at)) + 3)
    author = Author(followers, **known)
    event = Event(CUSTOMER, Kind.AUTHOR, event_id, at, at, "author", concerns=CASE, author=author)
    return replace(event, filing=Filing(CASE, shipped_policy().version))


def counted(minute: float, of_minute: float, likes: int) -> Event:
    """A filed count of the likes of the customer's post of a minute."""
    at, first = MORNING + int(minute * MINUTE), id_at(MORNING + int(of_minute * MINUTE))
    event = Event(CUSTOMER, Kind.METRICS, id_at(at), at, at, "look", post_id=first, concerns=first)
    return replace(event, metrics=Metrics(likes=likes), filing=Filing(CASE, shipped_policy().version))


def did(minute: float, act: Act, *, number: int = 0, by: str = "Mia", **details: Any) -> Event:
    """A filed action on the case; `number` tells actions of one moment apart."""
    at = MORNING + int(minute * MINUTE)
    action_id = str(int(id_at(at)) + 2 + number)
    event = acted(
        Action(act, by, **details), case_id=CASE, customer_id=CUSTOMER, event_id=action_id, at=at, source="api"
    )
    return replace(event, filing=Filing(CASE, shipped_policy().version))


def the_case(events: Iterable[Event], minute: float = 0) -> Case:
    """The case that the story makes, as it stands at a minute."""
    case = fold(CASE, events, policies={shipped_policy().version: shipped_policy()}, now=MORNING + int(minute * MINUTE))
    assert case is not None
    return case


def planned(**changes: Any) -> Outgoing:
    """An acknowledgement planned for the post at minute 0."""
    made = Outgoing(
        customer_id=CUSTOMER,
        key=f"ACK#{CASE}",
        kind=OutgoingKind.ACKNOWLEDGEMENT,
        state=State.PLANNED,
        case_id=CASE,
        conversation_id="77",
        reply_to=id_at(MORNING),
        reply_to_at=MORNING,
        handle="pebblewinghelp",
        language="en",
        purpose="acknowledgement",
        is_summoned=True,
        planned_at=MORNING + 30,
        category="problem",
        team="care",
    )
    return replace(made, **changes)
