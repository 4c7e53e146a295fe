"""Every key of `policy.toml` in one table: its kind, its line in the reference, its default.

The loader reads by it, the JSON Schema for editors and the reference in `docs/policy.md` are made from it.
It knows the form of each single value; what values must agree on is decided in `agreement`. Policies that ran once are
read by it as well: whatever is new in a release has a default, and no release forbids what one before it allowed.
"""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo

from desk.calendar import WEEKDAYS, parse_hours
from desk.policy.holiday_regions import regions
from desk.policy.kinds import Amount, Choice, Day, Flag, Key, ListOf, MapOf, Share, Table, Text, Whole
from desk.policy.model import Category, EngineKind, Priority, Purpose, Role
from desk.weighted_length import LONGEST_POST

WORD_LISTS: Final = {
    "urgency": "What makes any post urgent, such as a flight that leaves soon.",
    "safety": "Danger to people: always the highest priority.",
    "complaint": "Anger and disappointment with us.",
    "problem": "Something that does not work.",
    "question": "How a question starts when it has no question mark.",
    "request": "A wish that we do something.",
    "praise": "Praise for us.",
    "thanks": "Closing remarks that need no further answer.",
    "purchase": "A wish to buy: the post goes to the sales team.",
    "feedback": "An idea or a wish for our product.",
    "spam": "Advertising and fraud.",
    "troll": "Insults without a concern.",
    "joke": "A joke that expects no answer.",
    "stop": "A wish not to get automatic replies: honoured at once and for good.",
}
"""The word lists the desk knows, with what each is for."""

_LANGUAGES: Final = (
    "am ar bg bn bo bs ca ckb cs cy da de dv el en es et eu fa fi fr gu he hi hr ht hu hy id is it ja ka km kn ko lo "
    "lt lv ml mr my ne nl no or pa pl ps pt ro ru sd si sk sl sr sv ta te th tl tr ug uk ur vi zh"
)
LANGUAGES: Final = frozenset(_LANGUAGES.split())
"""Languages X tells posts by (X docs, search operators, 2026-08; the codes its `lang:` operator takes)."""

_RETIRED_LANGUAGES: Final = {"iw": "he", "in": "id"}
"""Codes X still writes into posts and no longer takes in queries (xdevplatform/docs, issue 307, 2026)."""

_DAY: Final = "|".join(WEEKDAYS)


def _time_zone(name: str) -> str | None:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):  # not there, a folder of zones, a path out of the folder
        return f"is not a time zone, {name!r}; write an IANA name like 'Europe/Berlin'"
    return None


def _language(code: str) -> str | None:
    if code in LANGUAGES:
        return None
    if code in _RETIRED_LANGUAGES:
        return f"is a code X has retired, {code!r}; write {_RETIRED_LANGUAGES[code]!r}"
    return f"is not a language X tells posts by, {code!r}; write a code like 'en'"


def _language_or_any(code: str) -> str | None:
    return None if code == "*" else _language(code)


def _hours(text: str) -> str | None:
    try:
        parse_hours(text)
    except ValueError as fault:
        return str(fault)
    return None


def _regular_expression(text: str) -> str | None:
    try:
        pattern = re.compile(text)
    except re.error as fault:
        return f"is not a regular expression: {fault}"
    return "matches even an empty text, so it would match everywhere" if pattern.search("") else None


def _country(code: str) -> str | None:
    return None if code in regions() else f"is not a country whose holidays are known, {code!r}; write 'DE' or the like"


_SLUG = Text("a name of small letters, digits and -", r"[a-z][a-z0-9-]{0,39}", 40)
_TITLE = Text("a text of one line without @ and braces", r"[^\r\n@{}]+", 80)
_TERM = Text("a word or a phrase on one line", r"[^\r\n]*\w[^\r\n]*", 100)
_WORD = Text("a word, a phrase or an emoji on one line", r"\S(?:[^\r\n]*\S)?", 100)
_PHRASE = Text("a phrase on one line", r"[^\r\n]+", 200)
_TEXT = Text("a text of one line", r"[^\r\n]+", 1_000)
_EMAIL = Text("an e-mail address", r"[^@\s,;<>]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", 254)
_LANGUAGE = Text("a language", complaint=_language)
_LANGUAGE_OR_ANY = Text("a language or *", complaint=_language_or_any)
_TIME_ZONE = Text("a time zone", complaint=_time_zone)
_HANDLE = Text("a name X allows (1 to 15 of A-Z, a-z, 0-9 and _), without the @", r"[A-Za-z0-9_]{1,15}", 15)
_LINK = Text("an https address", r"https://[^\s]+\.[^\s]+", 500)

