"""A warning or a breach of an SLA clock, at its exact moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Crossed(StrEnum):
    """WARNING: the warning share of the target has passed. BREACH: the target has."""

    WARNING = "warning"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning or breach at its exact moment (UTC epoch seconds), written when it was crossed.

    `day` is the UTC day of the moment; `key` orders a day's notices by moment and makes each unique.
    """

    day: str
    key: str
    case_id: str
    team: str
    metric: str
    what: Crossed
    moment: int
    told_at: int | None = None


def day_of(at: int) -> str:
    """Give the UTC day of a moment, as `2026-03-01`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
