"""The Desk table: events, cases, customers' profiles and outgoing posts, partitioned by customer.

============================  ===============================  ==========================================
pk                            sk                               item
============================  ===============================  ==========================================
customer's X user id          ``PROFILE``                      open case, opt-out
                              ``CASE#<case id>``               the fold, with `version` and `revision`
                              ``CONVERSATION#<id>``            which case it belongs to
                              ``EVENT#<20-digit id>#<kind>``   what happened
                              ``OUTBOX#<key>``                 a post of ours on its way
own account's X user id       ``EVENT#…``                      our posts that address nobody
``PARKED#<parent post id>``   ``EVENT#…``                      our posts whose parent is not known yet
============================  ===============================  ==========================================
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desk.case import Case
from desk.errors import Conflict
from desk.event import Event, Filing, Kind, first_key_at
from desk.notice import day_of
from desk.outbox import MOVES, UNSETTLED, Move, Outgoing, State
from desk.store.aws import query, translated
from desk.store.codec import SCHEMA_VERSION, Item, body_of, decode, encode, number, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

UNFILED = "UNFILED"
UNSETTLED_QUEUE = "UNSETTLED"
_DAY_SHARDS = 4
"""Shards of a day in the by-day index: 4,000 writes a second of one day's cases."""
_TIME_SHARDS = 4
_BUCKET_SECONDS = 300
_UNSEEN_AFTER_SECONDS = 900
"""A claimed post that was not seen on X for this long is shown to a person (decision: 15 min)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the desk knows about a customer by itself; `version` counts its writes (0: not stored yet)."""

    customer_id: str
    version: int = 0
    cases: int = 0
    open_case: str | None = None
    open_case_latest_at: int = 0
    stopped_at: int | None = None
    """When the customer asked for no automatic replies."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A case as stored, with the version that the next write must find."""

    case: Case
    version: int
    revision: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an open case stands in its team's queue."""

    due_at: int
    case_id: str

    @classmethod
    def of(cls, case: Case) -> Place:
        """Give the place of a case that stands in a queue; raises ValueError for another."""
        if case.due_at is None:
            raise ValueError(f"case {case.case_id} stands in no queue")
        return cls(case.due_at, case.case_id)


@dataclass(frozen=True, slots=True)
class Context:
    """What filing an event needs to know beside the events themselves."""

    event: Event | None
    profile: Profile
    conversation_case: str | None


@dataclass(frozen=True, slots=True)
class Filed:
    """Everything one filing writes, in one transaction."""

    events: tuple[Event, ...]
    """Events that get their filing now."""
    case: Case
    case_version: int
    """Version the stored case must have; 0: it must not exist."""
    new_conversations: tuple[str, ...]
    profile: Profile | None
    """The profile as it shall be, carrying the version it was read at; None where filing leaves it alone."""
    plan: Outgoing | None


def team_queue(team: str) -> str:
    """Name the queue of a team's open cases."""
    return f"TEAM#{team}"


def day_partitions(day: str) -> tuple[str, ...]:
    """Give every partition of the by-day index that holds cases of that UTC day."""
    return tuple(f"{day}#{shard}" for shard in range(_DAY_SHARDS))


