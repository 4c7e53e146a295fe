"""What is done to a case besides answering on X. It says what an action is; what it means is for the fold."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from desk.policy.model import MOST_LEVELS, Category, Priority


class Act(StrEnum):
    """ASSIGN to a person, TRANSFER to a team, PRIORITISE, RECLASSIFY, RESOLVE, REOPEN, SNOOZE, NOTE, ESCALATE, REPLY.

    REPLY only says that a person wrote one: whether X shows it is told by our own timeline. JOIN, LEAVE: the case
    belongs to an incident, or does not; by a person or by the desk.
    """

    ASSIGN = "assign"
    TRANSFER = "transfer"
    PRIORITISE = "prioritise"
    RECLASSIFY = "reclassify"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    SNOOZE = "snooze"
    NOTE = "note"
    ESCALATE = "escalate"
    REPLY = "reply"
    JOIN = "join"
    LEAVE = "leave"


_SAYS = {
    Act.TRANSFER: "team",
    Act.PRIORITISE: "priority",
    Act.RECLASSIFY: "category",
    Act.SNOOZE: "until",
    Act.NOTE: "text",
    Act.ESCALATE: "level",
    Act.REPLY: "outbox_key",
    Act.JOIN: "incident",
    Act.LEAVE: "incident",
}
"""What an act must say; an assignment may name its agent, and every act may have a text."""

_DETAILS = ("agent", "team", "priority", "category", "until", "level", "outbox_key", "incident")


class Action(Struct, frozen=True):
    """One act and who did it (the name of a token or of a person).

    `agent`: to whom it is assigned, None takes an assignment back. `until`: when a snooze ends (UTC epoch seconds).
    `level`: to which of the team's levels it is escalated, 1 the nearest. `outbox_key`: under which a reply goes out,
    with its words. `incident`: which one. `text`: a note, or why; never shown on X.
    Building one that says too little or what its act does not take raises ValueError with every fault.
    """

    act: Act
    by: str
    agent: str | None = None
    team: str | None = None
    priority: Priority | None = None
    category: Category | None = None
    until: int | None = None
    level: int | None = None
    text: str | None = None
    outbox_key: str | None = None
    incident: str | None = None

    def __post_init__(self) -> None:
        if faults := self._faults():
            raise ValueError(f"{self.act}: {'; '.join(faults)}")

    def _faults(self) -> list[str]:
        says = _SAYS.get(self.act, "")
        known = {says, "agent" if self.act is Act.ASSIGN else ""}
        given = [name for name in _DETAILS if getattr(self, name) is not None]
        faults = [f"takes no {name}" for name in given if name not in known]
        if says and getattr(self, says) is None:
            faults.append(f"needs the {says}")
        if self.level is not None and not 1 <= self.level <= MOST_LEVELS:
            faults.append(f"levels go from 1 to {MOST_LEVELS}, not to {self.level}")
        return faults
