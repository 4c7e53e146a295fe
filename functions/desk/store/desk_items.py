"""The items of the Desk table from values, and back: keys, index attributes, conditions of each write. Pure."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the codec reads the types at run time
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from desk.author import Author  # noqa: TC001 - the codec reads the types at run time
from desk.case import Case
from desk.event import Event, Filing, Kind
from desk.notice import day_of
from desk.outbox import UNSETTLED, Outgoing, State
from desk.store.codec import SCHEMA_VERSION, Item, at_version, body_of, decode, encode, encode_briefly, number, text

UNFILED = "UNFILED"
UNSETTLED_QUEUE = "UNSETTLED"
_HELD_QUEUE = "HELD"
_DAY_SHARDS = 4
"""Shards of a day in the by-day index: 4,000 writes a second of one day's cases."""
_TIME_SHARDS = 4
ERASING: Item = {"erasing": {"BOOL": True}}
"""What a profile and a case bear from the beginning of their customer's erasure to its end."""
_NOT_ERASING = "attribute_not_exists(erasing)"
BUCKET_SECONDS = 300
"""Width of a bucket of the posts-by-time index."""
_UNSEEN_AFTER_SECONDS = 900
"""A claimed post that was not seen on X for this long is shown to a person (decision: 15 min)."""


class Profile(Struct, frozen=True):
    """What the desk knows about a customer by itself; `version` counts its writes (0: not stored yet)."""

    customer_id: str
    version: int = 0
    cases: int = 0
    open_case: str | None = None
    open_case_latest_at: int = 0
    stopped_at: int | None = None
    """When the customer asked for no automatic replies."""
    external_ids: Mapping[str, str] = field(default_factory=dict)
    """Names of other systems, and the customer's id in each."""
    is_vip: bool = False
    author: Author | None = None
    """What X told of the customer, and when."""
    author_known_at: int | None = None
    changed_by: str | None = None
    """Who last changed what people know about the customer, and when."""
    changed_at: int | None = None


class Stored(Struct, frozen=True):
    """A case as stored.

    `version` counts its writes: the next one must find it. `revision` counts what happened to it, as its readers know
    it: neither time alone nor the filing of an action, which stepped it when it was appended, changes that.
    `is_erasing`: its customer is being erased, and nothing is made of it any more.
    """

    case: Case
    version: int
    revision: int
    is_erasing: bool = False


class Place(Struct, frozen=True):
    """Where an open case stands in its team's queue."""

    due_at: int
    case_id: str

    @classmethod
    def of(cls, case: Case) -> Place:
        """Give the place of a case that stands in a queue; raises ValueError for another."""
        if case.due_at is None:
            raise ValueError(f"case {case.case_id} stands in no queue")
        return cls(case.due_at, case.case_id)


class Spotted(Struct, frozen=True):
    """A customer's post as the index of posts by time shows it, and where it stands."""

    partition: str
    key: str
    case_id: str
    sentiment: str
    topic: str | None


class Context(Struct, frozen=True):
    """What filing an event needs to know beside the events themselves.

    `is_erasing`: the customer is being erased; what is new waits until that is over.
    """

    event: Event | None
    profile: Profile
    conversation_case: str | None
    is_erasing: bool = False


class Freed(Struct, frozen=True):
    """A reply that its incident may hold no more: the state it was read in, and how it shall be."""

    before: State
    after: Outgoing


class Filed(Struct, frozen=True):
    """Everything one filing writes, in one transaction."""

    events: tuple[Event, ...]
    """Events that get their filing now."""
    case: Case
    case_version: int
    """Version the stored case must have; 0: it must not exist."""
    case_revision: int
    """Revision the case shall have."""
    new_conversations: tuple[str, ...]
    profile: Profile | None
    """The profile as it shall be, carrying the version it was read at; None where filing leaves it alone."""
    plan: Outgoing | None
    let_go: Freed | None = None
    """The reply of a case that leaves its incident."""


