"""Items of DynamoDB from values, and back.

An item's top level holds only what keys, indexes and conditions need; the value itself is one JSON text, `body`:
a third of the bytes of DynamoDB's own nested types, and no marshalling of them.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from desk.errors import NewerItem

SCHEMA_VERSION = 1
"""Of the items' shape; readers accept their own and older ones."""

T = TypeVar("T")

Item = dict[str, dict[str, Any]]
"""DynamoDB's low-level item: attribute -> {type: value}."""


def encode(value: object) -> str:
    """Give the JSON text of a struct or of plain values."""
    return msgspec.json.encode(value).decode()


def encode_briefly(value: object) -> str:
    """Give the same without nulls, for a value whose every null is the default of its field.

    An event has a dozen: with them one in three would be billed as two units.
    """
    return msgspec.json.encode(_without_nulls(msgspec.to_builtins(value))).decode()


def _without_nulls(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(each) for name, each in value.items() if each is not None}


def decode(text: str, shape: type[T]) -> T:
    """Read a value of that shape from its JSON text; raises ValueError if it does not fit."""
    try:
        return msgspec.json.decode(text, type=shape, strict=False)
    except msgspec.ValidationError as fault:
        raise ValueError(f"a stored {shape.__name__} can't be read: {fault}") from fault


def text(value: str) -> dict[str, str]:
    """Give a string attribute."""
    return {"S": value}


def number(value: float) -> dict[str, str]:
    """Give a number attribute."""
    return {"N": str(value)}


def body_of(item: Item, shape: type[T]) -> T:
    """Read the value an item carries; raises NewerItem if newer code wrote it: what is not understood is not rewritten.

    Items from an index don't carry their version: what is written is read from the table first.
    """
    version = int(item["schema_version"]["N"]) if "schema_version" in item else SCHEMA_VERSION
    if version > SCHEMA_VERSION:
        name = f"{item['pk']['S']} {item['sk']['S']}"
        raise NewerItem(
            f"{name} has schema version {version}, this code reads up to {SCHEMA_VERSION}: deploy newer code"
        )
    return decode(item["body"]["S"], shape)


def at_version(version: int) -> dict[str, Any]:
    """Give the condition of a write that the item is at the version read (0: that there is none)."""
    if not version:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": number(version)},
    }
