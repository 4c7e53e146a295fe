"""What triage would have made of stored posts under another policy or model. Pure: it reads and writes nothing.

Which case a post belongs to stays as it was, and so does what was known when it came: how many cases its author had,
whether one was open, how many follow its author, whether people had marked them as a VIP. The one automatic reply of a
case and the wish for none follow from what triage would have said. A post whose text is gone can't be judged again:
what was said of it stands.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desk.case import fold
from desk.event import Kind
from desk.reach import first_pace
from triage.acknowledge import PLANNED, plan
from triage.tree import History, assess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from desk.event import Assessment, Event
    from desk.policy import Policy
    from desk.post import Post

NOT_PLANNED = "-"
"""An edit plans no reply."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided on one post; `reasons` are sentences for people."""

    category: str
    priority: str
    team: str
    actionable: str
    acknowledgement: str
    reasons: tuple[str, ...]

    def differs(self, other: Verdict) -> tuple[str, ...]:
        """Name what is decided otherwise; other reasons alone are no other decision."""
        return tuple(name for name in ASPECTS if getattr(self, name) != getattr(other, name))


ASPECTS = ("category", "priority", "team", "actionable", "acknowledgement")


@dataclass(frozen=True, slots=True)
class Replayed:
    """One version of a customer's post: what triage said, and what it would have said (None: its text is gone)."""

    case_id: str
    post_id: str
    was: Verdict
    would: Verdict | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is replayed by: the policy, our accounts' user ids, and whether a post quotes one of ours.

    `policies` holds every version that a stored post was filed under: by these the cases stood as they did.
    """

    policy: Policy
    policies: Mapping[str, Policy]
    own_ids: frozenset[str]
    quotes_us: Callable[[Post], bool]


def replay(events: Iterable[Event], terms: Terms) -> Iterator[Replayed]:
    """Judge again all posts of one customer, given all of that customer's events."""
    told = _Told(terms)
    for event in sorted(events, key=lambda event: (event.seen_at, event.key)):
        made = event.filing.assessment if event.filing else None
        if made is not None:
            yield told.judge(event, made)
        told.earlier.append(event)


def counts(found: Iterable[Replayed]) -> dict[str, dict[str, tuple[int, int]]]:
    """Count by aspect and value how often it was said and would be, of the posts that can be judged again."""
    was, would = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each in found:
        if each.would is not None:
            was.update((name, getattr(each.was, name)) for name in ASPECTS)
            would.update((name, getattr(each.would, name)) for name in ASPECTS)
    told: dict[str, dict[str, tuple[int, int]]] = {name: {} for name in ASPECTS}
    for name, value in sorted({*was, *would}, key=lambda each: (-was[each], each)):
        told[name][value] = was[name, value], would[name, value]
    return told


@dataclass(slots=True)
class _Told:
    """One customer's story as far as it is told."""

    terms: Terms
    earlier: list[Event] = field(default_factory=list)
    planned: set[str] = field(default_factory=set)
    stopped: bool = False

    def judge(self, event: Event, made: Assessment) -> Replayed:
        case_id = event.filing.case_id or "" if event.filing else ""
        words = event.filing.acknowledgement if event.filing else None
        was = _verdict(made, words)
        again = self._assess(event, case_id) if event.has_text and event.post else None
        if again is None:
            self._note(case_id, made, words)
            return Replayed(case_id, event.post_id or "", was, None)
        words = self._plan(event, again, case_id)
        self._note(case_id, again, words)
        return Replayed(case_id, event.post_id or "", was, _verdict(again, words))

    def _assess(self, event: Event, case_id: str) -> Assessment | None:
        if event.post is None:
            return None
        history = History(
            cases=len({each for each in map(_opened, self.earlier) if each}) if event.kind is Kind.POST else 0,
            has_open_case=self._is_open(case_id, event.seen_at),
            quotes_us=self.terms.quotes_us(event.post),
            author=event.filing.author if event.filing else None,
            is_vip=event.filing is not None and event.filing.is_vip,
            per_hour=first_pace(event),
        )
        return assess(event.post, policy=self.terms.policy, own_ids=self.terms.own_ids, history=history)

    def _is_open(self, case_id: str, at: int) -> bool:
        known = [event for event in self.earlier if event.filing and event.filing.case_id == case_id]
        case = fold(case_id, known, policies=self.terms.policies, now=at)
        return case is not None and case.is_open

    def _plan(self, event: Event, made: Assessment, case_id: str) -> str | None:
        if event.kind is not Kind.POST:
            return None
        has_plan = case_id in self.planned
        return plan(event, made, case_id, policy=self.terms.policy, has_plan=has_plan, stopped=self.stopped).words

    def _note(self, case_id: str, made: Assessment, words: str | None) -> None:
        self.stopped = self.stopped or made.asks_to_stop
        if words == PLANNED:
            self.planned.add(case_id)


def _opened(event: Event) -> str | None:
    """Give the case of a customer's post."""
    is_post = event.kind is Kind.POST and event.is_inbound
    return event.filing.case_id if is_post and event.filing else None


def _verdict(made: Assessment, acknowledgement: str | None) -> Verdict:
    return Verdict(
        category=str(made.category),
        priority=str(made.priority),
        team=made.team,
        actionable="yes" if made.is_answerable else "no",
        acknowledgement=acknowledgement or NOT_PLANNED,
        reasons=made.reasons,
    )
