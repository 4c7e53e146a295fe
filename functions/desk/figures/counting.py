"""What counts as what: from cases to a tally, from a tally to figures. One pass over the cases, none is kept.

Decisions that make the figures honest: an automatic reply is never a response; who still waits stays in every
denominator; an overdue clock counts against the hit rate although nobody missed it yet; cases that were answered as
one, in an incident, are clocked apart, so that they tell nothing of those that people answered one by one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.figures.accuracy import accuracy_of
from desk.figures.formulas import hit_rate, share
from desk.figures.model import (
    Acknowledgements,
    AgentFigures,
    Breach,
    Coverage,
    Figures,
    HeatCell,
    HitRate,
    Joined,
    Responses,
    Standing,
    TeamFigures,
    Unanswered,
    Volume,
)
from desk.figures.staffing import staffing, target_minutes
from desk.figures.tally import Subject, Tally
from desk.figures.waits import RELATIVE_ERROR
from desk.policy.model import Category, Priority
from desk.sla import ClockState, Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from desk.calendar import Calendar
    from desk.case import Case
    from desk.figures.period import Period
    from desk.policy.model import Policy
    from desk.sla import Clock

UNATTRIBUTED = "unattributed"
NO_TOPIC = "none"

_MINUTE = 60

_DELETED = "deleted by the customer"
_STANDINGS = {
    ClockState.ACHIEVED: Standing.ACHIEVED,
    ClockState.BREACHED: Standing.BREACHED,
    ClockState.BREACHING: Standing.OVERDUE,
    ClockState.PENDING: Standing.IN_TIME,
    ClockState.IMMINENT: Standing.IN_TIME,
    ClockState.PAUSED: Standing.IN_TIME,
}
"""A cancelled clock is in none: nobody could win or lose it."""


def measure(cases: Iterable[Case], period: Period, *, policy: Policy, as_of: int) -> Figures:
    """Give the figures of the cases opened in a period as they stand at `as_of`; other cases may be among them.

    Business time is told by the calendars of `policy`, whatever version a case was filed under.
    """
    return figures_of(tally_of(cases, period, policy=policy, as_of=as_of), period, policy=policy, as_of=as_of)


def tally_of(cases: Iterable[Case], period: Period, *, policy: Policy, as_of: int) -> Tally:
    """Count the cases opened in a period; tallies of its parts, taken at one `as_of`, add up to that of the whole."""
    counting = _Counting(policy, as_of)
    for case in cases:
        if case.opened_at in period:
            counting.count(case)
    return counting.tally


@dataclass(slots=True)
class _Counting:
    policy: Policy
    as_of: int
    tally: Tally = field(default_factory=Tally)
    zone: ZoneInfo = field(init=False)
    target_seconds: int = field(init=False)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.policy.time_zone)
        self.target_seconds = target_minutes(self.policy) * _MINUTE

    def count(self, case: Case) -> None:
        self._volume(case)
        self._coverage(case)
        self._acknowledgement(case)
        self._first_response(case)
        self._judged(case)
        if case.incident_id is not None:
            self._joined(case)
        elif is_clocked(case):
            self._clocks(case)

    def _volume(self, case: Case) -> None:
        counts = self.tally.counts
        counts[Subject.VOLUME, "cases"] += 1
        counts[Subject.VOLUME, "posts"] += case.posts
        counts[Subject.VOLUME, "open"] += case.is_open
        counts[Subject.CATEGORY, str(case.category)] += 1
        counts[Subject.TOPIC, case.topic or NO_TOPIC] += 1
        counts[Subject.SENTIMENT, case.sentiment] += 1
        counts[Subject.LANGUAGE, case.language] += 1
        counts[Subject.TEAM, case.team] += 1
        counts[Subject.TEAM_OPEN, case.team] += case.is_open
        self.tally.waits[Subject.INGEST, ""].add(case.ingest_lag)

    def _coverage(self, case: Case) -> None:
        if not case.is_answerable:
            return
        self.tally.counts[Subject.COVERAGE, "answerable"] += 1
        self.tally.counts[Subject.COVERAGE, "answered"] += case.is_answered
        if not case.is_answered:
            self.tally.counts[Subject.UNANSWERED, why_unanswered(case, self.as_of)] += 1

    def _acknowledgement(self, case: Case) -> None:
        if case.acknowledged_at is None:
            self.tally.counts[Subject.NOT_ACKNOWLEDGED, case.acknowledgement or "none planned"] += 1
        elif case.thanked:
            self.tally.counts[Subject.ACKNOWLEDGEMENT, "thanked"] += 1
        else:
            self.tally.counts[Subject.ACKNOWLEDGEMENT, "sent"] += 1
            self.tally.waits[Subject.ACKNOWLEDGEMENT, "sent"].add(case.acknowledged_at - case.opened_at)

    def _first_response(self, case: Case) -> None:
        waits, hour = self.tally.waits, self._hour_of(case)
        seconds = None if case.first_answer_at is None else case.first_answer_at - case.opened_at
        waits[Subject.RESPONSE, "all"].add(seconds)
        waits[Subject.HOUR, hour].add(seconds)
        if seconds is not None:
            waits[Subject.AGENT, case.agent or UNATTRIBUTED].add(seconds)
        if is_clocked(case) and case.incident_id is None:
            asked_at, answer = first_wait(case)
            seconds = None if answer is None else answer - asked_at
            open_seconds = None if answer is None else self._calendar(case).elapsed(asked_at, answer)
            if seconds is not None:
                waits[Subject.RESPONSE, "private" if case.invited else "public"].add(seconds)
            waits[Subject.RESPONSE, "answerable"].add(seconds)
            waits[Subject.RESPONSE, "business"].add(open_seconds)
            waits[Subject.TEAM, case.team].add(seconds)
            self.tally.counts[Subject.TO_ANSWER, hour] += 1
            self.tally.counts[Subject.IN_TARGET, ""] += seconds is not None and seconds <= self.target_seconds

    def _joined(self, case: Case) -> None:
        """Count a case of an incident apart."""
        self.tally.counts[Subject.JOINED, "cases"] += 1
        self.tally.counts[Subject.JOINED, "answered"] += case.is_answered
        if not is_clocked(case):
            return
        asked_at, answer = first_wait(case)
        self.tally.waits[Subject.JOINED, "first"].add(None if answer is None else answer - asked_at)
        for clock in case.clocks:
            standing = _STANDINGS.get(clock.state(self.as_of))
            if standing is not None:
                self.tally.clocks_apart[clock.metric, case.team, case.priority, standing] += 1

    def _judged(self, case: Case) -> None:
        for each in case.judged:
            self.tally.counts[Subject.JUDGED, f"{each.aspect} {each.by_triage} {each.by_people}"] += 1

    def _clocks(self, case: Case) -> None:
        for clock in case.clocks:
            standing = _STANDINGS.get(clock.state(self.as_of))
            if standing is not None:
                self.tally.clocks[clock.metric, case.team, case.priority, standing] += 1
            if standing in {Standing.BREACHED, Standing.OVERDUE}:
                self.tally.breaches.append(_breach(case, clock, self.as_of))
            if clock.metric is Metric.NEXT_RESPONSE:
                seconds = None if clock.met_at is None else clock.met_at - clock.started_at
                self.tally.waits[Subject.RESPONSE, "next"].add(seconds)

    def _hour_of(self, case: Case) -> str:
        opened = datetime.fromtimestamp(case.opened_at, self.zone)
        return f"{opened.weekday()} {opened.hour}"

    def _calendar(self, case: Case) -> Calendar:
        teams = self.policy.teams
        return teams.get(case.team, teams[self.policy.default_team]).calendar


def is_clocked(case: Case) -> bool:
    """Say whether a case counts in response times: answerable, and not praise whose only answer was the thank-you."""
    return case.is_answerable and not (case.thanked and case.first_answer_at is None)


def first_wait(case: Case) -> tuple[int, int | None]:
    """Give since when a first answer was waited for, and when it came: since the first post that asks for one.

    A complaint after praise or after a joke waits from its own time. Where no post stands any more, since the opening.
    """
    clock = next((clock for clock in case.clocks if clock.metric is Metric.FIRST_RESPONSE), None)
    return (clock.started_at, clock.met_at) if clock else (case.opened_at, case.first_answer_at)


def why_unanswered(case: Case, as_of: int) -> Unanswered:
    """Give the one reason that explains best why an answerable case has no answer."""
    if case.closed_because is not None:
        return Unanswered.DELETED if case.closed_because == _DELETED else Unanswered.CLOSED
    if case.category is Category.PRAISE:
        return Unanswered.NOT_THANKED
    if case.incident_id is not None:
        return Unanswered.INCIDENT
    if case.acknowledged_at is not None:
        return Unanswered.ACKNOWLEDGED
    return Unanswered.OVERDUE if case.clock_state(as_of) is ClockState.BREACHING else Unanswered.WAITING


def _breach(case: Case, clock: Clock, as_of: int) -> Breach:
    return Breach(
        late_seconds=(as_of if clock.ended_at is None else clock.ended_at) - clock.due_at,
        case_id=case.case_id,
        metric=clock.metric,
        due_at=clock.due_at,
        is_open=clock.ended_at is None,
        team=case.team,
        priority=case.priority,
        agent=case.agent,
        opening_post=case.opening_post,
    )


def figures_of(counted: Tally, period: Period, *, policy: Policy, as_of: int) -> Figures:
    """Give the figures of a tally."""
    heat_map = tuple(_heat_map(counted))
    return Figures(
        period=period,
        as_of=as_of,
        time_zone=policy.time_zone,
        volume=_volume(counted),
        coverage=_coverage(counted),
        acknowledgements=_acknowledgements(counted),
        responses=_responses(counted),
        hit_rates=tuple(_hit_rates(counted.clocks)),
        breaches=tuple(sorted(counted.breaches, reverse=True)),
        teams=tuple(_teams(counted)),
        agents=tuple(_agents(counted)),
        ingest_lag=counted.waits[Subject.INGEST, ""].spread(),
        heat_map=heat_map,
        staffing=staffing(heat_map, counted.counts[Subject.IN_TARGET, ""], period, policy=policy, as_of=as_of),
        accuracy=accuracy_of(counted),
        joined=_joined(counted),
        quantile_error=RELATIVE_ERROR if any(waits.sketches for waits in counted.waits.values()) else 0.0,
    )


def _volume(counted: Tally) -> Volume:
    return Volume(
        cases=counted.counts[Subject.VOLUME, "cases"],
        posts=counted.counts[Subject.VOLUME, "posts"],
        answerable=counted.counts[Subject.COVERAGE, "answerable"],
        open=counted.counts[Subject.VOLUME, "open"],
        categories=counted.by_name(Subject.CATEGORY),
        topics=counted.by_name(Subject.TOPIC),
        sentiments=counted.by_name(Subject.SENTIMENT),
        languages=counted.by_name(Subject.LANGUAGE),
    )


def _coverage(counted: Tally) -> Coverage:
    answerable = counted.counts[Subject.COVERAGE, "answerable"]
    answered = counted.counts[Subject.COVERAGE, "answered"]
    return Coverage(answerable, answered, share(answered, answerable), counted.by_name(Subject.UNANSWERED))


def _acknowledgements(counted: Tally) -> Acknowledgements:
    return Acknowledgements(
        sent=counted.counts[Subject.ACKNOWLEDGEMENT, "sent"],
        thanked=counted.counts[Subject.ACKNOWLEDGEMENT, "thanked"],
        others=counted.by_name(Subject.NOT_ACKNOWLEDGED),
        time_to=counted.waits[Subject.ACKNOWLEDGEMENT, "sent"].spread(),
    )


def _responses(counted: Tally) -> Responses:
    waits = counted.waits
    return Responses(
        all_cases=waits[Subject.RESPONSE, "all"].times(),
        answerable=waits[Subject.RESPONSE, "answerable"].times(),
        in_business_time=waits[Subject.RESPONSE, "business"].times(),
        next_response=waits[Subject.RESPONSE, "next"].times(),
        public=waits[Subject.RESPONSE, "public"].spread(),
        private=waits[Subject.RESPONSE, "private"].spread(),
    )


def _joined(counted: Tally) -> Joined:
    return Joined(
        cases=counted.counts[Subject.JOINED, "cases"],
        answered=counted.counts[Subject.JOINED, "answered"],
        first_response=counted.waits[Subject.JOINED, "first"].times(),
        hit_rates=tuple(_hit_rates(counted.clocks_apart)),
    )


def _hit_rates(clocks: Mapping[tuple[Metric, str, Priority, Standing], int]) -> Iterator[HitRate]:
    """Give the hit rates of each metric, then by team, then by priority."""
    groups: defaultdict[tuple[Metric, str, str], Counter[Standing]] = defaultdict(Counter)
    for (metric, team, priority, standing), count in clocks.items():
        for group in ((metric, "", ""), (metric, team, ""), (metric, "", priority)):
            groups[group][standing] += count
    for (about, whose, urgency), by in sorted(groups.items(), key=_as_listed):
        yield hit_rate(
            about,
            achieved=by[Standing.ACHIEVED],
            breached=by[Standing.BREACHED],
            overdue=by[Standing.OVERDUE],
            in_time=by[Standing.IN_TIME],
            team=whose or None,
            priority=Priority(urgency) if urgency else None,
        )


def _as_listed(group: tuple[tuple[Metric, str, str], object]) -> tuple[int, str, str]:
    (metric, team, priority), _ = group
    return list(Metric).index(metric), priority, team


def _teams(counted: Tally) -> Iterator[TeamFigures]:
    for team, cases in counted.by_name(Subject.TEAM).items():
        waits = counted.waits[Subject.TEAM, team]
        yield TeamFigures(team, cases, counted.counts[Subject.TEAM_OPEN, team], waits.times())


def _agents(counted: Tally) -> Iterator[AgentFigures]:
    for agent, waits in counted.waits_by_name(Subject.AGENT).items():
        yield AgentFigures(agent, waits.ended, waits.times())


def _heat_map(counted: Tally) -> Iterator[HeatCell]:
    hours = counted.waits_by_name(Subject.HOUR)
    for weekday, hour in sorted((int(day), int(hour)) for day, hour in map(str.split, hours)):
        name = f"{weekday} {hour}"
        waits, to_answer = hours[name], counted.counts[Subject.TO_ANSWER, name]
        yield HeatCell(weekday, hour, waits.count, to_answer, waits.spread().median_seconds)
