"""The shapes of what the API answers, which are also its documentation. They decide nothing.

All moments are UTC epoch seconds, as in the rest of the desk; ids of X are text.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from desk.access import Scope
from desk.accuracy import Aspect
from desk.action import Act
from desk.case import Status
from desk.erasure import Progress
from desk.event import Direction, Kind
from desk.incidents.model import Stage as IncidentStage
from desk.outbox import OutgoingKind, State
from desk.policy.model import Category, Priority
from desk.reach import Fact
from desk.sla import ClockState, Metric
from desk.spending import Stage

Moment = Annotated[int, Field(description="UTC epoch seconds.", examples=[1772442000])]
XId = Annotated[str, Field(description="An id of X, a 64-bit number as text.", examples=["2028377461850148864"])]
CaseId = Annotated[str, Field(description="Customer's id and conversation's id.", examples=["812-2028377461850148864"])]
IncidentId = Annotated[str, Field(description="Made of the time.", examples=["2028377461850148864"])]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Fault(_Answer):
    """What is wrong in one place of a request."""

    place: str = Field(examples=["query.limit"])
    detail: str = Field(examples=["Input should be less than or equal to 100"])
    mending: str | None = Field(None, description="What to do about it.")


class Problem(_Answer):
    """An error, as RFC 9457 describes problem details."""

    type: str = Field(description="Names the kind of problem; never changes.")
    title: str
    status: int
    detail: str = Field(description="What is wrong with this very request.")
    request_id: str = Field(description="Under which the function logged this request.")
    faults: list[Fault] | None = Field(None, description="Each place in the request that can't be taken.")


class GatewayRefusal(_Answer):
    """What the gateway itself answers when all callers together ask too often, before the desk hears of it."""

    message: str = Field(examples=["Too Many Requests"])


class Health(_Answer):
    """The API answers."""

    status: str = Field(examples=["ok"])
    as_of: Moment


class Me(_Answer):
    """Whose token this is, what it may do, and what a page must know to offer it."""

    name: str = Field(description="Of the token; it stands in everything that is done with it.", examples=["wallboard"])
    scope: Scope = Field(description="The widest it has; it includes those before it.")
    brand: str = Field(examples=["Pebblewing"])
    time_zone: str = Field(description="The brand's; days are its.", examples=["Europe/Berlin"])
    agents: list[str] = Field(description="To whom a case can be assigned.", examples=[["Mia", "Jonas"]])


class Posting(_Answer):
    """Whether the desk may post by itself. It starts switched off; `desk go` and `desk stop` turn it."""

    is_on: bool
    since: Moment | None = Field(description="When somebody last turned the switch; null if nobody ever did.")
    by: str | None


class BudgetLine(_Answer):
    """What X's bill of one period comes to so far by list prices, and what it may come to."""

    spent_usd: float = Field(examples=[12.5])
    budget_usd: float = Field(examples=[40.0])


class Budget(_Answer):
    """What is left off because of X's budget. Mentions and our own timelines are read at every stage."""

    stage: Stage = Field(
        description="searches_off: nothing is searched for; queue_only: nothing is acknowledged or looked at again "
        "either.",
    )
    until: Moment | None = Field(description="When the stage ends by itself; null while everything is on.")
    day: BudgetLine = Field(description="Of this UTC day.")
    month: BudgetLine = Field(description="Of this UTC month.")


class Counts(_Answer):
    """Open cases: by whose turn it is, and, while a clock runs, by the state of the most pressing clock."""

    open: int = Field(examples=[12])
    waiting: int = Field(description="Customers who wait for us.", examples=[9])
    answered: int = Field(description="Answered; the customer's turn.", examples=[3])
    pending: int = Field(description="Clock runs, in time.", examples=[5])
    imminent: int = Field(description="Past the warning, still in time.", examples=[3])
    breaching: int = Field(description="Past due and still waiting.", examples=[1])


class Pressing(_Answer):
    """A case that stands out, and the moment for which it does."""

    case_id: CaseId
    team: str = Field(examples=["care"])
    priority: Priority
    at: Moment