class DeskTable:
    """The Desk table of one deployment; `client` is DynamoDB's low-level client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    # ---- events

    def append(self, event: Event, *, partition: str | None = None) -> bool:
        """Put an event if absent; False when it was there already (a repeated delivery, another source)."""
        item = self._event_item(event, partition or event.customer_id)
        try:
            with translated():
                self._client.put_item(TableName=self.name, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except Conflict:
            return False
        return True

    def events_from(self, partition: str, first_key: str) -> list[Event]:
        """Give a partition's events from a sort key on, read consistently; filed ones carry their filing."""
        items = query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={":pk": text(partition), ":first": text(first_key), ":last": text("EVENT#~")},
        )
        return [_event(item) for item in items]

    def find_post(self, post_id: str) -> str | None:
        """Give the partition that holds a post, from the index by post (may lag behind by a moment)."""
        page = self._index("by-post", "post_id = :id", {":id": text(post_id)}, Limit=1)
        return next((item["pk"]["S"] for item in page), None)

    def unfiled(self, before: int) -> Iterator[tuple[str, Event]]:
        """Give events that nobody filed although they were due before a moment, with their partitions."""
        for item in self._due(UNFILED, before):
            yield item["pk"]["S"], _event(item)

    def event(self, partition: str, key: str) -> Event | None:
        """Give one event, read consistently."""
        item = self._get(partition, key)
        return _event(item) if item else None

    def parked(self, parent: str) -> list[Event]:
        """Give our posts that wait for their parent."""
        return self.events_from(parked_partition(parent), first_key_at("0"))

    def unpark(self, parent: str, event: Event) -> None:
        """Move a parked event to `event.customer_id`: appended there first, so that it is never nowhere."""
        self.append(event)
        with translated():
            self._client.delete_item(
                TableName=self.name, Key={"pk": text(parked_partition(parent)), "sk": text(event.key)}
            )

    def close_without_case(self, partition: str, event: Event) -> None:
        """Take an event out of the queue of unfiled ones; a case found later may still claim it."""
        with translated():
            self._client.update_item(
                TableName=self.name,
                Key={"pk": text(partition), "sk": text(event.key)},
                UpdateExpression="REMOVE #queue, due_at",
                ExpressionAttributeNames={"#queue": "queue"},
            )

    # ---- cases

    def context(self, event: Event) -> Context:
        """Read, consistently and in one call, what filing an event needs."""
        conversation = event.post.conversation_id if event.post else ""
        wanted = {"event": event.key, "profile": "PROFILE", "conversation": f"CONVERSATION#{conversation}"}
        found = self._batch_get(event.customer_id, wanted.values())
        conversation_item = found.get(wanted["conversation"])
        profile = found.get("PROFILE")
        return Context(
            event=_event(found[event.key]) if event.key in found else None,
            profile=_profile(profile) if profile else Profile(event.customer_id),
            conversation_case=conversation_item["case_id"]["S"] if conversation_item else None,
        )

    def profile(self, customer_id: str) -> Profile:
        """Give a customer's profile, a fresh one if none is stored."""
        item = self._get(customer_id, "PROFILE")
        return _profile(item) if item else Profile(customer_id)

    def case(self, case_id: str) -> Stored | None:
        """Give a case by its id, read consistently."""
        item = self._get(customer_of(case_id), f"CASE#{case_id}")
        return _stored(item) if item else None

    def customer_cases(self, customer_id: str) -> list[Case]:
        """Give every case of a customer."""
        items = query(
            self._client,
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": text(customer_id), ":prefix": text("CASE#")},
        )
        return [body_of(item, Case) for item in items]

    def open_cases(self, team: str) -> Iterator[Case]:
        """Give a team's open cases, the next due first."""
        for item in self._due(team_queue(team), None):
            yield body_of(item, Case)

    def open_cases_page(self, team: str, *, limit: int, after: Place | None) -> tuple[list[Case], Place | None]:
        """Give one page of a team's open cases, the next due first, and after which place the next page starts."""
        request: dict[str, Any] = {"ExclusiveStartKey": _queue_key(team, after)} if after else {}
        with translated():
            page = self._client.query(
                TableName=self.name,
                IndexName="queue",
                KeyConditionExpression="#queue = :queue",
                ExpressionAttributeNames={"#queue": "queue"},
                ExpressionAttributeValues={":queue": text(team_queue(team))},
                Limit=limit,
                **request,
            )
        cases = [body_of(item, Case) for item in page["Items"]]
        return cases, Place.of(cases[-1]) if cases and "LastEvaluatedKey" in page else None

    def changing_cases(self, team: str, now: int) -> Iterator[Case]:
        """Give a team's open cases that time alone has changed since they were written."""
        yield from (
            body_of(item, Case) for item in self._due(team_queue(team), now, FilterExpression="next_change <= :before")
        )

    def cases_of_day(self, day: str) -> Iterator[Case]:
        """Give the cases opened on a UTC day."""
        for partition in day_partitions(day):
            for item in self._index("by-day", "#day = :day", {":day": text(partition)}, names={"#day": "day"}):
                yield body_of(item, Case)

    def file(self, filed: Filed) -> None:
        """Write a filing as a whole or not at all; raises Conflict when anything changed since it was read."""
        writes = [
            *({"Update": self._filing_update(filed.case.customer_id, event)} for event in filed.events),
            {"Put": self._case_put(filed.case, filed.case_version)},
            *({"Put": self._conversation_put(filed.case, each)} for each in filed.new_conversations),
        ]
        if filed.profile:
            writes.append({"Put": self._profile_put(filed.profile)})
        if filed.plan:
            writes.append({"Put": self._plan_put(filed.plan)})
        with translated():
            self._client.transact_write_items(TransactItems=writes)

    def save_case(self, case: Case, *, version: int) -> None:
        """Write a case that time alone changed; raises Conflict if its version is not `version` any more."""
        with translated():
            self._client.put_item(**self._case_put(case, version))

    # ---- outgoing posts

    def outgoing(self, customer_id: str, key: str) -> Outgoing | None:
        """Give one outgoing post, read consistently."""
        item = self._get(customer_id, f"OUTBOX#{key}")
        return body_of(item, Outgoing) if item else None

    def outgoing_of(self, customer_id: str) -> list[Outgoing]:
        """Give every post of ours to a customer, in whatever state, read consistently."""
        items = query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": text(customer_id), ":prefix": text("OUTBOX#")},
        )
        return [body_of(item, Outgoing) for item in items]

    def unsettled(self, before: int) -> Iterator[Outgoing]:
        """Give outgoing posts that a schedule must look at: their moment to be looked at came before `before`."""
        for item in self._due(UNSETTLED_QUEUE, before):
            yield body_of(item, Outgoing)

    def move(self, outgoing: Outgoing, move: Move, *, outcome: Event | None = None, **changes: Any) -> Outgoing:
        """Move an outgoing post along the table of moves, with its outcome event, in one transaction.

        Raises KeyError for an illegal move, Conflict if the stored state is not the one of `outgoing` any more.
        """
        after = replace(outgoing, state=MOVES[outgoing.state, move], **changes)
        writes: list[dict[str, Any]] = [{"Put": self._move_put(outgoing.state, after)}]
        if outcome:
            writes.append({"Put": {"TableName": self.name, "Item": self._event_item(outcome, outcome.customer_id)}})
        with translated():
            self._client.transact_write_items(TransactItems=writes)
        return after

    def claim(self, outgoing: Outgoing, *, now: int, said: str, spend: Sequence[dict[str, Any]]) -> Outgoing:
        """Claim a planned post with its exact text, and spend its share of the caps, in one transaction.

        `spend`: writes on the ledger, as `Ledger.spending` makes them. Raises Conflict if the post is not planned any
        more or a cap is reached.
        """
        after = replace(outgoing, state=MOVES[outgoing.state, Move.CLAIM], text=said, claimed_at=now)
        with translated():
            self._client.transact_write_items(TransactItems=[{"Put": self._move_put(outgoing.state, after)}, *spend])
        return after

    # ---- items

    def _get(self, partition: str, key: str) -> Item | None:
        with translated():
            found = self._client.get_item(
                TableName=self.name, Key={"pk": text(partition), "sk": text(key)}, ConsistentRead=True
            )
        item: Item | None = found.get("Item")
        return item

    def _batch_get(self, partition: str, keys: Iterable[str]) -> dict[str, Item]:
        asked: Any = {
            self.name: {"Keys": [{"pk": text(partition), "sk": text(key)} for key in keys], "ConsistentRead": True}
        }
        found: dict[str, Item] = {}
        while asked:
            with translated():
                answer = self._client.batch_get_item(RequestItems=asked)
            found |= {item["sk"]["S"]: item for item in answer["Responses"].get(self.name, ())}
            asked = answer.get("UnprocessedKeys")
        return found

    def _index(
        self, index: str, condition: str, values: dict[str, Any], *, names: dict[str, str] | None = None, **more: Any
    ) -> Iterator[Item]:
        request = {"ExpressionAttributeNames": names, **more} if names else more
        return query(
            self._client,
            TableName=self.name,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            **request,
        )

    def _due(self, queue: str, before: int | None, **more: Any) -> Iterator[Item]:
        values = {":queue": text(queue)}
        condition = "#queue = :queue"
        if before is not None:
            values[":before"] = number(before)
            condition += " AND due_at <= :before"
        return self._index("queue", condition, values, names={"#queue": "queue"}, **more)

    def _event_item(self, event: Event, partition: str) -> Item:
        item: Item = {
            "pk": text(partition),
            "sk": text(event.key),
            "kind": text(event.kind),
            "body": text(encode(replace(event, filing=None))),
            "schema_version": number(SCHEMA_VERSION),
            "queue": text(UNFILED),
            "due_at": number(event.seen_at),
        }
        if event.post_id and event.kind is Kind.POST:
            item["post_id"] = text(event.post_id)
        return item

    def _case_put(self, case: Case, version: int) -> dict[str, Any]:
        item: Item = {
            "pk": text(case.customer_id),
            "sk": text(f"CASE#{case.case_id}"),
            "case_id": text(case.case_id),
            "version": number(version + 1),
            "revision": number(version + 1),
            "state": text(case.status),
            "day": text(_day_partition(case)),
            "opened_at": number(case.opened_at),
            "body": text(encode(case)),
            "schema_version": number(SCHEMA_VERSION),
        }
        if case.is_open and case.due_at is not None:
            item |= {"queue": text(team_queue(case.team)), "due_at": number(case.due_at)}
            if case.next_change is not None:
                item["next_change"] = number(case.next_change)
        return {"TableName": self.name, "Item": item, **_at_version(version)}

    def _filing_update(self, partition: str, event: Event) -> dict[str, Any]:
        return {"TableName": self.name, **_filing_update(partition, event)}

    def _conversation_put(self, case: Case, conversation: str) -> dict[str, Any]:
        item = {
            "pk": text(case.customer_id),
            "sk": text(f"CONVERSATION#{conversation}"),
            "case_id": text(case.case_id),
            "schema_version": number(SCHEMA_VERSION),
        }
        return {"TableName": self.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}

    def _profile_put(self, profile: Profile) -> dict[str, Any]:
        item = {
            "pk": text(profile.customer_id),
            "sk": text("PROFILE"),
            "version": number(profile.version + 1),
            "body": text(encode(profile)),
            "schema_version": number(SCHEMA_VERSION),
        }
        return {"TableName": self.name, "Item": item, **_at_version(profile.version)}

    def _plan_put(self, plan: Outgoing) -> dict[str, Any]:
        item = _outgoing_item(plan)
        return {"TableName": self.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}

    def _move_put(self, before: State, after: Outgoing) -> dict[str, Any]:
        return {
            "TableName": self.name,
            "Item": _outgoing_item(after),
            "ConditionExpression": "#state = :before",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":before": text(before)},
        }


