"""What a post read on X is to the desk: which events it makes, and whose they are. Pure but for `find`.

A post is one interaction, keyed by the first id of its edit history, whichever version is seen first; every later
version is an event of its own. An agent's private life is none of ours: what answers no customer and none of our
posts is not stored at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from desk.event import Direction, Event, Kind
from desk.policy.model import Role
from desk.snowflake import epoch_ms, id_at
from desk.store.desk_items import is_parked, parked_partition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from desk.author import Author, Request
    from desk.policy.model import Handle, Policy
    from desk.post import Metrics, Post
    from desk.store.ledger import Setup

_SIGNATURE = re.compile(r"\^\s?([^\W\d_]{1,3})(?:\s+(?:https?://\S+|\(?\d/\d\)?))*\s*$")
"""`^XX` at the end of a post; links and a part's number ("1/2") may follow it."""

_ORDER = (Role.SUPPORT, Role.BRAND, Role.AGENT)


class Placed(Struct, frozen=True):
    """An event and the partition that it belongs to."""

    event: Event
    partition: str


class Accounts(Struct, frozen=True):
    """Our own accounts by user id, as the policy describes them."""

    by_id: Mapping[str, Handle]

    @classmethod
    def of(cls, policy: Policy, setup: Setup) -> Accounts:
        """Join the policy's accounts with the user ids that the setup found."""
        ids = {handle.name.lower(): handle for handle in policy.handles}
        return cls({user_id: ids[name] for name, user_id in setup.handles.items() if name in ids})

    def addressed_by(self, post: Post) -> str | None:
        """Give our account (lower case) that a customer's post speaks to: support before brand before agent.

        Within a role it is the first one mentioned; without a mention, the one whose post is answered.
        """
        named = [self._own(mention) for mention in (*post.mentions, post.replies_to_user or "")]
        found = sorted((each for each in named if each), key=lambda handle: _ORDER.index(handle.role))
        return found[0].name.lower() if found else None

    def agent_of(self, post: Post) -> str | None:
        """Give the person who wrote for us: by the account, by the signature, or None if it can't be told."""
        author = self.by_id[post.author_id]
        if author.agent:
            return author.agent
        signature = _SIGNATURE.search(post.text)
        if not signature:
            return None
        letters = signature[1].upper()
        signed = (each.agent for each in self.by_id.values() if (each.signature or "").upper().lstrip("^") == letters)
        return next((agent for agent in signed if agent), f"^{letters}")

    def _own(self, mention: str) -> Handle | None:
        name = mention.removeprefix("@").lower()
        by_name = (each for each in self.by_id.values() if mention.startswith("@") and each.name.lower() == name)
        return self.by_id.get(mention) or next(by_name, None)


def place(
    post: Post,
    *,
    source: str,
    read_for: str | None,
    accounts: Accounts,
    find: Callable[[str], str | None],
    seen_at: int,
) -> tuple[Placed, ...]:
    """Give the events a post makes, with their partitions; none for an agent's private post.

    `read_for`: our account (lower case) whose mentions were read, for a post that names none. `find` gives the
    partition in which a post of that id is stored, None if it is not known.
    """
    author = accounts.by_id.get(post.author_id)
    if author is None:
        handle = accounts.addressed_by(post) or read_for
        home: str | None = post.author_id
        event = _event(post, Direction.INBOUND, handle, source=source, seen_at=seen_at)
    else:
        home = _home(post, author, accounts, find)
        event = _event(post, Direction.OUTBOUND, author.name.lower(), source=source, seen_at=seen_at)
        event = replace(event, agent=accounts.agent_of(post))
    if home is None:
        return ()
    customer = post.author_id if is_parked(home) else home
    return tuple(Placed(replace(each, customer_id=customer), home) for each in _versions(event, post))


def deletion(customer_id: str, post_id: str, *, reason: str, now: int) -> Event:
    """Tell that a customer's post stands no more; found twice, it is the same event. `post_id`: its first version's."""
    return Event(
        customer_id=customer_id,
        kind=Kind.DELETED,
        event_id=post_id,
        at=now,
        seen_at=now,
        source="look",
        post_id=post_id,
        concerns=post_id,
        reason=reason,
    )


def counted(customer_id: str, post_id: str, metrics: Metrics, *, now: int) -> Event:
    """Tell the public figures of a customer's post at `now`; `post_id`: its first version's."""
    return Event(
        customer_id=customer_id,
        kind=Kind.METRICS,
        event_id=id_at(now),
        at=now,
        seen_at=now,
        source="look",
        post_id=post_id,
        concerns=post_id,
        metrics=metrics,
    )


def introduction(request: Request, author: Author, *, now: int) -> Event:
    """Tell what X told of a customer at `now`, for the case for which it was asked."""
    return Event(
        customer_id=request.customer_id,
        kind=Kind.AUTHOR,
        event_id=id_at(now),
        at=now,
        seen_at=now,
        source="author",
        post_id=request.post_id,
        concerns=request.case_id,
        author=author,
    )


def _home(post: Post, author: Handle, accounts: Accounts, find: Callable[[str], str | None]) -> str | None:
    """Give the partition of a post of ours; None if it is an agent's private one."""
    is_agent = author.role is Role.AGENT
    answered = post.replies_to_user
    if not is_agent and answered and answered not in accounts.by_id:
        return answered
    if post.replies_to is None:
        return None if is_agent else post.author_id
    parent = find(post.replies_to)
    if parent is None or is_parked(parent):
        return parked_partition(post.replies_to)
    return post.author_id if parent in accounts.by_id else parent


def _event(post: Post, direction: Direction, handle: str | None, *, source: str, seen_at: int) -> Event:
    """The post as an interaction: its first id and the time of that, whichever version this is."""
    return Event(
        customer_id=post.author_id,
        kind=Kind.POST,
        event_id=post.first_id,
        at=epoch_ms(post.first_id) // 1000 if post.is_edit else post.at,
        seen_at=seen_at,
        source=source,
        post_id=post.first_id,
        direction=direction,
        post=post,
        handle=handle,
    )


def _versions(event: Event, post: Post) -> tuple[Event, ...]:
    if not post.is_edit:
        return (event,)
    edited = replace(
        event, kind=Kind.EDITED, event_id=post.post_id, post_id=post.post_id, at=post.at, concerns=post.first_id
    )
    return event, edited