class TeamQueue(_Answer):
    """One team's open cases."""

    team: str = Field(examples=["care"])
    title: str = Field(examples=["Customer care"])
    counts: Counts
    priorities: dict[Priority, Counts]
    oldest_waiting: Pressing | None = Field(description="Who waits longest; `at` is since when.")
    next_due: Pressing | None = Field(description="Who is next to wait too long; `at` is when.")


class Evidence(_Answer):
    """Why it is an incident: the posts within an hour or a quarter of one before `at`, and how many were expected."""

    at: Moment
    series: str = Field(description="`posts`, `negative`, or `topic:<name>`.", examples=["topic:app-and-website"])
    observed: float = Field(examples=[184.0])
    expected: float = Field(examples=[6.5])
    factor: float = Field(description="Observed by expected.", examples=[28.3])
    score: float = Field(description="How unlikely that is by chance; 0 where a person declared it.", examples=[17.2])


class IncidentSummary(_Answer):
    """An incident in a list: many write about the same thing."""

    incident_id: IncidentId
    stage: IncidentStage = Field(
        description="suspected: nothing is done yet. declared, monitoring: cases join, and their single "
        "acknowledgements are held; monitoring: it has calmed down. resolved: over. dismissed: it was none."
    )
    label: str = Field(description="Its most telling words.", examples=["app login boarding pass"])
    topic: str | None = Field(examples=["app-and-website"])
    since: Moment
    evidence: Evidence = Field(description="As it was seen last.")
    peak: Evidence = Field(description="At its height.")
    joined: int = Field(description="Cases that belong to it.", examples=[151])
    held: int = Field(description="Their automatic replies that were held back.", examples=[96])
    answered: int = Field(description="Those that got its own reply.", examples=[0])
    has_draft: bool = Field(description="A draft of a status post waits for a person.")
    declared_at: Moment | None
    ended_at: Moment | None = Field(description="When it was resolved or dismissed.")
    closed_at: Moment | None = Field(description="Since then nothing of it is left to do.")


class Queue(_Answer):
    """How the queue stands, over all teams and by team."""

    as_of: Moment = Field(description="When the cases were counted; the rest is of the moment of asking.")
    posting: Posting
    budget: Budget
    incidents: list[IncidentSummary] = Field(description="Those that have an effect now, the oldest first.")
    counts: Counts
    oldest_waiting: Pressing | None = Field(description="Who waits longest; `at` is since when.")
    next_due: Pressing | None = Field(description="Who is next to wait too long; `at` is when.")
    teams: list[TeamQueue]


class Viral(_Answer):
    """Why many may read an unhappy post of a case, and since when the desk knew."""

    fact: Fact
    at: Moment
    post: XId
    figure: int = Field(description="Followers of its author, or reactions it won an hour.", examples=[120_000])


class CaseSummary(_Answer):
    """A case in a list: everything but what customers wrote."""

    case_id: CaseId
    customer_id: XId
    team: str = Field(examples=["care"])
    priority: Priority
    category: Category
    topic: str | None = Field(examples=["baggage"])
    status: Status
    sla_state: ClockState | None = Field(description="State of the most pressing clock; null when none runs.")
    due_at: Moment | None = Field(description="When the next clock still in time falls due; null when none runs.")
    next_change_at: Moment | None = Field(description="When time alone next changes this case.")
    late_since: Moment | None = Field(description="When the longest late clock that still runs fell due.")
    opened_at: Moment
    latest_post_at: Moment
    waiting_since: Moment | None
    first_answer_at: Moment | None
    is_answerable: bool
    handle: str = Field(description="Own account that was addressed; empty when none was.", examples=["PebblewingHelp"])
    language: str = Field(examples=["en"])
    sentiment: str = Field(examples=["negative"])
    posts: int = Field(description="Posts of the customer.")
    answers: int = Field(description="Answers by people.")
    agent: str | None = Field(description="Who gave the first answer.")
    assignee: str | None = Field(description="Whose case it is.", examples=["Mia"])
    incident_id: str | None = Field(description="The incident it belongs to; never that of a P1.")
    acknowledgement: str | None = Field(
        description="What became of the one automatic reply, or why there is none.", examples=["sent"]
    )
    followers: int | None = Field(description="Of the customer, by what X last told; null: it was not asked.")
    verified: str | None = Field(description="X's word: blue, business, government or none.", examples=["none"])
    growth_per_hour: int = Field(
        description="Likes, reposts, replies and quotes that the fastest of the posts won an hour when last looked at."
    )
    viral: list[Viral]
    opening_post: XId
    url: str = Field(description="The opening post on X.", examples=["https://x.com/i/status/2028377461850148864"])


