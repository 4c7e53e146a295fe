"""Sends announcements to the one receiver of this deployment, every minute.

It changes no case and asks X for nothing.
"""

from __future__ import annotations

import json
import os
import time
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from msgspec.structs import asdict

from desk.clock import clock_from
from desk.credentials import stored_at
from desk.errors import Misconfigured, Unavailable
from desk.settings import Settings, settings
from desk.store.announcements import due_announcements, standing
from desk.store.counted import counted
from desk.store.edge import ledger
from desk.telemetry import MetricUnit, logger, metrics
from webhook.delivery import Delivery, Done, has_waited_too_long, lose
from webhook.endpoint import Endpoint, faults_of, read
from webhook.payload import Format, body
from webhook.sending import post
from webhook.signing import headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from desk.announcement import Announcement
    from desk.store.announcements import Pending
    from webhook.verdict import Reply

_LEASE_SECONDS = 50
"""As long as a run may last."""
_RESERVE_MS = 15_000
"""A run sends nothing more this long before its time limit: an attempt may take ten seconds."""
_AT_ONCE: Final[Mapping[Format, int]] = {Format.STANDARD: 8, Format.SLACK: 1}
"""Slack takes about one message a second ("Rate limits", docs.slack.dev, 2026-11)."""


def _settings() -> Settings:
    return settings("API_URL", "WEBHOOK_FORMAT", "WEBHOOK_PARAMETER", "WEBHOOK_FAILURES_URL")


@cache
def _queue() -> Any:
    return boto3.client("sqs", config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard"}))


@logger.inject_lambda_context
@metrics.log_metrics
@counted
def deliver(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Send what is due, unless another run is at it, or the receiver rests or has gone.

    Raises Misconfigured while nobody said where to, so that the alarm rings; nothing is lost by that.
    """
    metrics.add_metric("WebhookDelivered", MetricUnit.Count, 0)  # a quiet run says so too
    if ledger().setup() is None:
        return {}
    now, owner = clock_from(os.environ)(), context.aws_request_id
    if not ledger().take_lease("webhook", owner=owner, now=now, seconds=_LEASE_SECONDS):
        return {}
    try:
        return _delivered(now, lambda: context.get_remaining_time_in_millis() > _RESERVE_MS)
    finally:
        ledger().release_lease("webhook", owner=owner)


def _delivered(now: int, has_time: Callable[[], bool]) -> dict[str, Any]:
    stands, due = standing(ledger()), _worth_sending(now, has_time)
    first = next(due, None)
    metrics.add_metric("WebhookLag", MetricUnit.Seconds, now - first.due_at if first else 0)
    done = Done(is_gone=stands.gone_since is not None)
    if first and stands.gone_since is None and stands.rests_until <= now:
        done = _run(chain([first], due), now, has_time)
    metrics.add_metric("WebhookDelivered", MetricUnit.Count, done.delivered)
    metrics.add_metric("WebhookFailed", MetricUnit.Count, done.failed)
    metrics.add_metric("WebhookGone", MetricUnit.Count, done.is_gone)
    return asdict(done)


def _worth_sending(now: int, has_time: Callable[[], bool]) -> Iterator[Pending]:
    """Give what is due; what has waited for too long is given up on the way, whether the receiver rests or has gone."""
    for each in due_announcements(ledger(), now):
        if has_waited_too_long(each, now) and has_time():
            logger.warning("announcement waited too long", announcement_id=each.announcement.announcement_id)
            lose(ledger(), each, _report_lost)
        else:
            yield each


def _run(due: Iterable[Pending], now: int, has_time: Callable[[], bool]) -> Done:
    endpoint = _endpoint()

    def send(announcement: Announcement) -> Reply:
        return _send(announcement, endpoint, now)

    at_once = _AT_ONCE[Format(_settings().webhook_format)]
    done = Delivery(ledger(), send, _report_lost, has_time, time.sleep, now, at_once).run(due)
    logger.info("announcements sent", **asdict(done))
    return done


def _to_loopback() -> bool:
    return _settings().webhook_to_loopback == "true"


def _endpoint() -> Endpoint:
    """Read where to, anew in each run: it may have been changed, and so may the secrets."""
    endpoint = read(stored_at(_settings().webhook_parameter))
    if faults := faults_of(endpoint.url, to_loopback=_to_loopback()):
        raise Misconfigured(f"the webhook's address can't be used: {'; '.join(faults)}")
    return endpoint


def _send(announcement: Announcement, endpoint: Endpoint, now: int) -> Reply:
    told = body(announcement, Format(_settings().webhook_format), api_url=_settings().api_url)
    signed = headers(announcement.announcement_id, told, endpoint.signing(now), now=now)
    return post(endpoint.url, told, signed, to_loopback=_to_loopback())


def _report_lost(announcement: Announcement) -> None:
    """Tell the queue of failures which one it was; whom it names stays in the ledger, where an erasure finds it."""
    told = {"webhook_id": announcement.announcement_id, "type": announcement.kind, "tries": announcement.tries}
    try:
        _queue().send_message(QueueUrl=_settings().webhook_failures_url, MessageBody=json.dumps(told))
    except (ClientError, BotoCoreError) as fault:
        raise Unavailable(str(fault)) from fault
