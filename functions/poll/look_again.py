"""Looks again at customers' posts when triage asked for it: whether they still stand, were edited, and who reacted.

X's answer becomes an event, then the request is deleted; killed in between, the same event is appended once more.
Source: X's developer policy, 2026-08 (what is deleted or hidden on X is deleted here within 24 hours).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from desk.rechecks import LOOK, RECHECK, Ages, Request, ask, retry_recheck
from desk.snowflake import epoch_ms
from desk.telemetry import MetricUnit, logger, metrics
from poll.events import counted, deletion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from desk.post import Post
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from desk.x_client import Lookup
    from poll.intake import Intake

SOURCE = "look"
_CHOICE = 500
"""Requests that are read to choose the youngest posts from: some 20 read units at most."""
_WORTH_TELLING = 10
"""Reactions that are no news singly: a post that nobody reacts to makes no event at any look."""


class CanLookUp(Protocol):
    """What looking again needs of X; `desk.x_client.XClient` is the real one."""

    def lookup(self, ids: Iterable[str]) -> Lookup:
        """Look up at most 100 posts."""
        ...


Asking: TypeAlias = "Callable[[Callable[[CanLookUp], Lookup]], Lookup]"
"""Carries out a call on X as the account that is to make it."""


class Looks(Struct, frozen=True):
    """The looks of one run. What still stands is asked for again at its next age, and later ever more rarely.

    Its calls raise what X's client raises; the requests then stand for the next run.
    """

    desk: DeskTable
    ledger: Ledger
    intake: Intake
    asking: Asking
    ages: Ages
    now: int

    def owed(self, *, most: int) -> int:
        """Look at the posts that reached one of the ages, the longest due first; gives how many X returned.

        `most`: 1 to 100, which X takes at once.
        """
        return self._fulfil(LOOK, islice(self.ledger.values(LOOK, Request, until=self._until), most))

    def older(self, *, most: int) -> int:
        """Look at posts beyond their last age whose moment has come, the youngest first; gives how many X returned.

        A young post is seen by more people: where reads are short, they are for it.
        """
        latest = self.ledger.latest(RECHECK, Request, until=self._until, most=_CHOICE)
        youngest = sorted(latest, key=lambda each: int(each[1].post_id), reverse=True)
        return self._fulfil(RECHECK, youngest[:most])

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
        standing = {post.post_id: post for post in found.posts}
        for key, request in due.items():
            if request.post_id not in found.missing:
                after = self._count(request, standing.get(request.post_id))
                self._ask_again(after, was_answered=request.post_id in found.answered)
            self.ledger.delete(queue, key)
        metrics.add_metric("PostsRead", MetricUnit.Count, returned)
        return returned

    def _count(self, request: Request, post: Post | None) -> Request:
        """Tell how many reacted to a post by now if it matters and is news; gives the request as it goes on."""
        if post is None or request.engagement is None:
            return request
        if post.metrics.engagement - request.engagement < _WORTH_TELLING:
            return request
        self.desk.append(counted(request.customer_id, request.post_id, post.metrics, now=self.now))
        return replace(request, engagement=post.metrics.engagement)

    def _ask_again(self, request: Request, *, was_answered: bool) -> None:
        """Ask at the post's next age; what X said nothing usable about is asked again later, behind the others."""
        posted_at = epoch_ms(request.post_id) // 1000
        soon = None if was_answered else retry_recheck(posted_at, self.ages.hours, now=self.now)
        asked = ask(request, self.ages, posted_at=posted_at, after=self.now, soon=soon)
        if asked:
            self.ledger.put(asked.queue, asked.key, asked.request, keep_seconds=asked.keep_seconds)


def _record_deletion(desk: DeskTable, request: Request, reason: str, *, now: int) -> None:
    if desk.append(deletion(request.customer_id, request.post_id, reason=reason, now=now)):
        logger.info("post no longer stands", post_id=request.post_id, reason=reason)


def _take_edits(found: Lookup, intake: Intake, asking: Asking) -> int:
    if not found.edited:
        return 0
    latest = asking(lambda x: x.lookup(found.edited.values()))
    intake.take(latest.posts, source=SOURCE)
    return len(latest.posts)