class Cases(_Answer):
    """One page of open cases. It may hold fewer than asked for, even none: go on until there is no `next_cursor`."""

    as_of: Moment
    cases: list[CaseSummary]
    next_cursor: str | None = Field(description="Give it as `cursor` for the next page; null on the last one.")


class Board(_Answer):
    """What a wallboard shows."""

    queue: Queue
    cases: Cases


class Clock(_Answer):
    """One SLA clock; `due_at` itself is still in time."""

    metric: Metric
    state: ClockState
    started_at: Moment
    warn_at: Moment
    due_at: Moment
    met_at: Moment | None
    paused_at: Moment | None
    breached_at: Moment | None
    cancelled: str | None = Field(description="Why the clock ended without an answer.")


class TimelineAction(_Answer):
    """What a person did to the case, by the name of the token; what its act does not say is null."""

    act: Act
    by: str = Field(examples=["Mia"])
    agent: str | None
    team: str | None
    priority: Priority | None
    category: Category | None
    until: Moment | None
    level: int | None
    outbox_key: str | None
    incident: str | None


class Author(_Answer):
    """What X told of the customer."""

    followers: int
    verified: str = Field(description="X's word: blue, business, government or none.", examples=["none"])
    posts: int = Field(description="That the account ever made.")
    created_at: Moment | None


class Metrics(_Answer):
    """The public figures of a post at a moment."""

    likes: int
    reposts: int
    replies: int
    quotes: int
    impressions: int


class TimelineEntry(_Answer):
    """One thing that happened."""

    kind: Kind
    at: Moment
    seen_at: Moment = Field(description="When the desk learned of it.")
    post_id: XId | None
    url: str | None
    direction: Direction | None
    author_id: XId | None
    handle: str | None
    agent: str | None
    text: str | None = Field(
        description="Of a post or of an action; `[deleted on X]` or `[no longer kept]` where it is gone."
    )
    action: TimelineAction | None
    is_automatic: bool = Field(description="A post of ours that no person wrote; it never counts as an answer.")
    concerns: str | None = Field(description="First id of the post that was edited or deleted; else the case.")
    category: Category | None
    priority: Priority | None
    confidence: float | None = Field(description="Of triage, between 0 and 1.")
    reasons: list[str] = Field(description="Why triage decided so.")
    acknowledgement: str | None = Field(description="For a customer's post: planned, or why nothing was planned.")
    author: Author | None = Field(None, description="What X told of the customer then.")
    metrics: Metrics | None = Field(None, description="How the post stood then.")
    outbox_key: str | None = Field(description="For an outcome: which outgoing post it is about.")
    state: str | None = Field(description="For an outcome: what became of that post.", examples=["sent"])
    reason: str | None


class Outgoing(_Answer):
    """A post of ours on its way, or what became of it."""

    key: str = Field(examples=["ACK#812-2028377461850148864"])
    kind: OutgoingKind
    state: State
    reason: str | None
    handle: str
    purpose: str
    reply_to: XId
    text: str | None = Field(description="The exact text once it was claimed for sending.")
    planned_at: Moment
    not_before: Moment | None
    claimed_at: Moment | None
    settled_at: Moment | None
    post_id: XId | None


