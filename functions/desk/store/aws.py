"""One DynamoDB client per process, and the one translation of its errors into ours."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import Conflict, DeskError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@cache
def dynamodb() -> Any:
    """Give the process's client: standard retries, short time-outs, connections enough for a few threads."""
    config = Config(
        retries={"mode": "standard", "max_attempts": 4},
        connect_timeout=2,
        read_timeout=5,
        max_pool_connections=16,
    )
    return boto3.client("dynamodb", config=config)


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
