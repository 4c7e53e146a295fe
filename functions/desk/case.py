"""A case is a fold over its events.

Given assignments, policy version and targets, any order and any repetition of the same events gives the same case.
This module decides what a case is; it reads and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from desk.event import Kind
from desk.policy.model import Category, Priority
from desk.sla import Ask, Clock, ClockState, Metric, Round, Terms, clocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from desk.event import Assessment, Event
    from desk.policy.model import Policy, Team

_HOUR = 3600


class Status(StrEnum):
    """WAITING: for us. ANSWERED: for the customer. RESOLVED: silent long enough. CLOSED: never to be answered."""

    WAITING = "waiting"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Case:
    """One customer in one conversation (or several, merged). Times are UTC epoch seconds of the posts on X.

    `next_change` is the next moment at which time alone changes this case, None if nothing will. `due_at` ranks every
    open case in its queue: the earliest breach that still stands, else the next change.
    `acknowledgement` is the state of the one automatic reply, or why there is none; `thanked` tells a thank-you for
    praise from an acknowledgement. `first_key` is the sort key of the earliest event: a fold reads from there on.
    """

    case_id: str
    customer_id: str
    conversations: tuple[str, ...]
    first_key: str
    policy_version: str
    opened_at: int
    opening_post: str
    latest_post: str
    latest_post_at: int
    handle: str
    status: Status
    category: Category
    is_answerable: bool
    priority: Priority
    team: str
    language: str
    sentiment: str
    topic: str | None
    reasons: tuple[str, ...]
    is_summoned: bool
    posts: int
    ingest_lag: int
    clocks: tuple[Clock, ...]
    waiting_since: int | None
    first_answer_at: int | None
    latest_answer_at: int | None
    answers: int
    agent: str | None
    acknowledgement: str | None
    acknowledged_at: int | None
    thanked: bool
    resolved_at: int | None
    closed_because: str | None
    due_at: int | None
    next_change: int | None

    @property
    def is_open(self) -> bool:
        """Somebody still waits for somebody: the case stands in its team's queue."""
        return self.status in {Status.WAITING, Status.ANSWERED}

    @property
    def is_answered(self) -> bool:
        """A person answered, or praise was thanked for (what coverage counts)."""
        return self.first_answer_at is not None or self.thanked

    def clock_state(self, now: int) -> ClockState | None:
        """Give the most pressing state of its running clocks, None when none runs."""
        order = (ClockState.BREACHING, ClockState.IMMINENT, ClockState.PENDING)
        states = {clock.state(now) for clock in self.clocks if clock.is_running}
        return next((state for state in order if state in states), None)

    def current_clock(self, metric: Metric) -> Clock | None:
        """Give the latest clock of a metric."""
        return next((clock for clock in reversed(self.clocks) if clock.metric is metric), None)


def fold(case_id: str, events: Iterable[Event], *, policies: Mapping[str, Policy], now: int) -> Case | None:
    """Fold a case's filed events, in any order and with repetitions, into the case as it stands at `now`.

    `policies` holds every policy version that the events were filed under; the opening post's version sets targets
    and calendars. Gives None while the events hold no customer post.
    """
    ordered = sorted({event.key: event for event in events}.values(), key=lambda event: (event.at, event.key))
    story = _Story(ordered)
    if not story.posts:
        return None
    policy = policies[story.opening.filing.policy_version] if story.opening.filing else None
    if policy is None:
        raise ValueError(f"the opening post of {case_id} is not filed")
    return _case(case_id, story, policy, now)


def restated(case: Case, policy: Policy) -> Case:
    """Give a case with the clocks that another policy's targets, calendars and warnings would have given it.

    What happened and what triage made of it stays, also when the case resolved itself. A team that the other policy
    does not have is measured by its default team.
    """
    team = policy.teams.get(case.team) or policy.teams[policy.default_team]
    responses = (clock for clock in case.clocks if clock.metric is not Metric.RESOLUTION)
    rounds = [Round(clock.asks or (Ask(clock.started_at, case.priority),), clock.met_at) for clock in responses]
    cancelled = case.closed_because or _WITHOUT_TARGET.get(case.category)
    return replace(case, clocks=_clocks(rounds, case.resolved_at, team, case.priority, cancelled))


