"""A warning, a breach or an escalation of a case, or that many may read it, at its exact moment."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct


class Crossed(StrEnum):
    """WARNING: the warning share of the target has passed. BREACH: the target has. ESCALATION: a level is reached.

    VIRAL: an unhappy post of the case is one that many read.
    """

    WARNING = "warning"
    BREACH = "breach"
    ESCALATION = "escalation"
    VIRAL = "viral"


class Notice(Struct, frozen=True):
    """One warning, breach, escalation or viral fact at its exact moment (UTC epoch seconds), written when it was found.

    `day` is the UTC day of the moment; `key` orders a day's notices by moment and makes each unique. `metric`: of which
    clock; None where a person took the case to the level. `level`: whom an escalation is for, 0 otherwise. `fact`: what
    makes it viral (`desk.reach.Fact`).
    """

    day: str
    key: str
    case_id: str
    team: str
    metric: str | None
    what: Crossed
    moment: int
    told_at: int | None = None
    level: int = 0
    fact: str | None = None


def day_of(at: int) -> str:
    """Give the UTC day of a moment, as `2026-03-01`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
