"""The webhook as Lambda calls it, and a receiver on this machine that takes what comes, or does not."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from functools import cache
from threading import Event, Thread
from types import SimpleNamespace
from unittest.mock import patch

import boto3
import pytest

from desk import credentials as secrets
from desk.announcement import Announcement
from desk.errors import Misconfigured
from desk.meter import meter
from desk.settings import settings
from desk.store import announcements, counted, edge
from desk.store.announcements import Standing, announce, due_announcements, every_pending, given_up, standing
from desk.store.ledger import Setup
from desk.telemetry import metrics
from tests.receiver import Receiver
from webhook import delivery, handler, sending
from webhook.endpoint import Endpoint, Secret, made_of
from webhook.verdict import DELAYS, Reply

BEGIN = 1_772_528_400
PARAMETER = "/desk/webhook"
NEW, OLD = made_of(b"n" * 32), made_of(b"o" * 32)
CACHES = (settings, edge.desk_table, edge.ledger, meter)
MINUTE, HOUR, DAY = 60, 3600, 86_400


class Context:
    function_name = "webhook"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:eu-central-1:1:function:webhook"
    aws_request_id = "request-1"
    left_ms = 45_000

    def get_remaining_time_in_millis(self):
        return self.left_ms


class Desk:
    """A deployed webhook and the ledger from which it tells."""

    def __init__(self, ledger, queue_url):
        self.ledger, self.queue_url, self.now = ledger, queue_url, BEGIN

    def announces(self, *numbers, kind="case.opened"):
        for number in numbers:
            announce(self.ledger, an_announcement(number, kind=kind, announced_at=self.now))

    def points_to(self, url, *values):
        endpoint = Endpoint(url, tuple(Secret(each) for each in values or (NEW,)))
        client("ssm").put_parameter(Name=PARAMETER, Value=endpoint.text, Type="SecureString", Overwrite=True)

    def runs(self, **context):
        lambda_context = Context()
        for name, value in context.items():
            setattr(lambda_context, name, value)
        return handler.deliver({}, lambda_context)

    def waits(self, seconds):
        self.now += seconds

    def pending(self):
        return [each.announcement.announcement_id for each in every_pending(self.ledger)]

    def lost(self):
        return [json.loads(each["Body"]) for each in self._messages()]

    def _messages(self):
        return client("sqs").receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])


def an_announcement(number, *, kind="case.opened", announced_at=BEGIN):
    case = {"case_id": f"{900 + number}-7", "opening_post": "7", "status": "waiting", "priority": "P2", "team": "care"}
    case |= {"category": "problem", "assignee": None, "waiting_since": BEGIN, "due_at": None}
    return Announcement(
        f"evt_{number:03d}", kind, BEGIN, announced_at, "A case opened", {"case": case}, str(900 + number)
    )


@cache
def client(service):
    """One client for all tests: making one takes longer than most of them; each mock still starts empty."""
    return boto3.client(service)


@pytest.fixture
def desk_of(ledger, dynamodb, tables, monkeypatch):
    for cached in CACHES:
        cached.cache_clear()
    monkeypatch.setattr(edge, "dynamodb", lambda: dynamodb)
    monkeypatch.setattr(secrets, "_parameters", lambda: client("ssm"))
    monkeypatch.setattr(handler, "_queue", lambda: client("sqs"))
    queue_url = client("sqs").create_queue(QueueName="failures")["QueueUrl"]
    for name, value in {
        "DESK_TABLE": tables[0],
        "LEDGER_TABLE": tables[1],
        "API_URL": "https://desk.example",
        "WEBHOOK_FORMAT": "standard",
        "WEBHOOK_PARAMETER": PARAMETER,
        "WEBHOOK_FAILURES_URL": queue_url,
        "WEBHOOK_TO_LOOPBACK": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(metrics.provider, "namespace", "MentionDesk")
    ledger.put("DESK", "SETUP", Setup({}, BEGIN))
    made = Desk(ledger, queue_url)
    for module in (handler, counted):
        monkeypatch.setattr(module, "clock_from", lambda _: lambda: made.now)
    yield made
    for cached in CACHES:
        cached.cache_clear()


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def desk(desk_of, receiver):
    desk_of.points_to(receiver.url)
    return desk_of


def test_what_is_announced_arrives_signed_once(desk, receiver):
    desk.announces(1, 2, 3)
    assert desk.runs()["delivered"] == 3
    desk.waits(MINUTE)
    desk.runs()
    assert sorted(each.webhook_id for each in receiver.received) == ["evt_001", "evt_002", "evt_003"]
    assert all(each.is_signed_by(NEW) and not each.is_signed_by(OLD) for each in receiver.received)
    assert {each.path for each in receiver.received} == {"/in?from=desk"}
    assert receiver.received[0].headers["content-type"] == "application/json"
    assert desk.pending() == []


def test_while_secrets_change_a_receiver_with_either_one_takes_it(desk, receiver):
    desk.points_to(receiver.url, NEW, OLD)
    desk.announces(1)
    desk.runs()
    assert receiver.received[0].is_signed_by(NEW)
    assert receiver.received[0].is_signed_by(OLD)


def test_in_the_format_of_slack_the_body_is_slacks(desk, receiver, monkeypatch):
    monkeypatch.setenv("WEBHOOK_FORMAT", "slack")
    settings.cache_clear()
    desk.announces(1)
    desk.runs()
    assert set(receiver.received[0].document) == {"text", "blocks"}


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503, 0])
def test_what_is_not_taken_is_sent_again_under_the_same_id(desk, receiver, status):
    receiver.answers(status, location="https://elsewhere.example/")
    desk.announces(1)
    assert desk.runs()["failed"] == 1
    desk.waits(DELAYS[0] - 1)
    assert desk.runs()["delivered"] == 0
    desk.waits(DELAYS[0])
    assert desk.runs()["delivered"] == 1
    first, second = receiver.received
    assert (first.webhook_id, first.body) == (second.webhook_id, second.body)
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


def test_a_receiver_that_is_too_slow_did_not_take_it(desk, monkeypatch):
    monkeypatch.setattr(sending, "_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes the call and says nothing
        desk.points_to(f"http://127.0.0.1:{silent.getsockname()[1]}/in")
        desk.announces(1)
        assert desk.runs()["failed"] == 1
    assert desk.pending() == ["evt_001"]


@pytest.mark.parametrize(
    ("scheme", "begins", "goes_on"),
    [("http", b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"), ("https", b"\x16\x03\x03\x40\0", b"\2")],
)
def test_a_receiver_that_goes_on_and_on_did_not_take_it(monkeypatch, scheme, begins, goes_on):
    """By a header now and then, and by a byte of the handshake: each piece comes in time, their whole never does."""
    monkeypatch.setattr(sending, "_SECONDS", 0.2)
    tick = Event()

    def drip():
        line, _ = endless.accept()
        with line, suppress(OSError):
            line.recv(65_536)
            line.sendall(begins)
            while not tick.wait(0.02):
                line.sendall(goes_on)

    with socket.create_server(("127.0.0.1", 0)) as endless:
        thread = Thread(target=drip)
        thread.start()
        Thread(target=lambda: tick.wait(5) or tick.set(), daemon=True).start()
        url = f"{scheme}://127.0.0.1:{endless.getsockname()[1]}/in"
        reply = sending.post(url, b"{}", {}, to_loopback=True)
        was_left = not tick.is_set()
        tick.set()
        thread.join()
    assert (reply.status, "too slow" in reply.fault, was_left) == (None, True, True)


def test_each_answer_is_settled_as_it_comes(desk, monkeypatch):
    """The second is answered only once the first is off the list."""
    settled, forget = Event(), delivery.delivered

    def forgotten(ledger, pending):
        forget(ledger, pending)
        settled.set()

    def answered(_url, _body, headers, **_):
        return Reply(204 if headers["webhook-id"] == "evt_001" or settled.wait(2) else 500)

    monkeypatch.setattr(delivery, "delivered", forgotten)
    monkeypatch.setattr(handler, "post", answered)
    desk.announces(1, 2)
    assert desk.runs()["delivered"] == 2


def test_a_receiver_that_is_not_there_did_not_take_it(desk):
    desk.points_to("http://127.0.0.1:1/in")
    desk.announces(1)
    assert desk.runs()["failed"] == 1
    assert desk.pending() == ["evt_001"]


def test_who_asks_to_wait_is_sent_nothing_until_then_and_nothing_counts_as_failed(desk, receiver):
    receiver.answers(429, retry_after="120")
    desk.announces(1)
    assert desk.runs() == {"delivered": 0, "failed": 0, "given_up": 0, "is_gone": False}
    desk.announces(2)
    desk.waits(MINUTE)
    desk.runs()
    assert len(receiver.received) == 1
    desk.waits(MINUTE)
    assert desk.runs()["delivered"] == 2
    assert next(iter(due_announcements(desk.ledger, desk.now)), None) is None


@pytest.fixture
def pauses(monkeypatch):
    """The seconds that runs let pass."""
    taken = []
    monkeypatch.setattr(handler, "time", SimpleNamespace(sleep=taken.append))
    return taken


@pytest.fixture
def to_slack(desk_of, monkeypatch):
    monkeypatch.setenv("WEBHOOK_FORMAT", "slack")
    settings.cache_clear()


@pytest.mark.usefixtures("to_slack")
def test_slack_is_sent_one_after_another_and_its_short_rests_are_waited_out(desk, receiver, pauses):
    for status in (204, 429, 204, 429, 204):
        receiver.answers(status, retry_after="1")
    desk.announces(1, 2, 3)
    assert desk.runs()["delivered"] == 3
    assert [each.webhook_id for each in receiver.received] == ["evt_001", "evt_002", "evt_002", "evt_003", "evt_003"]
    assert pauses == [1, 1]
    assert standing(desk.ledger) == Standing()


@pytest.mark.usefixtures("to_slack")
def test_what_slack_refuses_keeps_nothing_else_back_until_it_refuses_everything(desk, receiver):
    receiver.answers(400)
    desk.announces(1, 2)
    assert desk.runs() == {"delivered": 1, "failed": 1, "given_up": 0, "is_gone": False}
    receiver.always = (500, {})
    desk.announces(*range(3, 20))
    assert desk.runs()["failed"] == 8


@pytest.mark.parametrize("always", [(429, {"retry-after": "3600"}), (410, {})])
def test_what_a_rest_without_an_end_keeps_back_is_given_up_aloud(desk, receiver, always):
    receiver.always = always
    desk.announces(1)
    desk.runs()
    desk.waits(12 * DAY)
    desk.runs()
    assert desk.pending() == ["evt_001"]
    called = len(receiver.received)
    desk.waits(MINUTE)
    desk.runs()
    assert len(receiver.received) == called
    assert desk.pending() == []
    assert [kept.announcement_id for _, kept in given_up(desk.ledger)] == ["evt_001"]
    assert desk.lost() == [{"webhook_id": "evt_001", "type": "case.opened", "tries": 0}]


def test_who_is_gone_is_sent_nothing_until_a_person_says_so(desk, receiver):
    receiver.always = (410, {})
    desk.announces(1)
    assert desk.runs()["is_gone"]
    receiver.always = (204, {})
    desk.waits(DAY)
    assert desk.runs()["is_gone"]
    assert len(receiver.received) == 1
    announcements.keep_standing(desk.ledger, Standing())
    assert desk.runs()["delivered"] == 1


def test_what_nobody_takes_is_given_up_kept_and_told_to_the_queue(desk, receiver):
    receiver.always = (500, {})
    desk.announces(1)
    for _ in range(len(DELAYS) + 1):
        desk.runs()
        desk.waits(int(1.2 * DAY))
    assert len(receiver.received) == len(DELAYS) + 1
    assert desk.pending() == []
    assert [kept.announcement_id for _, kept in given_up(desk.ledger)] == ["evt_001"]
    assert desk.lost() == [{"webhook_id": "evt_001", "type": "case.opened", "tries": len(DELAYS) + 1}]


def test_the_queue_is_not_told_whom_it_was_about(desk, receiver):
    receiver.always = (500, {})
    desk.announces(1)
    for _ in range(len(DELAYS) + 1):
        desk.runs()
        desk.waits(int(1.2 * DAY))
    assert "901" not in json.dumps(desk.lost())


def test_what_one_refuses_keeps_nothing_else_back(desk, receiver):
    receiver.answers(400)
    desk.announces(*range(20))
    done = desk.runs()
    assert (done["delivered"], done["failed"]) == (19, 1)


def test_a_receiver_that_takes_nothing_is_not_called_for_all_that_waits(desk, receiver):
    receiver.always = (500, {})
    desk.announces(*range(100))
    assert desk.runs()["failed"] == 8
    assert len(receiver.received) == 8
    receiver.always = (204, {})
    assert desk.runs()["delivered"] == 92


def test_a_run_killed_after_the_receiver_took_it_sends_it_again_under_the_same_id(desk, receiver):
    desk.announces(1)
    with patch.object(delivery, "delivered", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        desk.runs()
    desk.waits(MINUTE)
    desk.runs()
    assert [each.webhook_id for each in receiver.received] == ["evt_001", "evt_001"]
    assert desk.pending() == []


def test_two_runs_at_once_send_nothing_twice(desk, receiver):
    desk.announces(1)
    desk.ledger.take_lease("webhook", owner="another", now=desk.now, seconds=50)
    assert desk.runs() == {}
    desk.waits(MINUTE)
    assert desk.runs()["delivered"] == 1


def test_without_time_left_nothing_more_is_sent(desk, receiver):
    desk.announces(1)
    assert desk.runs(left_ms=10_000)["delivered"] == 0
    assert receiver.received == []


def test_while_nobody_said_where_to_the_run_fails_and_nothing_is_lost(desk_of):
    assert desk_of.runs()["delivered"] == 0
    desk_of.announces(1)
    with pytest.raises(Misconfigured):
        desk_of.runs()
    assert desk_of.pending() == ["evt_001"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/in", "http://crm.example/in", "https://u:p@crm.example/"])
def test_outside_the_local_stack_only_https_is_spoken(desk_of, monkeypatch, url):
    monkeypatch.setenv("WEBHOOK_TO_LOOPBACK", "false")
    settings.cache_clear()
    desk_of.points_to(url)
    desk_of.announces(1)
    with pytest.raises(Misconfigured):
        desk_of.runs()


def test_before_the_setup_nothing_is_sent(desk, receiver):
    desk.ledger.delete("DESK", "SETUP")
    desk.announces(1)
    assert desk.runs() == {}
    assert receiver.received == []


def test_what_was_erased_meanwhile_does_not_come_back(desk):
    desk.announces(1)
    (pending,) = every_pending(desk.ledger)
    desk.ledger.delete("WEBHOOK", pending.key)
    announcements.put_off(desk.ledger, pending, until=BEGIN + HOUR)
    announcements.give_up(desk.ledger, pending)
    assert desk.pending() == []
    assert list(given_up(desk.ledger)) == []


def test_the_certificate_of_the_receivers_name_is_asked_for(monkeypatch):
    """The connection goes to the address that was looked up, and to nobody who can't prove the name."""
    with Receiver() as plain:
        port = plain.url.split(":")[2].split("/")[0]
        reply = sending.post(f"https://127.0.0.1:{port}/in", b"{}", {}, to_loopback=True)
    assert isinstance(reply, Reply)
    assert reply.status is None
    assert "SSL" in reply.fault
    assert plain.received == []


def test_nothing_of_the_address_stands_in_the_log(desk, receiver, caplog, capsys):
    receiver.always = (500, {})
    desk.announces(1)
    desk.runs()
    assert "from=desk" not in capsys.readouterr().out + caplog.text
    assert standing(desk.ledger) == Standing()