class _Story:
    """The events of one case in order, told apart by what they mean."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.deleted = {event.concerns for event in events if event.kind is Kind.DELETED}
        self.posts = [event for event in events if event.kind is Kind.POST and event.is_inbound]
        self.answers = [event for event in events if _is_answer(event)]
        self.outcomes = [event for event in events if event.kind is Kind.OUTCOME]
        self.versions = {event.post.first_id: event for event in events if event.kind is Kind.EDITED and event.post}

    @property
    def opening(self) -> Event:
        return self.posts[0]

    @property
    def standing(self) -> list[Event]:
        """Customer posts that still stand on X."""
        return [event for event in self.posts if event.post and event.post.first_id not in self.deleted]

    def assessment(self, event: Event) -> Assessment:
        """What triage made of the latest version of a post (an edit is the same interaction)."""
        latest = self.versions.get(event.post.first_id if event.post else "", event)
        filing = latest.filing or event.filing
        if filing is None or filing.assessment is None:
            raise ValueError(f"{event.key} of {event.customer_id} is not filed")
        return filing.assessment

    def leading(self) -> Assessment:
        """The assessment that names the case: of the first post that wants an answer, else that may have one."""
        found = [self.assessment(event) for event in self.standing or self.posts]
        wanting = (each for each in found if wants_answer(each))
        return next(wanting, next((each for each in found if each.is_answerable), found[0]))

    def asking(self) -> list[Event]:
        """Standing posts for which the customer waits; where none wants an answer, all of them."""
        wanting = [event for event in self.standing if wants_answer(self.assessment(event))]
        return wanting or self.standing


def wants_answer(made: Assessment) -> bool:
    """Praise may be thanked for, but nobody waits for that."""
    return made.is_answerable and made.category is not Category.PRAISE


def _is_answer(event: Event) -> bool:
    is_ours = event.kind is Kind.POST and not event.is_inbound
    return is_ours and event.filing is not None and event.filing.automatic is None


def _case(case_id: str, story: _Story, policy: Policy, now: int) -> Case:
    leading = story.leading()
    answerable = [each for each in map(story.assessment, story.standing) if each.is_answerable]
    team = policy.teams.get(leading.team) or policy.teams[policy.default_team]
    priority = min((each.priority for each in answerable), default=leading.priority)
    closed = _closing_reason(story, leading, bool(answerable))
    rounds = _rounds(story)
    answered = [event.at for event in story.answers]
    silent_since = _silent_since(rounds, answered, leading)
    silent_until = None if closed or silent_since is None else silent_since + policy.cases.resolve_after_hours * _HOUR
    resolved_at = silent_since if silent_until is not None and now >= silent_until else None
    made = _clocks(rounds, resolved_at, team, priority, closed or _WITHOUT_TARGET.get(leading.category))
    case = Case(
        case_id=case_id,
        customer_id=story.opening.customer_id,
        conversations=tuple(dict.fromkeys(event.post.conversation_id for event in story.posts if event.post)),
        first_key=min(event.key for event in story.events),
        policy_version=policy.version,
        opened_at=story.opening.at,
        opening_post=story.opening.post_id or "",
        latest_post=story.posts[-1].post_id or "",
        latest_post_at=story.posts[-1].at,
        handle=next((event.handle for event in story.posts if event.handle), ""),
        status=_status(closed, rounds, resolved_at),
        category=leading.category,
        is_answerable=leading.is_answerable,
        priority=priority,
        team=team.name,
        language=leading.language,
        sentiment=leading.sentiment,
        topic=leading.topic,
        reasons=leading.reasons,
        is_summoned=any(story.assessment(event).is_summons for event in story.posts),
        posts=len(story.posts),
        ingest_lag=max(0, story.opening.seen_at - story.opening.at),
        clocks=made,
        waiting_since=_waiting_since(rounds, leading),
        first_answer_at=_first_answer(story),
        latest_answer_at=max(answered, default=None),
        answers=len(answered),
        agent=next((event.agent for event in story.answers if event.at >= story.opening.at), None),
        acknowledgement=None,
        acknowledged_at=None,
        thanked=False,
        resolved_at=resolved_at,
        closed_because=closed,
        due_at=None,
        next_change=None,
    )
    return _due(_acknowledged(case, story), silent_until, now)


def _closing_reason(story: _Story, leading: Assessment, answerable: bool) -> str | None:  # noqa: FBT001
    """Say why nobody will ever answer; a sales lead is left to its own team (product rule D16)."""
    if not story.standing:
        return "deleted by the customer"
    return None if answerable or leading.category is Category.SALES_LEAD else str(leading.category)


_WITHOUT_TARGET = {Category.PRAISE: "praise has no target", Category.SALES_LEAD: "a sales lead is no service case"}
"""Praise counts in coverage, never in response times (product rule D6); a sales lead in neither (D16)."""


def _rounds(story: _Story) -> list[Round]:
    """Tell the stretches in which the customer waited, and the posts that wait in each."""
    rounds: list[Round] = []
    for event in sorted([*story.asking(), *story.answers], key=lambda event: (event.at, not event.is_inbound)):
        waiting = rounds[-1] if rounds and rounds[-1].answered_at is None else None
        if not event.is_inbound:
            if waiting:
                rounds[-1] = replace(waiting, answered_at=event.at)
            continue
        made = story.assessment(event)
        ask = Ask(event.at, made.priority)
        if waiting:
            rounds[-1] = replace(waiting, asks=(*waiting.asks, ask))
        elif not (rounds and made.is_closing_remark):
            rounds.append(Round((ask,)))
    return rounds


def _first_answer(story: _Story) -> int | None:
    """The first answer by a person at or after the customer's first post."""
    return min((event.at for event in story.answers if event.at >= story.opening.at), default=None)


