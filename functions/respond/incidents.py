"""What the sweep does for incidents: lets go of held replies, and notes what became of status posts.

A reply that is held costs nothing, neither a read nor a write, before its incident lets it go. Then the oldest go first
and a few each minute, within the incidents' share of the caps; a run that is killed goes on where it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from desk.errors import DeskError
from desk.incidents.holding import Effect, effect_of, share_of_minute
from desk.incidents.model import Stage
from desk.outbox import State, status_key
from desk.store.desk_items import read_outgoing
from desk.store.incidents import ongoing
from desk.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from desk.policy.model import Policy
    from desk.store.codec import Item
    from desk.store.desk_table import DeskTable
    from desk.store.incidents import Ongoing
    from desk.store.ledger import Ledger, Setup
    from respond.sending import Sender

_PACED = frozenset({Effect.ANSWERED, Effect.TOLD})
"""Replies that read alike; after a false alarm each goes out as if it had never been held."""


class Walk(Struct):
    """One way through what incidents hold; `room`: how many of their own replies this run may still send."""

    sender: Sender
    desk: DeskTable
    policy: Policy
    has_time: Callable[[], bool]
    room: int = 0
    done: int = 0
    failed: int = 0

    def go(self, ledger: Ledger, setup: Setup) -> None:
        """Do for each incident that has an effect what is due."""
        self.room = share_of_minute(self.policy)
        for incident in ongoing(ledger):
            try:
                self._note_ends(incident, setup)
            except (DeskError, ValueError, KeyError):  # it goes on letting go all the same
                self.failed += 1
                logger.exception("end of a status post can't be noted", incident_id=incident.incident_id)
            effect = effect_of(incident, self.policy)
            if effect is not Effect.HELD and incident.stage is not Stage.SUSPECTED:
                self._let_go(incident.incident_id, is_paced=effect in _PACED)

    def _note_ends(self, incident: Ongoing, setup: Setup) -> None:
        """Tell the incident what a run that was killed could not, or what showed on our timeline only."""
        keys = (status_key(incident.incident_id, number) for number in incident.pending)
        for key, own_id in ((key, own_id) for key in keys for own_id in sorted(setup.own_ids)):
            if outgoing := self.desk.outgoing(own_id, key):
                self.sender.note_end(outgoing)

    def _let_go(self, incident_id: str, *, is_paced: bool) -> None:
        for item in self.desk.held_items(incident_id):
            if not self.has_time() or (is_paced and self.room <= 0):
                return
            after = self._ended(item)
            if is_paced and after is State.DEFERRED:
                return  # none of the others could go out either
            self.room -= is_paced and after in {State.SENDING, State.SENT}

    def _ended(self, item: Item) -> State | None:
        """Ask for one reply again; gives its state afterwards, None for one that was left alone or can't be read."""
        try:
            held = read_outgoing(item)
            if self.sender.is_held_up(held):
                return None
            after = self.sender.look_again(held)
        except (DeskError, ValueError, KeyError):
            self.failed += 1
            logger.exception("held post can't be let go", partition=item["pk"]["S"], key=item["sk"]["S"])
            return None
        self.done += 1
        return after.state if after else None
