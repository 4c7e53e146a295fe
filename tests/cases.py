"""Made-up cases for tests: `a_case(team="care")` gives a whole one, `a_clock(...)` one of its clocks."""

from __future__ import annotations

from typing import Any

from desk.case import Case, Status
from desk.course import Ask, Course, Round
from desk.policy.model import Category, Priority
from desk.sla import Clock, Metric

NOON = 1_772_452_800
"""2026-03-02T12:00:00Z, a Monday: 13:00 in Berlin."""
MINUTE, HOUR, DAY = 60, 3600, 86_400


def a_clock(metric: Metric = Metric.FIRST_RESPONSE, start: int = NOON, minutes: int = 60, **changes: Any) -> Clock:
    return Clock(metric, start, start + minutes * 45, start + minutes * MINUTE, **changes)


def a_course(start: int = NOON, post: str = "5001", answered_at: int | None = None, **changes: Any) -> Course:
    """One post at `start` that waits for its answer."""
    return Course("care", (Round((Ask(start, Priority.P2, post),), answered_at),), **changes)


def a_case(number: int = 1, **changes: Any) -> Case:
    """A problem opened at `opened_at` that waits for its first answer; `answered_after` seconds answers it."""
    opened = changes.pop("opened_at", NOON)
    after = changes.pop("answered_after", None)
    answered = None if after is None else opened + after
    values: dict[str, Any] = {
        "case_id": f"{900 + number}-{5000 + number}",
        "customer_id": str(900 + number),
        "conversations": (str(5000 + number),),
        "first_key": f"EVENT#{5000 + number:020d}#POST",
        "policy_version": "0123456789ab",
        "opened_at": opened,
        "opening_post": str(5000 + number),
        "latest_post": str(5000 + number),
        "latest_post_at": opened,
        "handle": "pebblewinghelp",
        "status": Status.WAITING if answered is None else Status.ANSWERED,
        "category": Category.PROBLEM,
        "is_answerable": True,
        "priority": Priority.P2,
        "team": "care",
        "language": "en",
        "sentiment": "negative",
        "topic": None,
        "reasons": ("says that something does not work",),
        "is_summoned": True,
        "posts": 1,
        "ingest_lag": 30,
        "course": a_course(opened, str(5000 + number), answered),
        "clocks": (a_clock(start=opened, met_at=answered),),
        "waiting_since": opened if answered is None else None,
        "first_answer_at": answered,
        "latest_answer_at": answered,
        "answers": 0 if answered is None else 1,
        "agent": None,
        "acknowledgement": None,
        "acknowledged_at": None,
        "thanked": False,
        "resolved_at": None,
        "closed_because": None,
        "due_at": opened + HOUR,
        "next_change": opened + HOUR,
    }
    return Case(**values | changes)