def parked_partition(parent: str) -> str:
    """Name the partition where posts wait for a parent that is not known yet."""
    return f"PARKED#{parent}"


def is_parked(partition: str) -> bool:
    """Posts of ours wait in this partition for their parent."""
    return partition.startswith("PARKED#")


def customer_of(case_id: str) -> str:
    """Give the customer whose case it is: a case id is `<customer>-<conversation>`."""
    return case_id.partition("-")[0]


def _queue_key(team: str, place: Place) -> Item:
    return {
        "queue": text(team_queue(team)),
        "due_at": number(place.due_at),
        "pk": text(customer_of(place.case_id)),
        "sk": text(f"CASE#{place.case_id}"),
    }


def _day_partition(case: Case) -> str:
    return f"{day_of(case.opened_at)}#{int(case.customer_id) % _DAY_SHARDS}"


def _at_version(version: int) -> dict[str, Any]:
    if version == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": number(version)},
    }


def _filing_update(partition: str, event: Event) -> dict[str, Any]:
    if event.filing is None:
        raise ValueError(f"{event.key} carries no filing to write")
    sets = ["filing = :filing"]
    values: dict[str, Any] = {":filing": text(encode(event.filing))}
    if event.filing.case_id:
        sets.append("case_id = :case")
        values[":case"] = text(event.filing.case_id)
    if event.filing.assessment and event.kind is Kind.POST:
        sets += ["#bucket = :bucket", "sentiment = :sentiment"]
        values |= {":bucket": text(_time_bucket(event)), ":sentiment": text(event.filing.assessment.sentiment)}
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
    return f"{event.at // _BUCKET_SECONDS * _BUCKET_SECONDS}#{int(event.customer_id) % _TIME_SHARDS}"