_WEIGHTS = Text("a file name such as own.bin", r"[a-z0-9][a-z0-9-]{0,39}\.bin", 44)

_YEAR_OF_MINUTES = 366 * 24 * 60
_MINUTES = Whole(1, _YEAR_OF_MINUTES)
_CATEGORIES = ListOf(Choice(Category))
_TOPICS = ListOf(_SLUG)
_READS_WHY = "a page of X's search has at least 10 posts"

BRAND = Table(
    {
        "name": Key(_TITLE, "The brand as customers read it; fills {brand}."),
        "time_zone": Key(_TIME_ZONE, "IANA name of the brand's time zone: the days of reports."),
        "languages": Key(
            ListOf(_LANGUAGE, at_least=1),
            "Languages the brand answers in; the first is used for customers of any other.",
        ),
        "default_team": Key(_SLUG, "The team of every case that no route takes."),
        "sales_team": Key(_SLUG, "The team that gets posts of people who want to buy."),
        "competitors": Key(ListOf(_TERM), "Names of competitors: listened to, never answered.", []),
        "reference_patterns": Key(
            ListOf(Text("a regular expression", complaint=_regular_expression)),
            "Regular expressions of the brand's own order or booking numbers; treated as personal data.",
            [],
        ),
    },
)

HANDLE = Table(
    {
        "name": Key(_HANDLE, "Name of the account on X, without the @."),
        "role": Key(Choice(Role), "support and brand accounts post for the desk; agent accounts are only read."),
        "credentials": Key(
            Text("a name of letters, digits and . _ -", r"[A-Za-z0-9._-]+", 100),
            "Name of the secret under the deployment's credentials prefix; never the secret itself.",
        ),
        "owns_app": Key(
            Flag(),
            "The account owns the developer app it is read with: X bills its own mentions and posts at a fifth.",
            default=False,
        ),
        "agent": Key(_TITLE, "First name of the person behind an agent account.", None),
        "signature": Key(
            Text("1 to 4 capital letters or digits", r"[A-Z0-9]{1,4}", 4),
            "The person's signature: ^MR at the end of a post of any own account means this person.",
            None,
        ),
        "teams": Key(ListOf(_SLUG), "Teams whose cases this person may be given by itself; empty: all.", []),
        "languages": Key(ListOf(_LANGUAGE), "Languages of cases this person may be given by itself; empty: all.", []),
    },
)

SEARCH = Table(
    {
        "name": Key(_SLUG, "Name of the search in logs, metrics and the counters of what was read."),
        "terms": Key(ListOf(_TERM, at_least=1), "Words or phrases; a post with any of them is found."),
        "misspellings": Key(Flag(), "Also look for likely misspellings of each one-word term.", default=False),
        "exclude": Key(ListOf(_TERM), "Words or phrases that rule a post out; no misspelling equals one of them.", []),
        "languages": Key(ListOf(_LANGUAGE), "Languages to look in; empty: any.", []),
        "daily_reads": Key(
            Whole(10, 1_000_000, _READS_WHY),
            "Posts this search may read in a UTC day, so that no search uses up what the others need.",
        ),
    },
)

POLLING = Table(
    {
        "overlap_minutes": Key(Whole(0, 60), "Minutes read again at each poll, since X indexes some posts late."),
        "reread_hours": Key(Whole(1, 168), "Hours between two full readings of what X still gives."),
        "recheck_hours": Key(
            ListOf(Whole(1, 8760), at_least=1),
            "Ages in hours, rising, at which a customer's post is looked up: edited, deleted, or still there?",
        ),
        "recheck_daily_reads": Key(
            Whole(0, 1_000_000),
            "Posts beyond the last of these ages that may be looked up in a UTC day, the youngest first; 0: none.",
            100,
        ),
        "author_daily_reads": Key(
            Whole(0, 1_000_000),
            "Authors of unhappy or pressing posts whose followers may be looked up in a UTC day; 0: none.",
            50,
        ),
    },
)

HOLIDAYS = Table(
    {
        "country": Key(Text("a country code", complaint=_country), "ISO 3166 code of the country."),
        "subdivision": Key(
            Text("a code of capital letters and digits", r"[A-Z0-9]{1,3}", 3),
            "ISO 3166-2 code of the state or region, without the country; left out: national holidays only.",
            None,
        ),
    },
)

