"""The events of one case in the order of time, told apart by what they mean for it.

It judges nothing itself: what a post is about is triage's word, or that of the person who corrected it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from desk.action import Act, Action
from desk.event import Kind
from desk.outbox import is_acknowledgement
from desk.policy.model import UNANSWERABLE, Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from desk.event import Assessment, Event


class Story:
    """The events of one case: any order of them and any repetition gives the same story.

    A post is known by the first id of its edit history: an edit is the same interaction.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self.events = sorted({event.key: event for event in events}.values(), key=lambda event: (event.at, event.key))
        self.deleted = {event.concerns for event in self.events if event.kind is Kind.DELETED}
        self.posts = [event for event in self.events if event.kind is Kind.POST and event.is_inbound]
        self.answers = [event for event in self.events if _is_answer(event)]
        self.outcomes = [event for event in self.events if _is_of_acknowledgement(event)]
        self._by_triage = dict(self._said_by_triage())
        self._judged = dict(self._by_triage)
        for at, action in self.actions(Act.RECLASSIFY):
            self._reclassify(at, action.category)

    @property
    def opening(self) -> Event:
        """The customer's first post."""
        return self.posts[0]

    @cached_property
    def standing(self) -> list[Event]:
        """Customer posts that still stand on X."""
        return [event for event in self.posts if _post(event) not in self.deleted]

    def assessment(self, event: Event) -> Assessment:
        """Give what a customer's post is, by its latest version and by people's corrections."""
        return self._judged[_post(event)]

    def by_triage(self, event: Event) -> Assessment:
        """Give what triage said of the latest version of a customer's post, whatever people said later."""
        return self._by_triage[_post(event)]

    @cached_property
    def leading(self) -> Assessment:
        """The assessment that names the case."""
        return leading_of([self.assessment(event) for event in self.standing or self.posts])

    @cached_property
    def acknowledged_at(self) -> int | None:
        """Give when the one automatic reply went out, by X's word or by our own timeline."""
        seen = [event for event in self.events if event.filing and event.filing.automatic]
        return min((event.at for event in [*seen, *self.outcomes] if _shows_sent(event)), default=None)

    def asking(self) -> list[Event]:
        """Give the standing posts for which the customer waits; where none wants an answer, all of them."""
        return self._asking(self.standing)

    def actions(self, *acts: Act) -> Iterator[tuple[int, Action]]:
        """Give what people did, with its moments."""
        found = ((event.at, event.action) for event in self.events if event.action)
        return ((at, action) for at, action in found if action.act in acts)

    @property
    def incident(self) -> str | None:
        """Give the incident that the case belongs to, by what was filed or said last.

        A case that was taken out of one comes back to it by a later word only, not by a post that looks alike.
        """
        left = {action.incident for _, action in self.actions(Act.LEAVE)}
        belongs: str | None = None
        for event in self.events:
            if event.action and event.action.act in {Act.JOIN, Act.LEAVE}:
                belongs = event.action.incident if event.action.act is Act.JOIN else None
            elif event.filing and event.filing.incident not in {None, *left}:
                belongs = event.filing.incident
        return belongs

    def _said_by_triage(self) -> Iterator[tuple[str, Assessment]]:
        latest = {_post(event): event for event in self.events if event.kind is Kind.EDITED and event.post}
        for event in self.posts:
            filing = latest.get(_post(event), event).filing or event.filing
            if filing is None or filing.assessment is None:
                raise ValueError(f"{event.key} of {event.customer_id} is not filed")
            yield _post(event), filing.assessment

    def _asking(self, posts: list[Event]) -> list[Event]:
        return [event for event in posts if wants_answer(self.assessment(event))] or posts

    def _reclassify(self, at: int, category: Category | None) -> None:
        """Take a person's word for what the customer asked until then; what was no question stays none."""
        if category is None:
            return
        for event in self._asking([event for event in self.standing if event.at <= at]):
            made = replace(self.assessment(event), category=category, is_answerable=category not in UNANSWERABLE)
            self._judged[_post(event)] = made


def leading_of(made: Sequence[Assessment]) -> Assessment:
    """Give the assessment that names a case, of those of its posts in order: of the first that wants an answer.

    Where none does, of the first that may have one, else of the first.
    """
    wanting = (each for each in made if wants_answer(each))
    return next(wanting, next((each for each in made if each.is_answerable), made[0]))


def wants_answer(made: Assessment) -> bool:
    """Praise may be thanked for, but nobody waits for that."""
    return made.is_answerable and made.category is not Category.PRAISE


def ends_the_talk(event: Event, made: Assessment) -> bool:
    """Thanks in reply to somebody close the talk; thanks out of the blue are praise."""
    is_reply = event.post is not None and event.post.replies_to is not None
    return made.is_closing_remark and is_reply


def _shows_sent(event: Event) -> bool:
    return event.kind is Kind.POST or event.state == "sent"


def _is_of_acknowledgement(event: Event) -> bool:
    """What became of a person's reply is told by our own timeline: an answer is a post, not an outcome."""
    return event.kind is Kind.OUTCOME and is_acknowledgement(event.outbox_key or "")


def _post(event: Event) -> str:
    return event.post.first_id if event.post else ""


def _is_answer(event: Event) -> bool:
    is_ours = event.kind is Kind.POST and not event.is_inbound
    return is_ours and event.filing is not None and event.filing.automatic is None