def team_queue(team: str) -> str:
    """Name the queue of a team's open cases."""
    return f"TEAM#{team}"


def held_queue(incident_id: str) -> str:
    """Name the queue of the replies that an incident holds back, which is in the order of the posts they answer."""
    return f"{_HELD_QUEUE}#{incident_id}"


def day_partitions(day: str) -> tuple[str, ...]:
    """Give every partition of the by-day index that holds cases of that UTC day."""
    return tuple(f"{day}#{shard}" for shard in range(_DAY_SHARDS))


def event_item(event: Event, partition: str) -> Item:
    """Give the item of an event that nobody filed yet; it stands in the queue of unfiled ones."""
    item: Item = {
        "pk": text(partition),
        "sk": text(event.key),
        "kind": text(event.kind),
        "body": text(encode_briefly(replace(event, filing=None))),
        "schema_version": number(SCHEMA_VERSION),
        "queue": text(UNFILED),
        "due_at": number(event.seen_at),
    }
    if event.post_id and event.kind in {Kind.POST, Kind.EDITED}:  # a reply names the version that it answers
        item["post_id"] = text(event.post_id)
    return item


def case_put(case: Case, version: int, revision: int) -> dict[str, Any]:
    """Give the write of a case, under its revision, over the version read (0: there must be none)."""
    item: Item = {
        "pk": text(case.customer_id),
        "sk": text(f"CASE#{case.case_id}"),
        "case_id": text(case.case_id),
        "version": number(version + 1),
        "revision": number(revision),
        "state": text(case.status),
        "day": text(_day_partition(case)),
        "opened_at": number(case.opened_at),
        "body": text(encode(case)),
        "schema_version": number(SCHEMA_VERSION),
    }
    if case.is_open and case.due_at is not None:
        item |= {"queue": text(team_queue(case.team)), "due_at": number(case.due_at)}
    if case.incident_id:
        item["incident_id"] = text(case.incident_id)
    return {"Item": item, **_over(version)}


def acted_update(case_id: str, revision: int) -> dict[str, Any]:
    """Give the write that steps a case for an action, over the revision that whoever acts has seen.

    It steps the version too: a fold that read the case before must read it again. It fails while its customer is being
    erased.
    """
    return {
        "Key": {"pk": text(customer_of(case_id)), "sk": text(f"CASE#{case_id}")},
        "UpdateExpression": "SET revision = :next ADD #version :one",
        "ConditionExpression": f"revision = :seen AND {_NOT_ERASING}",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":seen": number(revision), ":next": number(revision + 1), ":one": number(1)},
    }


def conversation_put(case: Case, conversation: str) -> dict[str, Any]:
    """Give the write that says, once, which case a conversation belongs to."""
    item = {
        "pk": text(case.customer_id),
        "sk": text(f"CONVERSATION#{conversation}"),
        "case_id": text(case.case_id),
        "schema_version": number(SCHEMA_VERSION),
    }
    return {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}


def profile_put(profile: Profile) -> dict[str, Any]:
    """Give the write of a profile over the version it was read at."""
    item = {
        "pk": text(profile.customer_id),
        "sk": text("PROFILE"),
        "version": number(profile.version + 1),
        "body": text(encode(profile)),
        "schema_version": number(SCHEMA_VERSION),
    }
    return {"Item": item, **_over(profile.version)}


def bare_profile_put(customer_id: str) -> dict[str, Any]:
    """Give the write of a fresh profile that says that its customer, of whom there was none yet, is being erased."""
    fresh = profile_put(Profile(customer_id, version=-1))["Item"]
    return {"Item": fresh | ERASING, "ConditionExpression": "attribute_not_exists(pk)"}


def erasing_update(partition: str, key: str) -> dict[str, Any]:
    """Give the write that lets nobody write a profile or a case any more, which must be there: it is being erased."""
    (name,) = ERASING
    return {
        "Key": {"pk": text(partition), "sk": text(key)},
        "UpdateExpression": f"SET {name} = :yes",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {":yes": ERASING[name]},
    }


