"""What an incident does to its cases: those that were there before join it, all of them end with it. Once each.

Each is an act of its own under an id that is the same whenever it is tried, so that a run may be killed anywhere and
repeated. What an act makes of a case is for the fold.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from desk.errors import Conflict
from desk.incidents.deciding import may_grow
from desk.incidents.holding import Replies, became
from desk.incidents.joining import ending, joining, joins
from desk.incidents.model import Stage
from desk.outbox import State, acknowledgement_key, status_key
from desk.store.desk_items import BUCKET_SECONDS
from desk.store.incidents import Ongoing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from desk.case import Case
    from desk.event import Event
    from desk.incidents.model import Incident, StatusPost
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

_TRIES = 5
_PAGE = 100
_A_RUN = 300
"""Cases that one run goes through: some seconds. The next minute goes on."""

_FARTHEST_SECONDS = 6 * 3600
"""Who wrote longer ago, though it had begun by a person's word, has been answered since."""

_IN_FLIGHT_SECONDS = 600
"""For so long after it was declared a post may be filed by somebody who did not hear of it."""

_SHOWS_SECONDS = 86_400
"""By then our own timeline has surely shown a status post whose fate X left open."""

_SETTLES_SECONDS = 900
"""For so long after its end a reply may be held, or a case join, by somebody who did not hear of it."""


class Walk(Struct, frozen=True):
    """How far a walk through the cases of an incident that is over has come, and what it saw.

    `is_last`: nothing of the incident was on its way to X when it began, so that what became of the replies is final.
    `after`: the moment at which the last case seen was opened, and its id; `is_whole`: none comes after it. `acted`:
    cases that it ended. `answered_before`: the most that an earlier walk counted as answered; the cases of an incident
    that was dismissed have left it since.
    """

    begun_at: int
    is_last: bool
    after: tuple[int, str] | None = None
    is_whole: bool = False
    cases: int = 0
    acted: int = 0
    held: int = 0
    answered: int = 0
    spared: int = 0
    answered_before: int = 0

    def again(self, now: int, *, is_last: bool) -> Walk:
        """Give a new walk from the start."""
        return Walk(now, is_last, answered_before=max(self.answered, self.answered_before))

    def seeing(self, *, acted: bool, replies: Replies) -> Walk:
        """Give the walk with one more case seen."""
        return replace(
            self,
            cases=self.cases + 1,
            acted=self.acted + acted,
            held=self.held + replies.held,
            answered=self.answered + replies.answered,
            spared=self.spared + replies.spared,
        )


