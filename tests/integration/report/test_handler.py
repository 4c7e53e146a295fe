from __future__ import annotations

import json
from dataclasses import dataclass

import boto3
import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from desk.meter import Metered, meter
from desk.notice import day_of
from desk.settings import settings
from desk.store import counted, edge
from desk.store.aws import dynamodb as desk_dynamodb
from desk.store.ledger import Setup
from report import handler
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case
from triage.notices import notices

ADDRESSES = ("desk@pebblewing.example", "care-lead@pebblewing.example")


@dataclass
class Context:
    """What Lambda hands to a handler."""

    function_name: str = "mentiondesk-summary"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:mentiondesk-summary"
    aws_request_id: str = "1-2-3"

    def get_remaining_time_in_millis(self) -> int:
        return 40_000


@pytest.fixture
def at(monkeypatch, tables, ledger):
    """A deployed desk in process, at the moment it is called with."""
    desk_name, ledger_name = tables
    for name, value in {
        "DESK_TABLE": desk_name,
        "LEDGER_TABLE": ledger_name,
        "SENDER_ADDRESS": ADDRESSES[0],
        "API_URL": "https://api.example",
        "AWS_LAMBDA_FUNCTION_NAME": "mentiondesk-summary",
    }.items():
        monkeypatch.setenv(name, value)
    caches = (settings, desk_dynamodb, edge.desk_table, edge.ledger, handler._policy, handler._mailer, meter)
    for each in caches:
        each.cache_clear()
    monkeypatch.setattr(handler.metrics.provider, "namespace", "MentionDesk")  # read at import, before tests set it
    ses = boto3.client("sesv2")
    for address in ADDRESSES:
        ses.create_email_identity(EmailIdentity=address)
    ledger.put("DESK", "SETUP", Setup(handles={}, started_at=NOON))

    def set_clock(now):
        for module in (handler, counted):
            monkeypatch.setattr(module, "clock_from", lambda _: lambda: now)

    yield set_clock
    for each in caches:
        each.cache_clear()


@pytest.fixture
def filed(desk, ledger):
    def file(*cases):
        for case in cases:
            desk.save_case(case)
            ledger.put_if_absent("DAYS", day_of(case.opened_at), {})

    return file


def mails():
    return get_backend("ses")[DEFAULT_ACCOUNT_ID]["eu-central-1"].sent_messages


def test_the_summary_of_yesterday_is_sent_once(at, filed):
    filed(a_case(1, answered_after=10 * MINUTE), a_case(2), a_case(3, opened_at=NOON + DAY))
    at(NOON + DAY)
    for _ in range(2):
        answer = handler.send_summary({"kind": "daily"}, Context())
    assert len(mails()) == 1
    assert mails()[0].subject.startswith("Pebblewing: 2 cases, 50 % answered within 1 h, 1 breached")
    assert answer["figures"]["volume"]["cases"] == 2


def test_the_next_day_has_a_summary_of_its_own(at, filed):
    filed(a_case(1), a_case(2, opened_at=NOON + DAY))
    for day in (1, 2):
        at(NOON + day * DAY)
        handler.send_summary({"kind": "daily"}, Context())
    assert len(mails()) == 2


def test_the_summary_of_last_week_is_sent_once_beside_that_of_the_day(at, filed):
    filed(a_case(1, opened_at=NOON - DAY, answered_after=10 * MINUTE), a_case(2, opened_at=NOON - 8 * DAY))
    at(NOON)
    for kind in ("daily", "weekly", "weekly"):
        answer = handler.send_summary({"kind": kind}, Context())
    assert [mail.subject for mail in mails()] == [
        "Pebblewing: 1 case, 100 % answered within 1 h, 0 breached - Sunday 1 March 2026",
        "Pebblewing, week 9: 1 case (as many as before), 100 % answered within 1 h (100 points up), 0 breached",
    ]
    (hour,) = answer["figures"]["staffing"]["hours"]
    assert (hour["weekday"], hour["hour"], hour["arrivals_per_hour"], hour["agents"]) == (6, 13, 1, 1)


def test_a_summary_that_could_not_be_sent_is_sent_by_the_retry(at, filed, monkeypatch):
    filed(a_case())
    at(NOON + DAY)
    sender = handler._mailer()

    class Broken:
        def send(self, *_, **__):
            raise RuntimeError("SES is away")

    monkeypatch.setattr(handler, "_mailer", Broken)
    with pytest.raises(RuntimeError, match="SES is away"):
        handler.send_summary({"kind": "daily"}, Context())
    monkeypatch.setattr(handler, "_mailer", lambda: sender)
    handler.send_summary({"kind": "daily"}, Context())
    assert len(mails()) == 1