EXCEPTION = Table(
    {
        "date": Key(Day(), "The day, in the calendar's time zone, written without quotes."),
        "hours": Key(Text("hours or 'closed'", complaint=_hours), "Hours of that day, or `closed`."),
    },
)

CALENDAR = Table(
    {
        "name": Key(_SLUG, "Name by which teams refer to it."),
        "time_zone": Key(_TIME_ZONE, "IANA name of its time zone; left out: the brand's.", None),
        "always_open": Key(Flag(), "Open day and night; then no other key than the name is allowed.", default=False),
        "hours": Key(
            MapOf(Text("a day or a span of days like mon-fri", f"(?:{_DAY})(?:-(?:{_DAY}))?"), Text(complaint=_hours)),
            "Opening hours by day or span of days, like `09:00-12:30, 13:30-17:00`; a day left out is closed.",
            {},
        ),
        "holidays": Key(HOLIDAYS, "Public holidays on which it is closed; left out: none.", None),
        "exceptions": Key(ListOf(EXCEPTION), "Single days with other hours; they win over holidays.", []),
    },
)

TARGET = Table(
    {
        "first_response_minutes": Key(_MINUTES, "Minutes until a person first answers, from the customer's post."),
        "next_response_minutes": Key(_MINUTES, "Minutes until a person answers each later post."),
        "resolution_minutes": Key(_MINUTES, "Minutes until the case is resolved; left out: no such target.", None),
        "wall_clock": Key(Flag(), "Count day and night instead of the team's hours.", default=False),
    },
)

LEVEL = Table(
    {
        "after_minutes": Key(
            _MINUTES, "Minutes a breach stays open until these people hear of it, counted as its target."
        ),
        "emails": Key(ListOf(_EMAIL, at_least=1), "Who hears of it then."),
    },
)

TEAM = Table(
    {
        "name": Key(_SLUG, "Name by which routes and the API refer to it."),
        "title": Key(_TITLE, "The team as customers and reports read it; fills {team}."),
        "calendar": Key(_SLUG, "Name of the calendar its targets are counted in."),
        "emails": Key(ListOf(_EMAIL, at_least=1), "Who hears of warnings and breaches."),
        "warn_at_share": Key(Share(), "Part of the allowed time after which a case is shown as a warning.", 0.75),
        "escalation": Key(ListOf(LEVEL), "Up to three levels of people who hear of a breach that stays open.", []),
        "targets": Key(
            Table({str(priority): Key(TARGET, f"Targets of priority {priority}.") for priority in Priority}),
            "Minutes allowed for each priority; P1 is the most urgent.",
        ),
    },
)

ROUTE = Table(
    {
        "team": Key(_SLUG, "The team that takes the case if every condition holds; the first such route wins."),
        "categories": Key(_CATEGORIES, "Any of these categories; empty: all.", []),
        "topics": Key(_TOPICS, "Any of these topics; empty: all, also none.", []),
        "languages": Key(ListOf(_LANGUAGE), "Any of these languages; empty: all.", []),
    },
)

TOPIC = Table(
    {
        "name": Key(_SLUG, "Name of the subject in routes, responses and reports."),
        "urgent": Key(Flag(), "Raise the priority of posts about it.", default=False),
        "terms": Key(
            MapOf(_LANGUAGE_OR_ANY, ListOf(_WORD, at_least=1)),
            "Telling words and phrases by language (`*`: any), compared without regard to case.",
        ),
    },
)

WORDS = Table(
    {
        name: Key(MapOf(_LANGUAGE_OR_ANY, ListOf(_WORD)), f"By language (`*`: any). {about}")
        for name, about in WORD_LISTS.items()
    },
)

RESPONSE = Table(
    {
        "name": Key(_SLUG, "Name of the response in records and the API."),
        "purpose": Key(
            Choice(Purpose),
            "What it is for; canned ones are suggested to people, status ones drafted for them, the others automatic.",
        ),
        "categories": Key(_CATEGORIES, "Only for these categories; empty: all.", []),
        "topics": Key(_TOPICS, "Only for these topics; empty: all, also none.", []),
        "link": Key(
            _LINK,
            "The page that helps; fills {link} and counts as 23 characters on X. Left out, an incident's texts have "
            "the status page there.",
            None,
        ),
        "texts": Key(
            MapOf(_LANGUAGE, ListOf(_TEXT, at_least=1)),
            "Variants by language, at least 3 truly different ones if automatic; {brand}, {team}, {opens}, {link}, "
            "{status_post}.",
        ),
    },
)

