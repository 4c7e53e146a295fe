"""The webhook in an operator's hands: where to, by which secrets, and what became of what was told."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from desk.announcement import Announcement
from desk.store.announcements import (
    Standing,
    announce,
    every_pending,
    give_up,
    given_up,
    keep_standing,
    standing,
)
from tests.cases import NOON
from tests.integration.operate.conftest import STACK
from webhook.endpoint import read

URL = "https://crm.example/in?key=private"
DAY = 86_400


def kept() -> Any:
    found = boto3.client("ssm").get_parameter(Name=f"/{STACK}/webhook", WithDecryption=True)["Parameter"]
    return read(found["Value"])


def an_announcement(number: int, customer: str | None = "501") -> Announcement:
    return Announcement(f"evt_{number}", "case.opened", NOON, NOON, "A case opened", {}, customer)


@pytest.fixture
def pointed(operator: Any) -> Any:
    operator.secret = operator.reads("webhook", "set", "--url", URL)["secret"]
    return operator


def test_set_keeps_the_address_and_makes_a_secret_that_is_shown_once(operator: Any) -> None:
    first = operator.reads("webhook", "set", "--url", URL)["secret"]
    assert first.startswith("whsec_")
    assert (kept().url, [each.value for each in kept().secrets]) == (URL, [first])
    assert operator.reads("webhook", "set", "--url", "https://other.example/")["secret"] is None
    assert [each.value for each in kept().secrets] == [first]


@pytest.mark.parametrize("url", ["http://crm.example/", "https://user:word@crm.example/", "crm.example"])
def test_an_address_that_can_not_be_used_is_refused_with_the_reason(operator: Any, url: str) -> None:
    assert operator.types("webhook", "set", "--url", url) == 1
    assert "the address can't be used" in operator.complaints
    assert operator.reads("webhook")["host"] is None


def test_without_an_address_set_says_what_to_say(operator: Any) -> None:
    assert operator.types("webhook", "set", "--json") == 1
    assert "--url" in operator.complaints


def test_a_new_secret_signs_at_once_and_the_one_before_for_a_day(pointed: Any) -> None:
    fresh = pointed.reads("webhook", "secret")["secret"]
    assert [each.value for each in kept().signing(NOON)] == [fresh, pointed.secret]
    assert [each.value for each in kept().signing(NOON + DAY)] == [fresh]


def test_before_set_there_is_nothing_to_change(operator: Any) -> None:
    assert operator.types("webhook", "secret") == 1
    assert operator.types("webhook", "test") == 1
    assert "desk webhook set" in operator.complaints


def test_show_tells_the_host_and_nothing_that_may_be_a_secret(pointed: Any) -> None:
    shown = pointed.reads("webhook")
    assert (shown["host"], shown["format"], shown["pending"]) == ("crm.example", "standard", 0)
    assert pointed.types("webhook") == 0
    assert "crm.example" in pointed.printed
    assert "private" not in pointed.printed
    assert pointed.secret not in pointed.printed


def test_a_test_goes_the_way_of_every_announcement(pointed: Any) -> None:
    sent = pointed.reads("webhook", "test")["webhook_id"]
    (pending,) = every_pending(pointed.ledger)
    assert (pending.announcement.announcement_id, pending.announcement.kind) == (sent, "webhook.tested")


def test_a_receiver_that_is_gone_is_asked_anew_when_a_person_says_so(pointed: Any) -> None:
    keep_standing(pointed.ledger, Standing(gone_since=NOON))
    assert pointed.types("webhook") == 1
    assert pointed.types("webhook", "start") == 0
    assert standing(pointed.ledger) == Standing()


def test_another_address_is_asked_anew_too(pointed: Any) -> None:
    keep_standing(pointed.ledger, Standing(gone_since=NOON))
    pointed.types("webhook", "set", "--url", "https://new.example/")
    assert standing(pointed.ledger) == Standing()


def test_what_was_given_up_is_sent_again_under_its_ids(pointed: Any) -> None:
    queue = boto3.client("sqs").get_queue_url(QueueName="webhook-failures")["QueueUrl"]
    for number in range(12):
        announce(pointed.ledger, an_announcement(number))
        boto3.client("sqs").send_message(QueueUrl=queue, MessageBody="{}")
    for pending in every_pending(pointed.ledger):
        give_up(pointed.ledger, pending)
    assert pointed.reads("webhook")["given_up"] == 12
    assert pointed.reads("webhook", "resend") == {"resent": 12}
    again = [each.announcement for each in every_pending(pointed.ledger)]
    assert {each.announcement_id for each in again} == {f"evt_{number}" for number in range(12)}
    assert {each.tries for each in again} == {0}
    assert list(given_up(pointed.ledger)) == []
    assert "Messages" not in boto3.client("sqs").receive_message(QueueUrl=queue)


@pytest.mark.parametrize(
    ("breaks", "verdict"),
    [
        (lambda _: None, "fine"),
        (lambda desk: keep_standing(desk.ledger, Standing(gone_since=NOON)), "wrong"),
        (lambda _: boto3.client("ssm").delete_parameter(Name=f"/{STACK}/webhook"), "wrong"),
    ],
)
def test_the_doctor_looks_at_the_webhook(pointed: Any, breaks: Any, verdict: str) -> None:
    breaks(pointed)
    (found,) = [each for each in pointed.reads("doctor")["findings"] if each["what"] == "webhook"]
    assert found["verdict"] == verdict
    assert bool(found["remedy"]) == (verdict == "wrong")


def test_the_doctor_notices_what_was_given_up(pointed: Any) -> None:
    announce(pointed.ledger, an_announcement(1))
    for pending in every_pending(pointed.ledger):
        give_up(pointed.ledger, pending)
    (found,) = [each for each in pointed.reads("doctor")["findings"] if each["what"] == "webhook"]
    assert (found["verdict"], "resend" in found["remedy"]) == ("wrong", True)
