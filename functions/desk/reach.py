"""Whether many people read an unhappy post: a large account wrote it, or it spreads. Pure.

What is known when a post is filed, the decision tree decides by. What is learnt later is an event of its own: from that
moment on the case is at least as urgent as the policy says. People are told of either (product rule D27).
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from desk.event import Kind
from desk.policy.model import Category, Priority
from desk.snowflake import epoch_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from desk.author import Author
    from desk.event import Assessment, Event
    from desk.policy.model import Policy, Reach
    from desk.story import Story

_HOUR = 3600
_DAY_SECONDS = 86_400
_SHORTEST_SECONDS = 600
"""In its first minutes two likes would be hundreds an hour."""
_OFFICIAL = frozenset({"business", "government"})
"""Kinds of verified accounts that speak for many (X's OpenAPI file 2.166, `verified_type`)."""
_NEARLY = 2
"""A post that wins half of what spreading takes is watched."""


class Fact(StrEnum):
    """LARGE_ACCOUNT: many follow its author, or X verified it as an organisation. SPREADING: it wins reactions fast."""

    LARGE_ACCOUNT = "large_account"
    SPREADING = "spreading"


REASONS: Final = {
    Fact.LARGE_ACCOUNT: "Its author is unhappy, and a large account.",
    Fact.SPREADING: "It is unhappy, and spreads fast.",
}


class Viral(Struct, frozen=True):
    """What makes an unhappy post one that many read, and since when the desk knew (UTC epoch seconds).

    `post` is the first id of its edit history. `figure`: followers of its author, or reactions it won an hour.
    `priority`: what the policy of that moment asks for at least.
    """

    fact: Fact
    at: int
    post: str
    figure: int
    priority: Priority


def is_large(author: Author, terms: Reach) -> bool:
    """Say whether many read what this author writes."""
    return author.followers >= terms.followers or author.verified in _OFFICIAL


def is_known(known_at: int | None, terms: Reach, *, now: int) -> bool:
    """Say whether what X told of an author at a moment still counts."""
    return known_at is not None and now - known_at < terms.known_days * _DAY_SECONDS


def may_hurt(category: Category, sentiment: str, *, is_answerable: bool) -> bool:
    """Say whether a post would hurt if many read it: it complains or sounds unhappy, and is meant for us.

    An insult is, although nobody answers it; an advertisement or somebody's repost is not.
    """
    is_unhappy = category is Category.COMPLAINT or (sentiment == "negative" and category is not Category.PRAISE)
    return is_unhappy and (is_answerable or category is Category.TROLL)


def hurts(made: Assessment) -> bool:
    """Say the same of what was made of a post."""
    return may_hurt(made.category, made.sentiment, is_answerable=made.is_answerable)


def author_matters(made: Assessment) -> bool:
    """Say whether it is worth the price of a read to know who wrote this."""
    return hurts(made) or (made.is_answerable and made.priority <= Priority.P2)


def is_measured(made: Assessment) -> bool:
    """Say whether the figures of a post are followed."""
    return hurts(made) or made.is_answerable


def pace(before: int, after: int, seconds: int) -> int:
    """Give how many reactions an hour were won from one count to the next."""
    return max(0, after - before) * _HOUR // max(seconds, _SHORTEST_SECONDS)


def first_pace(event: Event) -> int:
    """Give how many reactions an hour a post had won when the desk first saw it."""
    if event.post is None:
        return 0
    posted_at = epoch_ms(event.post.first_id) // 1000
    return pace(0, event.post.metrics.engagement, event.seen_at - posted_at)


def is_quick(per_hour: int, terms: Reach) -> bool:
    """Say whether a post comes near to spreading."""
    return per_hour * _NEARLY >= terms.growth_per_hour


# ---- of a case


def viral(story: Story, policies: Mapping[str, Policy]) -> tuple[Viral, ...]:
    """Give what makes a case one that many read, each fact once, as soon as the desk knew it."""
    hurting = [event for event in story.standing if hurts(story.assessment(event))]
    found = (_of_large_account(story, hurting, policies), _of_spreading(story, hurting, policies))
    return tuple(each for each in found if each)


def author_of(story: Story) -> Author | None:
    """Give what X last told of the customer."""
    return max(_told(story.events), key=lambda told: told.at, default=_NOBODY).author


def pace_of(story: Story) -> int:
    """Give how many reactions an hour the fastest of the standing posts won when it was last looked at."""
    measured = _measured(story.events)
    return max((_paces(event, measured[event.event_id])[-1].per_hour for event in story.standing), default=0)


def engagement_of(events: Iterable[Event], post_id: str) -> int:
    """Give how often people did something about a post by what was last told; `post_id` is its first version's."""
    counts = (event for event in events if post_id in {event.event_id, event.concerns})
    return max((_engagement(event) for event in counts), default=0)


class _Told(NamedTuple):
    """What X told of the customer, when, and the policy that judges it."""

    at: int
    author: Author | None
    policy_version: str


class _Pace(NamedTuple):
    """How fast a post won reactions up to a moment, and the policy that judges it."""

    at: int
    per_hour: int
    policy_version: str


_NOBODY = _Told(0, None, "")


def _told(events: Iterable[Event]) -> Iterator[_Told]:
    for event in events:
        author = event.author or (event.filing.author if event.filing else None)
        if author and event.filing:
            yield _Told(event.seen_at, author, event.filing.policy_version)


def _of_large_account(story: Story, hurting: Iterable[Event], policies: Mapping[str, Policy]) -> Viral | None:
    large = (each for each in _told(story.events) if each.author and _is_large(each, policies))
    first = min(large, key=lambda told: told.at, default=None)
    if first is None or first.author is None:
        return None
    priority = policies[first.policy_version].reach.priority
    known = (
        Viral(Fact.LARGE_ACCOUNT, max(first.at, event.seen_at), event.event_id, first.author.followers, priority)
        for event in hurting
    )
    return min(known, key=_order, default=None)


def _is_large(told: _Told, policies: Mapping[str, Policy]) -> bool:
    return told.author is not None and is_large(told.author, policies[told.policy_version].reach)


def _of_spreading(story: Story, hurting: Iterable[Event], policies: Mapping[str, Policy]) -> Viral | None:
    measured = _measured(story.events)
    known = (
        Viral(Fact.SPREADING, each.at, event.event_id, each.per_hour, policies[each.policy_version].reach.priority)
        for event in hurting
        for each in _paces(event, measured[event.event_id])
        if each.per_hour >= policies[each.policy_version].reach.growth_per_hour
    )
    return min(known, key=_order, default=None)


def _order(found: Viral) -> tuple[int, str]:
    return found.at, found.post


def _measured(events: Iterable[Event]) -> defaultdict[str | None, list[Event]]:
    """Give what was counted of each post later, in the order of time."""
    found: defaultdict[str | None, list[Event]] = defaultdict(list)
    for event in events:
        if event.kind is Kind.METRICS:
            found[event.concerns].append(event)
    return found


def _paces(post: Event, later: Iterable[Event]) -> list[_Pace]:
    """Give how fast a post won reactions, from one count to the next; the first counts from nothing."""
    version = post.filing.policy_version if post.filing else ""
    first = _Pace(post.seen_at, first_pace(post), version)
    between = (
        _Pace(after.at, pace(_engagement(before), _engagement(after), after.at - before.seen_at), _version(after))
        for before, after in pairwise(chain([post], later))
    )
    return [first, *between]


def _engagement(event: Event) -> int:
    metrics = event.metrics or (event.post.metrics if event.post else None)
    return metrics.engagement if metrics else 0


def _version(event: Event) -> str:
    return event.filing.policy_version if event.filing else ""
