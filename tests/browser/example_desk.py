"""A made-up Monday at Pebblewing, for the eye: cases in every state, a day of figures, one case with a whole story."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from desk.action import Act, Action
from desk.event import Assessment, Direction, Event, Filing, Kind
from desk.policy.model import Category, Priority
from desk.post import Post
from desk.store.desk_items import Filed, Profile
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case, a_clock, a_course

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
HOSTILE = '<img src=x onerror="document.title=1"><script>alert(1)</script> \u202egnp.exe\u202c [b]https://evil.example[/b]'


def fill(desk: Desk) -> None:
    desk.goes()
    desk.holds(*(_open(number, *row) for number, row in enumerate(OPEN, start=1)), *_answered())
    desk.files(_story())
    for event in _actions():
        desk.desk.append(event)


def _open(number: int, ago: int, team: str, priority: str, category: str, topic: str | None, allowed: int, facts: dict) -> Case:
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
        ("names baggage", "says that it is still missing", "asks for the third time"), True,
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
        filing=Filing(STORY, "0123456789ab", None if ours else assessment, automatic=automatic),
    )


def _story() -> Filed:
    opened = NOON - 88 * MINUTE
    events = (
        _post(7001, 88, "@PebblewingHelp two days and my suitcase is still in Lisbon. Nobody picks up the phone. #lost"),
        _post(7002, 87, "@ada_b We are sorry about your baggage. This is an automatic reply: a person answers by 14:30.", ours=True, automatic=f"ACK#{STORY}"),
        _post(7003, 71, "@ada_b Hi Ada, I have asked Lisbon to trace it and will write again within the hour. ^MR", ours=True),
        _post(7004, 20, "@PebblewingHelp the hour is over. I need the medicine that is in there!"),
        _post(7005, 12, HOSTILE),
    )  # fmt: skip
    case = a_case(
        5,
        case_id=STORY,
        customer_id=CUSTOMER,
        conversations=("7001",),
        first_key=events[0].key,
        opened_at=opened,
        opening_post="7001",
        latest_post="7005",
        latest_post_at=NOON - 12 * MINUTE,
        topic="baggage",
        category=Category.COMPLAINT,
        course=a_course(opened, "7001"),
        clocks=(
            a_clock(start=opened, met_at=opened + 17 * MINUTE),
            replace(a_clock(start=NOON - 20 * MINUTE, minutes=15), metric=a_clock().metric.NEXT_RESPONSE),
        ),
        waiting_since=NOON - 20 * MINUTE,
        first_answer_at=opened + 17 * MINUTE,
        latest_answer_at=opened + 17 * MINUTE,
        answers=1,
        posts=3,
        agent="Mia",
        assignee="Mia",
        acknowledgement="sent",
        due_at=NOON - 5 * MINUTE,
        next_change=NOON - 5 * MINUTE,
    )
    return Filed(events, case, 0, 3, ("7001",), Profile(CUSTOMER, cases=1, open_case=STORY), None)


def _actions() -> tuple[Event, ...]:
    actions = (
        (7002, 80, Action(Act.ASSIGN, by="the lead", agent="Mia")),
        (7003, 70, Action(Act.NOTE, by="Mia", text="Lisbon has the claim PBW 300412, tracing began at 12:50.")),
    )
    return tuple(
        Event(
            CUSTOMER,
            Kind.ACTION,
            str(number),
            NOON - ago * MINUTE,
            NOON - ago * MINUTE,
            "api",
            concerns=STORY,
            action=action,
            filing=Filing(STORY, "0123456789ab", None),
        )
        for number, ago, action in actions
    )
