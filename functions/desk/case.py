"""A case is a fold over its events.

Given assignments, policy version and targets, any order and any repetition of the same events gives the same case.
This module decides what a case is; it reads and writes nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from desk.accuracy import Judged, judged
from desk.action import Act
from desk.course import Ask, Course, Lift, course_of, silent_since
from desk.policy.model import Category, Priority
from desk.reach import REASONS, Viral, author_of, pace_of, viral
from desk.sla import Clock, ClockState, Metric, clocks
from desk.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from desk.course import Charge
    from desk.event import Event
    from desk.policy.model import Policy, Team

_HOUR = 3600


class Status(StrEnum):
    """Whose turn it is.

    WAITING: ours. ANSWERED: the customer's, if anybody's: a person answered, or it is praise that was thanked for or
    that ended a talk. RESOLVED: by a person, or silent long enough. CLOSED: not for us.
    """

    WAITING = "waiting"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Raised(Struct, frozen=True):
    """A person took a case to a level of its team, 1 the nearest."""

    at: int
    level: int
    by: str


class Case(Struct, frozen=True):
    """One customer in one conversation (or several, merged). Times are UTC epoch seconds of the posts on X.

    `next_change` is the next moment at which time alone changes this case, None if nothing will. `due_at` ranks every
    open case in its queue: the earliest breach that still stands, else the next change.
    `agent` gave the first answer, whoever it is assigned to (`assignee`); `invited`: it asked to go on in private.
    `acknowledgement` is the state of the one automatic reply, or why there is none; `thanked` tells a thank-you for
    praise from an acknowledgement. `first_key` is the sort key of the earliest event: a fold reads from there on.
    `judged` tells what triage had said beside what people made of it. `reply_written_at`: when a person last handed a
    reply in here; whether X shows it is told by `answers`. `incident_id`: the incident it belongs to; never that of a
    P1, for danger must not drown in the crowd. `followers` and `verified` are what X last told of the
    customer, None while nobody asked; `growth_per_hour`: reactions that the fastest of the posts won when last looked
    at; `viral`: what makes it a case that many read.
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
    course: Course
    clocks: tuple[Clock, ...]
    waiting_since: int | None
    resolved_at: int | None
    closed_because: str | None
    assignee: str | None = None
    raised: tuple[Raised, ...] = ()
    answers: int = 0
    first_answer_at: int | None = None
    latest_answer_at: int | None = None
    agent: str | None = None
    invited: bool = False
    acknowledgement: str | None = None
    acknowledged_at: int | None = None
    thanked: bool = False
    due_at: int | None = None
    next_change: int | None = None
    judged: tuple[Judged, ...] = ()
    reply_written_at: int | None = None
    incident_id: str | None = None
    followers: int | None = None
    verified: str | None = None
    growth_per_hour: int = 0
    viral: tuple[Viral, ...] = ()

    @property
    def is_open(self) -> bool:
        """Something may still come of it: the case stands in its team's queue."""
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
    story = Story(events)
    if not story.posts:
        return None
    filing = story.opening.filing
    if filing is None:
        raise ValueError(f"the opening post of {case_id} is not filed")
    policy = policies[filing.policy_version]
    spread = viral(story, policies)
    turned = _turned(story, policy, spread, now)
    teams = _teams(story, policy, policies)
    case = _reached(_case(case_id, story, policy, turned, teams), story, spread)
    return _due(case, turned.silent_until, now)


def restated(case: Case, policy: Policy) -> Case:
    """Give a case with the clocks that another policy's targets, calendars and warnings would have given it.

    What happened and what triage made of it stays, also when the case resolved itself. A team that the other policy
    does not have is measured by its default team.
    """
    names = (case.course.team, *(change.team for change in case.course.changes))
    default = policy.teams[policy.default_team]
    return replace(case, clocks=clocks(case.course, {name: policy.teams.get(name, default) for name in names if name}))


def _teams(story: Story, policy: Policy, policies: Mapping[str, Policy]) -> dict[str, Team]:
    """Give every team of a case by name: as it was when the case opened, else as it was when it got the case."""
    default = policy.teams[policy.default_team]
    teams = {story.leading.team: default}
    for event in story.events:
        if event.action and event.action.team and event.filing:
            teams[event.action.team] = policies[event.filing.policy_version].teams.get(event.action.team, default)
    return {name: policy.teams.get(name, team) for name, team in teams.items()}


class _Turned(NamedTuple):
    """What became of a case by now: why it is closed, and until when silence would resolve it."""

    course: Course
    closed: str | None
    silent_until: int | None

    @property
    def status(self) -> Status:
        if self.closed:
            return Status.CLOSED
        if self.course.resolved_at is not None:
            return Status.RESOLVED
        return Status.WAITING if self.course.is_waiting else Status.ANSWERED


def _turned(story: Story, policy: Policy, spread: Iterable[Viral], now: int) -> _Turned:
    closed = _closing_reason(story)
    lifts = [Lift(each.at, each.priority) for each in spread if not closed]
    cancelled = closed or _WITHOUT_TARGET.get(story.leading.category)
    course = replace(course_of(story, lifts=lifts, now=now), cancelled=cancelled)
    since = None if closed else silent_since(story, course)
    if since is None or course.resolved_at is not None:
        return _Turned(course, closed, None)
    until = since + policy.cases.resolve_after_hours * _HOUR
    return _Turned(replace(course, resolved_at=since) if now >= until else course, closed, until)


