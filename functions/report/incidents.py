"""Tells people of incidents: when one begins, while it goes on, and when nothing of it is left to do, each once.

What was told stands in the ledger and is written after the mail was accepted: a run that dies in between tells again
rather than never. It changes no incident.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the codec reads the types at run time
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from desk.errors import DeskError
from desk.incidents.life import HOLDING
from desk.incidents.model import Stage
from desk.incidents.volume import columns, shown_stretch
from desk.store.incidents import incident, latest_incidents, ongoing, readable_incident
from desk.store.readable import UNREADABLE
from desk.store.volumes import volumes
from report.incident_mail import MOST_COLUMNS, Telling, incident_mail
from report.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from desk.incidents.model import Incident
    from desk.policy.model import Policy
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger
    from report.mailer import Mail, Mailer

_LEASE_SECONDS = 50
"""As long as a run may last."""
_MOST_NEW = 50
"""Incidents that may have begun since the last run."""


class Heard(Struct, frozen=True):
    """What people heard of one incident last: at which stage it stood, and when (UTC epoch seconds).

    `refused`: of how many of its status posts they heard that these were not posted.
    """

    stage: Stage | None = None
    at: int = 0
    refused: int = 0


class Told(Struct, frozen=True):
    """What was told: the latest incident that was looked at, and those that are not done with, by their ids."""

    newest: str = "0"
    open: Mapping[str, Heard] = field(default_factory=dict)


def telling_of(found: Incident, heard: Heard, *, update_minutes: int, now: int) -> Telling | None:
    """Say what people should hear of an incident now; nothing of one that was dismissed before anybody heard of it.

    One that was declared and resolved before anybody heard so is told as both at once. That one was resolved without
    replies is told once: nothing goes on then.
    """
    if found.closed_at is not None:
        return Telling.REPORT if heard.stage or found.stage is Stage.RESOLVED else None
    if found.stage is Stage.DISMISSED:
        return None
    if heard.stage is None or (heard.stage is Stage.SUSPECTED and found.stage is not Stage.SUSPECTED):
        return Telling.SURGE
    if _refused(found) > heard.refused:
        return Telling.REFUSED
    is_news = heard.stage is not found.stage or _goes_on(found)
    is_time = found.stage is not Stage.SUSPECTED and now - heard.at >= update_minutes * 60
    return Telling.UPDATE if is_news and is_time else None


def _refused(found: Incident) -> int:
    return sum(post.refused is not None for post in found.status_posts)


def _goes_on(found: Incident) -> bool:
    """Say whether people write about it still, or are being told that it is over."""
    return found.stage in HOLDING or (found.resolution is not None and found.resolution.replies)


class IncidentRun(Struct, frozen=True):
    """One look at the incidents; `failed` is told of each mail that could not be sent."""

    desk: DeskTable
    ledger: Ledger
    mailer: Mailer
    policy: Policy
    api_url: str
    now: int

    def tell(self, *, owner: str, failed: Callable[[Incident, DeskError], None]) -> int:
        """Tell what is news, and give how many mails that took; nothing while another run is at it."""
        if not self._has_news():
            return 0
        if not self.ledger.take_lease("incidents", owner=owner, now=self.now, seconds=_LEASE_SECONDS):
            return 0
        try:
            return self._tell(failed)
        finally:
            self.ledger.release_lease("incidents", owner=owner)

    def _has_news(self) -> bool:
        before = self._told()
        return self._looked(before) != before or any(self._news(before))

    def _tell(self, failed: Callable[[Incident, DeskError], None]) -> int:
        before, mails = self._told(), 0
        told = self._looked(before)
        for found, telling in list(self._news(told)):
            try:
                self._send(found, telling)
            except DeskError as fault:
                failed(found, fault)
                continue
            told, mails = self._heard(told, found), mails + 1
            self._keep(told)
        if told != before:
            self._keep(told)
        return mails

    def _told(self) -> Told:
        return self.ledger.get("ALERTS", "INCIDENTS", Told) or Told()

    def _keep(self, told: Told) -> None:
        self.ledger.put("ALERTS", "INCIDENTS", told)

    def _looked(self, told: Told) -> Told:
        """Take up what has begun since, and lay aside what is over without having been told."""
        begun = self._begun(told)
        opened = {**told.open, **{key: Heard() for key in begun if key not in told.open}}
        kept = {key: heard for key, heard in opened.items() if heard.stage or not self._is_over(key)}
        return Told(max([told.newest, *begun], key=int), kept)

    def _begun(self, told: Told) -> list[str]:
        """Give the incidents that go on, and those that came and went since the last look, the oldest first.

        Mostly one item is read: the latest that ever was.
        """
        found = {each.incident_id for each in ongoing(self.ledger)}
        latest = latest_incidents(self.ledger, most=1)
        if latest and int(latest[0].incident_id) > int(told.newest):
            several = latest_incidents(self.ledger, most=_MOST_NEW)
            found |= {each.incident_id for each in several if int(each.incident_id) > int(told.newest)}
        return sorted(found, key=int)

    def _is_over(self, incident_id: str) -> bool:
        try:
            found, _ = incident(self.ledger, incident_id)
        except UNREADABLE:
            return False  # nobody knows: it is told of once it can be read
        return found is None or (found.closed_at is not None and found.stage is Stage.DISMISSED)

    def _news(self, told: Told) -> Iterator[tuple[Incident, Telling]]:
        for key, heard in told.open.items():
            found = readable_incident(self.ledger, key)
            every = self.policy.incidents.update_minutes
            if found and (telling := telling_of(found, heard, update_minutes=every, now=self.now)):
                yield found, telling

    def _heard(self, told: Told, found: Incident) -> Told:
        others = {key: heard for key, heard in told.open.items() if key != found.incident_id}
        if found.closed_at is not None:
            return replace(told, open=others)
        return replace(told, open={**others, found.incident_id: Heard(found.stage, self.now, _refused(found))})

    def _send(self, found: Incident, telling: Telling) -> None:
        people = self.policy.incidents.emails
        self.mailer.send(self._mail(found, telling), to=people, reply_to=people)

    def _mail(self, found: Incident, telling: Telling) -> Mail:
        from_at, until_at = shown_stretch(found, self.now)
        counted = volumes(self.ledger, from_at, until_at)
        return incident_mail(
            found,
            telling,
            columns(counted, from_at, until_at, most=MOST_COLUMNS),
            dict(self._texts(found)),
            policy=self.policy,
            api_url=self.api_url,
            now=self.now,
        )

    def _texts(self, found: Incident) -> Iterator[tuple[str, str]]:
        for customer, post in found.example_posts:
            if text := quoted(self.desk, self.policy, customer, post):
                yield post, text