class Raised(_Answer):
    """A person took the case to a level of its team."""

    at: Moment
    level: int
    by: str


class Suggestion(_Answer):
    """A canned response that fits, and its text as it would be said, without the signature."""

    response: str = Field(examples=["baggage-lost"])
    language: str = Field(examples=["en"])
    text: str
    reasons: list[str] = Field(examples=[["made for the topic baggage"]])
    objections: list[str] = Field(
        description="For what it would be refused as it stands, each with how to mend it.", examples=[[]]
    )


class Judged(_Answer):
    """What triage said and what people say; the same where they let it stand."""

    aspect: Aspect
    by_triage: str = Field(examples=["question"])
    by_people: str = Field(examples=["complaint"])


class CaseDetail(CaseSummary):
    """A case with everything that happened in it, in the order of time."""

    as_of: Moment
    revision: int = Field(description="Counts the changes of the stored case; also the ETag.")
    policy_version: str
    conversations: list[XId]
    reasons: list[str]
    ingest_lag_seconds: int = Field(description="From the opening post on X to its arrival here.")
    is_summoned: bool = Field(description="X lets us reply: the customer addressed an account of ours.")
    acknowledged_at: Moment | None
    latest_answer_at: Moment | None
    resolved_at: Moment | None
    closed_because: str | None
    snoozed_until: Moment | None
    raised: list[Raised] = Field(description="To which levels people took it.")
    judged: list[Judged] = Field(description="What people made of triage's word; nothing of what nobody judged.")
    reply_written_at: Moment | None = Field(
        description="When a person last handed a reply in here; X shows it by `answers`."
    )
    clocks: list[Clock]
    timeline: list[TimelineEntry]
    outgoing: list[Outgoing]
    suggestions: list[Suggestion] = Field(description="Canned responses that fit, the best first.")
    customer: "Customer"


class Customer(_Answer):
    """What the desk knows of a customer, over all cases, the latest first."""

    customer_id: XId
    url: str = Field(examples=["https://x.com/i/user/812"])
    as_of: Moment
    stopped_at: Moment | None = Field(description="When the customer asked for no automatic replies.")
    open_case: CaseId | None
    is_vip: bool
    external_ids: dict[str, str] = Field(description="Ids in other systems.", examples=[{"crm": "C-1042"}])
    changed_by: str | None = Field(description="Who last changed what people know of the customer.")
    changed_at: Moment | None
    cases: list[CaseSummary]


class Receipt(_Answer):
    """What an erasure deleted. It names nobody: `pseudonym` can be made from the id with the desk's secret alone."""

    pseudonym: str = Field(examples=["9f0c61d3"])
    begun_at: Moment
    finished_at: Moment | None = Field(description="Null: it was cut short; the desk goes on with it by itself.")
    deleted: dict[str, int] = Field(description="Items by what they were.", examples=[{"cases": 2, "events": 9}])
    beyond_reach: list[str] = Field(description="What stays elsewhere, and until when.")


class Erasure(_Answer):
    """Where the erasure of a customer stands."""

    customer_id: XId
    as_of: Moment
    progress: Progress
    by: str = Field(description="Who asked for it: the token's name, or who typed `desk erase`.", examples=["Lena"])
    asked_at: Moment
    receipt: Receipt | None = Field(description="Null until it has begun.")


class Worked(_Answer):
    """What was done, and the case as it stands then. A dry run says what would be done, over the case as it is."""

    as_of: Moment
    revision: int = Field(description="Of the case; also the ETag.")
    act: Act
    by: str = Field(description="The token's name.", examples=["Mia"])
    is_dry_run: bool = False
    case: CaseSummary
    outgoing: Outgoing | None = Field(description="The reply with its exact text; it goes out within seconds.")


class Period(_Answer):
    """From `from_at` up to, but without, `until_at`."""

    from_at: Moment
    until_at: Moment


class Spread(_Answer):
    """The middle and the upper end of some durations in seconds; null of none."""

    n: int
    median_seconds: float | None
    p90_seconds: int | None


