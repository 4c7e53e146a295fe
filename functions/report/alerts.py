"""Tells people of the warnings, breaches and escalations that nobody was told of yet, each fact once.

A team gets one mail, each of its levels of escalation one more, and one tells of unhappy posts that many may read.

What was crossed stands in the ledger as notices. A notice is marked as told after the mail was accepted: a run that
dies in between tells again rather than never. It changes no case.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from desk.errors import DeskError
from desk.notice import day_of
from desk.store.desk_items import read_case
from desk.store.readable import readable
from report.alert_mail import MOST_SHOWN, alert_mail
from report.digest import digests, may_tell
from report.quoting import quoted
from report.viral_mail import viral_mail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from desk.case import Case
    from desk.notice import Notice
    from desk.policy.model import Policy
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from report.digest import Digest
    from report.mailer import Mailer

_LOOK_BACK_DAYS = 8
"""A post found late, by search up to 7 days after (X's reach, 2026-08), breached on a day that was done with."""
_LOOK_BACK_EVERY_SECONDS = 3600
_DAY = 86_400
_AT_ONCE = 8
_LEASE_SECONDS = 50
"""As long as a run may last."""


class Progress(Struct, frozen=True):
    """How far the telling is: the first UTC day with something untold, and when each digest was last sent, by name."""

    first_day: str
    looked_back_at: int = 0
    sent_at: dict[str, int] = field(default_factory=dict)


class Ending(StrEnum):
    """How a digest ended: SENT; NO_NEWS any more; WAITS for hours or for the cool-down; FAILED to be sent."""

    SENT = "sent"
    NO_NEWS = "no_news"
    WAITS = "waits"
    FAILED = "failed"


_TOLD = frozenset({Ending.SENT, Ending.NO_NEWS})


class Told(Struct, frozen=True):
    """What a run did: mails sent and failed; notices told and still waiting."""

    mails: int = 0
    failed: int = 0
    told: int = 0
    waiting: int = 0


class AlertRun(Struct, frozen=True):
    """One run of the alerts; `failed` is told of each mail that could not be sent."""

    desk: DeskTable
    ledger: Ledger
    mailer: Mailer
    policy: Policy
    api_url: str
    now: int

    def tell(self, *, owner: str, failed: Callable[[Digest, DeskError], None]) -> Told:
        """Tell every team what it may be told now; does nothing while another run is at it."""
        if not self.ledger.take_lease("alerts", owner=owner, now=self.now, seconds=_LEASE_SECONDS):
            return Told()
        try:
            return self._tell(failed)
        finally:
            self.ledger.release_lease("alerts", owner=owner)

    def _tell(self, failed: Callable[[Digest, DeskError], None]) -> Told:
        before = self.ledger.get("ALERTS", "STATE", Progress) or Progress(day_of(self.now))
        started = self._look_back(before)
        held = set[str]()
        days = _days(started.first_day, day_of(self.now))
        found = [notice for day in days for notice in self._untold(day, held)]
        cases, unread = self._cases(found)
        pending = [notice for notice in found if notice.case_id not in unread]
        endings = [
            (digest, self._end(digest, started.sent_at.get(digest.name), failed))
            for digest in digests(pending, cases, self.policy, self.now)
        ]
        held.update(each.day for each in found if each.case_id in unread)
        after = self._progress(started, endings, held=held)
        if after != before:
            self.ledger.put("ALERTS", "STATE", after)
        return _told(endings)

    def _progress(
        self, started: Progress, endings: Sequence[tuple[Digest, Ending]], *, held: Iterable[str]
    ) -> Progress:
        """`held`: days of notices that can't be read, or whose cases can't; they are told once these can."""
        waiting = (notice.day for digest, ending in endings if ending not in _TOLD for notice in digest.notices)
        untold = [*held, *waiting]
        sent = {digest.name: self.now for digest, ending in endings if ending is Ending.SENT}
        return replace(started, first_day=min(untold, default=day_of(self.now)), sent_at={**started.sent_at, **sent})

    def _look_back(self, progress: Progress) -> Progress:
        """Once an hour read the days again in which a case found late may have been breached."""
        if self.now - progress.looked_back_at < _LOOK_BACK_EVERY_SECONDS:
            return progress
        reach = day_of(self.now - _LOOK_BACK_DAYS * _DAY)
        return replace(progress, first_day=min(progress.first_day, reach), looked_back_at=self.now)

    def _untold(self, day: str, held: set[str]) -> Iterable[Notice]:
        """Give what nobody was told of yet; a day with a notice that can't be read joins those that are held."""
        known = self.ledger.notices(day, left_out=lambda _: held.add(day))
        return (notice for notice in known if notice.told_at is None)

    def _cases(self, notices: Iterable[Notice]) -> tuple[dict[str, Case], set[str]]:
        """Give the cases of notices by their ids, and the ids of those that can't be read."""
        wanted, unread = {notice.case_id for notice in notices}, set[str]()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            items = list(filter(None, pool.map(self.desk.case_item, wanted)))
        cases = readable(items, read_case, left_out=lambda key: unread.add(key.removeprefix("CASE#")))
        return {case.case_id: case for case in cases}, unread

    def _end(self, digest: Digest, last_sent_at: int | None, failed: Callable[[Digest, DeskError], None]) -> Ending:
        """Send one team's digest if it may be told now, then mark its notices."""
        if digest.alerts:
            if not may_tell(digest, self.policy.reports, now=self.now, last_sent_at=last_sent_at):
                return Ending.WAITS
            try:
                self._send(digest)
            except DeskError as fault:
                failed(digest, fault)
                return Ending.FAILED
        self._mark(digest.notices)
        return Ending.SENT if digest.alerts else Ending.NO_NEWS

    def _send(self, digest: Digest) -> None:
        shown = [alert for alert in digest.alerts[:MOST_SHOWN] if alert.viral or alert.case.closed_because is None]
        texts = {
            post: text
            for alert in shown
            if (post := alert.post_id) and (text := quoted(self.desk, self.policy, alert.case.customer_id, post))
        }
        make = viral_mail if digest.is_viral else alert_mail
        mail = make(digest, texts, policy=self.policy, api_url=self.api_url, now=self.now)
        self.mailer.send(mail, to=digest.emails, reply_to=digest.team.emails)

    def _mark(self, notices: Iterable[Notice]) -> None:
        def mark(notice: Notice) -> None:
            self.ledger.put(f"NOTICE#{notice.day}", notice.key, replace(notice, told_at=self.now))

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(mark, notices))


def _told(endings: Sequence[tuple[Digest, Ending]]) -> Told:
    notices: Counter[Ending] = Counter()
    for digest, ending in endings:
        notices[ending] += len(digest.notices)
    mails = Counter(ending for _, ending in endings)
    told = sum(notices[ending] for ending in _TOLD)
    return Told(mails[Ending.SENT], mails[Ending.FAILED], told, notices.total() - told)


def _days(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(days=offset)).isoformat() for offset in range((end - start).days + 1)]
