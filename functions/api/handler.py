"""The entry of the HTTP API (payload 2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import correlation_paths

from api.app import answer
from desk.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
def handle(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one HTTP request."""
    return answer(event, context)
