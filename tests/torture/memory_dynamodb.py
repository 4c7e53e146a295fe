"""DynamoDB in memory: the calls and expressions of our stores, its transactions, lagging indexes and streams.

Tables are those of the template. What it does not know it refuses, so that no test passes by being misunderstood; the
stores' own tests run against it too (`test_memory_dynamodb.py`), to hold it to what moto answers. It never fails by
itself: faults come from `faults`. Rules: Amazon DynamoDB developer guide, 2026 (transactions of at most 100 different
items, keys and attributes in expressions, strongly consistent reads of a table, never of an index).
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tests.tables import template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from desk.store.codec import Item

    Names = Mapping[str, str]
    Test = Callable[[Item, Names, Item], bool]
    Operand = Callable[[Item, Names, Item], Any]
    Key = tuple[str, str]

_MOST_WRITES = 100
_TOKEN = re.compile(r"\s*(<=|>=|<>|[(),=<>]|[:#]?\w+)")
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
}


def failure(code: str, words: str = "", **more: Any) -> ClientError:
    """An error as botocore raises it."""
    return ClientError({"Error": {"Code": code, "Message": words}, **more}, "call")


class MemoryTable:
    """One table: its items by partition and sort key, and what its indexes show of them."""

    def __init__(self, name: str, indexes: Mapping[str, tuple[str, str | None, frozenset[str] | None]]) -> None:
        self.name = name
        self.indexes = indexes
        self.partitions: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        self._shown: dict[str, dict[Key, Item]] = {index: {} for index in indexes}
        self._unshown: deque[tuple[Key, Item | None]] = deque()

    def get(self, key: Key) -> Item | None:
        return self.partitions[key[0]].get(key[1])

    def set(self, key: Key, item: Item | None) -> None:
        """Write or remove an item; indexes show it later."""
        partition = self.partitions[key[0]]
        if item is None:
            partition.pop(key[1], None)
        else:
            partition[key[1]] = item
        self._unshown.append((key, item))

    def items(self) -> Iterator[Item]:
        for partition in self.partitions.values():
            yield from partition.values()

    def index(self, name: str, *, behind: int) -> Iterable[Item]:
        """What an index shows while the last `behind` writes have not reached it."""
        while len(self._unshown) > behind:
            self._show(*self._unshown.popleft())
        return self._shown[name].values()

    def _show(self, key: Key, item: Item | None) -> None:
        for name, (hash_name, range_name, projected) in self.indexes.items():
            self._shown[name].pop(key, None)
            if item is not None and hash_name in item and (range_name is None or range_name in item):
                shown = item if projected is None else {each: item[each] for each in item if each in projected}
                self._shown[name][key] = shown


class MemoryDynamoDB:
    """The low-level client. `behind`: writes that indexes do not show yet. `page_items`: items on a query's page.

    `on_write(table, before, after)` hears of every change, as a stream does.
    """

    def __init__(self, *, page_items: int = 1000) -> None:
        self.tables: dict[str, MemoryTable] = {}
        self.behind = 0
        self.on_write: Callable[[str, Item | None, Item | None], None] = lambda *_: None
        self._page_items = page_items

    @classmethod
    def of_template(cls, *, page_items: int = 1000) -> MemoryDynamoDB:
        """Both tables of the template, by the names that tests give them."""
        made = cls(page_items=page_items)
        made.tables = {name: MemoryTable(name, indexes) for name, indexes in _declared().items()}
        return made

    # ---- reading

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool = False) -> dict[str, Any]:  # noqa: N803
        item = self.tables[TableName].get(_key(Key))
        return {"Item": dict(item)} if item is not None else {}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        answers: dict[str, list[Item]] = {}
        for name, asked in RequestItems.items():
            keys = [_key(key) for key in asked["Keys"]]
            if len(set(keys)) != len(keys):
                raise failure("ValidationException", "Provided list of item keys contains duplicates")
            found = (self.tables[name].get(key) for key in keys)
            answers[name] = [dict(item) for item in found if item is not None]
        return {"Responses": answers, "UnprocessedKeys": {}}

    def query(self, **request: Any) -> dict[str, Any]:
        table = self.tables[request["TableName"]]
        names, values = _placeholders(request, "KeyConditionExpression", "FilterExpression")
        found, order = self._searched(table, request, values)
        wanted = _test(request["KeyConditionExpression"])
        forward, start = request.get("ScanIndexForward", True), request.get("ExclusiveStartKey")
        matching = (item for item in found if wanted(item, names, values))
        listed = sorted(matching, key=lambda item: _rank(item, order), reverse=not forward)
        rest = [item for item in listed if _is_after(item, start, order, forward=forward)]
        size = min(request.get("Limit", self._page_items), self._page_items)
        page, more = rest[:size], len(rest) > size
        kept = _test(request["FilterExpression"]) if "FilterExpression" in request else None
        items = [dict(item) for item in page if kept is None or kept(item, names, values)]
        last = {"LastEvaluatedKey": {name: page[-1][name] for name in order}} if more else {}
        return {"Items": items, "Count": len(items), **last}

    def scan(self, *, TableName: str) -> dict[str, Any]:  # noqa: N803
        return {"Items": [dict(item) for item in self.tables[TableName].items()]}

    def _searched(
        self, table: MemoryTable, request: Mapping[str, Any], values: Item
    ) -> tuple[Iterable[Item], list[str]]:
        """Where the items stand, and by what they are ordered."""
        name = request.get("IndexName")
        if name is None:
            return table.partitions[values[":pk"]["S"]].values(), ["pk", "sk"]
        if request.get("ConsistentRead"):
            raise failure("ValidationException", "Consistent reads are not supported on global secondary indexes")
        hash_name, range_name, _ = table.indexes[name]
        order = [hash_name, *([range_name] if range_name else []), "pk", "sk"]
        return table.index(name, behind=self.behind), order

    # ---- writing

    def put_item(self, **request: Any) -> dict[str, Any]:
        return self._write_alone("Put", request)

    def update_item(self, **request: Any) -> dict[str, Any]:
        return self._write_alone("Update", request)

    def delete_item(self, **request: Any) -> dict[str, Any]:
        return self._write_alone("Delete", request)

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """All or nothing; the conditions see what stood before."""
        writes = [next(iter(each.items())) for each in TransactItems]
        targets = [(request["TableName"], _target(kind, request)) for kind, request in writes]
        if len(set(targets)) != len(targets) or len(targets) > _MOST_WRITES:
            raise failure("ValidationException", "a transaction writes at most 100 items, each once")
        reasons = ["None" if self._holds(kind, request) else "ConditionalCheckFailed" for kind, request in writes]
        if set(reasons) != {"None"}:
            told = [{"Code": reason} for reason in reasons]
            raise failure("TransactionCanceledException", ", ".join(reasons), CancellationReasons=told)
        for kind, request in writes:
            if kind != "ConditionCheck":
                self._apply(kind, request)
        return {}

    def _write_alone(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        if not self._holds(kind, request):
            raise failure("ConditionalCheckFailedException", "The conditional request failed")
        self._apply(kind, request)
        return {}

    def _holds(self, kind: str, request: Mapping[str, Any]) -> bool:
        names, values = _placeholders(request, "ConditionExpression", "UpdateExpression")
        item = self.tables[request["TableName"]].get(_target(kind, request)) or {}
        condition = request.get("ConditionExpression")
        return condition is None or _test(condition)(item, names, values)

    def _apply(self, kind: str, request: Mapping[str, Any]) -> None:
        table, key = self.tables[request["TableName"]], _target(kind, request)
        before = table.get(key)
        after = _after(kind, request, before)
        table.set(key, after)
        self.on_write(table.name, before, after)


# ---- writes


def _key(key: Mapping[str, Any]) -> Key:
    return key["pk"]["S"], key["sk"]["S"]


def _target(kind: str, request: Mapping[str, Any]) -> Key:
    return _key(request["Item"] if kind == "Put" else request["Key"])


def _after(kind: str, request: Mapping[str, Any], before: Item | None) -> Item | None:
    if kind == "Delete":
        return None
    if kind == "Put":
        return dict(request["Item"])
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    item = dict(before or request["Key"])
    for action, words in _clauses(request["UpdateExpression"]):
        for each in words.split(","):
            _change(item, action, each.strip(), names, values)
    return item


@cache
def _clauses(expression: str) -> list[tuple[str, str]]:
    parts = re.split(r"\b(SET|REMOVE|ADD)\b", expression)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def _change(item: Item, action: str, words: str, names: Names, values: Item) -> None:
    match action, re.split(r"\s*=\s*|\s+", words):
        case "REMOVE", [name]:
            item.pop(_named(name, names), None)
        case "SET", [name, value]:
            item[_named(name, names)] = values[value]
        case "ADD", [name, value]:
            known = item.get(_named(name, names), {"N": "0"})
            item[_named(name, names)] = {"N": str(_plain(known) + _plain(values[value]))}
        case _:
            raise failure("ValidationException", f"{action} {words} is not understood")


# ---- expressions


@cache
def _test(expression: str) -> Test:
    parser = _Parser(_TOKEN.findall(expression))
    test = parser.either()
    if parser.left or "".join(_TOKEN.findall(expression)) != re.sub(r"\s", "", expression):
        raise failure("ValidationException", f"{expression!r} is not understood")
    return test


class _Parser:
    """Reads one condition: AND binds tighter than OR."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def either(self) -> Test:
        first = self._both()
        if not self._takes("OR"):
            return first
        second = self.either()
        return lambda *given: first(*given) or second(*given)

    def _both(self) -> Test:
        first = self._clause()
        if not self._takes("AND"):
            return first
        second = self._both()
        return lambda *given: first(*given) and second(*given)

    def _clause(self) -> Test:
        if self._takes("("):
            inner = self.either()
            self._must_take(")")
            return inner
        word = self.left.pop(0)
        return self._function(word) if self.left[:1] == ["("] else self._comparison(word)

    def _function(self, word: str) -> Test:
        self._must_take("(")
        name = self.left.pop(0)
        if word == "begins_with":
            self._must_take(",")
            prefix = self.left.pop(0)
            self._must_take(")")
            return lambda item, names, values: str(_read(name, item, names, values) or "").startswith(
                values[prefix]["S"]
            )
        self._must_take(")")
        exists = {"attribute_exists": True, "attribute_not_exists": False}.get(word)
        if exists is None:
            raise failure("ValidationException", f"{word} is not understood")
        return lambda item, names, _: (_named(name, names) in item) is exists

    def _comparison(self, left: str) -> Test:
        sign = self.left.pop(0)
        low = self.left.pop(0)
        if sign == "BETWEEN":
            self._must_take("AND")
            high = self.left.pop(0)
            return _between(left, low, high)
        compared = _COMPARED[sign]

        def test(item: Item, names: Names, values: Item) -> bool:
            read = _read(left, item, names, values)
            return read is not None and compared(read, _read(low, item, names, values))

        return test

    def _takes(self, token: str) -> bool:
        if self.left[:1] != [token]:
            return False
        self.left.pop(0)
        return True

    def _must_take(self, token: str) -> None:
        if not self._takes(token):
            raise failure("ValidationException", f"{token} is expected before {self.left}")


