"""One run of the webhook: what is due is sent, the longest due first, and what becomes of each is written down.

An announcement is forgotten only after the receiver said that it has it: a run that dies in between sends it again,
under the same id. Nothing else sends anything twice.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec import Struct

from desk.store.announcements import Standing, delivered, give_up, keep_standing, put_off
from desk.telemetry import logger
from webhook.verdict import Ending, Reply, next_try, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from desk.announcement import Announcement
    from desk.store.announcements import Pending
    from desk.store.ledger import Ledger
    from webhook.verdict import Verdict

_IN_VAIN = 8
"""Attempts in a row that fail; a receiver that takes nothing is left alone until the next run."""
_SHORT_REST_SECONDS = 5
"""A rest that a run waits out, rather than leaving a minute's work to the next one."""
_LONGEST_WAIT_SECONDS = 12 * 86_400
"""The ledger keeps what waits for 14 days, the delay of the attempt among them; then it goes, and nobody is told."""


class Done(Struct, frozen=True):
    """What a run came to; `is_gone`: the receiver wants nothing any more."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0
    is_gone: bool = False

    def and_then(self, tried: Iterable[Attempt]) -> Done:
        """Count more attempts."""
        found = list(tried)
        endings = [each.verdict.ending for each in found]
        return Done(
            self.delivered + endings.count(Ending.DELIVERED),
            self.failed + endings.count(Ending.FAILED),
            self.given_up + sum(each.is_last for each in found),
            self.is_gone or Ending.GONE in endings,
        )


class Attempt(Struct, frozen=True):
    """One that was sent, what the receiver said, and when it is tried again if it failed; None: never."""

    pending: Pending
    reply: Reply
    verdict: Verdict
    again_at: int | None

    @property
    def is_last(self) -> bool:
        """Whether the announcement is given up."""
        return self.verdict.ending is Ending.FAILED and self.again_at is None


class Delivery(Struct, frozen=True):
    """One run. `send` carries an announcement; `report_lost` tells people of one before it is given up.

    `at_once`: how many are sent side by side. `pause` lets seconds pass.
    """

    ledger: Ledger
    send: Callable[[Announcement], Reply]
    report_lost: Callable[[Announcement], None]
    has_time: Callable[[], bool]
    pause: Callable[[int], None]
    now: int
    at_once: int

    def run(self, due: Iterable[Pending]) -> Done:
        """Send what is due, a few at a time, until the receiver does not take it or time runs out."""
        waiting, done, in_vain = iter(due), Done(), 0
        while in_vain < _IN_VAIN and self.has_time() and (batch := list(islice(waiting, self.at_once))):
            tried = list(self._attempts(batch))
            done, failed = done.and_then(tried), [each for each in tried if each.verdict.ending is Ending.FAILED]
            in_vain = in_vain + len(failed) if len(failed) == len(tried) else 0
            if not self._goes_on([each.verdict for each in tried]):
                break
            waiting = chain([each.pending for each in tried if each.verdict.ending is Ending.RESTS], waiting)
        return done

    def _attempts(self, batch: list[Pending]) -> Iterator[Attempt]:
        """Settle each as soon as its answer is there: what another one does to the run is nothing to it."""
        with ThreadPoolExecutor(len(batch)) as pool:
            sent = {pool.submit(self.send, each.announcement): each for each in batch}
            for answered in as_completed(sent):
                yield self._settled(sent[answered], answered.result())

    def _settled(self, pending: Pending, reply: Reply) -> Attempt:
        tried = Attempt(pending, reply, verdict(reply, self.now), next_try(pending.announcement, self.now))
        if tried.verdict.ending is Ending.DELIVERED:
            delivered(self.ledger, pending)
        elif tried.verdict.ending is Ending.FAILED:
            self._fail(tried)
        return tried

    def _fail(self, tried: Attempt) -> None:
        logger.warning(
            "announcement not delivered",
            announcement_id=tried.pending.announcement.announcement_id,
            status=tried.reply.status,
            fault=tried.reply.fault,
            again_at=tried.again_at,
        )
        if tried.again_at is None:
            lose(self.ledger, tried.pending.tried, self.report_lost)
        else:
            put_off(self.ledger, tried.pending.tried, until=tried.again_at)

    def _goes_on(self, verdicts: list[Verdict]) -> bool:
        """Wait out a short rest; keep in mind that the receiver rests for longer, or has gone."""
        rests_until = max(each.rests_until for each in verdicts)
        is_gone = any(each.ending is Ending.GONE for each in verdicts)
        if is_gone or rests_until > self.now + _SHORT_REST_SECONDS:
            keep_standing(self.ledger, Standing(rests_until, self.now if is_gone else None))
            return False
        if rests_until:
            self.pause(rests_until - self.now)
        return True


def has_waited_too_long(pending: Pending, now: int) -> bool:
    """Say whether one must be given up while there is time to tell: a rest counts no attempt and may never end."""
    return pending.due_at < now - _LONGEST_WAIT_SECONDS


def lose(ledger: Ledger, pending: Pending, report_lost: Callable[[Announcement], None]) -> None:
    """Give one up, not before people are told."""
    report_lost(pending.announcement)
    give_up(ledger, pending)
