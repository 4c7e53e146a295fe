"""The course of a case: when the customer waited for us, when the case rested, who had it, how urgent it was.

It is all that clocks need to know beside targets and hours. It knows no policy and computes no due time.

* A post that wants an answer begins a *round*, or joins the one that lasts. A person's answer ends it.
* "Thanks, that worked" after an answer begins none.
* Praise is **settled** once it was thanked for, or where it ends a talk: nobody waits for us then, though no person
  answered. A person's reopening makes it ours again.
* **Resolving** ends the case at once. If the customer still waited, the round rests without an answer; it goes on, with
  the time used so far, when the customer writes again or a person reopens the case.
* **Reopening** an answered case says that we owe a word: a round begins at that moment.
* **Snoozing** an open case rests the resolution, never a response: who waits for a word waits on. It ends at its
  moment, which then reopens the case, or before, with whatever else happens: a post, an answer, another act of these.
* After enough silence behind our answer a case resolves itself, as of that answer, but not while it is snoozed.
"""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from desk.action import Act
from desk.policy.model import Category, Priority
from desk.story import ends_the_talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from desk.action import Action
    from desk.event import Assessment
    from desk.story import Story


class Ask(Struct, frozen=True):
    """What wants an answer: a customer's post (its first id), or a person's word that one is owed (`post` None)."""

    at: int
    priority: Priority
    post: str | None = None


class Rest(Struct, frozen=True):
    """From `since` to `until` something did not count; None: it lasts."""

    since: int
    until: int | None = None


class Round(Struct, frozen=True):
    """The customer waited from the first of `asks` (in order, at least one) to `answered_at` (None: no answer yet).

    `rests`: the stretches in which the case was resolved without that answer. `settled_at`: since when it is praise
    that needs none.
    """

    asks: tuple[Ask, ...]
    answered_at: int | None = None
    rests: tuple[Rest, ...] = ()
    settled_at: int | None = None

    @property
    def started_at(self) -> int:
        """The moment from which the customer waited."""
        return self.asks[0].at

    @property
    def rests_since(self) -> int | None:
        """Since when the case is resolved without this answer; None if it is not."""
        last = self.rests[-1] if self.rests else None
        return last.since if last and last.until is None else None

    @property
    def is_waiting(self) -> bool:
        """The customer waits for us now."""
        return self.answered_at is None and self.rests_since is None and self.settled_at is None

    def resumed(self, at: int) -> Round:
        """Give the round as it goes on after its rest, if it rests."""
        since = self.rests_since
        return self if since is None else replace(self, rests=(*self.rests[:-1], Rest(since, at)))


class Change(Struct, frozen=True):
    """A person gave the case to another team, or another priority; None: that stayed."""

    at: int
    team: str | None = None
    priority: Priority | None = None


class Lift(Struct, frozen=True):
    """What was asked until then turned out to be at least so urgent."""

    at: int
    priority: Priority


class Charge(Struct, frozen=True):
    """Who has a case, and how urgent it is."""

    team: str
    priority: Priority


