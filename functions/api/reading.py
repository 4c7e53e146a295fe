"""A case as one request sees it: what is stored, and what people did since that triage has not folded yet.

It folds in memory and writes nothing: the case itself is triage's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from api.problems import NOT_FOUND, ProblemError
from desk.case import fold
from desk.event import Filing, Kind
from desk.store.policy_shelf import PolicyShelf
from desk.story import Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.sources import Sources
    from desk.case import Case
    from desk.event import Event
    from desk.store.desk_items import Stored


class Reading(Struct, frozen=True):
    """A case with its events; those about it that are not filed yet stand among them as triage will file them."""

    stored: Stored
    case: Case
    events: tuple[Event, ...]

    @property
    def story(self) -> Story:
        """Give its events told apart."""
        return Story(self.events)


def read(sources: Sources, case_id: str) -> Reading:
    """Read a case consistently, as it stands after everything that was done to it; raises ProblemError (404)."""
    stored = sources.desk.case(case_id)
    if stored is None:
        raise ProblemError(NOT_FOUND, "No case has this id.")
    found = sources.desk.events_from(stored.case.customer_id, stored.case.first_key)
    of_case = [event for event in found if _is_of(event, case_id)]
    events = tuple(_as_filed(event, case_id, sources) for event in of_case)
    is_folded = all(event.filing or event.kind is not Kind.ACTION for event in of_case)
    return Reading(stored, stored.case if is_folded else _folded(sources, case_id, events) or stored.case, events)


def after(sources: Sources, reading: Reading, event: Event) -> Case:
    """Give the case as it will stand once triage has folded one more event."""
    case_id = reading.stored.case.case_id
    events = [*reading.events, _as_filed(event, case_id, sources)]
    return _folded(sources, case_id, events) or reading.case


def _folded(sources: Sources, case_id: str, events: Sequence[Event]) -> Case | None:
    shelf = PolicyShelf(sources.policy, sources.ledger)
    return fold(case_id, events, policies=shelf, now=sources.now)


def _as_filed(event: Event, case_id: str, sources: Sources) -> Event:
    return event if event.filing else replace(event, filing=Filing(case_id, sources.policy.version))


def _is_of(event: Event, case_id: str) -> bool:
    """Filed into the case, or about it and soon to be filed."""
    return (event.filing is not None and event.filing.case_id == case_id) or event.concerns == case_id