class Within(_Answer):
    """How many were answered within a limit; who still waits counts among all."""

    limit_minutes: int = Field(examples=[60])
    count: int
    share_of_answered: float | None
    share_of_all: float | None


class ResponseTimes(Spread):
    """How long customers waited; median and percentiles (nearest rank) are of the answered."""

    answered: int
    p95_seconds: int | None
    within: list[Within]


class Responses(_Answer):
    """First responses by people, and the later ones. Automatic replies never count."""

    all_cases: ResponseTimes
    answerable: ResponseTimes
    in_business_time: ResponseTimes
    next_response: ResponseTimes
    public: Spread = Field(description="First answers that say it in public.")
    private: Spread = Field(description="First answers that ask the customer to go on in private.")


class Volume(_Answer):
    """What came in."""

    cases: int
    posts: int
    answerable: int
    open: int
    categories: dict[str, int]
    topics: dict[str, int]
    sentiments: dict[str, int]
    languages: dict[str, int]


class Coverage(_Answer):
    """Answered of answerable, and why the others are not."""

    answerable: int
    answered: int
    share: float | None
    unanswered: dict[str, int]


class Acknowledgements(_Answer):
    """What became of the one automatic reply of each case."""

    sent: int
    thanked: int
    others: dict[str, int]
    time_to: Spread


class HitRate(_Answer):
    """Achieved of achieved, breached and overdue clocks, with its Wilson 95 % interval; null of none."""

    metric: Metric
    team: str | None = Field(description="Null: all teams.")
    priority: Priority | None = Field(description="Null: all priorities.")
    achieved: int
    breached: int
    overdue: int
    in_time: int
    n: int
    share: float | None
    low: float | None
    high: float | None


class Joined(_Answer):
    """The cases that belonged to an incident, apart: they were answered and resolved as one."""

    cases: int
    answered: int = Field(description="By a person, or thanked for praise.")
    first_response: ResponseTimes
    hit_rates: list[HitRate] = Field(description="Of their clocks, which count nowhere else.")


class Breach(_Answer):
    """One clock that ran out."""

    case_id: CaseId
    metric: Metric
    due_at: Moment
    late_seconds: int
    is_open: bool
    team: str
    priority: Priority
    agent: str | None
    opening_post: XId


class TeamFigures(_Answer):
    """One team's load and how fast its answerable cases had their first answer."""

    team: str = Field(examples=["care"])
    cases: int
    open: int
    first_response: ResponseTimes


class AgentFigures(_Answer):
    """The cases whose first answer one person gave."""

    agent: str = Field(description='"unattributed" where nobody is named.', examples=["Mia"])
    cases: int
    first_response: ResponseTimes


class HeatCell(_Answer):
    """An hour of the week in the brand's time zone; hours in which no case opened are left out."""

    weekday: int = Field(description="Monday is 0.", examples=[0])
    hour: int = Field(examples=[13])
    cases: int
    to_answer: int = Field(description="Those that a person had to answer.")
    median_seconds: float | None = Field(description="Of the first responses to them.")


class StaffedHour(_Answer):
    """What an hour of the week needs; hours in which nobody came are left out."""

    weekday: int = Field(description="Monday is 0.", examples=[0])
    hour: int = Field(examples=[13])
    arrivals_per_hour: float
    agents: int = Field(description="The fewest that answer the wanted share in time, by the Erlang C formula.")
    share_in_time: float


class Staffing(_Answer):
    """How many people each hour of the week needs, with everything this assumes."""

    handling_minutes: int = Field(description="An assumption of the policy: work per case.", examples=[10])
    target_minutes: int = Field(description="The stricter of the default team's targets for P2 and P3.", examples=[60])
    wanted_share: float = Field(description="Of the customers, answered in time.", examples=[0.8])
    agent_hours: int = Field(description="The agents of all hours of the week together.")
    share_as_it_was: float | None = Field(description="Answered within the target, of all that were to be answered.")
    share_expected: float = Field(description="The same, had it been staffed so.")
    hours: list[StaffedHour]


