"""The ledger: what the desk knows about itself. Nothing is streamed.

ASIDE, ASKED, AUTHOR, COUNTED, ENDING, ERASE, INCIDENTS, LOOK, NOTICE, ROLLUP, UNDELIVERED, WEBHOOK name customers.

======================  ==========================  ================================================================
pk                      sk                          item
======================  ==========================  ================================================================
``DESK``                ``SETUP``                   own accounts' user ids; before it exists the schedules do nothing
``DESK``                ``SWITCH``                  posting on or off, and for which Desk table
``DESK``                ``POLICY``                  the version of the policy that triage runs with
``DESK``                ``HEARD``                   until when everybody who called us by name was heard
``SOURCES``             ``<name>``                  what was read of a source: head, holes, gaps
``LEASE``               ``<name>``                  who may run now, until when
``SPENT#<period>``      ``<what>``                  counters of reads and posts by UTC day, month, quarter hour
``USED``                ``<day>#<function>``        what each function used of AWS on a UTC day
``ASIDE#<day>``         ``<source>#<hash>``         a post that can't be understood, with the reason
``LOOK``                ``<moment>#<post id>``      posts to look at again: do they still stand, were they edited
``RECHECK``             ``<moment>#<post id>``      the same for older posts, as far as reads for it go
``AUTHOR``              ``<moment>#<post id>``      posts whose authors X is to be asked about
``POLICY``              ``<version>``               the text of each policy version ever used
``QUEUES``              ``<team>``                  every team that ever had a queue
``INCIDENTS``           ``<incident id>``           each incident, whole
``ONGOING``             ``<incident id>``           what filing and posting need of those that are not closed
``WATCH``               ``STATE``                   what the watch for surges has learnt
``VOLUME#<day>``        ``<begin>``                 customers' posts of five minutes, and how many were usual
``ENDING``              ``<incident id>``           how far the closing of an incident's cases is
``COUNTED``             ``QUEUE``                   the last count of a long queue
``DAYS``                ``<day>``                   UTC days on which a case opened; when one changed later
``ROLLUP#<day>``        ``<policy version>``        a day's figures, added up; their parts behind ``#``
``NOTICE#<day>``        ``<moment>#<case>#<what>``  each warning, breach, escalation; when it was told
``WEBHOOK``             ``<due>#<id>``              an announcement to other systems, to be sent by the webhook
``UNDELIVERED``         ``<id>``                    an announcement that was given up
``RECEIVER``            ``STANDING``                whether the webhook's receiver rests or has gone
``RETENTION``           ``TEXTS``                   up to which moment old texts are removed
``ERASED``              ``<pseudonym>``             tombstones of erased customers: a keyed hash instead of the id
``RECEIPT``             ``<moment>#<pseudonym>``    what each erasure deleted, by whom and when
``ASKED#<customer>``    ``<idempotency key>``       what the API answered to a write, for a day
``ERASE``               ``<customer>``              who is to be erased, as somebody asked; until it is done
``WRITES#<token>``      ``<window>``                how often a token changed something in a minute
``TOKEN#<hash>``        ``TOKEN``                   API tokens, hashed
``TOKENS``              ``<name>``                  the same tokens by name, for people to list and revoke
======================  ==========================  ================================================================
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping  # noqa: TC003 - the codec reads the types at run time
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from desk.errors import Conflict
from desk.meter import Metered
from desk.notice import Notice, day_of
from desk.spending import Spent, month_of
from desk.store.aws import query, translated
from desk.store.codec import Item, at_version, body_of, encode, number, text
from desk.store.readable import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_DAY = 86_400
_KEEP_COUNTERS_SECONDS = 400 * _DAY
_KEEP_ASIDE_SECONDS = 30 * _DAY
_KEEP_LEASE_SECONDS = _DAY


class Setup(Struct, frozen=True):
    """What `desk setup` found out: user ids on X by own handle (lower case), and since when the desk listens."""

    handles: Mapping[str, str]
    started_at: int

    @property
    def own_ids(self) -> frozenset[str]:
        """User ids of all own accounts."""
        return frozenset(self.handles.values())

    def name_of(self, user_id: str | None) -> str | None:
        """Give the own handle (lower case) of a user id."""
        return next((name for name, known in self.handles.items() if known == user_id), None)


class Switch(Struct, frozen=True):
    """Whether the desk may post, given for one Desk table: a restored or second table starts switched off."""

    is_on: bool
    table: str
    by: str
    at: int

    def allows(self, table: str) -> bool:
        """Posting is on, and for this very table."""
        return self.is_on and self.table == table


class RunningPolicy(Struct, frozen=True):
    """The policy that the function started last has, and when it started."""

    version: str
    since: int


class Token(Struct, frozen=True):
    """An API token's record: what it may do and whose it is. The token itself is never stored."""

    name: str
    scopes: tuple[str, ...]
    created_at: int


