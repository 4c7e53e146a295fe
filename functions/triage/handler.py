"""Files what the stream brings, and on a schedule what the stream dropped and what time changed.

It never asks X for anything and never posts: it has no credentials of any account.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord  # noqa: TC002

from desk.announcement import read_topics
from desk.clock import clock_from
from desk.policy import load
from desk.settings import settings
from desk.store.counted import counted
from desk.store.desk_items import read_event
from desk.store.edge import desk_table, ledger
from desk.store.ledger import RunningPolicy
from desk.store.policy_shelf import PolicyShelf
from desk.telemetry import MetricUnit, logger, metrics
from triage.filing import Filer
from triage.sweep import file_what_waits, go_through_queues, readable, remove_texts, watch_incidents

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from desk.case import Case
    from desk.store.ledger import Setup

_RESERVE_MS = 10_000
"""A sweep ends this long before its time limit and goes on a minute later."""


@cache
def _policies() -> PolicyShelf:
    """Give the policies; the running one is put on record first, with every queue it may fill."""
    policy = load(settings().policy_file)
    ledger().put_if_absent("POLICY", policy.version, policy.text)
    for team in policy.teams:
        ledger().put_if_absent("QUEUES", team, {})
    running = ledger().get("DESK", "POLICY", RunningPolicy)
    if running is None or running.version != policy.version:
        ledger().put("DESK", "POLICY", RunningPolicy(policy.version, since=clock_from(os.environ)()))
    return PolicyShelf(policy, ledger())


def _filer(setup: Setup) -> Filer:
    topics = read_topics(settings().webhook_events)
    return Filer(desk_table(), ledger(), _policies(), setup, now=clock_from(os.environ)(), topics=topics)


@logger.inject_lambda_context
@metrics.log_metrics
@counted
def handle_records(event: dict[str, Any], context: LambdaContext) -> Any:
    """File each new event; a record that can't be filed now is given back by itself."""
    setup = ledger().setup()
    if setup is None:
        return {"batchItemFailures": []}  # the schedule files them once the desk is set up
    filer = _filer(setup)
    filer.listen(readable(record["dynamodb"]["NewImage"] for record in event["Records"]))

    def file(record: DynamoDBRecord) -> None:
        partition, appended = read_event(record.raw_event["dynamodb"]["NewImage"])
        _tell(filer.file(partition, appended))

    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=file, processor=processor, context=context)


@logger.inject_lambda_context
@metrics.log_metrics
@counted
def sweep(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    """Watch for incidents, file what the stream dropped, fold what time changed, remove what must not be kept."""
    # Only the schedule needs these: whoever waits for the stream to start shall not wait for them.
    from triage.erasing import erase_who_is_to_go  # noqa: PLC0415
    from triage.watch import IncidentWatch  # noqa: PLC0415

    setup = ledger().setup()
    if setup is None:
        return {}
    filer, now = _filer(setup), clock_from(os.environ)()

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _RESERVE_MS

    topics, policy = read_topics(settings().webhook_events), _policies().current
    watch = IncidentWatch(desk_table(), ledger(), policy, setup, now=now, has_time=has_time, topics=topics)
    watched = watch_incidents(watch)  # first: a burst must not keep it from being seen
    waited = file_what_waits(filer, desk_table(), now=now, has_time=has_time, tell=_tell)
    changed = go_through_queues(filer, desk_table(), ledger(), now=now, has_time=has_time)
    keep_days = _policies().current.retention.text_days
    removed = remove_texts(
        desk_table(), ledger(), started_at=setup.started_at, keep_days=keep_days, now=now, has_time=has_time
    )
    erased = erase_who_is_to_go(
        desk_table(), ledger(), run=context.aws_request_id, clock=clock_from(os.environ), has_time=has_time
    )
    failed = watched.failed + waited.failed + changed.failed + removed.failed + erased.failed
    metrics.add_metric("UnfiledAge", MetricUnit.Seconds, waited.oldest_seconds)
    metrics.add_metric("FilingFailed", MetricUnit.Count, failed)
    done = {"filed": waited.done, "refolded": changed.done, "texts_removed": removed.done, "erased": erased.done}
    done["incidents"] = watched.done
    return done | {"failed": failed}


def _tell(case: Case | None) -> None:
    if case is None:
        return
    metrics.add_metric("EventsFiled", MetricUnit.Count, 1)
    logger.info("case written", case_id=case.case_id, status=case.status, team=case.team, priority=case.priority)