def read_event(image: Item) -> tuple[str, Event]:
    """Read an event and its partition from an item or from a stream record's new image."""
    return image["pk"]["S"], _event(image)


def read_outgoing(image: Item) -> Outgoing:
    """Read an outgoing post from an item or from a stream record's new image."""
    return body_of(image, Outgoing)


def _event(item: Item) -> Event:
    event = body_of(item, Event)
    return replace(event, filing=decode(item["filing"]["S"], Filing)) if "filing" in item else event


def _profile(item: Item) -> Profile:
    return replace(body_of(item, Profile), version=int(item["version"]["N"]))


def _stored(item: Item) -> Stored:
    return Stored(body_of(item, Case), int(item["version"]["N"]), int(item["revision"]["N"]))


def _outgoing_item(outgoing: Outgoing) -> Item:
    item: Item = {
        "pk": text(outgoing.customer_id),
        "sk": text(f"OUTBOX#{outgoing.key}"),
        "state": text(outgoing.state),
        "body": text(encode(outgoing)),
        "schema_version": number(SCHEMA_VERSION),
    }
    if outgoing.state in UNSETTLED:
        item |= {"queue": text(UNSETTLED_QUEUE), "due_at": number(_look_again_at(outgoing))}
    return item


def _look_again_at(outgoing: Outgoing) -> int:
    if outgoing.state is State.SENDING and outgoing.claimed_at is not None:
        return outgoing.claimed_at + _UNSEEN_AFTER_SECONDS
    if outgoing.state is State.DEFERRED and outgoing.not_before is not None:
        return outgoing.not_before
    return outgoing.planned_at
