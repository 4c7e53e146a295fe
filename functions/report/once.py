"""Sends a summary at most once for each kind and period, whatever the schedule does twice.

The record stands in the ledger until its time has come; one that failed to be sent is deleted, so that the retry
sends it. Alerts don't need it: their notices say what was told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from msgspec.structs import asdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from report.summary import Request

_KEEP_SECONDS = 400 * 86_400


def send_once(
    request: Request, send: Callable[[], None], *, client: Any, table: str, context: LambdaContext | None
) -> None:
    """Call `send` unless the summary of that kind and period was sent already. Raises what `send` raises."""
    store = DynamoDBPersistenceLayer(
        table,
        key_attr="pk",
        sort_key_attr="sk",
        static_pk_value="SUMMARY",
        expiry_attr="expires_at",
        boto3_client=client,
    )
    config = IdempotencyConfig(expires_after_seconds=_KEEP_SECONDS, lambda_context=context)

    def sending(*, summary: dict[str, int]) -> dict[str, int]:
        send()
        return summary

    once = idempotent_function(
        sending, data_keyword_argument="summary", persistence_store=store, config=config, key_prefix=request.kind
    )
    once(summary=asdict(request.period))
