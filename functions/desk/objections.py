"""What speaks against an act on a case as it stands: acts that would change nothing, or what can't be. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from desk.action import Act
from desk.case import Status
from desk.policy.model import Priority

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.action import Action
    from desk.case import Case
    from desk.policy.model import Policy

_LONGEST_SNOOZE_SECONDS = 90 * 86_400


class Objection(Struct, frozen=True):
    """Why an act is not done, and what to do instead."""

    reason: str
    mending: str


def objection(case: Case, action: Action, *, policy: Policy, now: int) -> Objection | None:
    """Give what speaks against an act at `now` (UTC epoch seconds), nothing if it may be done."""
    found = (Objection(reason, mending) for holds, reason, mending in _objections(case, action, policy, now) if holds)
    return next(found, None)


def _objections(case: Case, action: Action, policy: Policy, now: int) -> Iterator[tuple[bool, str, str]]:
    act, is_over = action.act, f"The case is {case.status}."
    if act is Act.ASSIGN:
        yield action.agent == case.assignee, f"It is assigned to {case.assignee or 'nobody'} already.", "Nothing to do."
    if act is Act.TRANSFER:
        yield action.team == case.team, f"The team {case.team} has it already.", "Nothing to do."
    if act in {Act.RESOLVE, Act.SNOOZE, Act.ESCALATE}:
        yield not case.is_open, is_over, "Reopen it first, if there is more to do."
    if act is Act.REOPEN:
        yield case.status is Status.CLOSED, f"It is closed: {case.closed_because}.", "Reclassify it, if that is wrong."
        yield case.status is Status.WAITING, "The customer waits already.", "Nothing to do."
    if act is Act.JOIN:
        yield case.priority is Priority.P1, "A P1 belongs to no incident: danger is answered as ever.", "Answer it."
        yield action.incident == case.incident_id, "It belongs to this incident already.", "Nothing to do."
    if act is Act.SNOOZE and action.until is not None:
        yield action.until <= now, "This moment has passed.", "Name one to come."
        yield action.until > now + _LONGEST_SNOOZE_SECONDS, "This is too far away.", "Name one within 90 days."
    if act is Act.ESCALATE and action.level is not None:
        levels = len(policy.teams[case.team].escalation) if case.team in policy.teams else 0
        yield action.level > levels, f"The team {case.team} has {levels} levels.", "Add one to the policy."
