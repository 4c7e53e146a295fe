"""What triage said of a case beside what people said of it: per case, for its category, its priority and its team.

People speak by what they do. Who changes one of the three says what is right; the last one to do so counts. Who answers
the customer or resolves the case without changing it lets it stand, which confirms it. A case that nobody handled says
nothing, and neither does one that triage closed by itself: nobody looked. Pure; it decides nothing about the case.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from desk.action import Act
from desk.event import Kind
from desk.policy.model import UNANSWERABLE, Category
from desk.story import leading_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from desk.course import Lift
    from desk.event import Assessment, Event
    from desk.story import Story


class Aspect(StrEnum):
    """What triage decides and people may change; the values are what the acts call it."""

    CATEGORY = "category"
    PRIORITY = "priority"
    TEAM = "team"


class Judged(Struct, frozen=True):
    """What triage said and what people made of it, as the policy names it; the same where they let it stand.

    Triage's word is that of the posts which stood when people spoke: what came later they have not seen.
    """

    aspect: Aspect
    by_triage: str
    by_people: str


class Correction(Struct, frozen=True):
    """A customer's post whose category people changed."""

    event: Event
    category: Category


_CHANGED_BY = {Aspect.CATEGORY: Act.RECLASSIFY, Aspect.PRIORITY: Act.PRIORITISE, Aspect.TEAM: Act.TRANSFER}


def judged(story: Story, lifts: Iterable[Lift] = ()) -> tuple[Judged, ...]:
    """Give what people said of a case, at most once for each aspect; nothing for what nobody judged.

    `lifts`: when the desk itself found the case more urgent than its posts.
    """
    return tuple(_judged(story, tuple(lifts)))


def corrections(story: Story) -> Iterator[Correction]:
    """Give the posts whose category people changed, in the order of time; thanks at the end are not what they meant."""
    for event in story.posts:
        said, category = story.by_triage(event), story.assessment(event).category
        if category is not said.category and not said.is_closing_remark:
            yield Correction(event, category)


def _judged(story: Story, lifts: Sequence[Lift]) -> Iterator[Judged]:
    handled_at = _handled_at(story)
    for aspect, act in _CHANGED_BY.items():
        changes = [(at, str(getattr(action, aspect))) for at, action in story.actions(act)]
        if changes:
            at, said = changes[-1]
            yield Judged(aspect, _by_triage(story, aspect, at, lifts), said)
        elif handled_at is not None:
            said = _by_triage(story, aspect, handled_at, lifts)
            yield Judged(aspect, said, said)


def _handled_at(story: Story) -> int | None:
    """Give when a person last answered or resolved a case that triage had not closed by itself."""
    answers = [event.at for event in story.answers if event.at >= story.opening.at]
    at = max([*answers, *(at for at, _ in story.actions(Act.RESOLVE))], default=None)
    return None if at is None or _is_closed(leading_of(_seen(story, at))) else at


def _is_closed(made: Assessment) -> bool:
    return made.category in UNANSWERABLE and made.category is not Category.SALES_LEAD


def _by_triage(story: Story, aspect: Aspect, at: int, lifts: Sequence[Lift]) -> str:
    """Give what triage said by a moment; a case is as urgent as its most urgent post that may be answered."""
    seen = _seen(story, at)
    if aspect is Aspect.PRIORITY:
        asked = [each.priority for each in seen if each.is_answerable] or [leading_of(seen).priority]
        return str(min([*asked, *(each.priority for each in lifts if each.at <= at)]))
    return str(getattr(leading_of(seen), aspect))


def _seen(story: Story, at: int) -> list[Assessment]:
    """Give triage's own assessments of the posts that stood at a moment, of the opening where none did."""
    gone = {event.concerns for event in story.events if event.kind is Kind.DELETED and event.at <= at}
    posts = [event for event in story.posts if event.at <= at and event.post and event.post.first_id not in gone]
    return [story.by_triage(event) for event in posts or [story.opening]]
