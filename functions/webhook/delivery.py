"""One run of the webhook: what is due is sent, the longest due first, and what becomes of each is written down.

An announcement is forgotten only after the receiver said that it has it: a run that dies in between sends it again,
under the same id. Nothing else sends anything twice.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from desk.store.announcements import Standing, delivered, give_up, keep_standing, put_off
from desk.telemetry import logger
from webhook.verdict import Ending, Reply, next_try, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from desk.announcement import Announcement
    from desk.store.announcements import Pending
    from desk.store.ledger import Ledger
    from webhook.verdict import Verdict

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Done:
    """What a run came to; `is_gone`: the receiver wants nothing any more."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0
    is_gone: bool = False

    def and_then(self, ending: Ending, *, is_last: bool) -> Done:
        """Count one more attempt; `is_last`: it was given up."""
        return Done(
            self.delivered + (ending is Ending.DELIVERED),
            self.failed + (ending is Ending.FAILED),
            self.given_up + is_last,
            self.is_gone or ending is Ending.GONE,
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One run. `send` carries an announcement; `report_lost` tells people of one before it is given up."""

    ledger: Ledger
    send: Callable[[Announcement], Reply]
    report_lost: Callable[[Announcement], None]
    has_time: Callable[[], bool]
    now: int

    def run(self, due: Iterable[Pending]) -> Done:
        """Send what is due, a few at a time, until the receiver does not take it or time runs out."""
        waiting, done = iter(due), Done()
        while self.has_time() and (batch := list(islice(waiting, _AT_ONCE))):
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                replies = list(pool.map(lambda each: self.send(each.announcement), batch))
            verdicts = [verdict(reply, self.now) for reply in replies]
            for pending, reply, each in zip(batch, replies, verdicts, strict=True):
                done = self._settle(done, pending, reply, each)
            if not self._goes_on(verdicts):
                break
        return done

    def _settle(self, done: Done, pending: Pending, reply: Reply, found: Verdict) -> Done:
        announcement, again_at = pending.announcement, next_try(pending.announcement, self.now)
        if found.ending is Ending.DELIVERED:
            delivered(self.ledger, pending)
        elif found.ending is Ending.FAILED:
            logger.warning(
                "announcement not delivered",
                announcement_id=announcement.announcement_id,
                status=reply.status,
                fault=reply.fault,
                again_at=again_at,
            )
            self._fail(pending, again_at)
        return done.and_then(found.ending, is_last=found.ending is Ending.FAILED and again_at is None)

    def _fail(self, pending: Pending, again_at: int | None) -> None:
        if again_at is None:
            self.report_lost(pending.announcement)
            give_up(self.ledger, pending)
        else:
            put_off(self.ledger, pending, until=again_at)

    def _goes_on(self, verdicts: Iterable[Verdict]) -> bool:
        """Keep in mind that the receiver rests or has gone; one that takes nothing is left alone until the next run."""
        found = list(verdicts)
        rests_until = max(each.rests_until for each in found)
        is_gone = any(each.ending is Ending.GONE for each in found)
        if is_gone or rests_until:
            keep_standing(self.ledger, Standing(rests_until, self.now if is_gone else None))
        return not (is_gone or rests_until or all(each.ending is Ending.FAILED for each in found))
