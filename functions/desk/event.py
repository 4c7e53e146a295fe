"""What happened, as the Desk table keeps it: events are appended by everybody and never changed by anybody.

Only filing adds to an event, once: the case it belongs to and what triage made of it. Only triage takes from one, once:
the text of its post, when that was deleted on X or is older than texts are kept.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from desk.action import Action  # noqa: TC001 - the codec reads the types at run time
from desk.author import Author  # noqa: TC001
from desk.policy.model import Category, Priority  # noqa: TC001
from desk.post import Metrics, Post  # noqa: TC001
from desk.snowflake import padded


class Kind(StrEnum):
    """POST: somebody wrote; EDITED, DELETED: what became of it; ACTION: an agent's; OUTCOME: of a post of ours.

    AUTHOR: what X tells of a customer; METRICS: how often people did something about a customer's post by then.
    """

    POST = "POST"
    EDITED = "EDITED"
    DELETED = "DELETED"
    ACTION = "ACTION"
    OUTCOME = "OUTCOME"
    AUTHOR = "AUTHOR"
    METRICS = "METRICS"


_SEVERAL_AT_ONCE = frozenset({Kind.AUTHOR, Kind.METRICS})
"""One run of the poll may learn the same of several cases or posts of a customer."""


class Direction(StrEnum):
    """INBOUND: by a customer; OUTBOUND: by an account of ours."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Gone(StrEnum):
    """Why a post's text is not here any more; the words stand in brackets where the text would."""

    DELETED = "deleted on X"
    EXPIRED = "no longer kept"


class Assessment(Struct, frozen=True):
    """What triage made of one customer post: pure in the post, the policy's version and the history given.

    `reasons` are sentences for people, without any text of the post. `confidence` is between 0 and 1.
    """

    category: Category
    is_answerable: bool
    priority: Priority
    team: str
    language: str
    sentiment: str
    confidence: float
    topic: str | None
    reasons: tuple[str, ...]
    is_summons: bool
    """The post @mentions an own account or quotes its post: X accepts a reply (X changelog, 2026-02-23)."""
    is_closing_remark: bool = False
    """"Thanks, that worked": restarts no clock after an answer."""
    asks_to_stop: bool = False
    personal_data: tuple[str, ...] = ()


class Filing(Struct, frozen=True):
    """Written once, when the event is filed, and never decided again.

    `case_id` is None for a post of ours that belongs to no customer's case. `acknowledgement` says "planned", or why
    no automatic reply was planned for this post. `automatic` is the outbox key of the automatic reply that this
    outbound post turned out to be; such a post never counts as an answer. `invites`: this answer asks the customer to
    go on in private. `incident`: the one that went on when this customer's post was filed, and to which it belongs.
    `author` and `is_vip`: what was known of the customer when this post was judged.
    """

    case_id: str | None
    policy_version: str
    assessment: Assessment | None = None
    acknowledgement: str | None = None
    automatic: str | None = None
    invites: bool = False
    incident: str | None = None
    author: Author | None = None
    is_vip: bool = False


class Event(Struct, frozen=True):
    """One event in a customer's partition, in either state: appended, or filed.

    `at` is the event's own time (X's for posts, the machine's for actions and outcomes), `seen_at` when the desk
    learned of it; both UTC epoch seconds. `handle` is the own account concerned: the author of an outbound post,
    the one addressed by an inbound post. `source` names where it was read. `concerns` is the case that an OUTCOME, an
    ACTION or an AUTHOR is about, or the first id of the post that was EDITED, DELETED or counted (METRICS).
    `outbox_key`, `state`, `reason` belong to OUTCOME events; `post_id` there is the id X gave to our post, and in an
    AUTHOR the post for which X was asked. `action` belongs to ACTION events, `author` and `metrics` to those of their
    names. `text_gone`: why `post`, or the action, has its figures but no text.
    """

    customer_id: str
    kind: Kind
    event_id: str
    at: int
    seen_at: int
    source: str
    post_id: str | None = None
    direction: Direction | None = None
    post: Post | None = None
    handle: str | None = None
    agent: str | None = None
    concerns: str | None = None
    outbox_key: str | None = None
    state: str | None = None
    reason: str | None = None
    filing: Filing | None = None
    text_gone: Gone | None = None
    action: Action | None = None
    author: Author | None = None
    metrics: Metrics | None = None

    @property
    def key(self) -> str:
        """Sort key in the customer's partition: time-ordered, unique, the same for every delivery of the fact."""
        name = f"EVENT#{padded(self.event_id)}#{self.kind}"
        if self.kind is Kind.OUTCOME:
            return f"{name}#{self.outbox_key}#{self.state}"
        return f"{name}#{self.concerns}" if self.kind in _SEVERAL_AT_ONCE else name

    @property
    def may_wait(self) -> bool:
        """It is a post of ours or its edit: its conversation may become known only later, up to a day."""
        return self.kind in {Kind.POST, Kind.EDITED} and not self.is_inbound

    @property
    def is_inbound(self) -> bool:
        """A customer wrote this (a post or a later version of it)."""
        return self.direction is Direction.INBOUND

    @property
    def has_text(self) -> bool:
        """Its post or its action still has the words somebody wrote."""
        has_words = self.post is not None or (self.action is not None and self.action.text is not None)
        return has_words and self.text_gone is None

    def without_text(self, why: Gone) -> Event:
        """Give this event without those words; figures, ids and language stay, so it folds the same."""
        if not self.has_text:
            return self
        post = self.post and replace(self.post, text="")
        action = self.action and replace(self.action, text="")
        return replace(self, post=post, action=action, text_gone=why)


def acted(action: Action, *, case_id: str, customer_id: str, event_id: str, at: int, source: str) -> Event:
    """Give the event of an action on a case; `event_id` is made like X's ids (snowflake) of the moment `at`."""
    return Event(customer_id, Kind.ACTION, event_id, at, at, source, concerns=case_id, action=action)


def first_key_at(event_id: str) -> str:
    """Give the sort key before every event of that id or a later one."""
    return f"EVENT#{padded(event_id)}#"
