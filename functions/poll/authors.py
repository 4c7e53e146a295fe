"""Asks X who wrote the posts for which triage wants to know it: what X tells becomes an event, the request goes.

X bills an author at twice a post, so the requests have reads of their own each day. Killed in between, the next run
asks once more. An account that is gone tells nothing: then its cases stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct

from desk.author import ASKED, Request
from desk.telemetry import logger
from poll.events import introduction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from desk.x_client import Authors
    from poll.intake import Intake

SOURCE = "author"
_LAST = "~"
"""Behind every key."""


class KnowsAuthors(Protocol):
    """What this needs of X; `desk.x_client.XClient` is the real one."""

    def authors(self, user_ids: Iterable[str]) -> Authors:
        """Look up at most 100 accounts."""
        ...


Asking: TypeAlias = "Callable[[Callable[[KnowsAuthors], Authors]], Authors]"
"""Carries out a call on X as the account that is to make it."""


class Introductions(Struct, frozen=True):
    """Those of one run; its calls raise what X's client raises, and the requests then stand for the next run."""

    desk: DeskTable
    ledger: Ledger
    intake: Intake
    asking: Asking
    now: int

    def fulfil(self, *, most: int) -> int:
        """Ask for at most so many authors (1 to 100), those of the newest posts first; gives how many X returned."""
        wanted = self._wanted(most)
        if not wanted:
            return 0
        ids = {request.customer_id for request in wanted.values()}
        found = self.asking(lambda x: x.authors(sorted(ids)))
        self.intake.set_aside(found.malformed, source=SOURCE)
        for key, request in wanted.items():
            if author := found.by_id.get(request.customer_id):
                self.desk.append(introduction(request, author, now=self.now))
            self.ledger.delete(ASKED, key)
        logger.info("authors asked for", asked=len(ids), told=len(found.by_id))
        return found.count

    def _wanted(self, most: int) -> dict[str, Request]:
        """Choose requests of at most so many authors; those of the erased go."""
        chosen = dict(self.ledger.latest(ASKED, Request, until=_LAST, most=most))
        for key, request in list(chosen.items()):
            if self.intake.is_erased(request.customer_id, request.post_id):
                self.ledger.delete(ASKED, key)
                del chosen[key]
        return chosen
