"""A made-up Monday at Pebblewing, for the eye: cases in every state, a day of figures, one case with a whole story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from api.sources import policy
from desk.action import Act, Action
from desk.case import fold
from desk.event import Assessment, Direction, Event, Filing, Kind
from desk.incidents.life import Move
from desk.policy.model import Category, Priority
from desk.post import Post
from desk.store.desk_items import Filed, Profile
from desk.store.incidents import keep_incident
from desk.store.volumes import keep_volume
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case, a_clock
from tests.incidents import a_course, a_status_post, an_incident

if TYPE_CHECKING:
    from desk.case import Case
    from tests.browser.desk_on_a_port import Desk

OPEN = (
    # minutes ago, team, priority, category, topic, minutes allowed, further facts
    (96, "care", "P2", "complaint", "baggage", 60, {"posts": 3, "assignee": "Mia"}),
    (71, "care", "P2", "problem", "delay_and_cancellation", 60, {"language": "de"}),
    (13, "care", "P1", "complaint", "safety", 15, {"posts": 2, "assignee": "Jonas"}),
    (52, "care", "P2", "problem", "baggage", 60, {}),
    (24, "care", "P2", "request", "refund", 60, {"language": "es"}),
    (33, "care", "P3", "question", "booking", 240, {}),
    (9, "care", "P3", "question", "baggage", 240, {"language": "fr"}),
    (18, "care", "P4", "feedback", None, 960, {"handle": ""}),
    (140, "technical", "P2", "problem", "app_and_website", 120, {"posts": 4}),
    (41, "technical", "P3", "question", "app_and_website", 240, {"assignee": "Jonas"}),
    (6, "technical", "P2", "problem", "booking", 120, {"language": "da"}),
    (75, "sales", "P4", "sales_lead", "group_booking", 480, {"is_answerable": False}),
)

ARRIVALS = (1, 0, 0, 0, 1, 2, 4, 6, 9, 7, 5, 4)
"""Answered cases by the hour of this day in UTC, up to noon."""

YESTERDAY = (5, 4, 6, 3, 4, 5, 7, 6, 4, 2, 2, 1)
"""The same of the twelve hours before midnight."""

CUSTOMER = "80313"
STORY = "80313-7001"


def fill(desk: Desk) -> None:
    """What is open at this moment."""
    desk.holds(*(_open(number, *row) for number, row in enumerate(OPEN, start=1)))
    desk.files(_story())


def fill_the_day(desk: Desk) -> None:
    """The same, after a whole day's work."""
    fill(desk)
    desk.holds(*_answered())


def fill_an_outage(desk: Desk) -> str:
    """The same while the app lets nobody in; gives the id of the incident."""
    fill(desk)
    for begins, volume in a_course():
        keep_volume(desk.ledger, begins, volume)
    examples = f"{CUSTOMER}/7001", f"{CUSTOMER}/7006"
    outage = an_incident(Move.DECLARE, joined=61, held=38, examples=examples, status_posts=(a_status_post(),))
    keep_incident(desk.ledger, outage, version=0)
    joined = {"incident_id": outage.incident_id, "topic": "app-and-website", "category": Category.PROBLEM}
    desk.holds(*(a_case(80 + number, opened_at=NOON - number * MINUTE, **joined) for number in range(9)))
    return outage.incident_id


def _open(number: int, *row: Any) -> Case:
    ago, team, priority, category, topic, allowed, facts = row
    opened = NOON - ago * MINUTE
    clock = a_clock(start=opened, minutes=allowed)
    due = clock.due_at if clock.due_at < NOON else clock.warn_at if clock.warn_at > NOON else clock.due_at
    return a_case(
        number,
        opened_at=opened,
        team=team,
        priority=Priority(priority),
        category=Category(category),
        topic=topic,
        clocks=(clock,),
        due_at=due,
        next_change=due,
        acknowledgement="sent",
        **{"handle": "PebblewingHelp", **facts},
    )


def _answered() -> list[Case]:
    today = [(NOON - 12 * HOUR + hour * HOUR, count) for hour, count in enumerate(ARRIVALS)]
    before = [(NOON - DAY + hour * HOUR, count) for hour, count in enumerate(YESTERDAY)]
    moments = [at + place * 7 * MINUTE for at, count in [*before, *today] for place in range(count)]
    return [
        replace(
            a_case(100 + number, opened_at=at, answered_after=(4 + number * 37 % 61) * MINUTE),
            due_at=at + 2 * DAY,
            next_change=at + 2 * DAY,
        )
        for number, at in enumerate(moments)
    ]


def _post(number: int, ago: int, text: str, *, ours: bool = False, automatic: str | None = None) -> Event:
    at = NOON - ago * MINUTE
    assessment = Assessment(
        Category.COMPLAINT, True, Priority.P2, "care", "en", "negative", 0.93, "baggage",
        ("names baggage", "says that it is still missing", "asks for the second time"), True,
    )  # fmt: skip
    return Event(
        CUSTOMER,
        Kind.POST,
        str(number),
        at,
        at + 20,
        "mentions:pebblewinghelp",
        post_id=str(number),
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        post=Post(str(number), str(number), "1" if ours else CUSTOMER, "7001", at, text),
        handle="PebblewingHelp",
        agent="Mia" if ours and not automatic else None,
        filing=Filing(STORY, policy().version, None if ours else assessment, automatic=automatic),
    )


def _story() -> Filed:
    events = (
        _post(7001, 170, "@PebblewingHelp two days and my suitcase is still in Lisbon. Nobody picks up the phone. #lost"),
        _post(7002, 169, "@ada_b We are sorry about your baggage. This is an automatic reply: a person answers by 11:10.", ours=True, automatic=f"ACK#{STORY}"),
        _act(7003, 160, Action(Act.ASSIGN, by="Nora", agent="Mia")),
        _post(7004, 149, "@ada_b Hi Ada, I have asked Lisbon to trace it and will write again within the hour. ^MR", ours=True),
        _act(7005, 148, Action(Act.NOTE, by="Mia", text="Lisbon has the claim; tracing began at 10:31.")),
        _post(7006, 72, "@PebblewingHelp the hour is over. What about my suitcase?"),
    )  # fmt: skip
    case = fold(STORY, events, policies={policy().version: policy()}, now=NOON)
    assert case
    return Filed(events, case, 0, 3, ("7001",), Profile(CUSTOMER, cases=1, open_case=STORY), None)


def _act(number: int, ago: int, action: Action) -> Event:
    at = NOON - ago * MINUTE
    filing = Filing(STORY, policy().version, None)
    return Event(CUSTOMER, Kind.ACTION, str(number), at, at, "api", concerns=STORY, action=action, filing=filing)
