"""Looks again at customers' posts when triage asked for it: whether they still stand, and whether one was edited.

X's answer becomes an event, then the request is deleted; killed in between, the same event is appended once more.
Source: X's developer policy, 2026-08 (what is deleted or hidden on X is deleted here within 24 hours).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeAlias

from desk.rechecks import later_recheck, next_recheck, request_key, retry_recheck, text_end
from desk.snowflake import epoch_ms
from desk.telemetry import MetricUnit, logger, metrics
from poll.events import deletion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from desk.x_client import Lookup
    from poll.intake import Intake

SOURCE = "look"
_CHOICE = 500
"""Requests that are read to choose the youngest posts from: some 20 read units at most."""


@dataclass(frozen=True, slots=True)
class Request:
    """A customer's post to look at; `post_id` is the first id of its edit history."""

    customer_id: str
    post_id: str


class CanLookUp(Protocol):
    """What looking again needs of X; `desk.x_client.XClient` is the real one."""

    def lookup(self, ids: Iterable[str]) -> Lookup:
        """Look up at most 100 posts."""
        ...


Asking: TypeAlias = "Callable[[Callable[[CanLookUp], Lookup]], Lookup]"
"""Carries out a call on X as the account that is to make it."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of one run. What still stands is asked for again at its next age, and later ever more rarely.

    Its calls raise what X's client raises; the requests then stand for the next run.
    """

    desk: DeskTable
    ledger: Ledger
    intake: Intake
    asking: Asking
    recheck_hours: Sequence[int]
    keep_days: int
    """For how many days texts of posts are kept: who has no text here needs no look."""
    now: int

    def owed(self, *, most: int) -> int:
        """Look at the posts that reached one of `recheck_hours`, the longest due first; gives how many X returned.

        `most`: 1 to 100, which X takes at once.
        """
        return self._fulfil("LOOK", islice(self.ledger.values("LOOK", Request, until=self._until), most))

    def older(self, *, most: int) -> int:
        """Look at posts beyond their last age whose moment has come, the youngest first; gives how many X returned.

        A young post is seen by more people: where reads are short, they are for it.
        """
        latest = self.ledger.latest("RECHECK", Request, until=self._until, most=_CHOICE)
        youngest = sorted(latest, key=lambda each: int(each[1].post_id), reverse=True)
        return self._fulfil("RECHECK", youngest[:most])

    @property
    def _until(self) -> str:
        return f"{self.now:012d}#~"

    def _fulfil(self, queue: str, requests: Iterable[tuple[str, Request]]) -> int:
        due = dict(requests)
        for key in [key for key, each in due.items() if self.intake.is_erased(each.customer_id, each.post_id)]:
            self.ledger.delete(queue, key)
            del due[key]
        if not due:
            return 0
        wanted = {request.post_id: request for request in due.values()}
        found = self.asking(lambda x: x.lookup(wanted))
        for post_id, reason in found.missing.items():
            if post_id in wanted:
                _record_deletion(self.desk, wanted[post_id], reason, now=self.now)
        returned = len(found.posts) + _take_edits(found, self.intake, self.asking)
        self.intake.set_aside(found.malformed, source=SOURCE)
        for key, request in due.items():
            if request.post_id not in found.missing:
                self._ask_again(request, was_answered=request.post_id in found.answered)
            self.ledger.delete(queue, key)
        metrics.add_metric("PostsRead", MetricUnit.Count, returned)
        return returned

    def _ask_again(self, request: Request, *, was_answered: bool) -> None:
        """Ask at the post's next age; what X said nothing usable about is asked again later, behind the others."""
        posted_at = epoch_ms(request.post_id) // 1000
        soon = None if was_answered else retry_recheck(posted_at, self.recheck_hours, now=self.now)
        due = soon or next_recheck(posted_at, self.recheck_hours, after=self.now)
        if due is not None:
            self.ledger.put("LOOK", request_key(due, request.post_id), request)
            return
        later = later_recheck(posted_at, self.recheck_hours, after=self.now, keep_days=self.keep_days)
        if later is not None:
            keep_seconds = text_end(posted_at, self.keep_days) - self.now
            self.ledger.put("RECHECK", request_key(later, request.post_id), request, keep_seconds=keep_seconds)


def _record_deletion(desk: DeskTable, request: Request, reason: str, *, now: int) -> None:
    if desk.append(deletion(request.customer_id, request.post_id, reason=reason, now=now)):
        logger.info("post no longer stands", post_id=request.post_id, reason=reason)


def _take_edits(found: Lookup, intake: Intake, asking: Asking) -> int:
    if not found.edited:
        return 0
    latest = asking(lambda x: x.lookup(found.edited.values()))
    intake.take(latest.posts, source=SOURCE)
    return len(latest.posts)
