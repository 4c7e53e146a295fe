"""The figures of a report as values. Shares lie between 0 and 1 and are None of nothing; durations are seconds.

A period's figures are about the cases *opened* in it, as they stood at `as_of`. Every one can be traced to cases.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from desk.policy.model import Priority  # noqa: TC001 - the codec reads the types at run time
from desk.sla import Metric  # noqa: TC001

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.figures.accuracy import Accuracy
    from desk.figures.costs import Costs
    from desk.figures.period import Period

LIMITS_MINUTES = (15, 60, 240, 1440, 2880)
"""15 min, 1 h, 4 h, 24 h, 48 h (product rule D4)."""


class Unanswered(StrEnum):
    """Why an answerable case has no answer."""

    DELETED = "deleted by the customer"
    CLOSED = "closed"
    NOT_THANKED = "praise without a thank-you"
    INCIDENT = "answered with its incident"
    ACKNOWLEDGED = "acknowledged only"
    OVERDUE = "waiting, overdue"
    WAITING = "waiting, in time"


class Standing(StrEnum):
    """How a clock counts in the hit rate."""

    ACHIEVED = "achieved"
    BREACHED = "breached"
    OVERDUE = "overdue"
    IN_TIME = "in_time"


class Within(Struct, frozen=True):
    """How many were answered within a limit, of the answered and of all: who still waits counts in the latter."""

    limit_minutes: int
    count: int
    share_of_answered: float | None
    share_of_all: float | None


class ResponseTimes(Struct, frozen=True):
    """How long customers waited. Median (the usual one) and percentiles (nearest rank) are of the answered."""

    n: int
    answered: int
    median_seconds: float | None
    p90_seconds: int | None
    p95_seconds: int | None
    within: tuple[Within, ...]


class Spread(Struct, frozen=True):
    """The middle and the upper end of some durations."""

    n: int
    median_seconds: float | None
    p90_seconds: int | None


class Volume(Struct, frozen=True):
    """What came in: cases, the customers' posts in them, and what the cases are about."""

    cases: int
    posts: int
    answerable: int
    open: int
    categories: Mapping[str, int]
    topics: Mapping[str, int]
    sentiments: Mapping[str, int]
    languages: Mapping[str, int]


class Coverage(Struct, frozen=True):
    """Answered of answerable (a person's answer, or a thank-you for praise), with the reason for every other one."""

    answerable: int
    answered: int
    share: float | None
    unanswered: Mapping[str, int]


class Acknowledgements(Struct, frozen=True):
    """What became of the one automatic reply of each case.

    `others` counts by state or reason the cases whose customer got none. `time_to` is about the acknowledgements sent,
    thank-yous for praise apart.
    """

    sent: int
    thanked: int
    others: Mapping[str, int]
    time_to: Spread


class Responses(Struct, frozen=True):
    """First responses by people, and the later ones.

    `all_cases` counts whatever came in. `answerable` leaves out what triage closed, and praise whose only answer was
    the thank-you (product rule D6), and waits from the first post that asks; `in_business_time` is the same in open
    time of the case's team. `private` are those of its answers that asked the customer to go on in private (what is
    said there the desk does not see), `public` the others.
    """

    all_cases: ResponseTimes
    answerable: ResponseTimes
    in_business_time: ResponseTimes
    next_response: ResponseTimes
    public: Spread
    private: Spread


class HitRate(Struct, frozen=True):
    """Achieved of achieved, breached and overdue clocks, with the 95 % Wilson interval.

    Of all teams where `team` is None, of all priorities where `priority` is.
    """

    metric: Metric
    team: str | None
    priority: Priority | None
    achieved: int
    breached: int
    overdue: int
    in_time: int
    n: int
    share: float | None
    low: float | None
    high: float | None


class Joined(Struct, frozen=True):
    """The cases that belonged to an incident, apart: they were answered and resolved as one.

    Their clocks and first responses count here alone: neither in the hit rates nor in the response times of answerable
    cases, nor among the breaches. What came in, coverage and acknowledgements count every case.
    """

    cases: int
    answered: int
    first_response: ResponseTimes
    hit_rates: tuple[HitRate, ...]


class Breach(Struct, frozen=True, order=True):
    """One clock that ran out: `late_seconds` past `due_at`, until its answer or, if it is open, until now."""

    late_seconds: int
    case_id: str
    metric: Metric
    due_at: int
    is_open: bool
    team: str
    priority: Priority
    agent: str | None
    opening_post: str


class TeamFigures(Struct, frozen=True):
    """One team's load and how fast its answerable cases had their first answer."""

    team: str
    cases: int
    open: int
    first_response: ResponseTimes


class AgentFigures(Struct, frozen=True):
    """The cases whose first answer one person gave; "unattributed" where nobody is named."""

    agent: str
    cases: int
    first_response: ResponseTimes


class HeatCell(Struct, frozen=True):
    """An hour of the week in the brand's time zone, Monday 0: cases opened, and the median first response to them.

    `to_answer` counts those that a person had to answer: the ones that count in response times.
    """

    weekday: int
    hour: int
    cases: int
    to_answer: int
    median_seconds: float | None


class StaffedHour(Struct, frozen=True):
    """How many agents an hour of the week needs, and which share of its customers they would answer in time."""

    weekday: int
    hour: int
    arrivals_per_hour: float
    agents: int
    share_in_time: float


class Staffing(Struct, frozen=True):
    """A suggestion with all it assumes: minutes of work per case, the target, and the wanted share in time.

    `share_as_it_was` of the customers had their answer within the target, of all who were to get one; with
    `agent_hours` of work a week as suggested it would have been `share_expected`. Hours nobody came in are left out.
    """

    handling_minutes: int
    target_minutes: int
    wanted_share: float
    agent_hours: int
    share_as_it_was: float | None
    share_expected: float
    hours: tuple[StaffedHour, ...]


class Figures(Struct, frozen=True):
    """Everything a summary says. Lists come largest first, breaches latest first, the heat map without empty hours.

    `quantile_error`: medians and percentiles are off by this share at most; 0 unless crowded days were rolled up.
    `costs` are told by counters, not by cases: None where nothing was counted, or nobody asked.
    """

    period: Period
    as_of: int
    time_zone: str
    volume: Volume
    coverage: Coverage
    acknowledgements: Acknowledgements
    responses: Responses
    hit_rates: tuple[HitRate, ...]
    breaches: tuple[Breach, ...]
    teams: tuple[TeamFigures, ...]
    agents: tuple[AgentFigures, ...]
    ingest_lag: Spread
    heat_map: tuple[HeatCell, ...]
    staffing: Staffing | None
    accuracy: Accuracy
    joined: Joined
    quantile_error: float = 0.0
    costs: Costs | None = None

    def hit_rate(self, metric: Metric, *, team: str | None = None, priority: Priority | None = None) -> HitRate | None:
        """Give one hit rate; None when nothing was clocked."""
        wanted = (metric, team, priority)
        return next((each for each in self.hit_rates if (each.metric, each.team, each.priority) == wanted), None)