def plan_put(plan: Outgoing) -> dict[str, Any]:
    """Give the write of a newly planned post; its key makes it unique."""
    item = _outgoing_item(plan)
    return {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}


def spoken_put(reply: Outgoing, version: int) -> dict[str, Any]:
    """Give the write that says which reply spoke to a customer for its incident last, over the version read."""
    item = {
        "pk": text(reply.customer_id),
        "sk": text(spoken_key(reply.incident_id or "")),
        "version": number(version + 1),
        "outbox_key": text(reply.key),
        "schema_version": number(SCHEMA_VERSION),
    }
    return {"Item": item, **at_version(version)}


def spoken_key(incident_id: str) -> str:
    """Give the sort key under which a customer's partition knows what an incident said to the customer."""
    return f"SPOKEN#{incident_id}"


def move_put(before: State, after: Outgoing) -> dict[str, Any]:
    """Give the write of a moved post over the state it was read in, unless newer code wrote it."""
    return {
        "Item": _outgoing_item(after),
        "ConditionExpression": "#state = :before AND schema_version <= :known",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": {":before": text(before), ":known": number(SCHEMA_VERSION)},
    }


def case_check(case_id: str, version: int) -> dict[str, Any]:
    """Give the condition that a case is still at the version read, and its customer not being erased."""
    return {"Key": {"pk": text(customer_of(case_id)), "sk": text(f"CASE#{case_id}")}, **_over(version)}


def _over(version: int) -> dict[str, Any]:
    """Give the condition of a write of a profile or a case over the version read (0: that there is none)."""
    over = at_version(version)
    if version:
        over["ConditionExpression"] += f" AND {_NOT_ERASING}"
    return over


def parked_partition(parent: str) -> str:
    """Name the partition where posts wait for a parent that is not known yet."""
    return f"PARKED#{parent}"


def is_parked(partition: str) -> bool:
    """Posts of ours wait in this partition for their parent."""
    return partition.startswith("PARKED#")


def customer_of(case_id: str) -> str:
    """Give the customer whose case it is: a case id is `<customer>-<conversation>`."""
    return case_id.partition("-")[0]


def queue_key(team: str, place: Place) -> Item:
    """Give the key in the queue index at which a page ended."""
    return {
        "queue": text(team_queue(team)),
        "due_at": number(place.due_at),
        "pk": text(customer_of(place.case_id)),
        "sk": text(f"CASE#{place.case_id}"),
    }


def spotted_of(item: Item) -> Spotted | None:
    """Read a customer's post from an item of the index of posts by time; None for what else stands there."""
    if "sentiment" not in item:
        return None
    topic = item["topic"]["S"] if "topic" in item else None
    return Spotted(item["pk"]["S"], item["sk"]["S"], item["case_id"]["S"], item["sentiment"]["S"], topic)


def _day_partition(case: Case) -> str:
    return f"{day_of(case.opened_at)}#{int(case.customer_id) % _DAY_SHARDS}"


def filing_update(partition: str, event: Event) -> dict[str, Any]:
    """Give the write that files an event, once, and takes it out of the queue of unfiled ones.

    One whose text is gone loses it in the same write.
    """
    if event.filing is None:
        raise ValueError(f"{event.key} carries no filing to write")
    sets = ["filing = :filing"]
    values: dict[str, Any] = {":filing": text(encode(event.filing))}
    if event.filing.case_id:
        sets.append("case_id = :case")
        values[":case"] = text(event.filing.case_id)
    if event.text_gone:
        sets.append("body = :body")
        values[":body"] = text(encode_briefly(replace(event, filing=None)))
    if event.post or event.has_text:
        sets.append("#bucket = :bucket")
        values[":bucket"] = text(_time_bucket(event))
    if event.action and event.has_text:  # found by its time as posts are; no post has its id
        sets.append("post_id = :id")
        values[":id"] = text(event.event_id)
    if event.filing.assessment and event.kind is Kind.POST:
        sets.append("sentiment = :sentiment")
        values[":sentiment"] = text(event.filing.assessment.sentiment)
        if event.filing.assessment.topic:
            sets.append("topic = :topic")
            values[":topic"] = text(event.filing.assessment.topic)
    return {
        "Key": {"pk": text(partition), "sk": text(event.key)},
        "UpdateExpression": f"SET {', '.join(sets)} REMOVE #queue, due_at",
        "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(filing)",
        "ExpressionAttributeNames": {"#queue": "queue"} | ({"#bucket": "bucket"} if ":bucket" in values else {}),
        "ExpressionAttributeValues": values,
    }


