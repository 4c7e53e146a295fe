"""What to read on X: the list of sources that a policy and the setup make, in the order of their importance. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from desk.policy.model import Role
from desk.spending import SMALLEST_SEARCH
from poll.coverage import Reading
from poll.queries import queries_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.policy.model import Handle, Policy
    from desk.store.ledger import Setup

REACHABLE_MENTIONS = 800
REACHABLE_TIMELINE = 3200
"""The newest posts that X's lists reach (X, timelines, 2026-08)."""

_MINUTE = 60
_HOUR = 3600
_ORDER = (Role.SUPPORT, Role.BRAND, Role.AGENT)


class SourceKind(StrEnum):
    """MENTIONS of an own account, its own TIMELINE, or a SEARCH for posts without our handle."""

    MENTIONS = "mentions"
    TIMELINE = "timeline"
    SEARCH = "search"


class Source(Struct, frozen=True):
    """One thing to read. `credentials` names those it is read with; `user_id` and `handle` (lower case) are our own.

    `query` is the search itself or, for an account's list, the search by which its holes are filled. What is read is
    counted as `reads:<counter>`; `daily_reads` posts may be read in a UTC day (None: all there are).
    """

    name: str
    kind: SourceKind
    credentials: str
    query: str
    reading: Reading
    counter: str
    daily_reads: int | None = None
    user_id: str = ""
    handle: str | None = None

    @property
    def fewest(self) -> int:
        """The smallest page X gives (X's OpenAPI file 2.166)."""
        return SMALLEST_SEARCH if self.kind is SourceKind.SEARCH else 5


def sources_for(policy: Policy, setup: Setup) -> tuple[Source, ...]:
    """Give every source: mentions, then timelines, then searches. Accounts that were never set up are left out."""
    handles = sorted(policy.handles, key=lambda handle: _ORDER.index(handle.role))
    known = [handle for handle in handles if handle.name.lower() in setup.handles]
    return (
        *(_mentions(handle, policy, setup) for handle in known),
        *(_timeline(handle, policy, setup) for handle in known),
        *_searches(policy),
    )


def not_set_up(policy: Policy, setup: Setup) -> tuple[str, ...]:
    """Name the policy's accounts of which `desk setup` never learned the user id: nothing of them is read."""
    return tuple(handle.name for handle in policy.handles if handle.name.lower() not in setup.handles)


def lookup_credentials(policy: Policy) -> str:
    """Name the credentials of whatever is read for no account in particular: those of the first support account."""
    return next(handle.credentials for handle in policy.handles if handle.role is Role.SUPPORT)


def _mentions(handle: Handle, policy: Policy, setup: Setup) -> Source:
    name = f"mentions:{handle.name.lower()}"
    return Source(
        name=name,
        kind=SourceKind.MENTIONS,
        credentials=handle.credentials or lookup_credentials(policy),
        query=f"@{handle.name}",
        reading=_reading(policy, REACHABLE_MENTIONS),
        counter=name,
        user_id=setup.handles[handle.name.lower()],
        handle=handle.name.lower(),
    )


def _timeline(handle: Handle, policy: Policy, setup: Setup) -> Source:
    name = f"timeline:{handle.name.lower()}"
    return Source(
        name=name,
        kind=SourceKind.TIMELINE,
        credentials=handle.credentials or lookup_credentials(policy),
        query=f"from:{handle.name}",
        reading=_reading(policy, REACHABLE_TIMELINE),
        counter=name,
        user_id=setup.handles[handle.name.lower()],
        handle=handle.name.lower(),
    )


def _searches(policy: Policy) -> Iterator[Source]:
    own = [handle.name for handle in policy.handles]
    for search in policy.searches:
        for number, query in enumerate(queries_for(search, own), start=1):
            yield Source(
                name=f"search:{search.name}:{number}",
                kind=SourceKind.SEARCH,
                credentials=lookup_credentials(policy),
                query=query,
                reading=_reading(policy, None),
                counter=f"search:{search.name}",
                daily_reads=search.daily_reads,
            )


def _reading(policy: Policy, reachable: int | None) -> Reading:
    return Reading(
        reachable=reachable,
        overlap_seconds=policy.polling.overlap_minutes * _MINUTE,
        reread_seconds=policy.polling.reread_hours * _HOUR,
    )