ACKNOWLEDGEMENT = Table(
    {
        "enabled": Key(Flag(), "Acknowledge by itself at all."),
        "max_age_minutes": Key(Whole(1, 1440), "A post older than this is not acknowledged by itself any more."),
        "thank_for_praise": Key(Flag(), "Thank for praise by itself."),
        "label": Key(
            MapOf(_LANGUAGE, Text("a short text of one line", r"[^\r\n@{}]+", 60)),
            "By language: how an automatic post says that it is one; stands at the end of each.",
        ),
    },
)

VOICE = Table(
    {
        "max_length": Key(
            Whole(50, LONGEST_POST, "an X post has at most 280 weighted characters"),
            "Longest post in weighted characters, label and signature included.",
        ),
        "max_exclamation_marks": Key(Whole(0, 10), "Exclamation marks one post may have."),
        "banned_phrases": Key(ListOf(_PHRASE), "What no post of ours may say, compared without regard to case.", []),
        "blaming_phrases": Key(ListOf(_PHRASE), "Whole words by which a post blames the customer: none may.", []),
        "sarcastic_phrases": Key(ListOf(_PHRASE), "Whole words that read as sarcasm to the upset: none may.", []),
        "apologies": Key(
            ListOf(_PHRASE),
            "Words that apologise: a person's first answer to an upset complaint has one. Empty: none is asked for.",
            [],
        ),
    },
)

CAPS = Table(
    {
        "posts_per_15_minutes": Key(
            Whole(1, 100, "X takes 100 posts of a user in 15 minutes; POST /2/tweets, 2026-08"),
            "Posts the desk may publish in 15 minutes, all accounts together.",
        ),
        "automatic_per_day": Key(
            Whole(1, 2_400, "X takes 2,400 posts of an account a day; X Help, 2026-05"),
            "Automatic posts in a UTC day, all accounts together; an unverified account may send 200 replies.",
        ),
    },
)

BUDGET = Table(
    {
        "usd_per_day": Key(
            Amount(0.1, 100_000),
            "What X may cost in a UTC day, reads and posts together, in USD; mentions are read even beyond it.",
        ),
        "usd_per_month": Key(Amount(0.1, 3_100_000), "The same in a UTC month."),
        "searches_off_at_share": Key(
            Share(),
            "Part of either after which searches stop, so that the rest is for mentions and acknowledgements.",
            0.8,
        ),
    },
)

INCIDENTS = Table(
    {
        "emails": Key(ListOf(_EMAIL, at_least=1), "Who hears of an incident, how it goes and how it ended."),
        "declares_itself": Key(
            Flag(),
            "Declare an incident when the surge is beyond doubt; else the desk suspects, and a person declares.",
            default=True,
        ),
        "calm_minutes": Key(Whole(15, 1440), "Minutes without a surge after which an incident counts as calm.", 60),
        "resolve_after_hours": Key(
            Whole(1, 168), "Hours of calm after which an incident ends by itself, without replies.", 12
        ),
        "answers_joined": Key(
            Flag(),
            "Answer who called us by name with the incident's own short reply once a status post is out; else such "
            "cases are answered when a person resolves the incident.",
            default=False,
        ),
        "share_of_posts": Key(
            Share(), "Part of the caps on posts that an incident's replies may use: the rest is for all others.", 0.5
        ),
        "max_hold_hours": Key(Whole(1, 168), "Age in hours of a post beyond which an incident's reply is off.", 24),
        "status_handle": Key(_HANDLE, "The account that publishes status posts: one of ours, no agent's."),
        "status_url": Key(_LINK, "The status page; fills {link} in status posts.", None),
        "status_post_by_itself": Key(
            Flag(), "Publish the first status post without a person's approval.", default=False
        ),
        "update_minutes": Key(Whole(15, 1440), "Minutes between two e-mails about an incident that goes on.", 60),
    },
)

CASES = Table(
    {
        "merge_window_minutes": Key(
            Whole(0, 7 * 24 * 60),
            "A customer's new post within these minutes of the last joins the open case; 0: never.",
        ),
        "resolve_after_hours": Key(
            Whole(1, 8760),
            "Hours of the customer's silence after our answer, then the case resolves itself.",
        ),
    },
)