class Ledger:
    """The ledger of one deployment; `client` is DynamoDB's low-level client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    # ---- values

    def get(self, partition: str, key: str, shape: type[T]) -> T | None:
        """Read one value consistently; None if there is none."""
        item = self._item(partition, key)
        return body_of(item, shape) if item else None

    def get_readable(self, partition: str, key: str, shape: type[T]) -> T | None:
        """Read one value consistently; None if there is none, or if it can't be read."""
        item = self._item(partition, key)
        return next(readable([item], lambda each: body_of(each, shape)), None) if item else None

    def holds_any(self, partition: str) -> bool:
        """Say whether there is anything in a partition."""
        return next(self._latest(partition, "~", 1), None) is not None

    def put(self, partition: str, key: str, value: object, *, keep_seconds: int | None = None) -> None:
        """Write one value, whatever stood there."""
        with translated():
            self._client.put_item(TableName=self.name, Item=_item(partition, key, value, keep_seconds))

    def put_if_absent(self, partition: str, key: str, value: object, *, keep_seconds: int | None = None) -> bool:
        """Write one value if none is there; False when there was one."""
        try:
            with translated():
                self._client.put_item(
                    TableName=self.name,
                    Item=_item(partition, key, value, keep_seconds),
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except Conflict:
            return False
        return True

    def transact(self, writes: list[dict[str, Any]]) -> None:
        """Do some of the writes below as a whole or not at all; raises Conflict if a condition of one fails."""
        with translated():
            self._client.transact_write_items(TransactItems=writes)

    def writing(self, partition: str, key: str, value: object, *, keep_seconds: int | None = None) -> dict[str, Any]:
        """Give the transaction's write of one value, whatever stood there."""
        return {"Put": {"TableName": self.name, "Item": _item(partition, key, value, keep_seconds)}}

    def writing_once(
        self, partition: str, key: str, value: object, *, keep_seconds: int | None = None
    ) -> dict[str, Any]:
        """Give the transaction's write of one value that must not be there yet."""
        item = _item(partition, key, value, keep_seconds)
        condition = "attribute_not_exists(pk)"
        return {"Put": {"TableName": self.name, "Item": item, "ConditionExpression": condition}}

    def removing(self, partition: str, key: str) -> dict[str, Any]:
        """Give the transaction's write that removes one value, if there is one."""
        return {"Delete": {"TableName": self.name, "Key": _key(partition, key)}}

    def taking(self, partition: str, key: str) -> dict[str, Any]:
        """Give the transaction's write that removes one value, which must be there."""
        removal = {"TableName": self.name, "Key": _key(partition, key), "ConditionExpression": "attribute_exists(pk)"}
        return {"Delete": removal}

    def delete(self, partition: str, key: str) -> None:
        """Remove one value; nothing happens if there is none."""
        with translated():
            self._client.delete_item(TableName=self.name, Key=_key(partition, key))

    def values(self, partition: str, shape: type[T], *, until: str = "~") -> Iterator[tuple[str, T]]:
        """Give a partition's values with their sort keys, in order, up to and with the key `until`."""
        return (_keyed(item, shape) for item in self._items(partition, until=until))

    def readable(
        self, partition: str, shape: type[T], *, until: str = "~", left_out: Callable[[str], object] | None = None
    ) -> Iterator[tuple[str, T]]:
        """Give the same of those that can be read; one that can't be hides no other, `left_out` is told its key."""
        items = self._items(partition, until=until)
        return readable(items, lambda item: _keyed(item, shape), left_out=left_out)

    def keys(self, partition: str) -> Iterator[str]:
        """Give a partition's sort keys, in order, of what can't be read too."""
        return (key for key, _ in self.bodies(partition))

    def bodies(self, partition: str) -> Iterator[tuple[str, str]]:
        """Give a partition's values as stored, JSON texts, by their sort keys in order."""
        return ((item["sk"]["S"], item["body"]["S"]) for item in self._items(partition, until="~"))

    def _items(self, partition: str, *, until: str) -> Iterator[Item]:
        return query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk <= :until",
            ExpressionAttributeValues={":pk": text(partition), ":until": text(until)},
        )

    def latest(self, partition: str, shape: type[T], *, until: str, most: int) -> list[tuple[str, T]]:
        """Give the last `most` of a partition's values up to and with the key `until`, the last one first."""
        return [_keyed(item, shape) for item in islice(self._latest(partition, until, most), most)]

    def latest_readable(self, partition: str, shape: type[T], *, until: str, most: int) -> list[tuple[str, T]]:
        """Give the same of those that can be read; one that can't be hides no other."""
        found = readable(self._latest(partition, until, most), lambda item: _keyed(item, shape))
        return list(islice(found, most))

    def _latest(self, partition: str, until: str, at_once: int) -> Iterator[Item]:
        return query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk <= :until",
            ExpressionAttributeValues={":pk": text(partition), ":until": text(until)},
            ScanIndexForward=False,
            Limit=at_once,
        )

    # ---- values that several runs may write at once

    def versioned(self, partition: str, key: str, shape: type[T]) -> tuple[T | None, int]:
        """Read a value with its version (0: there is none)."""
        item = self._item(partition, key)
        return (body_of(item, shape), int(item["version"]["N"])) if item else (None, 0)

    def versioned_values(self, partition: str, shape: type[T]) -> dict[str, tuple[T, int]]:
        """Read a partition's values with their versions, by sort key."""
        items = query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": text(partition)},
        )
        return {item["sk"]["S"]: (body_of(item, shape), int(item["version"]["N"])) for item in items}

    def put_version(self, partition: str, key: str, value: object, *, version: int) -> int:
        """Write a value over the version read, and give the new version; raises Conflict if it is another by now."""
        with translated():
            self._client.put_item(**self._over(partition, key, value, version))
        return version + 1

    def put_version_with(
        self, partition: str, key: str, value: object, *, version: int, also: list[dict[str, Any]]
    ) -> int:
        """Do the same in one transaction with other writes."""
        with translated():
            self._client.transact_write_items(
                TransactItems=[{"Put": self._over(partition, key, value, version)}, *also],
            )
        return version + 1

    def _over(self, partition: str, key: str, value: object, version: int) -> dict[str, Any]:
        """Give the write of a value over the version read (0: there must be none)."""
        item = _item(partition, key, value) | {"version": number(version + 1)}
        return {"TableName": self.name, "Item": item, **at_version(version)}

    def removing_version(self, partition: str, key: str, *, version: int) -> dict[str, Any]:
        """Give the transaction's write that removes a value of the version read (0: there must be none still)."""
        return {"Delete": {"TableName": self.name, "Key": _key(partition, key), **at_version(version)}}

    def take_lease(self, name: str, *, owner: str, now: int, seconds: int) -> bool:
        """Take the right to run for some seconds; False while another owner holds it."""
        try:
            with translated():
                self._client.put_item(
                    TableName=self.name,
                    Item=_item("LEASE", name, {"owner": owner}, _KEEP_LEASE_SECONDS)
                    | {"owner": text(owner), "until": number(now + seconds)},
                    ConditionExpression="attribute_not_exists(pk) OR #until <= :now OR #owner = :owner",
                    ExpressionAttributeNames={"#until": "until", "#owner": "owner"},
                    ExpressionAttributeValues={":now": number(now), ":owner": text(owner)},
                )
        except Conflict:
            return False
        return True

    def release_lease(self, name: str, *, owner: str) -> None:
        """Give the right to run back, if it is still ours."""
        try:
            with translated():
                self._client.delete_item(
                    TableName=self.name,
                    Key=_key("LEASE", name),
                    ConditionExpression="#owner = :owner",
                    ExpressionAttributeNames={"#owner": "owner"},
                    ExpressionAttributeValues={":owner": text(owner)},
                )
        except Conflict:
            return

    # ---- counters

    def spent(self, period: str) -> dict[str, int]:
        """Give every counter of a period (a UTC day `2026-03-01`, a month `2026-03`, a quarter hour)."""
        items = query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": text(f"SPENT#{period}")},
        )
        return {item["sk"]["S"]: int(item["amount"]["N"]) for item in items}

    def add(self, period: str, what: str, amount: int) -> None:
        """Add to a counter."""
        with translated():
            self._client.update_item(**self._addition(period, what, amount))

    def spent_by(self, now: int) -> Spent:
        """Give what X was used for in the UTC day and the UTC month of a moment."""
        return Spent(self.spent(day_of(now)), self.spent(month_of(now)))

    def count(self, now: int, what: str, amount: int) -> None:
        """Add to a counter of the UTC day and of the UTC month: killed in between, the month has it and the day not."""
        self.add(month_of(now), what, amount)
        self.add(day_of(now), what, amount)

    def spending(self, period: str, what: str, amount: int, *, cap: int | None) -> dict[str, Any]:
        """Give the transaction's write that adds to a counter, only while it stays within a cap if there is one."""
        addition = self._addition(period, what, amount)
        if cap is None:
            return {"Update": addition}
        addition["ConditionExpression"] = "attribute_not_exists(amount) OR amount <= :room"
        addition["ExpressionAttributeValues"][":room"] = number(cap - amount)
        return {"Update": addition}

    def _addition(self, period: str, what: str, amount: int) -> dict[str, Any]:
        return {
            "TableName": self.name,
            "Key": _key(f"SPENT#{period}", what),
            "UpdateExpression": "ADD amount :amount SET expires_at = :expires",
            "ExpressionAttributeValues": {
                ":amount": number(amount),
                ":expires": _expiring(_KEEP_COUNTERS_SECONDS),
            },
        }

    def count_up(self, partition: str, key: str, *, cap: int, keep_seconds: int) -> bool:
        """Add one to a counter of its own while it is below a cap; False once the cap is reached."""
        try:
            with translated():
                self._client.update_item(
                    TableName=self.name,
                    Key=_key(partition, key),
                    UpdateExpression="ADD amount :one SET expires_at = :expires",
                    ConditionExpression="attribute_not_exists(amount) OR amount < :cap",
                    ExpressionAttributeValues={
                        ":one": number(1),
                        ":cap": number(cap),
                        ":expires": _expiring(keep_seconds),
                    },
                )
        except Conflict:
            return False
        return True

    # ---- what was used of AWS

    def add_usage(self, day: str, function: str, amounts: Mapping[str, float]) -> None:
        """Add to what a function used on a UTC day, all amounts in one write."""
        sums = ", ".join(f"{name} :{name}" for name in amounts)
        with translated():
            self._client.update_item(
                TableName=self.name,
                Key=_key("USED", f"{day}#{function}"),
                UpdateExpression=f"ADD {sums} SET expires_at = :expires",
                ExpressionAttributeValues={
                    **{f":{name}": number(amount) for name, amount in amounts.items()},
                    ":expires": _expiring(_KEEP_COUNTERS_SECONDS),
                },
            )

    def usage(self, first: str, last: str) -> dict[str, dict[str, float]]:
        """Give what all functions together used, by UTC day from `first` to `last`; days without any are missing."""
        days: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for item in query(
            self._client,
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={":pk": text("USED"), ":first": text(first), ":last": text(f"{last}~")},
        ):
            day = days[item["sk"]["S"].partition("#")[0]]
            for what in Metered:
                if what in item:
                    day[what] += float(item[what]["N"])
        return {day: dict(sums) for day, sums in days.items()}

    # ---- what has a name of its own

    def setup(self) -> Setup | None:
        """Give what `desk setup` stored; None before it ran."""
        return self.get("DESK", "SETUP", Setup)

    def switch(self) -> Switch | None:
        """Give the posting switch; None while nobody ever touched it (then nothing is posted)."""
        return self.get("DESK", "SWITCH", Switch)

    def set_aside(self, source: str, digest: str, raw: object, reason: str, *, now: int, day: str) -> bool:
        """Keep what can't be understood with its reason; False if it is kept already."""
        value = {"raw": raw, "reason": reason, "at": now}
        return self.put_if_absent(f"ASIDE#{day}", f"{source}#{digest}", value, keep_seconds=_KEEP_ASIDE_SECONDS)

    def record_notice(self, notice: Notice, *, also: list[dict[str, Any]] | None = None) -> bool:
        """Write a warning or a breach once; False if it is known. `also`: what is in one transaction with it.

        Raises Conflict if that met another or a condition fails: nothing is written then, and the notice may be new.
        """
        if not also:
            return self.put_if_absent(f"NOTICE#{notice.day}", notice.key, notice)
        noting = self.noting(notice)
        if noting:
            self.transact([*noting, *also])
        return bool(noting)

    def noting(self, notice: Notice) -> list[dict[str, Any]]:
        """Give the transaction's write of a warning or a breach that must not be known by then; none of a known one."""
        day = f"NOTICE#{notice.day}"
        return [] if self._item(day, notice.key) else [self.writing_once(day, notice.key, notice)]

    def notices(self, day: str, *, left_out: Callable[[str], object] | None = None) -> list[Notice]:
        """Give every warning and breach whose moment lies in a UTC day, as far as they can be read.

        `left_out` is told the sort keys of the others.
        """
        return [notice for _, notice in self.readable(f"NOTICE#{day}", Notice, left_out=left_out)]

    def _item(self, partition: str, key: str) -> Item | None:
        with translated():
            found = self._client.get_item(TableName=self.name, Key=_key(partition, key), ConsistentRead=True)
        item: Item | None = found.get("Item")
        return item


def _keyed(item: Item, shape: type[T]) -> tuple[str, T]:
    return item["sk"]["S"], body_of(item, shape)


def _key(partition: str, key: str) -> Item:
    return {"pk": text(partition), "sk": text(key)}


def _item(partition: str, key: str, value: object, keep_seconds: int | None = None) -> Item:
    item = _key(partition, key) | {"body": text(encode(value))}
    return item | {"expires_at": _expiring(keep_seconds)} if keep_seconds is not None else item


def _expiring(seconds: int) -> dict[str, Any]:
    """DynamoDB deletes by the wall clock, so only the wall clock may set it, whatever time the desk plays."""
    return number(int(time.time()) + seconds)