def test_a_day_without_a_case_has_no_summary(at):
    at(NOON + DAY)
    assert handler.send_summary({"kind": "daily"}, Context())["figures"]["volume"]["cases"] == 0
    assert mails() == []


def test_a_summary_by_hand_is_sent_each_time_and_gives_its_figures_as_json(at, filed):
    filed(a_case(1, answered_after=10 * MINUTE), a_case(2, opened_at=NOON + DAY))
    at(NOON + 3 * DAY)
    wanted = {"kind": "period", "from": "2026-03-02", "to": "2026-03-04"}
    answers = [handler.send_summary(wanted, Context()) for _ in range(2)]
    assert len(mails()) == 2
    figures = json.loads(json.dumps(answers[0]))["figures"]
    assert figures["responses"]["all_cases"]["n"] == 2
    assert figures["responses"]["all_cases"]["median_seconds"] == 600
    assert figures["responses"]["all_cases"]["within"][1]["share_of_all"] == 0.5
    assert figures["breach_count"] == 1


def test_a_summary_says_what_its_day_cost_and_for_how_many_mentions(at, filed, ledger):
    filed(a_case())
    ledger.add("2026-03-02", "reads:search:brand", 40)
    ledger.add_usage("2026-03-02", "mentiondesk-poll", {Metered.MENTION: 20, Metered.WRITE_UNIT: 1000.0})
    at(NOON + DAY)
    costs = handler.send_summary({"kind": "daily"}, Context())["figures"]["costs"]
    assert (costs["first_day"], costs["last_day"], costs["mentions"]) == ("2026-03-02", "2026-03-02", 20)
    assert costs["x"]["usd"] == pytest.approx(0.2)
    assert costs["x"]["usd_per_1000"] == pytest.approx(10)
    (mail,) = mails()
    assert "X: other posts read" in mail.body


def test_each_recipient_of_a_mail_counts_and_so_does_the_run_itself(at, filed, ledger):
    filed(a_case())
    at(NOON + DAY)
    handler.send_summary({"kind": "daily"}, Context())
    used = ledger.usage("2026-03-03", "2026-03-03")["2026-03-03"]
    assert (used[Metered.INVOCATION], used[Metered.MAIL]) == (1, 1)


def test_alerts_go_out_by_ses(at, desk, ledger):
    case = a_case()
    desk.save_case(case)
    for notice in notices(case, now=NOON + 3 * HOUR):
        ledger.record_notice(notice)
    at(NOON + 3 * HOUR)
    assert handler.send_alerts({}, Context())["mails"] == 1
    assert mails()[0].subject.startswith("1 case breached, oldest 2 h - ")


def test_before_the_desk_is_set_up_nothing_is_sent_and_nothing_fails(at, ledger, filed):
    ledger.delete("DESK", "SETUP")
    filed(a_case())
    at(NOON + DAY)
    assert handler.send_alerts({}, Context()) == handler.send_summary({"kind": "daily"}, Context()) == {}
    assert mails() == []


def test_the_stage_of_the_budget_is_mailed_once_and_measured_in_every_run(at, ledger, capsys):
    at(NOON)
    ledger.count(NOON, "reads:search:brand", 8_000)
    for _ in range(2):
        capsys.readouterr()
        handler.send_alerts({}, Context())
        assert _metric(capsys.readouterr().out, "BudgetStage") == [2]
    assert [mail.subject for mail in mails()] == [
        "Searches and acknowledgements are off: the budget for X is used up - Pebblewing"
    ]


def _metric(out, name):
    found = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    return next(each[name] for each in found if name in each and "_aws" in each)


def test_news_of_the_budget_that_ses_refuses_fail_the_run_and_are_told_by_the_next(at, ledger):
    at(NOON)
    ledger.count(NOON, "reads:search:brand", 8_000)
    boto3.client("sesv2").delete_email_identity(EmailIdentity=ADDRESSES[0])
    with pytest.raises(Exception, match="not verified"):
        handler.send_alerts({}, Context())
    boto3.client("sesv2").create_email_identity(EmailIdentity=ADDRESSES[0])
    handler.send_alerts({}, Context())
    assert len(mails()) == 1


def test_an_alert_that_ses_refuses_fails_the_run_so_that_the_alarm_rings(at, desk, ledger):
    boto3.client("sesv2").delete_email_identity(EmailIdentity=ADDRESSES[0])
    case = a_case()
    desk.save_case(case)
    for notice in notices(case, now=NOON + 3 * HOUR):
        ledger.record_notice(notice)
    at(NOON + 3 * HOUR)
    with pytest.raises(Exception, match="not verified"):
        handler.send_alerts({}, Context())
