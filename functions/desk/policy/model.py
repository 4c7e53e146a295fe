"""The desk's policy as values: what a team configures in `policy.toml`, checked and frozen.

It decides nothing: `load` builds it and names every fault, the folders of the functions read it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from desk.calendar import Calendar


class Role(StrEnum):
    """What an own account is for (the desk reads all of them and posts from `support` and `brand` only)."""

    SUPPORT = "support"
    BRAND = "brand"
    AGENT = "agent"


class Priority(StrEnum):
    """P1 is the most urgent; the order of the names is the order of urgency."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Category(StrEnum):
    """What a customer's post is about; the last six are no service: triage closes all but a sales lead."""

    COMPLAINT = "complaint"
    PROBLEM = "problem"
    QUESTION = "question"
    REQUEST = "request"
    FEEDBACK = "feedback"
    PRAISE = "praise"
    CHATTER = "chatter"
    SALES_LEAD = "sales_lead"
    SPAM = "spam"
    TROLL = "troll"
    RETWEET = "retweet"
    JOKE = "joke"
    COMPETITOR = "competitor"


UNANSWERABLE = frozenset(
    {Category.SALES_LEAD, Category.SPAM, Category.TROLL, Category.RETWEET, Category.JOKE, Category.COMPETITOR},
)
"""Categories that count neither in coverage nor in the service SLA (product rule D6)."""


class Purpose(StrEnum):
    """What a response text is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    OUT_OF_HOURS = "out_of_hours"
    PRAISE = "praise"
    CANNED = "canned"
    INCIDENT = "incident"
    INCIDENT_RESOLVED = "incident_resolved"
    STATUS = "status"
    STATUS_UPDATE = "status_update"
    STATUS_RESOLVED = "status_resolved"


STATUS_PURPOSES = frozenset({Purpose.STATUS, Purpose.STATUS_UPDATE, Purpose.STATUS_RESOLVED})
"""Of posts of the brand's own about an incident: the first, those after it, the one that says that it is over."""

REFERENCE_LENGTH = 9
"""Weighted characters of a reference in a post of ours: " · " and six letters and digits."""

OPENS_MAX_LENGTH = 48
"""Weighted characters that {opens} may fill: "Donnerstag, 24. September, um 07:00 Uhr (MESZ)" has 46."""


class Handle(Struct, frozen=True):
    """An account of ours on X; `credentials` names the secret under the deployment's credentials prefix.

    `owns_app`: it owns the developer app, so that X bills what is read of it at a fifth. `teams` and `languages` of the
    cases that its agent takes; empty: all.
    """

    name: str
    role: Role
    credentials: str
    owns_app: bool = False
    agent: str | None = None
    signature: str | None = None
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Search(Struct, frozen=True):
    """Terms by which posts without our handle are found; `languages` empty means any; reads are posts per UTC day."""

    name: str
    terms: tuple[str, ...]
    misspellings: bool
    exclude: tuple[str, ...]
    languages: tuple[str, ...]
    daily_reads: int


class Polling(Struct, frozen=True):
    """How X is read: the overlap re-read for late indexing, and the full re-read.

    `recheck_hours`: ages of a customer's post at which the desk looks whether it still stands or was edited;
    `recheck_daily_reads`: posts older than that it may look at in a UTC day; `author_daily_reads`: authors it may look
    up in one.
    """

    overlap_minutes: int
    reread_hours: int
    recheck_hours: tuple[int, ...]
    recheck_daily_reads: int
    author_daily_reads: int


class Target(Struct, frozen=True):
    """Minutes allowed for each clock (None: no such target); counted in the team's calendar unless `wall_clock`."""

    first_response_minutes: int
    next_response_minutes: int
    resolution_minutes: int | None
    wall_clock: bool


MOST_LEVELS = 3
"""Levels of escalation a team may have."""


class Level(Struct, frozen=True):
    """Who hears of a breach as well once it has stayed open for some minutes, counted as its target is."""

    after_minutes: int
    emails: tuple[str, ...]


class Team(Struct, frozen=True):
    """A team with its hours, its targets, who hears of its breaches, and who when one stays open (level 1 first)."""

    name: str
    title: str
    calendar: Calendar
    emails: tuple[str, ...]
    targets: Mapping[Priority, Target]
    warn_at_share: float
    escalation: tuple[Level, ...] = ()


class Route(Struct, frozen=True):
    """The first route whose conditions all hold names the team; an empty condition holds for everything."""

    team: str
    categories: frozenset[Category]
    topics: frozenset[str]
    languages: frozenset[str]


class Topic(Struct, frozen=True):
    """A subject with its telling words by language (`*` for any language); `urgent` raises the priority."""

    name: str
    terms: Mapping[str, tuple[str, ...]]
    urgent: bool


class EngineKind(StrEnum):
    """Who hears the language and the tone of posts."""

    BUILT_IN = "built-in"
    COMPREHEND = "comprehend"


class Words(Struct, frozen=True):
    """The desk's own word lists by language: what marks urgency, praise, complaint, a request to stop, and so on."""

    lists: Mapping[str, Mapping[str, tuple[str, ...]]]
    """List name (one of `keys.WORD_LISTS`) -> language -> terms."""


