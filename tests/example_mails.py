"""Mails of a made-up week, to look at and to measure: `python -m tests.example_mails FOLDER` writes them there.

Every case is told from its number alone, so the mails are the same on every run. Nobody in them exists.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from desk.accuracy import Aspect, Judged
from desk.case import Case, Status
from desk.figures import Figures, Period, measure
from desk.figures.costs import MonthSoFar, costs_of
from desk.incidents.life import Move
from desk.incidents.volume import columns, shown_stretch
from desk.meter import Metered
from desk.notice import day_of
from desk.policy.model import Priority
from desk.reach import REASONS, Fact, Viral
from desk.sla import Metric
from desk.spending import Line, Stage, Standing
from report.alert_mail import alert_mail
from report.budget_mail import budget_mail
from report.digest import Alert, Digest
from report.incident_mail import MOST_COLUMNS, Telling, incident_mail
from report.summary_mail import summary_mail
from report.viral_mail import viral_mail
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case, a_clock
from tests.incidents import BEGAN, a_course, a_status_post, an_incident
from tests.stories import shipped_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.figures.costs import Costs
    from desk.sla import Clock
    from report.mailer import Mail

POLICY = shipped_policy()
API = "https://desk.pebblewing.example"
MONDAY = NOON - 13 * HOUR
WEEK = Period(MONDAY, MONDAY + 7 * DAY)
TUESDAY = Period(MONDAY + DAY, MONDAY + 2 * DAY)

_BY_HOUR = (2, 1, 1, 1, 2, 4, 9, 18, 26, 30, 28, 24, 22, 21, 20, 22, 26, 30, 28, 22, 16, 11, 7, 4)
_BY_WEEKDAY = (22, 16, 15, 15, 18, 9, 7)
_TOPICS = ("baggage", "delay-and-cancellation", "booking", "refund", "app-and-website", None)
_LANGUAGES = ("en", "de", "es", "fr", "da")
_TEXTS = (
    "@PebblewingHelp my bag did not arrive in Porto last night and nobody picks up the phone. What do I do now?",
    "@PebblewingHelp third time I ask: my suitcase came with a broken wheel and your form wants a receipt of 2011.",
    "@PebblewingHelp seit drei Wochen warte ich auf die Erstattung für den gestrichenen Flug. Buchung [removed].",
    "@PebblewingHelp the app logs me out whenever I open the boarding pass, and the gate closes in 50 minutes!",
)


def cases(number_of: int, from_at: int) -> Iterator[Case]:
    """Tell so many cases of the seven days from `from_at`, busier by day than by night and at weekends."""
    random = Random(from_at)
    for number in range(number_of):
        weekday, hour = (random.choices(range(len(each)), each)[0] for each in (_BY_WEEKDAY, _BY_HOUR))
        yield _case(number, from_at + weekday * DAY + hour * HOUR + random.randrange(HOUR), random)


def _case(number: int, opened_at: int, random: Random) -> Case:
    is_answerable, is_thanked = random.random() < 0.88, random.random() < 0.06
    by_night = random.random() < 0.25
    after = int(random.lognormvariate(9.6 if by_night else 7.3, 0.9)) if random.random() < 0.93 else None
    priority = random.choices(list(Priority), (1, 5, 9, 5))[0]
    target = {Priority.P1: 30, Priority.P2: 60, Priority.P3: 240, Priority.P4: 960}[priority]
    clocks = (
        a_clock(start=opened_at, minutes=target, met_at=None if after is None else opened_at + after),
        *_later_clocks(opened_at, after, random),
    )
    return a_case(
        number,
        opened_at=opened_at,
        answered_after=after if is_answerable and not is_thanked else None,
        clocks=clocks if is_answerable and not is_thanked else (),
        is_answerable=is_answerable,
        closed_because=None if is_answerable else random.choice(("spam", "retweet", "joke")),
        status=Status.ANSWERED if is_answerable else Status.CLOSED,
        priority=priority,
        team=random.choices(("care", "technical", "sales"), (12, 4, 1))[0],
        agent=random.choices(("Mia", "Jonas", "Amira", "unattributed"), (6, 5, 4, 1))[0] if after else None,
        language=random.choices(_LANGUAGES, (12, 6, 2, 2, 1))[0],
        sentiment=random.choices(("negative", "neutral", "positive"), (9, 10, 3))[0],
        topic=random.choices(_TOPICS, (8, 7, 5, 4, 4, 6))[0],
        thanked=is_thanked,
        acknowledgement="sent" if is_answerable else "closed as spam",
        acknowledged_at=opened_at + random.randrange(20, 140) if is_answerable else None,
        judged=tuple(_judged(number)) if after and is_answerable else (),
    )


def _judged(number: int) -> Iterator[Judged]:
    """People let nearly all stand: one in 13 they file otherwise, one in 20 they find more urgent."""
    yield Judged(Aspect.CATEGORY, "question", "complaint" if number % 13 == 0 else "question")
    yield Judged(Aspect.PRIORITY, "P3", "P2" if number % 20 == 0 else "P3")
    yield Judged(Aspect.TEAM, "care", "technical" if number % 60 == 0 else "care")


def _later_clocks(opened_at: int, after: int | None, random: Random) -> Iterator[Clock]:
    if after is not None and random.random() < 0.3:
        start = opened_at + after + random.randrange(HOUR)
        yield a_clock(Metric.NEXT_RESPONSE, start=start, met_at=start + random.randrange(2 * HOUR))


def figures(period: Period, cases_a_week: int, from_at: int, as_of: int) -> Figures:
    """Measure the cases of a week that were opened in a period."""
    opened = (case for case in cases(cases_a_week, from_at) if period.from_at <= case.opened_at < period.until_at)
    return replace(measure(opened, period, policy=POLICY, as_of=as_of), costs=_costs(period))


def _costs(period: Period) -> Costs:
    """Give what a period of some 200 mentions a day may cost, each kind of it."""
    days = [day_of(period.from_at + 12 * HOUR + at) for at in range(0, period.until_at - period.from_at, DAY)]
    used = {
        Metered.MENTION: 205.0,
        Metered.WRITE_UNIT: 24_300.0,
        Metered.REFUSED_UNIT: 12.0,
        Metered.READ_UNIT: 61_000.0,
        Metered.INVOCATION: 9_100.0,
        Metered.MEGABYTE_MS: 1.4e9,
        Metered.MAIL: 21.0,
    }
    counters = [{"reads:search:brand": 180, "reads:mentions:pebblewinghelp": 205, "looks": 400, "posts": 150}] * len(
        days
    )
    return costs_of(
        days,
        x_counters=counters,
        used=dict.fromkeys(days, used),
        app_owners=frozenset({"pebblewinghelp"}),
        month=MonthSoFar("2026-03", spent_usd=41.3, budget_usd=400.0),
    )


@cache
def daily() -> Mail:
    """Give the summary of a Tuesday."""
    as_of, before = TUESDAY.until_at + 7 * HOUR, TUESDAY.before()
    now, then = (figures(period, 1_460, MONDAY, as_of) for period in (TUESDAY, before))
    return summary_mail(now, then, title="Daily summary", policy=POLICY, api_url=API)


@cache
def weekly() -> Mail:
    """Give the summary of a week with some 1,500 cases."""
    as_of, before = WEEK.until_at + 7 * HOUR, WEEK.before()
    now, then = figures(WEEK, 1_460, MONDAY, as_of), figures(before, 1_310, before.from_at, as_of)
    return summary_mail(now, then, title="Weekly summary", policy=POLICY, api_url=API, is_weekly=True)


def a_full_week() -> Mail:
    """Give the summary of a week in which every list is as long as it gets, names and reasons too."""
    as_of, before = WEEK.until_at + 7 * HOUR, WEEK.before()
    told = [
        replace(
            case,
            topic=f"a topic with a longish name, {number % 12}",
            language=f"l{number % 12}",
            agent=f"Somebody of the Team, {number % 12}",
            acknowledgement=f"refused: a reason that takes a dozen words to say, {number % 12}",
        )
        for number, case in enumerate(cases(3_000, MONDAY))
    ]
    week = replace(measure(told, WEEK, policy=POLICY, as_of=as_of), costs=_costs(WEEK))
    now, then = week, figures(before, 1_310, before.from_at, as_of)
    return summary_mail(now, then, title="Weekly summary", policy=POLICY, api_url=API, is_weekly=True)


@cache
def alert(cases_told: int = 4) -> Mail:
    """Give an alert of so many cases: the first ones late, one due soon, one answered since."""
    now = NOON + 2 * HOUR + 10 * MINUTE
    alerts = tuple(_alert(number, now) for number in range(cases_told))
    texts = {each.post_id: _TEXTS[number % len(_TEXTS)] for number, each in enumerate(alerts)}
    return alert_mail(Digest(POLICY.teams["care"], alerts, ()), texts, policy=POLICY, api_url=API, now=now)


def _alert(number: int, now: int) -> Alert:
    late = (130 * MINUTE, 48 * MINUTE, -12 * MINUTE, 25 * MINUTE)[number % 4]
    case = a_case(
        number,
        opened_at=now - late - HOUR,
        priority=(Priority.P1, Priority.P2, Priority.P2, Priority.P3)[number % 4],
        topic=_TOPICS[number % 2],
        language="de" if number % 4 == 2 else "en",
        assignee="Jonas" if number % 4 == 1 else None,
        agent="Mia" if number % 4 == 3 else None,
    )
    return Alert(case, Metric.FIRST_RESPONSE, late > 0, now - late, late, "answered since" if number % 4 == 3 else None)


@cache
def viral() -> Mail:
    """Tell of an unhappy post by a large account, and of one that spreads and was answered since."""
    now = NOON + 40 * MINUTE
    alerts = (
        _viral(0, now, Viral(Fact.LARGE_ACCOUNT, now - MINUTE, "1000", 184_000, Priority.P2)),
        _viral(1, now, Viral(Fact.SPREADING, now - 9 * MINUTE, "1001", 340, Priority.P2)),
    )
    texts = {each.post_id: _TEXTS[number] for number, each in enumerate(alerts)}
    digest = Digest(POLICY.teams["care"], alerts, (), is_viral=True)
    return viral_mail(digest, texts, policy=POLICY, api_url=API, now=now)


def _viral(number: int, now: int, found: Viral) -> Alert:
    is_answered = number == 1
    case = a_case(
        number,
        opened_at=now - 25 * MINUTE,
        priority=found.priority,
        topic=_TOPICS[0],
        agent="Mia" if is_answered else None,
        followers=found.figure if found.fact is Fact.LARGE_ACCOUNT else 812,
        verified="business" if found.fact is Fact.LARGE_ACCOUNT else "none",
        growth_per_hour=340 if found.fact is Fact.SPREADING else 24,
        viral=(found,),
        reasons=("It tells of something that does not work.", "Problems come first.", REASONS[found.fact]),
    )
    due_at = now + 35 * MINUTE
    since = "answered since" if is_answered else None
    alert = Alert(case, Metric.FIRST_RESPONSE, is_breach=False, due_at=due_at, late_seconds=now - due_at, since=since)
    return replace(alert, viral=found)


@cache
def budget() -> Mail:
    """Say that the budget of a day is used up."""
    found = Standing(Stage.QUEUE_ONLY, MONDAY + DAY + HOUR, Line(20.0, 20.0), Line(41.3, 400.0))
    return budget_mail(found, policy=POLICY, now=NOON)


_OF_THE_INCIDENT = (
    "@PebblewingHelp the app logs me out whenever I open the boarding pass, and the gate closes in 50 minutes!",
    "App tot, Bordkarte weg, Schlange bis zur Tür. Ruft mich an: [phone] @PebblewingHelp",
    "is anybody else unable to log in to Pebblewing since an hour",
)


@cache
def surge() -> Mail:
    """Tell of an incident that has just been declared."""
    return _of_incident(Telling.SURGE, Move.DECLARE, joined=61, held=38, status_posts=(a_status_post(),))


@cache
def incident_update() -> Mail:
    """Tell how it goes on, once it has calmed down."""
    post = a_status_post(approved_by="Lena", post_id="2028470000000000001", posted_at=BEGAN + 31 * MINUTE)
    return _of_incident(Telling.UPDATE, Move.DECLARE, Move.CALM, joined=151, held=96, status_posts=(post,))


@cache
def incident_report() -> Mail:
    """Tell how it was."""
    post = a_status_post(approved_by="Lena", post_id="2028470000000000001", posted_at=BEGAN + 31 * MINUTE)
    over = {"joined": 151, "held": 96, "answered": 41, "spared": 55, "closed_at": NOON, "status_posts": (post,)}
    return _of_incident(Telling.REPORT, Move.DECLARE, Move.CALM, Move.RESOLVE, **over)


def _of_incident(telling: Telling, *moves: Move, **changes: Any) -> Mail:
    posts = [str(2028470000000000010 + number) for number in range(len(_OF_THE_INCIDENT))]
    incident = an_incident(*moves, by="Lena", examples=tuple(f"8{post[-3:]}/{post}" for post in posts), **changes)
    from_at, until_at = shown_stretch(incident, NOON)
    drawn = columns(list(a_course()), from_at, until_at, most=MOST_COLUMNS)
    texts = dict(zip(posts, _OF_THE_INCIDENT, strict=True))
    return incident_mail(incident, telling, drawn, texts, policy=POLICY, api_url=API, now=NOON)


MAILS = {
    "alert": alert,
    "viral": viral,
    "daily": daily,
    "weekly": weekly,
    "budget": budget,
    "surge": surge,
    "incident-update": incident_update,
    "incident-report": incident_report,
}


def main(folder: Path) -> None:
    """Write each mail as HTML and as text."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MAILS.items():
        mail = make()
        (folder / f"{name}.html").write_text(mail.html, encoding="utf-8")
        (folder / f"{name}.txt").write_text(f"{mail.subject}\n\n{mail.text}", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
