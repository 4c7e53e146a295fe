"""Looks again at customers' posts when triage asked for it: whether they still stand, and whether one was edited.

X's answer becomes an event, then the request is deleted; killed in between, the same event is appended once more.
Source: X's developer policy, 2026-08 (what is deleted or hidden on X is deleted here within 24 hours).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeAlias

from desk.rechecks import next_recheck, request_key, retry_recheck
from desk.snowflake import epoch_ms
from desk.telemetry import MetricUnit, logger, metrics
from desk.x_client import MOST_IDS, Lookup
from poll.events import deletion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from poll.intake import Intake

SOURCE = "look"


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


def look_again(
    desk: DeskTable, ledger: Ledger, intake: Intake, asking: Asking, *, recheck_hours: Sequence[int], now: int
) -> int:
    """Fulfil the requests that are due, at most 100, and give how many posts X returned.

    What still stands is asked for again when it reaches the next of `recheck_hours`.

    Raises what X's client raises; the requests then stand for the next run.
    """
    due = dict(islice(ledger.values("LOOK", Request, until=f"{now:012d}#~"), MOST_IDS))
    for key in [key for key, each in due.items() if intake.is_erased(each.customer_id, each.post_id)]:
        ledger.delete("LOOK", key)
        del due[key]
    if not due:
        return 0
    wanted = {request.post_id: request for request in due.values()}
    found = asking(lambda x: x.lookup(wanted))
    for post_id, reason in found.missing.items():
        if post_id in wanted:
            _record_deletion(desk, wanted[post_id], reason, now=now)
    returned = len(found.posts) + _take_edits(found, intake, asking)
    intake.set_aside(found.malformed, source=SOURCE)
    for key, request in due.items():
        if request.post_id not in found.missing:
            _ask_again(ledger, request, recheck_hours, was_answered=request.post_id in found.answered, now=now)
        ledger.delete("LOOK", key)
    metrics.add_metric("PostsRead", MetricUnit.Count, returned)
    return returned


def _ask_again(ledger: Ledger, request: Request, recheck_hours: Sequence[int], *, was_answered: bool, now: int) -> None:
    """Ask at the post's next age; what X said nothing usable about is asked again later, behind the others."""
    posted_at = epoch_ms(request.post_id) // 1000
    soon = None if was_answered else retry_recheck(posted_at, recheck_hours, now=now)
    due = soon or next_recheck(posted_at, recheck_hours, after=now)
    if due is not None:
        ledger.put("LOOK", request_key(due, request.post_id), request)


def _record_deletion(desk: DeskTable, request: Request, reason: str, *, now: int) -> None:
    if desk.append(deletion(request.customer_id, request.post_id, reason=reason, now=now)):
        logger.info("post no longer stands", post_id=request.post_id, reason=reason)


def _take_edits(found: Lookup, intake: Intake, asking: Asking) -> int:
    if not found.edited:
        return 0
    latest = asking(lambda x: x.lookup(found.edited.values()))
    intake.take(latest.posts, source=SOURCE)
    return len(latest.posts)