class IncidentCases:
    """The cases of incidents, as one run goes through them at `now` while it `has_time`.

    `brand_id`: user id of the account that publishes status posts, if it was set up.
    """

    def __init__(
        self, desk: DeskTable, ledger: Ledger, *, brand_id: str | None, now: int, has_time: Callable[[], bool]
    ) -> None:
        self._desk = desk
        self._brand_id = brand_id
        self._ledger = ledger
        self._now = now
        self._has_time = has_time

    # ---- when it begins

    def join(self, incident: Incident, *, is_turn: bool) -> int:
        """Let the cases join that were filed before it was known that they belong to it; gives how many.

        Once in five minutes (`is_turn`) as long as more may come to belong to it.
        """
        declared_at = incident.reached(Stage.DECLARED)
        is_new = declared_at is not None and self._now - declared_at <= _IN_FLIGHT_SECONDS
        if not is_new and not (is_turn and may_grow(incident, self._now - _IN_FLIGHT_SECONDS)):
            return 0
        joined = 0
        for event in self._posts_since(incident):
            if joined >= _A_RUN or not self._has_time():
                break
            joined += self._joins(incident, event)
        return joined

    def _posts_since(self, incident: Incident) -> Iterator[Event]:
        """Give the customers' posts since it began, those of cases that belong to it by now left out."""
        began = max(incident.since, self._now - _FARTHEST_SECONDS)
        first = began // BUCKET_SECONDS * BUCKET_SECONDS
        known = self._desk.case_ids_in(incident.incident_id)
        for begins in range(first, self._now + 1, BUCKET_SECONDS):
            yield from self._desk.posts_at(each for each in self._desk.spotted(begins) if each.case_id not in known)

    def _joins(self, incident: Incident, event: Event) -> bool:
        post, filing = event.post, event.filing
        if post is None or not event.has_text or filing is None or filing.assessment is None or not filing.case_id:
            return False
        made, going_on = filing.assessment, [Ongoing.of(incident)]

        def may_join(case: Case) -> bool:
            is_free = case.is_open and case.incident_id is None
            return is_free and joins(post, made, opened_at=case.opened_at, going_on=going_on) is not None

        if joins(post, made, opened_at=event.at, going_on=going_on) is None:
            return False
        return self._act(filing.case_id, may_join, lambda case: joining(incident, case))

    # ---- when it is over

    def end(self, incident: Incident) -> Callable[[Incident], Incident] | None:
        """Go on ending the cases of an incident that is over; gives what closes it once nothing is left.

        Its cases are resolved then, or let go, and what became of their replies is final.
        """
        walk = self._ledger.get("ENDING", incident.incident_id, Walk)
        if walk is None:
            walk = Walk(self._now, is_last=self._is_settled(incident))
        elif walk.is_whole:
            is_settled = self._is_settled(incident)
            if not is_settled and not walk.acted:
                return None
            walk = walk.again(self._now, is_last=is_settled)
        walk = self._walked(incident, walk)
        if walk.is_whole and walk.is_last and not walk.acted:
            return partial(_closed, walk=walk, now=self._now)
        self._ledger.put("ENDING", incident.incident_id, walk)
        return None

    def forgetting(self, incident: Incident) -> dict[str, Any]:
        """Give the transaction's write that forgets the walk, to be done together with the closing."""
        return self._ledger.removing("ENDING", incident.incident_id)

    def _is_settled(self, incident: Incident) -> bool:
        """Say whether everybody knows that it is over, and nothing of it waits any more."""
        age = self._now - incident.changes[-1].at
        if age < _SETTLES_SECONDS or self._desk.waits_for(incident.incident_id):
            return False
        return age >= _SHOWS_SECONDS or not any(self._may_show(incident, post) for post in incident.status_posts)

    def _may_show(self, incident: Incident, post: StatusPost) -> bool:
        """Say whether X may show a status post, or refused it, and the incident does not know that yet."""
        if self._brand_id is None or not post.is_on_its_way:
            return False
        plan = self._desk.outgoing(self._brand_id, status_key(incident.incident_id, post.number))
        return plan is not None and plan.state in {State.SENT, State.UNKNOWN, State.REFUSED}

    def _walked(self, incident: Incident, walk: Walk) -> Walk:
        until = walk.cases + _A_RUN
        while not walk.is_whole and walk.cases < until and self._has_time():
            page, after = self._desk.cases_of_incident_page(incident.incident_id, limit=_PAGE, after=walk.after)
            for case in (each for each in page if each.incident_id == incident.incident_id):  # the index may lag
                walk = walk.seeing(acted=self._ends(incident, case), replies=self._replies(incident, case))
            walk = replace(walk, after=after, is_whole=after is None)
        return walk

    def _ends(self, incident: Incident, case: Case) -> bool:
        def may_end(case: Case) -> bool:
            return case.is_open or incident.stage is Stage.DISMISSED

        return may_end(case) and self._act(case.case_id, may_end, lambda case: ending(incident, case))

    def _replies(self, incident: Incident, case: Case) -> Replies:
        reply = self._desk.outgoing(case.customer_id, acknowledgement_key(case.case_id))
        return became([reply] if reply else [], incident.incident_id)

    def _act(self, case_id: str, may: Callable[[Case], bool], act: Callable[[Case], Event]) -> bool:
        """Append an act to a case as it stands, once; False if that was done before, or is out of place by now."""
        for _ in range(_TRIES):
            stored = self._desk.case(case_id)
            if stored is None or stored.is_erasing or not may(stored.case):
                return False
            event = act(stored.case)
            if self._desk.event(event.customer_id, event.key) is not None:
                return False
            try:
                self._desk.act(event, revision=stored.revision)
            except Conflict:
                continue
            return True
        raise Conflict(f"case {case_id} changed {_TRIES} times while its incident acted on it")


def _closed(incident: Incident, *, walk: Walk, now: int) -> Incident:
    if incident.stage is Stage.DISMISSED:
        # its cases have left it: what was counted before stands
        return replace(incident, closed_at=now, answered=max(walk.answered, walk.answered_before))
    return replace(
        incident, closed_at=now, joined=walk.cases, held=walk.held, answered=walk.answered, spared=walk.spared
    )