def _between(left: str, low: str, high: str) -> Test:
    def test(item: Item, names: Names, values: Item) -> bool:
        read = _read(left, item, names, values)
        return read is not None and _plain(values[low]) <= read <= _plain(values[high])

    return test


def _named(word: str, names: Names) -> str:
    return names[word] if word.startswith("#") else word


def _read(word: str, item: Item, names: Names, values: Item) -> Any:
    """The plain value of a placeholder or an attribute; None if the item has no such attribute."""
    if word.startswith(":"):
        return _plain(values[word])
    attribute = item.get(_named(word, names))
    return None if attribute is None else _plain(attribute)


def _plain(attribute: Mapping[str, Any]) -> Any:
    return Decimal(attribute["N"]) if "N" in attribute else attribute["S"]


def _placeholders(request: Mapping[str, Any], *expressions: str) -> tuple[Names, Item]:
    """Names and values of a request; one that no expression uses is refused, as is one that is missing."""
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    if {*names, *values} != _used(tuple(request.get(each, "") for each in expressions)):
        raise failure("ValidationException", "names and values must be those that the expressions use")
    return names, values


@cache
def _used(expressions: tuple[str, ...]) -> frozenset[str]:
    return frozenset(re.findall(r"[:#]\w+", " ".join(expressions)))


def _rank(item: Mapping[str, Any], order: Iterable[str]) -> tuple[Any, ...]:
    return tuple(_plain(item[name]) for name in order)


def _is_after(item: Item, start: Item | None, order: list[str], *, forward: bool) -> bool:
    if start is None:
        return True
    mine, last = _rank(item, order), _rank(start, order)
    return mine > last if forward else mine < last


# ---- the template


@cache
def _declared() -> dict[str, dict[str, tuple[str, str | None, frozenset[str] | None]]]:
    resources = template()["Resources"]
    tables = {"desk": "DeskTable", "ledger": "LedgerTable"}
    return {
        name: {
            index["IndexName"]: _index(index)
            for index in resources[logical]["Properties"].get("GlobalSecondaryIndexes", ())
        }
        for name, logical in tables.items()
    }


def _index(declared: Mapping[str, Any]) -> tuple[str, str | None, frozenset[str] | None]:
    keys = [each["AttributeName"] for each in declared["KeySchema"]]
    projection = declared["Projection"]
    shown = frozenset({"pk", "sk", *keys, *projection.get("NonKeyAttributes", ())})
    return keys[0], next(iter(keys[1:]), None), None if projection["ProjectionType"] == "ALL" else shown
