"""People who lead the desk through an incident: they declare it, approve its status posts and end it, as the API does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from desk.incidents.life import HOLDING, Move, moved
from desk.incidents.model import Resolution, StatusPost
from desk.incidents.status_post import approved, planned
from desk.snowflake import id_at
from desk.store.incidents import incident, keep_incident, ongoing
from tests.incidents import an_incident
from tests.torture.people import BRAND

if TYPE_CHECKING:
    from desk.incidents.model import Incident
    from tests.torture.installation import Installation


@dataclass(slots=True)
class Leads:
    """What leads do at one desk; each act gives whether there was anything to do it to."""

    desk: Installation
    said: int = 0

    def declare(self) -> bool:
        """The app is down; one incident at a time."""
        if self._holding() is not None:
            return False
        now = self.desk.now
        known, _ = incident(self.desk.ledger, id_at(now))
        if known is None:
            changes = an_incident(Move.DECLARE).changes
            changes = tuple(replace(each, at=now) for each in changes)
            new = an_incident(Move.DECLARE, incident_id=id_at(now), since=now, changes=changes)
            keep_incident(self.desk.ledger, new, version=0)
        return known is None

    def publish(self) -> bool:
        """A status post is written and approved."""
        known = self._holding()
        if known is None:
            return False
        number = 1 + len([post for post in known.status_posts if post.approved_by])
        self.said += 1
        post = StatusPost(number, f"Word {self.said} of our app: we are on it.", self.desk.now)
        after = approved(known, post, by="lena", now=self.desk.now)
        plan = planned(after, after.status_posts[-1], policy=self.desk.policy, brand_id=BRAND, now=self.desk.now)
        self._keep(after, self.desk.desk.planning(plan))
        return True

    def end(self, *, replies: bool | None) -> bool:
        """It is resolved, with replies or without; None: it was none."""
        known = self._holding()
        if known is None:
            return False
        over = moved(known, Move.DISMISS if replies is None else Move.RESOLVE, at=self.desk.now, by="lena")
        resolution = None if replies is None else Resolution(self.desk.now, "lena", replies)
        self._keep(replace(over, resolution=resolution))
        return True

    def _holding(self) -> Incident | None:
        found = (incident(self.desk.ledger, each.incident_id)[0] for each in ongoing(self.desk.ledger))
        return next((each for each in found if each and each.stage in HOLDING), None)

    def _keep(self, changed: Incident, *also: dict[str, object]) -> None:
        _, version = incident(self.desk.ledger, changed.incident_id)
        keep_incident(self.desk.ledger, changed, version=version, also=also)
