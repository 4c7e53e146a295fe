"""One DynamoDB client per process, which counts what it uses, and the one translation of its errors into ours."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import Conflict, DeskError, Unavailable
from desk.meter import Metered, meter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from desk.store.codec import Item

_CONFLICTS = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException"})
_LOST = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_PASSING = frozenset(
    {
        "TransactionCanceledException",  # for none of the reasons above
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",  # one write met a transaction: no condition was looked at
        "TransactionInProgressException",
    },
)
_READS = frozenset({"BatchGetItem", "GetItem", "Query"})
_BLOCK_BYTES = 1024
"""Bytes of a write unit; a transaction takes two units for each (DynamoDB developer guide, 2026-11)."""


@cache
def dynamodb() -> Any:
    """Give the process's client: standard retries, short time-outs, connections enough for a few threads."""
    config = Config(
        retries={"mode": "standard", "max_attempts": 4},
        connect_timeout=2,
        read_timeout=5,
        max_pool_connections=16,
    )
    return metered(boto3.client("dynamodb", config=config))


# ---- what it uses


def metered(client: Any) -> Any:
    """Let a client ask DynamoDB what each call consumes, and add that to the meter; gives the client."""
    client.meta.events.register("before-parameter-build.dynamodb", _ask)
    client.meta.events.register("after-call.dynamodb", _note)
    return client


def _ask(params: dict[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
    if "ReturnConsumedCapacity" in model.input_shape.members:
        params["ReturnConsumedCapacity"] = "TOTAL"
        context["asked"] = params  # a refusal says nothing of what it took


def _note(parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: object) -> None:
    units = sum(each["CapacityUnits"] for each in _consumed(parsed))
    if units:
        meter().add(Metered.READ_UNIT if model.name in _READS else Metered.WRITE_UNIT, units)
    elif parsed.get("Error", {}).get("Code") in _CONFLICTS:
        meter().add(Metered.REFUSED_UNIT, _refused_units(context["asked"]))


def _consumed(parsed: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found: Any = parsed.get("ConsumedCapacity", ())
    return (found,) if isinstance(found, dict) else found


def _refused_units(asked: Mapping[str, Any]) -> int:
    """Give the least that a refused write takes: its own size counts if the item there is no larger, which none tells.

    Of an update only its keys are known, and they are less than a block.
    """
    writes = asked.get("TransactItems")
    if writes is None:
        return _blocks(asked.get("Item", {}))
    return 2 * sum(_blocks(write.get("Item", {})) for each in writes for write in each.values())


def _blocks(item: Item) -> int:
    size = sum(len(name) + len(str(*value.values()).encode()) for name, value in item.items())
    return max(1, -(-size // _BLOCK_BYTES))


# ---- errors and pages


@contextmanager
def translated() -> Iterator[None]:
    """Translate what the client raises: a lost condition is Conflict, a passing fault Unavailable."""
    try:
        yield
    except ClientError as fault:
        raise _translated(fault) from fault
    except BotoCoreError as fault:
        raise Unavailable(str(fault)) from fault


def _translated(fault: ClientError) -> DeskError:
    code = fault.response["Error"]["Code"]
    if code in _CONFLICTS and _lost_a_condition(fault):
        return Conflict(str(fault))
    return Unavailable(str(fault)) if code in _PASSING else DeskError(str(fault))


def _lost_a_condition(fault: ClientError) -> bool:
    """A cancelled transaction says of each write why: throttled ones are no news about any condition."""
    reasons: Any = fault.response.get("CancellationReasons") or ({"Code": "ConditionalCheckFailed"},)
    return any(reason.get("Code") in _LOST for reason in reasons)


def query(client: Any, **request: Any) -> Iterator[Item]:
    """Give every item of a query, page by page."""
    while True:
        with translated():
            page = client.query(**request)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