def _time_bucket(event: Event) -> str:
    return f"{event.at // BUCKET_SECONDS * BUCKET_SECONDS}#{int(event.customer_id) % _TIME_SHARDS}"


def time_buckets(begins: int) -> tuple[str, ...]:
    """Give every partition of the posts-by-time index for the bucket that begins at a multiple of BUCKET_SECONDS.

    Every filed version of a post stands there, ours too, and every action with a text; those with a `sentiment` are
    customers' posts.
    """
    return tuple(f"{begins}#{shard}" for shard in range(_TIME_SHARDS))


def scrubbed_update(partition: str, event: Event) -> dict[str, Any]:
    """Give the write that keeps an event without its text; its filing stays as it stands."""
    return {
        "Key": {"pk": text(partition), "sk": text(event.key)},
        "UpdateExpression": "SET body = :body",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {":body": text(encode_briefly(replace(event, filing=None)))},
    }


def read_event(image: Item) -> tuple[str, Event]:
    """Read an event and its partition from an item or from a stream record's new image."""
    return image["pk"]["S"], event_of(image)


def read_case(item: Item) -> Case:
    """Read a case from an item."""
    return body_of(item, Case)


def read_outgoing(image: Item) -> Outgoing:
    """Read an outgoing post from an item or from a stream record's new image."""
    return body_of(image, Outgoing)


def event_of(item: Item) -> Event:
    """Read an event, with its filing if it has one."""
    event = body_of(item, Event)
    return replace(event, filing=decode(item["filing"]["S"], Filing)) if "filing" in item else event


def profile_of(item: Item) -> Profile:
    """Read a profile with its version."""
    return replace(body_of(item, Profile), version=int(item["version"]["N"]))


def stored_of(item: Item) -> Stored:
    """Read a case with its version and revision."""
    return Stored(body_of(item, Case), int(item["version"]["N"]), int(item["revision"]["N"]), is_erasing(item))


def is_erasing(item: Item) -> bool:
    """Say whether the customer of this profile or case is being erased."""
    return not ERASING.keys().isdisjoint(item)


def _outgoing_item(outgoing: Outgoing) -> Item:
    item: Item = {
        "pk": text(outgoing.customer_id),
        "sk": text(f"OUTBOX#{outgoing.key}"),
        "state": text(outgoing.state),
        "body": text(encode(outgoing)),
        "schema_version": number(SCHEMA_VERSION),
    }
    if outgoing.is_held and outgoing.held_by is not None:  # nobody looks at it before the incident lets it go
        item |= {"queue": text(held_queue(outgoing.held_by)), "due_at": number(outgoing.reply_to_at)}
    elif outgoing.state in UNSETTLED:
        item |= {"queue": text(UNSETTLED_QUEUE), "due_at": number(_look_again_at(outgoing))}
    return item


def _look_again_at(outgoing: Outgoing) -> int:
    if outgoing.state is State.SENDING and outgoing.claimed_at is not None:
        return outgoing.claimed_at + _UNSEEN_AFTER_SECONDS
    return outgoing.planned_at if outgoing.not_before is None else outgoing.not_before
