"""The books of a play: what X showed against what the desk holds, to the post.

It reads both sides whole, the simulator's world and the Desk table, and states every difference as a sentence. What
the desk itself reported as lost, since X no longer gives it, is counted and is no fault.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.event import Direction, Event, Kind
from desk.outbox import UNSETTLED, Outgoing
from desk.policy.model import Role
from desk.snowflake import id_at
from desk.store.codec import body_of
from desk.store.desk_items import read_event
from poll.coverage import SourceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from desk.store.codec import Item
    from local.script import Line
    from local.stack import Stack


@dataclass(frozen=True, slots=True)
class Books:
    """The balance of a play: counts, and every fault in words (none: nothing lost, nothing said twice)."""

    shown: int
    """Posts of customers that address us or of own accounts that X showed since the desk was set up."""
    held: int
    """Posts of the script that the desk holds, whichever they are."""
    filed: int
    cases: int
    automatic: int
    acknowledged: tuple[str, ...]
    """Ids of the customer posts that X shows an automatic reply of ours to."""
    missing: int
    """Posts of those shown that are not held."""
    reported: int
    """Posts of those shown that lie in a gap of which poll said that it is lost."""
    states: dict[str, int]
    faults: tuple[str, ...]


def balance(stack: Stack) -> Books:
    """Compare X with the tables after a play."""
    items = list(_scan(stack))
    events = [read_event(item) for item in items if item["sk"]["S"].startswith("EVENT#")]
    outgoing = [body_of(item, Outgoing) for item in items if item["sk"]["S"].startswith("OUTBOX#")]
    posts = {event.post_id: event for _, event in events if event.kind is Kind.POST}
    shown = _shown(stack)
    held = {event.post.first_id for event in posts.values() if event.post}
    reported = set(_reported(stack, shown))
    automatic = _automatic(stack)
    return Books(
        shown=len(shown),
        held=len(held & set(stack.ids.values())),
        filed=sum(1 for event in posts.values() if event.filing and event.filing.case_id),
        cases=sum(1 for item in items if item["sk"]["S"].startswith("CASE#")),
        automatic=len(automatic),
        acknowledged=tuple(target for _, _, target in automatic),
        missing=len(shown.keys() - held),
        reported=len(reported),
        states=dict(Counter(str(each.state) for each in outgoing)),
        faults=(
            *(f"lost: post {each} ({shown[each]}) is not held" for each in sorted(shown.keys() - held - reported)),
            *_filed_wrongly(events),
            *_said_twice(automatic, outgoing),
            *_left_open(outgoing),
        ),
    )


def _scan(stack: Stack) -> Iterator[Item]:
    client = stack.cloud.client("dynamodb")
    for page in client.get_paginator("scan").paginate(TableName=stack.desk.name, ConsistentRead=True):
        yield from page["Items"]


def _shown(stack: Stack) -> dict[str, str]:
    """Give the scripted posts that the desk must hold: key of the script by id on X."""
    setup = stack.ledger.setup()
    first = int(id_at(setup.started_at)) if setup else 0
    ids = {stack.ids[line.key]: line.key for line in stack.script.lines if _must_hold(stack, line)}
    return {post_id: key for post_id, key in ids.items() if int(post_id) >= first}


def _must_hold(stack: Stack, line: Line) -> bool:
    post = stack.world.find(int(stack.ids[line.key]))
    if post is None or line.edits is not None:  # deleted, or another version of a post that counts itself
        return False
    handle = stack.policy.handle(line.author)
    if handle is None:
        own = (stack.world.user_named(each.name) for each in stack.policy.handles)
        return any(user.id in post.mentioned for user in own if user)
    return handle.role is not Role.AGENT or line.parent is not None  # what an agent says to nobody is private


def _reported(stack: Stack, shown: Iterable[str]) -> Iterator[str]:
    """Give the posts that lie in a gap of any account's mentions or timeline."""
    states = dict(stack.ledger.values("SOURCES", SourceState))
    gaps = [gap for name, state in states.items() if not name.startswith("search:") for gap in state.gaps]
    yield from (each for each in shown if any(gap.low < int(each) <= gap.high for gap in gaps))


def _filed_wrongly(events: list[tuple[str, Event]]) -> Iterator[str]:
    cases: dict[str, set[str | None]] = defaultdict(set)
    for partition, event in events:
        if event.kind is Kind.POST and event.direction is Direction.INBOUND:
            cases[event.event_id].add(event.filing.case_id if event.filing else None)
            if partition.startswith("PARKED#"):
                yield f"lost: {event.key} still waits in {partition}"
    for post_id, found in cases.items():
        if len(found) > 1 or None in found:
            yield f"post {post_id} is in {len(found - {None})} cases"


def _automatic(stack: Stack) -> list[tuple[str, str, str]]:
    """Give what the desk itself published on X, as (conversation, customer answered, post answered)."""
    scripted = set(stack.ids.values())
    own = [user.id for each in stack.policy.handles if (user := stack.world.user_named(each.name))]
    posts = (post for user_id in own for post in stack.world.posts_by(user_id, user_id))
    return [
        (str(stack.world.conversation_of(post)), stack.world.author_replied_to(post) or "", str(post.replied_to))
        for post in posts
        if str(post.id) not in scripted
    ]


def _said_twice(automatic: list[tuple[str, str, str]], outgoing: list[Outgoing]) -> Iterator[str]:
    said = Counter((conversation, customer) for conversation, customer, _ in automatic)
    yield from (f"said {count} times: {where}" for where, count in said.items() if count > 1)
    sent = sum(1 for each in outgoing if each.post_id)
    if sent != len(automatic):
        yield f"the tables know {sent} posts of ours, X shows {len(automatic)}"


def _left_open(outgoing: list[Outgoing]) -> Iterator[str]:
    yield from (f"{each.key} is still {each.state}: {each.reason}" for each in outgoing if each.state in UNSETTLED)
