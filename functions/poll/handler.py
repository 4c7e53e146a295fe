"""Polls X once a minute: what it finds becomes events. The only function that reads X."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from desk.clock import clock_from
from desk.credentials import credentials, forget
from desk.policy import load
from desk.settings import settings
from desk.store.counted import counted
from desk.store.edge import desk_table, ledger
from desk.telemetry import logger, metrics
from desk.x_client import XClient
from poll.run import Poll

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from desk.policy import Policy

_RESERVE_MS = 10_000
"""No page is begun within this time of the function's limit: a call to X may take 8 s."""

_LEASE_SECONDS = 55
"""Longer than the function may run (50 s), shorter than a killed run may keep the next one away."""


@cache
def _policy() -> Policy:
    return load(settings().policy_file)


@cache
def _reader(credentials_name: str) -> XClient:
    return XClient(credentials(credentials_name), settings("X_API_URL", "CREDENTIALS_PREFIX").x_api_url)


def _renew(credentials_name: str) -> None:
    forget(credentials_name)
    _reader.cache_clear()


@logger.inject_lambda_context
@metrics.log_metrics
@counted
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    """Read every source as far as time allows; does nothing before the desk is set up or while another run reads."""
    setup = ledger().setup()
    if setup is None:
        return {}
    now = clock_from(os.environ)()
    owner = context.aws_request_id
    if not ledger().take_lease("poll", owner=owner, now=now, seconds=_LEASE_SECONDS):
        return {}
    poll = Poll(
        desk_table(),
        ledger(),
        _policy(),
        setup,
        readers=_reader,
        renew=_renew,
        now=now,
        has_time=lambda: context.get_remaining_time_in_millis() > _RESERVE_MS,
    )
    try:
        return poll.run()
    finally:
        ledger().release_lease("poll", owner=owner)