class Course(Struct, frozen=True):
    """All that clocks depend on but targets and hours; moments are UTC epoch seconds. `team` had it from the start.

    `snoozes`: when the resolution rested; `snoozed_until`: the end of the one that lasts. `resolved_at`: None if it is
    not resolved. `cancelled`: why nobody will ever answer. `lifts`: when the desk itself learnt that it presses more.
    """

    team: str
    rounds: tuple[Round, ...] = ()
    changes: tuple[Change, ...] = ()
    snoozes: tuple[Rest, ...] = ()
    snoozed_until: int | None = None
    resolved_at: int | None = None
    cancelled: str | None = None
    lifts: tuple[Lift, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """The customer waits for us now."""
        return bool(self.rounds) and self.rounds[-1].is_waiting

    def charges(self, asks: Iterable[Ask], *, until: int | None = None) -> list[tuple[int, Charge]]:
        """Give who had the case, and how urgent it was, from each moment on at which that changed.

        Every ask may raise the priority, and so may a lift, of what was asked before it. A person's word sets it for
        all that was asked up to that second; what comes later may raise it again, not lower it. Begins with the first
        of `asks` and ends with `until`.
        """
        found: list[tuple[int, Charge]] = []
        team, priority = self.team, None
        steps: list[Ask | Lift | Change] = [*asks, *self.lifts, *self.changes]
        for step in sorted(steps, key=lambda step: (step.at, _WITHIN_A_SECOND[type(step)])):
            if until is not None and step.at > until:
                break
            match step:
                case Change():
                    team, priority = step.team or team, step.priority or priority
                case Lift():
                    priority = priority and min(priority, step.priority)
                case Ask():
                    priority = min(priority or step.priority, step.priority)
            if priority is not None and (not found or found[-1][1] != Charge(team, priority)):
                found.append((step.at, Charge(team, priority)))
        return found


_WITHIN_A_SECOND: dict[type, int] = {Ask: 0, Lift: 1, Change: 2}
"""A person has the last word of a second."""


def course_of(story: Story, *, lifts: Iterable[Lift] = (), now: int) -> Course:
    """Tell a case's course up to `now`, but for what silence does to it."""
    turns = _Turns(Course(story.leading.team, changes=tuple(_changes(story)), lifts=tuple(lifts)))
    for at, _, step in sorted(_steps(story, turns), key=itemgetter(0, 1)):
        turns.wake(at)
        step(at)
    turns.wake(now)
    return turns.course()


def silent_since(story: Story, course: Course) -> int | None:
    """Give since when nothing but silence may resolve the case: the last answer by a person, if nobody waits for us.

    Praise waits for nobody: it is silent since its last post, answered or not. None while the case is snoozed.
    """
    if course.snoozed_until is not None:
        return None
    answers = [event.at for event in story.answers]
    if story.leading.category is Category.PRAISE:
        return max([each.started_at for each in course.rounds] + answers, default=None)
    is_answered = bool(course.rounds) and course.rounds[-1].answered_at is not None
    return max(answers) if is_answered else None


def _changes(story: Story) -> Iterator[Change]:
    for at, action in story.actions(Act.TRANSFER, Act.PRIORITISE):
        yield Change(at, action.team, action.priority)


def _steps(story: Story, turns: _Turns) -> Iterator[tuple[int, int, Callable[[int], None]]]:
    """Give what turns a case, with its moment; within a second posts come first, then answers, then acts."""
    for event in story.asking():
        yield event.at, 0, partial(turns.ask, story.assessment(event), event.event_id)
    for event in story.answers:
        yield event.at, 1, turns.answer
    for at in _settling(story):
        yield at, 1, turns.settle
    for at, action in story.actions(Act.RESOLVE, Act.REOPEN, Act.SNOOZE):
        yield at, 2, partial(turns.act, action)


def _settling(story: Story) -> Iterator[int]:
    """Give the moments from which praise needs nothing more of us."""
    if story.leading.category is not Category.PRAISE:
        return
    yield from (event.at for event in story.asking() if ends_the_talk(event, story.assessment(event)))
    if story.acknowledged_at is not None:
        yield story.acknowledged_at


class _Turns(Struct):
    """Whose turn it is, told step by step."""

    start: Course
    rounds: list[Round] = field(default_factory=list)
    snoozes: list[Rest] = field(default_factory=list)
    snoozed_until: int | None = None
    resolved_at: int | None = None

    def course(self) -> Course:
        return replace(
            self.start,
            rounds=tuple(self.rounds),
            snoozes=tuple(self.snoozes),
            snoozed_until=self.snoozed_until,
            resolved_at=self.resolved_at,
        )

    def ask(self, made: Assessment, post: str, at: int) -> None:
        if made.is_closing_remark and self.rounds and not self.rounds[-1].is_waiting:
            return
        self._rouse(at)
        self._want(Ask(at, made.priority, post))

    def answer(self, at: int) -> None:
        self._rouse(at)
        if self.rounds and self.rounds[-1].answered_at is None:
            self.rounds[-1] = replace(self.rounds[-1].resumed(at), answered_at=at)

    def settle(self, at: int) -> None:
        if self.rounds:
            self.rounds[-1] = replace(self.rounds[-1], settled_at=at)

    def act(self, action: Action, at: int) -> None:
        self._rouse(at)
        if action.act is Act.RESOLVE:
            self._resolve(at)
        elif action.act is Act.REOPEN:
            self._reopen(at)
        elif action.until is not None and action.until > at and self.resolved_at is None:
            self.snoozes.append(Rest(at))
            self.snoozed_until = action.until

    def wake(self, at: int) -> None:
        """End the snooze if its moment has come; the case is ours again."""
        if self.snoozed_until is not None and self.snoozed_until <= at:
            until = self.snoozed_until
            self._rouse(until)
            self._reopen(until)

    def _rouse(self, at: int) -> None:
        if self.snoozed_until is not None:
            self.snoozes[-1] = replace(self.snoozes[-1], until=at)
            self.snoozed_until = None

    def _resolve(self, at: int) -> None:
        self.resolved_at = at
        if self.rounds and self.rounds[-1].is_waiting:
            self.rounds[-1] = replace(self.rounds[-1], rests=(*self.rounds[-1].rests, Rest(at)))

    def _reopen(self, at: int) -> None:
        """Give the case back to us: a round that rested goes on; if there is none, we owe a word from now on."""
        if not self.rounds:
            return
        self.resolved_at = None
        if self.rounds[-1].answered_at is None:
            self.rounds[-1] = replace(self.rounds[-1].resumed(at), settled_at=None)
        else:
            asks = [ask for each in self.rounds for ask in each.asks]
            *_, (_, charge) = self.start.charges(asks, until=at)
            self._want(Ask(at, charge.priority))

    def _want(self, ask: Ask) -> None:
        self.resolved_at = None
        if self.rounds and self.rounds[-1].answered_at is None:
            resumed = self.rounds[-1].resumed(ask.at)
            self.rounds[-1] = replace(resumed, asks=(*resumed.asks, ask))
        else:
            self.rounds.append(Round((ask,)))