def _closing_reason(story: Story) -> str | None:
    """Say why nobody will ever answer; a sales lead is left to its own team (product rule D16)."""
    if not story.standing:
        return "deleted by the customer"
    category = story.leading.category
    may_be_answered = any(story.assessment(event).is_answerable for event in story.standing)
    return None if may_be_answered or category is Category.SALES_LEAD else str(category)


_WITHOUT_TARGET = {Category.PRAISE: "praise has no target", Category.SALES_LEAD: "a sales lead is no service case"}
"""Praise counts in coverage, never in response times (product rule D6); a sales lead in neither (D16)."""


def _charge(story: Story, course: Course) -> Charge:
    """Give who has the case now, and how urgent it is: as urgent as its most urgent post, unless a person said so."""
    posts = [event for event in story.standing if story.assessment(event).is_answerable]
    asks = [Ask(event.at, story.assessment(event).priority) for event in posts]
    *_, (_, charge) = course.charges(asks or [Ask(story.opening.at, story.leading.priority)])
    return charge


def _case(case_id: str, story: Story, policy: Policy, turned: _Turned, teams: Mapping[str, Team]) -> Case:
    course, leading, charge = turned.course, story.leading, _charge(story, turned.course)
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
        status=turned.status,
        category=leading.category,
        is_answerable=leading.is_answerable,
        priority=charge.priority,
        team=teams[charge.team].name,
        language=leading.language,
        sentiment=leading.sentiment,
        topic=leading.topic,
        reasons=leading.reasons,
        is_summoned=any(story.assessment(event).is_summons for event in story.posts),
        posts=len(story.posts),
        ingest_lag=max(0, story.opening.seen_at - story.opening.at),
        course=course,
        clocks=clocks(course, teams),
        waiting_since=_waiting_since(story, turned),
        resolved_at=course.resolved_at,
        closed_because=turned.closed,
        incident_id=None if charge.priority is Priority.P1 else story.incident,
    )
    return _acknowledged(_answered(_handled(case, story), story), story)


def _waiting_since(story: Story, turned: _Turned) -> int | None:
    """Praise waits for nobody, and nor does what was closed."""
    is_waiting = turned.status is Status.WAITING and story.leading.category is not Category.PRAISE
    return turned.course.rounds[-1].started_at if is_waiting else None


def _handled(case: Case, story: Story) -> Case:
    """Tell whose it is within the team that has it, and to which level people took it."""
    assignee: str | None = None
    for _, action in story.actions(Act.ASSIGN, Act.TRANSFER):
        assignee = action.agent if action.act is Act.ASSIGN else None
    raised = (Raised(at, action.level or 0, action.by) for at, action in story.actions(Act.ESCALATE))
    written_at = max((at for at, _ in story.actions(Act.REPLY)), default=None)
    found = judged(story, case.course.lifts)
    return replace(case, assignee=assignee, raised=tuple(raised), judged=found, reply_written_at=written_at)


def _reached(case: Case, story: Story, spread: tuple[Viral, ...]) -> Case:
    """Tell how many may read it; what was known when its posts were judged is among their reasons already."""
    author = author_of(story)
    late = (REASONS[each.fact] for each in spread if REASONS[each.fact] not in case.reasons)
    return replace(
        case,
        followers=author.followers if author else None,
        verified=author.verified if author else None,
        growth_per_hour=pace_of(story),
        viral=spread,
        reasons=(*case.reasons, *late),
    )


def _answered(case: Case, story: Story) -> Case:
    """Tell what people answered; an answer before the customer's first post answered something else."""
    if not story.answers:
        return case
    first = next((event for event in story.answers if event.at >= case.opened_at), None)
    return replace(
        case,
        answers=len(story.answers),
        latest_answer_at=story.answers[-1].at,
        first_answer_at=first.at if first else None,
        agent=first.agent if first else None,
        invited=bool(first and first.filing and first.filing.invites),
    )


def _acknowledged(case: Case, story: Story) -> Case:
    """Tell what became of the one automatic reply: its latest outcome, else the plan, else why there was none."""
    outcomes, sent_at = story.outcomes, story.acknowledged_at
    plans = [event.filing.acknowledgement for event in story.posts if event.filing and event.filing.acknowledgement]
    plan = "planned" if "planned" in plans else next(iter(plans), None)
    if sent_at is not None:
        is_thanks = case.category is Category.PRAISE
        return replace(case, acknowledgement="sent", acknowledged_at=sent_at, thanked=is_thanks)
    if outcomes:
        last = outcomes[-1]
        return replace(case, acknowledgement=f"{last.state}: {last.reason}" if last.reason else last.state)
    return replace(case, acknowledgement=plan)


def _due(case: Case, silent_until: int | None, now: int) -> Case:
    """Rank an open case: by what presses most, be it a breach that happened or a change to come."""
    if not case.is_open:
        return case
    running = [clock for clock in case.clocks if clock.is_running]
    changes = [*(clock.next_change(now) for clock in running), silent_until, case.course.snoozed_until]
    coming = [moment for moment in changes if moment is not None and moment > now]
    breached = [moment for clock in running if (moment := clock.breached_at(now)) is not None]
    ranks = [*breached, *coming] or [case.opened_at]
    return replace(case, next_change=min(coming, default=None), due_at=min(ranks))
