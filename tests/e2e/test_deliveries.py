"""Whatever is delivered twice, or run at once, changes nothing the second time."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from desk.event import Event
from desk.outbox import Outgoing, State
from desk.store.codec import body_of, encode

WRITTEN_LATER = {"filing", "case_id", "bucket", "sentiment", "topic"}


@pytest.fixture
def acknowledged(desk):
    """A customer of this test whose post was filed and acknowledged."""
    written = desk.writes("@PebblewingHelp my suitcase never arrived, who can help me?")
    desk.minutes_pass(1)
    desk.minutes_pass(1)  # our own post is read back
    assert desk.outgoing(written).state == "sent"
    return written


def delivery(*images: dict[str, Any]) -> dict[str, Any]:
    """Give a batch as the table's stream delivers it."""
    return {
        "Records": [
            {
                "eventID": str(number),
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "eventVersion": "1.1",
                "awsRegion": "us-east-1",
                "dynamodb": {
                    "Keys": {"pk": image["pk"], "sk": image["sk"]},
                    "NewImage": image,
                    "SequenceNumber": str(number),
                    "StreamViewType": "NEW_IMAGE",
                },
            }
            for number, image in enumerate(images, start=1)
        ]
    }


def as_appended(item: dict[str, Any]) -> dict[str, Any]:
    """Give an event's item as it was when it was appended."""
    unfiled = {"queue": {"S": "UNFILED"}, "due_at": {"N": str(body_of(item, Event).seen_at)}}
    return {name: value for name, value in item.items() if name not in WRITTEN_LATER} | unfiled


def as_planned(item: dict[str, Any]) -> dict[str, Any]:
    """Give an outgoing post's item as it was when it was planned."""
    planned = replace(body_of(item, Outgoing), state=State.PLANNED, text=None)
    return item | {"state": {"S": State.PLANNED}, "body": {"S": encode(planned)}, "queue": {"S": "UNSETTLED"}}


def test_an_event_delivered_twice_is_filed_once(desk, acknowledged):
    before = desk.items(acknowledged.customer_id)
    events = [item for key, item in before.items() if key.startswith("EVENT#")]
    again = delivery(*map(as_appended, events))
    assert desk.stack.invoke("Triage", again) == {"batchItemFailures": []}
    assert desk.items(acknowledged.customer_id) == before


def test_an_outgoing_post_delivered_twice_is_posted_once(desk, acknowledged):
    before, shown = desk.items(acknowledged.customer_id), sorted(desk.own_posts())
    again = delivery(as_planned(before[f"OUTBOX#{acknowledged.outbox_key}"]))
    assert desk.stack.invoke("Respond", again) == {"batchItemFailures": []}
    assert desk.items(acknowledged.customer_id) == before
    assert sorted(desk.own_posts()) == shown
    assert len(desk.replies_on_x(acknowledged)) == 1


def test_a_record_that_can_not_be_read_is_given_back_alone(desk, acknowledged):
    event = next(item for key, item in desk.items(acknowledged.customer_id).items() if key.startswith("EVENT#"))
    batch = delivery(as_appended(event), as_appended(event) | {"body": {"S": "{}"}})
    assert desk.stack.invoke("Triage", batch) == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_a_poll_does_nothing_while_another_one_runs(desk):
    written = desk.writes("@PebblewingHelp can I bring my own sandwich?")
    asked = desk.stack.simulator.report()["requests"]
    assert desk.stack.ledger.take_lease("poll", owner="another run", now=desk.now, seconds=55)
    assert desk.stack.invoke("Poll", {}) == {}
    assert desk.stack.simulator.report()["requests"] == asked
    desk.stack.ledger.release_lease("poll", owner="another run")
    desk.minutes_pass(1)
    assert desk.reads(f"/cases/{written.case_id}")["posts"] == 1


def test_a_poll_run_twice_stores_nothing_twice(desk, acknowledged):
    before = desk.items(acknowledged.customer_id)
    assert desk.stack.invoke("Poll", {}).keys() == desk.stack.invoke("Poll", {}).keys()
    assert desk.items(acknowledged.customer_id) == before


def test_the_desk_reads_back_its_own_post_and_takes_it_for_no_answer(desk, acknowledged):
    case = desk.reads(f"/cases/{acknowledged.case_id}")
    assert (case["acknowledgement"], case["answers"], case["first_answer_at"]) == ("sent", 0, None)
