"""The Desk table: events, cases, customers' profiles and outgoing posts, partitioned by customer.

============================  ===============================  ==========================================
pk                            sk                               item
============================  ===============================  ==========================================
customer's X user id          ``PROFILE``                      open case, opt-out
                              ``CASE#<case id>``               the fold, with `version` and `revision`
                              ``CONVERSATION#<id>``            which case it belongs to
                              ``EVENT#<20-digit id>#<kind>``   what happened
                              ``OUTBOX#<key>``                 a post of ours on its way
                              ``SPOKEN#<incident>``            which reply spoke for it last
own account's X user id       ``EVENT#…``                      our posts that address nobody
                              ``OUTBOX#STATUS#…``              a status post
``PARKED#<parent post id>``   ``EVENT#…``                      our posts whose parent is not known yet
============================  ===============================  ==========================================
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from desk.case import Case
from desk.errors import Conflict, Unavailable
from desk.event import first_key_at
from desk.outbox import MOVES, Move, Outgoing
from desk.store.aws import query, translated
from desk.store.codec import Item, body_of, number, text
from desk.store.desk_items import (
    ERASING,
    UNFILED,
    UNSETTLED_QUEUE,
    Context,
    Filed,
    Place,
    Profile,
    Stored,
    acted_update,
    bare_profile_put,
    case_check,
    case_put,
    conversation_put,
    customer_of,
    day_partitions,
    erasing_update,
    event_item,
    event_of,
    filing_update,
    held_queue,
    is_erasing,
    move_put,
    parked_partition,
    plan_put,
    profile_of,
    profile_put,
    queue_key,
    read_case,
    read_event,
    read_outgoing,
    scrubbed_update,
    spoken_key,
    spoken_put,
    spotted_of,
    stored_of,
    team_queue,
    time_buckets,
)
from desk.store.readable import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from desk.event import Event, Gone
    from desk.store.desk_items import Spotted

_MOST_KEYS = 100
"""Of a batch read (AWS quota, 2026)."""
_BATCH_TRIES = 5
"""A batch whose keys stay unread so often fails as throttled: its record comes back later."""


class DeskTable:
    """The Desk table of one deployment; `client` is DynamoDB's low-level client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    # ---- events

    def append(self, event: Event, *, partition: str | None = None) -> bool:
        """Put an event if absent; False when it was there already (a repeated delivery, another source)."""
        item = event_item(event, partition or event.customer_id)
        try:
            with translated():
                self._client.put_item(TableName=self.name, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except Conflict:
            return False
        return True

    def events_from(self, partition: str, first_key: str) -> list[Event]:
        """Give a partition's events from a sort key on, read consistently; filed ones carry their filing."""
        return [event_of(item) for item in self._event_items(partition, first_key)]

    def events_of_case(self, case_id: str, first_key: str) -> list[Event]:
        """Give a case's events from a sort key on, and those of its customer that nobody filed yet, read consistently.

        Those of other cases are not looked at. What is of this case is read as a whole or not at all.
        """
        return [event for item in self._event_items(customer_of(case_id), first_key) for event in _heard(item, case_id)]

    def unfiled_from(self, partition: str, first_key: str, *, left_out: Callable[[str], object]) -> Iterator[Event]:
        """Give a partition's events from a sort key on that nobody filed yet and that can be read.

        `left_out` is told the sort keys of those that can't be.
        """
        items = self._event_items(partition, first_key)
        return readable((item for item in items if "case_id" not in item), event_of, left_out=left_out)

    def _event_items(self, partition: str, first_key: str) -> Iterator[Item]:
        return query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={":pk": text(partition), ":first": text(first_key), ":last": text("EVENT#~")},
        )

    def find_post(self, post_id: str) -> str | None:
        """Give the partition that holds a post, from the index by post (may lag behind by a moment)."""
        page = self._index("by-post", "post_id = :id", {":id": text(post_id)}, Limit=1)
        return next((item["pk"]["S"] for item in page), None)

    def unfiled(self, before: int) -> Iterator[tuple[str, Event]]:
        """Give events that nobody filed although they were due before a moment, with their partitions."""
        yield from map(read_event, self.unfiled_items(before))

    def unfiled_items(self, before: int) -> Iterator[Item]:
        """Give the same as stored, for `read_event`: one that can't be read must not hide the others."""
        return self._due(UNFILED, before)

    def event(self, partition: str, key: str) -> Event | None:
        """Give one event, read consistently."""
        item = self._get(partition, key)
        return event_of(item) if item else None

    def readable_event(self, partition: str, key: str) -> Event | None:
        """Give the same; None as well for one that can't be read."""
        item = self._get(partition, key)
        return next(readable([item], event_of), None) if item else None

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
        """Take an event out of the queue of unfiled ones; a case found later may still claim it.

        Nothing happens if it was erased meanwhile.
        """
        with suppress(Conflict), translated():
            self._client.update_item(
                TableName=self.name,
                Key={"pk": text(partition), "sk": text(event.key)},
                UpdateExpression="REMOVE #queue, due_at",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeNames={"#queue": "queue"},
            )

    # ---- texts that must not be kept

    def scrub(self, partition: str, event: Event, why: Gone) -> None:
        """Keep an event without its text; nothing happens if it was erased meanwhile. Safe to repeat."""
        with suppress(Conflict), translated():
            self._client.update_item(**self._of_table(scrubbed_update(partition, event.without_text(why))))

    def keys_of(self, partition: str) -> Iterator[str]:
        """Give the sort key of everything in a partition, read consistently."""
        for item in query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ProjectionExpression="sk",
            ExpressionAttributeValues={":pk": text(partition)},
        ):
            yield item["sk"]["S"]

    def begin_erasing(self, customer_id: str) -> None:
        """Let nobody write a customer's profile, nor file anything, until it is erased; makes one. Safe to repeat."""
        with suppress(Conflict), translated():
            self._client.put_item(**self._of_table(bare_profile_put(customer_id)))
        self.mark_erasing(customer_id, "PROFILE")

    def unmarked_cases(self, customer_id: str) -> Iterator[str]:
        """Give the sort keys of a customer's cases that do not say yet that they are being erased."""
        items = query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ProjectionExpression=f"sk, {next(iter(ERASING))}",
            ExpressionAttributeValues={":pk": text(customer_id), ":prefix": text("CASE#")},
        )
        return (item["sk"]["S"] for item in items if not is_erasing(item))

    def mark_erasing(self, partition: str, key: str) -> None:
        """Let nobody write, fold or act on a case any more, nor write a profile; nothing happens if it is gone.

        Raises Unavailable if it meets a transaction.
        """
        with suppress(Conflict), translated():
            self._client.update_item(**self._of_table(erasing_update(partition, key)))

    def has_profile(self, customer_id: str) -> bool:
        """Say whether a customer has a profile that was ever written, not only the one that tells of an erasure."""
        item = self._get(customer_id, "PROFILE")
        return item is not None and item["version"]["N"] != "0"

    def erase(self, partition: str, keys: Iterable[str], *, also: Sequence[dict[str, Any]]) -> None:
        """Delete items of a partition for good, together with writes on the ledger, as a whole or not at all.

        At most 100 writes (AWS quota, 2026). Raises Conflict if somebody writes one of the items at this moment.
        """
        deletes = ({"Delete": self._of_table({"Key": {"pk": text(partition), "sk": text(key)}})} for key in keys)
        self._transact([*deletes, *also])

    def posts_of_bucket(self, begins: int) -> Iterator[tuple[str, str]]:
        """Give partition and sort key of the filed posts and actions of a bucket's time; the index may lag a moment."""
        return ((item["pk"]["S"], item["sk"]["S"]) for item in self._bucket(begins))

    def spotted(self, begins: int) -> Iterator[Spotted]:
        """Give the customers' posts of a bucket's time, each once however often it was read; the index may lag."""
        return filter(None, map(spotted_of, self._bucket(begins)))

    def _bucket(self, begins: int) -> Iterator[Item]:
        for bucket in time_buckets(begins):
            yield from self._index("posts-by-time", "#b = :bucket", {":bucket": text(bucket)}, names={"#b": "bucket"})

    def posts_at(self, places: Iterable[Spotted]) -> Iterator[Event]:
        """Give the events of customers' posts that can be read, a hundred in a call, but for those erased meanwhile."""
        rest = ({"pk": text(each.partition), "sk": text(each.key)} for each in places)
        while keys := list(islice(rest, _MOST_KEYS)):
            yield from readable(self._batch_get(keys).values(), event_of)

    # ---- cases

    def context(self, event: Event) -> Context:
        """Read, consistently and in one call, what filing an event needs."""
        conversation = event.post.conversation_id if event.post else ""
        wanted = {"event": event.key, "profile": "PROFILE", "conversation": f"CONVERSATION#{conversation}"}
        found = self._batch_get([{"pk": text(event.customer_id), "sk": text(key)} for key in wanted.values()])
        conversation_item = found.get(wanted["conversation"])
        profile = found.get("PROFILE")
        return Context(
            event=event_of(found[event.key]) if event.key in found else None,
            profile=profile_of(profile) if profile else Profile(event.customer_id),
            conversation_case=conversation_item["case_id"]["S"] if conversation_item else None,
            is_erasing=profile is not None and is_erasing(profile),
        )

    def profile(self, customer_id: str) -> Profile:
        """Give a customer's profile, a fresh one if none is stored."""
        item = self._get(customer_id, "PROFILE")
        return profile_of(item) if item else Profile(customer_id)

    def case(self, case_id: str) -> Stored | None:
        """Give a case by its id, read consistently."""
        item = self._get(customer_of(case_id), f"CASE#{case_id}")
        return stored_of(item) if item else None

    def case_item(self, case_id: str) -> Item | None:
        """Give the same as stored, for `read_case`: one that can't be read must not hide the others."""
        return self._get(customer_of(case_id), f"CASE#{case_id}")

    def customer_cases(self, customer_id: str) -> list[Case]:
        """Give every case of a customer."""
        items = query(
            self._client,
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": text(customer_id), ":prefix": text("CASE#")},
        )
        return [body_of(item, Case) for item in items]

    def first_case(self, customer_id: str) -> tuple[int, str] | None:
        """Give when a customer's first case opened, and its sort key, be it readable or not."""
        items = query(
            self._client,
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ProjectionExpression="opened_at, sk",
            ExpressionAttributeValues={":pk": text(customer_id), ":prefix": text("CASE#")},
        )
        return min(((int(item["opened_at"]["N"]), item["sk"]["S"]) for item in items), default=None)

    def open_cases(self, team: str) -> Iterator[Case]:
        """Give a team's open cases, the next due first."""
        yield from map(read_case, self.open_case_items(team))

    def open_case_items(self, team: str) -> Iterator[Item]:
        """Give the same as stored, for `read_case`: one that can't be read must not hide the others."""
        return self._due(team_queue(team), None)

    def open_cases_page(self, team: str, *, limit: int, after: Place | None) -> tuple[list[Case], Place | None]:
        """Give one page of a team's open cases, the next due first, and after which place the next page starts."""
        request: dict[str, Any] = {"ExclusiveStartKey": queue_key(team, after)} if after else {}
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
        cases = [read_case(item) for item in page["Items"]]
        return cases, Place.of(cases[-1]) if cases and "LastEvaluatedKey" in page else None

    def cases_of_day(self, day: str) -> Iterator[Case]:
        """Give the cases opened on a UTC day."""
        for partition in day_partitions(day):
            for item in self._index("by-day", "#day = :day", {":day": text(partition)}, names={"#day": "day"}):
                yield body_of(item, Case)

    def cases_of_incident_page(
        self, incident_id: str, *, limit: int, after: tuple[int, str] | None
    ) -> tuple[list[Case], tuple[int, str] | None]:
        """Give one page of an incident's cases, the oldest first, and after which one the next page starts.

        `limit` is 100 at most, as DynamoDB reads at once. A place is the moment a case opened and its id.
        """
        start = {"ExclusiveStartKey": _incident_key(incident_id, *after)} if after else {}
        with translated():
            page = self._client.query(
                TableName=self.name,
                IndexName="by-incident",
                KeyConditionExpression="incident_id = :incident",
                ExpressionAttributeValues={":incident": text(incident_id)},
                Limit=limit,
                **start,
            )
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in page["Items"]]
        found = self._batch_get(keys) if keys else {}
        cases = [read_case(found[key["sk"]["S"]]) for key in keys if key["sk"]["S"] in found]
        last = page.get("LastEvaluatedKey")
        return cases, (int(last["opened_at"]["N"]), last["sk"]["S"].removeprefix("CASE#")) if last else None

    def case_ids_in(self, incident_id: str) -> set[str]:
        """Name the cases of an incident by their index alone, which may lag."""
        found = self._index("by-incident", "incident_id = :incident", {":incident": text(incident_id)})
        return {item["sk"]["S"].removeprefix("CASE#") for item in found}

    def file(self, filed: Filed, *, also: Sequence[dict[str, Any]] = ()) -> None:
        """Write a filing as a whole or not at all; raises Conflict when anything changed since it was read.

        `also`: writes on the ledger.
        """
        puts = [
            case_put(filed.case, filed.case_version, filed.case_revision),
            *(conversation_put(filed.case, each) for each in filed.new_conversations),
            *([profile_put(filed.profile)] if filed.profile else []),
            *([plan_put(filed.plan)] if filed.plan else []),
            *([move_put(filed.let_go.before, filed.let_go.after)] if filed.let_go else []),
        ]
        updates = (filing_update(filed.case.customer_id, event) for event in filed.events)
        self._transact([*({"Update": self._of_table(each)} for each in updates), *map(self._put, puts), *also])

    def save_case(self, case: Case, *, over: Stored | None = None, also: Sequence[dict[str, Any]] = ()) -> None:
        """Write a case that time alone changed over the one read, or a new one; raises Conflict if that changed.

        `also`: writes on the ledger, in one transaction with it.
        """
        version, revision = (over.version, over.revision) if over else (0, 1)
        if also:
            self._transact([self._put(case_put(case, version, revision)), *also])
            return
        with translated():
            self._client.put_item(**self._of_table(case_put(case, version, revision)))

    def unchanged(self, case_id: str, version: int) -> dict[str, Any]:
        """Give the transaction's condition that a case is as it was read: not written since, nor (being) erased."""
        return {"ConditionCheck": self._of_table(case_check(case_id, version))}

    def act(
        self, event: Event, *, revision: int, plan: Outgoing | None = None, also: Sequence[dict[str, Any]] = ()
    ) -> int:
        """Append an action on the case it concerns, which must be at `revision`; gives the revision it steps it to.

        `plan`: the reply that it hands in. `also`: writes on the ledger. Raises Conflict if anything happened to the
        case since, if there is no such case, if the event's id or the plan's key is taken, or if a condition of `also`
        fails. Nothing is written then. The case itself is folded by triage, once it files the action.
        """
        if event.action is None or event.concerns is None:
            raise ValueError(f"{event.key} is no action on a case")
        put = {"Item": event_item(event, event.customer_id), "ConditionExpression": "attribute_not_exists(pk)"}
        step = {"Update": self._of_table(acted_update(event.concerns, revision))}
        plans = [self._put(plan_put(plan))] if plan else []
        self._transact([step, self._put(put), *plans, *also])
        return revision + 1

    def save_profile(self, profile: Profile, *, also: Sequence[dict[str, Any]] = ()) -> None:
        """Write a profile over the version it carries, with writes on the ledger; raises Conflict if that changed."""
        self._transact([self._put(profile_put(profile)), *also])

    # ---- outgoing posts

    def outgoing(self, customer_id: str, key: str) -> Outgoing | None:
        """Give one outgoing post, read consistently."""
        item = self._get(customer_id, f"OUTBOX#{key}")
        return body_of(item, Outgoing) if item else None

    def planning(self, plan: Outgoing) -> dict[str, Any]:
        """Give the transaction's write that plans a post; it fails if its key is taken."""
        return self._put(plan_put(plan))

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
        yield from map(read_outgoing, self.unsettled_items(before))

    def unsettled_items(self, before: int | None) -> Iterator[Item]:
        """Give the same as stored, for `read_outgoing`: one that can't be read must not hide the others."""
        return self._due(UNSETTLED_QUEUE, before)

    def held(self, incident_id: str) -> Iterator[Outgoing]:
        """Give the replies that an incident holds back, those to the oldest posts first."""
        yield from map(read_outgoing, self.held_items(incident_id))

    def held_items(self, incident_id: str) -> Iterator[Item]:
        """Give the same as stored, for `read_outgoing`: one that can't be read must not hide the others."""
        return self._due(held_queue(incident_id), None)

    def waits_for(self, incident_id: str) -> bool:
        """Say whether an incident still holds a reply back, or let one go that did not come to its end yet.

        Nothing is decoded: what can't be read waits for the incident that it names, and for no other.
        """
        if next(self.held_items(incident_id), None) is not None:
            return True
        return any(f'"{incident_id}"' in item["body"]["S"] for item in self.unsettled_items(None))

    def move(self, outgoing: Outgoing, move: Move, *, outcome: Event | None = None, **changes: Any) -> Outgoing:
        """Move an outgoing post along the table of moves, with its outcome event, in one transaction.

        Raises KeyError for an illegal move, Conflict if the stored state is not the one of `outgoing` any more.
        """
        after = replace(outgoing, state=MOVES[outgoing.state, move], **changes)
        writes = [self._put(move_put(outgoing.state, after))]
        if outcome:
            writes.append(self._put({"Item": event_item(outcome, outcome.customer_id)}))
        self._transact(writes)
        return after

    def hold(self, outgoing: Outgoing, incident_id: str, *, case_version: int, reason: str) -> Outgoing:
        """Hold a planned reply back for the incident of its case.

        Raises Conflict if it is not planned any more, or if the case was written since it was read: it may have left
        the incident.
        """
        after = replace(
            outgoing,
            state=MOVES[outgoing.state, Move.DEFER],
            held_by=incident_id,
            not_before=None,
            reason=reason,
        )
        self._transact([self._put(move_put(outgoing.state, after)), self.unchanged(outgoing.case_id, case_version)])
        return after

    def spoken(self, customer_id: str, incident_id: str) -> tuple[str | None, int]:
        """Give the key of the reply by which an incident spoke to a customer last, and how many were claimed for it."""
        item = self._get(customer_id, spoken_key(incident_id))
        return (item["outbox_key"]["S"], int(item["version"]["N"])) if item else (None, 0)

    def claim(
        self,
        outgoing: Outgoing,
        *,
        now: int,
        said: str,
        spend: Sequence[dict[str, Any]],
        spoken_version: int | None = None,
    ) -> Outgoing:
        """Claim a planned post with its exact text, and spend its share of the caps, in one transaction.

        `spend`: writes on the ledger, as `Ledger.spending` makes them. `spoken_version`, for a reply that speaks for
        its incident: how many were claimed when that was read. Raises Conflict if the post is not planned any more, a
        cap is reached, or the incident spoke to the customer since.
        """
        after = replace(outgoing, state=MOVES[outgoing.state, Move.CLAIM], text=said, claimed_at=now)
        speaks = [] if spoken_version is None else [self._put(spoken_put(after, spoken_version))]
        self._transact([self._put(move_put(outgoing.state, after)), *speaks, *spend])
        return after

    # ---- calls

    def _of_table(self, write: dict[str, Any]) -> dict[str, Any]:
        return {"TableName": self.name, **write}

    def _put(self, write: dict[str, Any]) -> dict[str, Any]:
        return {"Put": self._of_table(write)}

    def _transact(self, writes: list[dict[str, Any]]) -> None:
        with translated():
            self._client.transact_write_items(TransactItems=writes)

    def _get(self, partition: str, key: str) -> Item | None:
        with translated():
            found = self._client.get_item(
                TableName=self.name, Key={"pk": text(partition), "sk": text(key)}, ConsistentRead=True
            )
        item: Item | None = found.get("Item")
        return item

    def _batch_get(self, keys: Sequence[Item]) -> dict[str, Item]:
        """Read items consistently by their sort keys, which must differ; one that is gone is left out."""
        asked: Any = {self.name: {"Keys": keys, "ConsistentRead": True}}
        found: dict[str, Item] = {}
        for _ in range(_BATCH_TRIES):
            with translated():
                answer = self._client.batch_get_item(RequestItems=asked)
            found |= {item["sk"]["S"]: item for item in answer["Responses"].get(self.name, ())}
            asked = answer.get("UnprocessedKeys")
            if not asked:
                return found
        raise Unavailable(f"DynamoDB left keys of {self.name} unread {_BATCH_TRIES} times")

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

    def _due(self, queue: str, before: int | None) -> Iterator[Item]:
        values = {":queue": text(queue)}
        condition = "#queue = :queue"
        if before is not None:
            values[":before"] = number(before)
            condition += " AND due_at <= :before"
        return self._index("queue", condition, values, names={"#queue": "queue"})


def _heard(item: Item, case_id: str) -> Iterable[Event]:
    """Read an event of a case, or one that is not filed yet: an unreadable one of these says nothing to this case."""
    if "case_id" not in item:
        return readable([item], event_of)
    return [event_of(item)] if item["case_id"]["S"] == case_id else ()


def _incident_key(incident_id: str, opened_at: int, case_id: str) -> Item:
    """Give the key of a case in the index by incident."""
    return {
        "incident_id": text(incident_id),
        "opened_at": number(opened_at),
        "pk": text(customer_of(case_id)),
        "sk": text(f"CASE#{case_id}"),
    }
