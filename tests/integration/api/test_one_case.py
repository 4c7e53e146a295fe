"""A case and a customer, told whole to whoever may see what customers wrote."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from desk.event import Assessment, Direction, Event, Filing, Gone, Kind
from desk.outbox import Outgoing, OutgoingKind, State, acknowledgement_key
from desk.policy.model import Category, Priority
from desk.post import Post
from desk.store.desk_items import Filed, Profile
from tests.cases import MINUTE, NOON, a_case

CUSTOMER, CASE = "901", "901-5001"


def a_post(post_id: str, *, at: int, text: str, author: str = CUSTOMER, first_id: str | None = None) -> Post:
    return Post(post_id, first_id or post_id, author, "5001", at, text)


def a_filing(**changes: Any) -> Filing:
    assessment = Assessment(
        Category.PROBLEM, True, Priority.P2, "care", "en", "negative", 0.8, "baggage", ("names baggage",), True
    )
    return Filing(CASE, "0123456789ab", changes.pop("assessment", assessment), **changes)


def customer_post(post_id: str = "5001", *, at: int = NOON - 30 * MINUTE, text: str = "My bag is lost") -> Event:
    return Event(
        CUSTOMER,
        Kind.POST,
        post_id,
        at,
        at + 20,
        "mentions:pebblewinghelp",
        post_id=post_id,
        direction=Direction.INBOUND,
        post=a_post(post_id, at=at, text=text),
        handle="pebblewinghelp",
        filing=a_filing(acknowledgement="planned"),
    )


def our_post(post_id: str, *, at: int, automatic: str | None = None) -> Event:
    return Event(
        CUSTOMER,
        Kind.POST,
        post_id,
        at,
        at + 5,
        "timeline:pebblewinghelp",
        post_id=post_id,
        direction=Direction.OUTBOUND,
        post=a_post(post_id, at=at, text="We are on it", author="1"),
        handle="pebblewinghelp",
        agent=None if automatic else "Mia",
        filing=a_filing(assessment=None, automatic=automatic),
    )


def deletion(concerns: str, *, at: int) -> Event:
    return Event(CUSTOMER, Kind.DELETED, "5003", at, at, "look", concerns=concerns, filing=a_filing(assessment=None))


def filed(*events: Event, outgoing: Outgoing | None = None) -> Filed:
    case = a_case(1, opened_at=NOON - 30 * MINUTE)
    return Filed(events, case, 0, 1, ("5001",), Profile(CUSTOMER, cases=1, open_case=CASE), outgoing)


def acknowledgement() -> Outgoing:
    return Outgoing(
        CUSTOMER,
        acknowledgement_key(CASE),
        OutgoingKind.ACKNOWLEDGEMENT,
        State.PLANNED,
        CASE,
        "5001",
        "5001",
        NOON - 30 * MINUTE,
        "pebblewinghelp",
        "en",
        "acknowledgement",
        is_summoned=True,
        planned_at=NOON - 29 * MINUTE,
    )


def test_a_case_tells_everything_that_happened_in_the_order_of_time(api: Any) -> None:
    answered = our_post("5002", at=NOON - 10 * MINUTE)
    api.files(filed(answered, customer_post(), outgoing=acknowledgement()))
    told = api.get(f"/cases/{CASE}", scope="agent")
    assert told.status == 200
    assert [(entry["direction"], entry["text"]) for entry in told.body["timeline"]] == [
        ("inbound", "My bag is lost"),
        ("outbound", "We are on it"),
    ]
    first, second = told.body["timeline"]
    assert (first["category"], first["reasons"], first["acknowledgement"]) == ("problem", ["names baggage"], "planned")
    assert (second["agent"], second["is_automatic"]) == ("Mia", False)
    assert [(each["key"], each["state"]) for each in told.body["outgoing"]] == [(f"ACK#{CASE}", "planned")]
    assert told.body["clocks"][0]["state"] == "pending"


def test_a_case_carries_its_revision_as_etag(api: Any) -> None:
    api.files(filed(customer_post()))
    told = api.get(f"/cases/{CASE}")
    assert told.headers["ETag"] == f'"{told.body["revision"]}"'


def test_an_automatic_reply_is_shown_as_one(api: Any) -> None:
    api.files(filed(customer_post(), our_post("5002", at=NOON, automatic=f"ACK#{CASE}")))
    assert [entry["is_automatic"] for entry in api.get(f"/cases/{CASE}").body["timeline"]] == [False, True]


def test_the_text_of_a_deleted_post_is_not_shown(api: Any) -> None:
    api.files(filed(customer_post(text="I regret this"), deletion("5001", at=NOON)))
    told = api.get(f"/cases/{CASE}")
    assert [entry["kind"] for entry in told.body["timeline"]] == ["POST", "DELETED"]
    assert told.body["timeline"][0]["text"] == "[deleted on X]"
    assert "regret" not in str(told.body)


def test_a_text_kept_long_enough_is_told_to_be_gone(api: Any) -> None:
    api.files(filed(customer_post(text="I regret this").without_text(Gone.EXPIRED)))
    assert api.get(f"/cases/{CASE}").body["timeline"][0]["text"] == "[no longer kept]"


def test_events_of_another_case_stay_out(api: Any) -> None:
    api.files(filed(customer_post()))
    other = replace(customer_post("6001", at=NOON, text="Something else"), filing=None)
    api.desk.append(other)
    assert len(api.get(f"/cases/{CASE}").body["timeline"]) == 1


def test_an_outcome_shows_before_it_is_filed(api: Any) -> None:
    api.files(filed(customer_post()))
    outcome = Event(
        CUSTOMER,
        Kind.OUTCOME,
        "5009",
        NOON,
        NOON,
        "respond",
        concerns=CASE,
        outbox_key=f"ACK#{CASE}",
        state="refused",
        reason="opted out",
    )
    api.desk.append(outcome)
    shown = api.get(f"/cases/{CASE}").body["timeline"][-1]
    assert (shown["kind"], shown["state"], shown["reason"]) == ("OUTCOME", "refused", "opted out")


def test_a_customer_has_all_cases_the_latest_first(api: Any) -> None:
    api.files(filed(customer_post()))
    later = replace(a_case(1, opened_at=NOON), case_id="901-7001")
    api.holds(later)
    told = api.get(f"/customers/{CUSTOMER}", scope="agent").body
    assert [case["case_id"] for case in told["cases"]] == ["901-7001", CASE]
    assert told["open_case"] == CASE
    assert told["stopped_at"] is None