def _waiting_since(rounds: Sequence[Round], leading: Assessment) -> int | None:
    """Praise waits for nobody."""
    if not rounds or rounds[-1].answered_at is not None or leading.category is Category.PRAISE:
        return None
    return rounds[-1].started_at


def _silent_since(rounds: Sequence[Round], answered: Sequence[int], leading: Assessment) -> int | None:
    """A case resolves itself after enough silence of the customer, timed at the last answer by a person.

    Praise waits for nobody: it is silent since its last post, answered or not.
    """
    if leading.category is Category.PRAISE:
        return max([each.started_at for each in rounds] + list(answered), default=None)
    if not rounds or rounds[-1].answered_at is None:
        return None
    return max(answered)


def _status(closed: str | None, rounds: Sequence[Round], resolved_at: int | None) -> Status:
    if closed:
        return Status.CLOSED
    if resolved_at is not None:
        return Status.RESOLVED
    return Status.WAITING if not rounds or rounds[-1].answered_at is None else Status.ANSWERED


def _clocks(
    rounds: Sequence[Round], resolved_at: int | None, team: Team, priority: Priority, cancelled: str | None
) -> tuple[Clock, ...]:
    terms = Terms(team.targets, team.calendar, team.warn_at_share, priority)
    return clocks(rounds, terms, resolved_at=resolved_at, cancelled=cancelled)


def _acknowledged(case: Case, story: _Story) -> Case:
    """Tell what became of the one automatic reply: its latest outcome, else the plan, else why there was none."""
    seen = [event for event in story.events if event.filing and event.filing.automatic]
    outcomes = story.outcomes
    plans = [event.filing.acknowledgement for event in story.posts if event.filing and event.filing.acknowledgement]
    plan = "planned" if "planned" in plans else next(iter(plans), None)
    sent_at = min((event.at for event in [*seen, *outcomes] if _shows_sent(event)), default=None)
    if sent_at is not None:
        is_thanks = case.category is Category.PRAISE
        return replace(case, acknowledgement="sent", acknowledged_at=sent_at, thanked=is_thanks)
    if outcomes:
        last = outcomes[-1]
        return replace(case, acknowledgement=f"{last.state}: {last.reason}" if last.reason else last.state)
    return replace(case, acknowledgement=plan)


def _shows_sent(event: Event) -> bool:
    return event.kind is Kind.POST or event.state == "sent"


def _due(case: Case, silent_until: int | None, now: int) -> Case:
    """Rank an open case: by what presses most, be it a breach that happened or a change to come."""
    if not case.is_open:
        return case
    running = [clock for clock in case.clocks if clock.is_running]
    coming = [moment for clock in running if (moment := clock.next_change(now)) is not None]
    if silent_until is not None and silent_until > now:
        coming.append(silent_until)
    breached = [moment for clock in running if (moment := clock.breached_at(now)) is not None]
    ranks = [*breached, *coming] or [case.opened_at]
    return replace(case, next_change=min(coming, default=None), due_at=min(ranks))