class Bill(_Answer):
    """USD by list prices."""

    usd: float
    usd_per_1000: float | None = Field(description="For each thousand mentions; null where there were none.")


class Cost(Bill):
    """What one kind of use came to."""

    kind: str = Field(
        description="Of X: `owned_read`, `post_read`, `look_up`, `user_read`, `summoned_reply`, `post`, "
        "`post_with_url`. Of AWS: `write_unit`, `refused_unit`, `read_unit`, `invocation`, `megabyte_ms`, `mail`, "
        "`comprehend_unit`.",
        examples=["owned_read"],
    )
    amount: float
    amount_per_1000: float | None = Field(description="For each thousand mentions; null where there were none.")


class MonthSoFar(_Answer):
    """X's bill of the present UTC month, and the policy's budget for it."""

    month: str = Field(examples=["2026-03"])
    spent_usd: float
    budget_usd: float


class Costs(_Answer):
    """What whole UTC days cost by their counters and list prices: those whose noon lies in the period."""

    first_day: str = Field(examples=["2026-03-02"])
    last_day: str = Field(examples=["2026-03-02"])
    days: int
    days_counted: int = Field(description="Days with counters; what the others cost, nobody counted.")
    mentions: int = Field(description="Posts to us that were stored on these days.")
    kinds: list[Cost]
    x: Bill
    aws: Bill
    total: Bill
    month: MonthSoFar
    x_prices_of: str = Field(description="When X's prices were read.", examples=["2026-08-22"])
    aws_prices_of: str = Field(description="When AWS's prices were read.")
    not_counted: str = Field(description="What else costs money.")


class Confusion(_Answer):
    """So many cases were one thing to triage and one to people, maybe the same."""

    by_triage: str = Field(examples=["question"])
    by_people: str = Field(examples=["complaint"])
    cases: int


class ClassAccuracy(_Answer):
    """One category, priority or team: how often triage said so, how often people did, and both."""

    name: str = Field(examples=["complaint"])
    by_triage: int
    by_people: int
    both: int
    precision: float | None = Field(description="Of those that triage said; null of none.")
    recall: float | None = Field(description="Of those that people said; null of none.")


class AspectAccuracy(_Answer):
    """How often people let triage's word stand, with the Wilson 95 % interval; null of none."""

    aspect: Aspect
    judged: int = Field(description="Cases that a person answered, resolved or changed: no others say anything.")
    agreed: int
    corrected: int
    share: float | None
    low: float | None
    high: float | None
    classes: list[ClassAccuracy]
    confusions: list[Confusion] = Field(description="The matrix but for its empty cells.")


class Accuracy(_Answer):
    """What people made of triage's word on category, priority and team."""

    cases: int = Field(description="All of the period; how many of them say anything stands with each aspect.")
    aspects: list[AspectAccuracy]


class AccuracyReport(Accuracy):
    """The same of the cases opened in a period, as they stand now."""

    as_of: Moment
    period: Period
    time_zone: str = Field(description="The brand's; days are its.", examples=["Europe/Berlin"])


class SlaReport(_Answer):
    """The figures of the cases opened in a period, as they stand now."""

    as_of: Moment
    period: Period
    time_zone: str = Field(description="The brand's; days are its.", examples=["Europe/Berlin"])
    volume: Volume
    coverage: Coverage
    acknowledgements: Acknowledgements
    responses: Responses
    hit_rates: list[HitRate]
    breaches: list[Breach]
    teams: list[TeamFigures]
    agents: list[AgentFigures]
    ingest_lag: Spread
    heat_map: list[HeatCell]
    staffing: Staffing | None = Field(description="Null where no case was to be answered.")
    accuracy: Accuracy
    joined: Joined
    quantile_error: float = Field(
        description="Medians and percentiles are off by this share at most: 0 unless days of more than 1,000 answers"
        " were rolled up. Counts and shares are always exact.",
        examples=[0.0],
    )
    costs: Costs | None = Field(description="Null where nothing was counted.")
