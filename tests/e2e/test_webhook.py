"""What the deployed desk tells another system: the sample day and one more story, each fact once, signed, and no other."""

from __future__ import annotations

from collections import Counter

from desk.announcement import announcement_id
from desk.case import Status
from desk.notice import day_of
from desk.store.announcements import every_pending
from tests.receiver import Receiver
from triage.announcing import CROSSED_KINDS

DAY = 86_400


def every_case(desk):
    pages = desk.stack.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=desk.stack.desk.name)
    ids = [item["case_id"]["S"] for page in pages for item in page["Items"] if item["sk"]["S"].startswith("CASE#")]
    return [desk.stack.desk.case(case_id).case for case_id in ids]


def every_notice(desk, since):
    days = {day_of(at) for at in range(since, desk.now + DAY, DAY)}
    return {
        announcement_id(CROSSED_KINDS[notice.what], notice.key, notice.day)
        for day in days
        for notice in desk.stack.ledger.notices(day)
    }


def kinds_of(received, case_id):
    return [each.document["type"] for each in received if each.document["data"]["case"]["case_id"] == case_id]


def test_each_fact_is_told_once_signed_and_nothing_else_is(desk):
    story = desk.writes("@PebblewingHelp I was charged twice for my seat, please look")
    desk.minutes_pass()
    world = desk.stack.world
    support = next(user for each in desk.stack.policy.handles if (user := world.user_named(each.name)))
    world.post(author=support.id, text="So sorry, we are looking ^MR", reply_to=story.post_id, lang="en")
    desk.minutes_pass()
    with Receiver() as receiver:
        receiver.answers(503)
        desk.types("webhook", "set", "--url", receiver.url)
        secret = desk.types("webhook", "secret").document["secret"]
        while any(each.due_at <= desk.now for each in every_pending(desk.stack.ledger)):
            desk.stack.invoke("Webhook", {})
        desk.minutes_pass(2)
        desk.stack.invoke("Webhook", {})
    refused, *taken = receiver.received
    assert [each.webhook_id for each in taken].count(refused.webhook_id) == 1
    assert all(each.is_signed_by(secret) for each in receiver.received)
    assert set(Counter(each.webhook_id for each in taken).values()) == {1}
    assert list(every_pending(desk.stack.ledger)) == []

    assert sorted(kinds_of(taken, story.case_id)) == ["case.answered", "case.opened"]
    cases = every_case(desk)
    opened = Counter(
        each.document["data"]["case"]["case_id"] for each in taken if each.document["type"] == "case.opened"
    )
    assert set(opened.values()) == {1}
    assert {case.case_id for case in cases if case.status is not Status.CLOSED} <= set(opened)
    assert set(opened) <= {case.case_id for case in cases}
    told = {each.webhook_id for each in taken if each.document["type"] in CROSSED_KINDS.values()}
    assert told == every_notice(desk, min(case.opened_at for case in cases))
    assert desk.types("webhook").document["given_up"] == 0
