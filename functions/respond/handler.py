"""Sends what the stream brings, and on a schedule settles what is still open. The only function that posts on X."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord  # noqa: TC002

from desk.clock import clock_from
from desk.credentials import credentials, forget
from desk.errors import DeskError, Misconfigured
from desk.policy import load
from desk.settings import settings
from desk.store.counted import counted
from desk.store.desk_items import read_outgoing
from desk.store.edge import desk_table, ledger
from desk.telemetry import MetricUnit, logger, metrics
from desk.x_client import XClient
from respond.incidents import Walk
from respond.sending import Sender

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from desk.policy import Policy

_RESERVE_MS = 10_000
"""A sweep starts no post within this time of its limit: one call to X may take 8 s."""


@cache
def _policy() -> Policy:
    return load(settings().policy_file)


def _credentials_name(handle: str) -> str:
    known = _policy().handle(handle)
    if known is None:
        raise Misconfigured(f"@{handle} is not an own account of the policy")
    return known.credentials


@cache
def _account(handle: str) -> XClient:
    return XClient(credentials(_credentials_name(handle)), settings("X_API_URL", "CREDENTIALS_PREFIX").x_api_url)


def _renew(handle: str) -> None:
    forget(_credentials_name(handle))
    _account.cache_clear()


def _sender(now: int) -> Sender:
    return Sender(desk_table(), ledger(), _policy(), _account, _renew, now=now)


@logger.inject_lambda_context
@metrics.log_metrics
@counted
def handle_records(event: dict[str, Any], context: LambdaContext) -> Any:
    """Send each newly planned post."""
    sender = _sender(clock_from(os.environ)())

    def send(record: DynamoDBRecord) -> None:
        planned = read_outgoing(record.raw_event["dynamodb"]["NewImage"])
        sender.send(planned.customer_id, planned.key)

    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=send, processor=processor, context=context)


@logger.inject_lambda_context
@metrics.log_metrics
@counted
def sweep(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    """Look again at every unsettled post whose moment has come, and at what incidents do not hold any more."""
    setup = ledger().setup()
    if setup is None:
        return {}
    now = clock_from(os.environ)()
    sender = _sender(now)

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() >= _RESERVE_MS

    settled = failed = oldest = 0
    for item in desk_table().unsettled_items(now):
        if not has_time():
            break
        try:
            outgoing = read_outgoing(item)
            if sender.is_held_up(outgoing):
                continue
            oldest = max(oldest, now - int(item["due_at"]["N"]))
            sender.look_again(outgoing)
            settled += 1
        except (DeskError, ValueError, KeyError):
            failed += 1
            logger.exception("outgoing post can't be settled", partition=item["pk"]["S"], key=item["sk"]["S"])
    walk = Walk(sender, desk_table(), _policy(), has_time)
    walk.go(ledger(), setup)
    metrics.add_metric("UnsettledAge", MetricUnit.Seconds, oldest)
    metrics.add_metric("SettlingFailed", MetricUnit.Count, failed + walk.failed)
    return {"looked_at": settled + walk.done, "failed": failed + walk.failed}