CUSTOMERS = Table(
    {
        "vip_raises_priority": Key(
            Flag(), "A post of a customer whom people marked as a VIP is one step more urgent.", default=True
        ),
    },
)

REACH = Table(
    {
        "followers": Key(
            Whole(1, 1_000_000_000),
            "An account with so many followers is large; so is one that X verified as a business or a government.",
            50_000,
        ),
        "growth_per_hour": Key(
            Whole(1, 1_000_000),
            "A post that wins so many likes, reposts, replies and quotes an hour spreads.",
            100,
        ),
        "priority": Key(
            Choice(Priority),
            "An unhappy post of a large account, or one that spreads, is at least so urgent.",
            Priority.P2,
        ),
        "emails": Key(ListOf(_EMAIL), "Who hears of it at once, beside the team that has the case.", []),
        "look_minutes": Key(
            ListOf(Whole(1, 1440)),
            "Ages in minutes, rising, at which such a post is looked up beside `polling.recheck_hours`.",
            [10, 30, 120, 240],
        ),
        "known_days": Key(
            Whole(1, 365), "Days after which what X told of an author counts as unknown, and is asked for again.", 30
        ),
    },
)

REPORTS = Table(
    {
        "emails": Key(ListOf(_EMAIL, at_least=1), "Who gets the summaries."),
        "private_phrases": Key(
            ListOf(_PHRASE),
            "Words by which an answer of ours asks to go on in private, such as DM; figures tell such answers apart.",
            [],
        ),
        "alert_cool_down_minutes": Key(Whole(0, 1440), "Minutes an alert of a team stays quiet after one was sent."),
        "alert_p1_at_once": Key(
            Flag(), "Tell of a P1 at once, whatever the team's hours and the cool-down.", default=True
        ),
        "handling_minutes": Key(
            Whole(1, 240),
            "Minutes of work one case takes, all its answers together: an assumption, printed with the staffing.",
            10,
        ),
        "staffing_share": Key(
            Share(), "Part of the customers who shall be answered in time with the staffing suggested.", 0.8
        ),
    },
)

RETENTION = Table(
    {
        "text_days": Key(
            Whole(14, 3650, "X's search still gives what is a week old"),
            "Days after which the text of a post is removed here; its figures stay.",
            180,
        ),
    },
)

TONE = Table(
    {
        "weights": Key(
            _WEIGHTS, "File in functions/triage/model by which the tone of posts is heard; `make train` makes others."
        ),
        "engine": Key(
            Choice(EngineKind),
            "Who hears the tone, and the language where X names none: the desk itself, or Amazon Comprehend for a fee.",
            EngineKind.BUILT_IN,
        ),
    },
)

POLICY = Table(
    {
        "brand": Key(BRAND, "Who we are."),
        "handles": Key(ListOf(HANDLE, at_least=1), "Our own accounts on X."),
        "searches": Key(ListOf(SEARCH), "How posts without our handle are found.", []),
        "polling": Key(POLLING, "How X is read."),
        "calendars": Key(ListOf(CALENDAR, at_least=1), "When teams work."),
        "teams": Key(ListOf(TEAM, at_least=1), "Who answers, and how fast."),
        "routes": Key(ListOf(ROUTE), "Which team takes which case.", []),
        "topics": Key(ListOf(TOPIC), "Subjects and their telling words.", []),
        "words": Key(WORDS, "Word lists by which posts are told apart."),
        "tone": Key(TONE, "How posts sound.", {"weights": "sentiment.bin", "engine": EngineKind.BUILT_IN}),
        "responses": Key(ListOf(RESPONSE), "What we say.", []),
        "acknowledgement": Key(ACKNOWLEDGEMENT, "When the desk answers by itself."),
        "voice": Key(VOICE, "What no post of ours may be."),
        "caps": Key(CAPS, "How much the desk may publish."),
        "budget": Key(BUDGET, "What X may cost."),
        "cases": Key(CASES, "How posts become cases."),
        "customers": Key(CUSTOMERS, "Whose posts press more.", {"vip_raises_priority": True}),
        "reach": Key(
            REACH,
            "When an unhappy post is read by many: it presses more, and people are told at once.",
            {name: key.default for name, key in REACH.keys.items()},
        ),
        "incidents": Key(INCIDENTS, "What happens when many write about the same thing."),
        "reports": Key(REPORTS, "Who hears what."),
        "retention": Key(RETENTION, "How long texts are kept.", {"text_days": 180}),
    },
)
