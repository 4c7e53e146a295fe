"""Writes down what an invocation used, once at its end. It decides nothing, and no invocation fails by it.

What could not be written is kept and written with the next invocation of the same process. A process that is ended
before that takes its last sums along: figures from these counters are what was counted, not AWS's bill.
"""

from __future__ import annotations

import os
from functools import wraps
from typing import TYPE_CHECKING, Any

from desk.clock import clock_from
from desk.errors import DeskError
from desk.meter import Metered, meter
from desk.notice import day_of
from desk.store.edge import ledger
from desk.telemetry import MetricUnit, logger, metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext

    Handler = Callable[[dict[str, Any], LambdaContext], Any]


def counted(handler: Handler) -> Handler:
    """Count what each invocation of a handler uses. Stands within `metrics.log_metrics`, so that a failure is told."""

    @wraps(handler)
    def counting(event: dict[str, Any], context: LambdaContext) -> Any:
        left_ms = context.get_remaining_time_in_millis()
        try:
            answer = handler(event, context)
        except Exception:  # an invocation that failed has used as much; one that was killed writes nothing
            _write_down(context, left_ms)
            raise
        _write_down(context, left_ms)
        return answer

    return counting


def _write_down(context: LambdaContext, left_ms: int) -> None:
    """Add the sums of this process to its function's counters of the UTC day, in one write."""
    meter().add(Metered.INVOCATION, 1)
    took_ms = left_ms - context.get_remaining_time_in_millis()
    meter().add(Metered.MEGABYTE_MS, int(context.memory_limit_in_mb) * took_ms)
    taken = meter().take()
    try:
        ledger().add_usage(day_of(clock_from(os.environ)()), context.function_name, taken)
    except DeskError as fault:
        meter().put_back(taken)
        metrics.add_metric("UsageNotCounted", MetricUnit.Count, 1)
        logger.warning("usage not written down, the next run does it", detail=str(fault))
