"""The life of an incident: its one table of moves. Which move is due is decided by who makes it, in the open."""

from __future__ import annotations

from enum import StrEnum

from msgspec.structs import replace

from desk.incidents.model import Change, Incident, Stage


class Move(StrEnum):
    """What can happen to an incident: by the desk, or by a person."""

    DECLARE = "declare"
    CALM = "calm"
    FLARE = "flare"
    RESOLVE = "resolve"
    DISMISS = "dismiss"


MOVES: dict[tuple[Stage, Move], Stage] = {
    (Stage.SUSPECTED, Move.DECLARE): Stage.DECLARED,
    (Stage.SUSPECTED, Move.DISMISS): Stage.DISMISSED,
    (Stage.DECLARED, Move.CALM): Stage.MONITORING,
    (Stage.MONITORING, Move.FLARE): Stage.DECLARED,
    (Stage.DECLARED, Move.RESOLVE): Stage.RESOLVED,
    (Stage.MONITORING, Move.RESOLVE): Stage.RESOLVED,
    (Stage.DECLARED, Move.DISMISS): Stage.DISMISSED,
    (Stage.MONITORING, Move.DISMISS): Stage.DISMISSED,
}
"""Every legal move. A false alarm is dismissed: what was held goes out as if there had been nothing."""

HOLDING = frozenset({Stage.DECLARED, Stage.MONITORING})
"""Stages in which cases join and their single acknowledgements are held."""

OVER = frozenset({Stage.RESOLVED, Stage.DISMISSED})


def moved(incident: Incident, move: Move, *, at: int, by: str, reason: str = "") -> Incident:
    """Give the incident after a move at `at` (UTC epoch seconds) by the desk or a person.

    Raises ValueError for a move that its stage does not allow.
    """
    stage = MOVES.get((incident.stage, move))
    if stage is None:
        raise ValueError(f"an incident that is {incident.stage} can't {move}")
    return replace(incident, stage=stage, changes=(*incident.changes, Change(at, stage, by, reason)))
