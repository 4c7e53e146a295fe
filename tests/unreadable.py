"""Items that this code can't read: `newer` code wrote one, or it is `broken`. Both give it as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desk.store.codec import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from desk.store.codec import Item
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger


def newer(store: DeskTable | Ledger, partition: str, key: str) -> Callable[[], Item]:
    """Let newer code have written an item."""
    return _changed(
        store, partition, key, schema_version={"N": str(SCHEMA_VERSION + 1)}, of_tomorrow={"S": "unheard of"}
    )


def broken(store: DeskTable | Ledger, partition: str, key: str) -> Callable[[], Item]:
    """Let an item hold half of what it was."""
    body = store._client.get_item(TableName=store.name, Key=_key(partition, key))["Item"]["body"]["S"]
    return _changed(store, partition, key, body={"S": body[: len(body) // 2]})


def _changed(store: DeskTable | Ledger, partition: str, key: str, **attributes: Any) -> Callable[[], Item]:
    store._client.update_item(
        TableName=store.name,
        Key=_key(partition, key),
        UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in attributes),
        ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
    )

    def as_it_stands() -> Item:
        item: Item = store._client.get_item(TableName=store.name, Key=_key(partition, key))["Item"]
        return item

    return as_it_stands


def _key(partition: str, key: str) -> Item:
    return {"pk": {"S": partition}, "sk": {"S": key}}