class Response(Struct, frozen=True):
    """Texts for one purpose by language; each language has several variants, so that no two replies read the same.

    Placeholders: {brand}, {team}, {opens} (when a person will answer), {link} (its own, else the status page), and in
    an incident's answers {status_post}, the link of the post that they point to.
    `categories` and `topics` empty: for all. Texts carry no @names.
    """

    name: str
    purpose: Purpose
    categories: frozenset[Category]
    topics: frozenset[str]
    texts: Mapping[str, tuple[str, ...]]
    link: str | None


class Acknowledgement(Struct, frozen=True):
    """When the desk acknowledges by itself; ages in minutes from the time of the customer's post."""

    enabled: bool
    max_age_minutes: int
    label: Mapping[str, str]
    """By language: how an automatic post says that it is automatic, appended to every one (product rule D7)."""
    thank_for_praise: bool


class Voice(Struct, frozen=True):
    """What no post of ours may say or be; phrases are compared without regard to case.

    `apologies`: words of which a person's first answer to an upset complaint has one; empty: none is asked for.
    """

    banned_phrases: tuple[str, ...]
    max_length: int
    max_exclamation_marks: int
    blaming_phrases: tuple[str, ...] = ()
    sarcastic_phrases: tuple[str, ...] = ()
    apologies: tuple[str, ...] = ()


class Caps(Struct, frozen=True):
    """Posts the desk itself may publish, all accounts together: in 15 minutes, and automatic ones in a UTC day."""

    posts_per_15_minutes: int
    automatic_per_day: int


class Budget(Struct, frozen=True):
    """What X may cost, reads and posts together, in USD by UTC day and by UTC month.

    Searches stop at `searches_off_at_share` of either, all that is automatic at the whole of either; mentions and our
    own timelines never.
    """

    usd_per_day: float
    usd_per_month: float
    searches_off_at_share: float


class Cases(Struct, frozen=True):
    """How posts become cases: a new root post within `merge_window_minutes` joins the open case (0: never)."""

    merge_window_minutes: int
    resolve_after_hours: int


class Incidents(Struct, frozen=True):
    """What happens when many write about the same thing, and who hears of it.

    `declares_itself`: beyond doubt, else a person declares. After `calm_minutes` without a surge it counts as calm,
    after `resolve_after_hours` of that it ends by itself. `answers_joined`: who called us by name gets its own reply
    once a status post is out; `share_of_posts` of the caps are for such replies, on posts up to `max_hold_hours` old.
    """

    emails: tuple[str, ...]
    declares_itself: bool
    calm_minutes: int
    resolve_after_hours: int
    answers_joined: bool
    share_of_posts: float
    max_hold_hours: int
    status_handle: str
    status_url: str | None
    status_post_by_itself: bool
    update_minutes: int


class Customers(Struct, frozen=True):
    """Whose posts press more: `vip_raises_priority` lifts those of a VIP by one step."""

    vip_raises_priority: bool


class Reach(Struct, frozen=True):
    """When many read an unhappy post: its author has `followers`, or it wins `growth_per_hour` reactions.

    It is then at least as urgent as `priority`, `emails` hear of it beside the team, and it is looked at again at the
    ages `look_minutes`. What X told of an author counts for `known_days`.
    """

    followers: int
    growth_per_hour: int
    priority: Priority
    emails: tuple[str, ...]
    look_minutes: tuple[int, ...]
    known_days: int


class Reports(Struct, frozen=True):
    """Who gets the summaries, and how long an alert of a team stays quiet after one was sent.

    `alert_p1_at_once`: news of a P1 waits neither for that nor for the team's hours. `private_phrases`: by which an
    answer of ours asks to go on in private.

    `handling_minutes` of work per case is an assumption; by it staffing is suggested so that `staffing_share` of the
    customers are answered in time.
    """

    emails: tuple[str, ...]
    private_phrases: tuple[str, ...]
    alert_cool_down_minutes: int
    alert_p1_at_once: bool
    handling_minutes: int
    staffing_share: float


class Retention(Struct, frozen=True):
    """How long texts of posts are kept, from their time on X; figures stay."""

    text_days: int


class Policy(Struct, frozen=True):
    """The whole policy. `version` is the first 12 hex digits of the SHA-256 of its text; `text` is that text."""

    version: str
    text: str
    brand: str
    time_zone: str
    languages: tuple[str, ...]
    handles: tuple[Handle, ...]
    searches: tuple[Search, ...]
    polling: Polling
    teams: Mapping[str, Team]
    default_team: str
    sales_team: str
    routes: tuple[Route, ...]
    topics: tuple[Topic, ...]
    words: Words
    weights: str
    """File in `functions/triage/model` by which the tone of posts is heard."""
    engine: EngineKind
    competitors: tuple[str, ...]
    personal_data_patterns: tuple[re.Pattern[str], ...]
    """Forms of the brand's own order, booking or ticket numbers."""
    responses: tuple[Response, ...]
    acknowledgement: Acknowledgement
    voice: Voice
    caps: Caps
    budget: Budget
    cases: Cases
    customers: Customers
    reach: Reach
    incidents: Incidents
    reports: Reports
    retention: Retention

    @property
    def default_language(self) -> str:
        """The language to fall back on: the first of the brand's."""
        return self.languages[0]

    @property
    def app_owners(self) -> frozenset[str]:
        """Name the own accounts (lower case) that own the developer app."""
        return frozenset(handle.name.lower() for handle in self.handles if handle.owns_app)

    def handle(self, name: str) -> Handle | None:
        """Give the own account of that name, compared without regard to case as X does."""
        return next((handle for handle in self.handles if handle.name.lower() == name.lower()), None)
