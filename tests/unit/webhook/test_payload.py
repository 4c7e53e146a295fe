"""Bodies: of the standard, and as a Slack channel takes them."""

from __future__ import annotations

import json

import pytest

from desk.announcement import Announcement, Topic, announcement_id, chosen, read_topics
from desk.notice import Crossed, Notice
from tests.cases import NOON, a_case
from triage.announcing import Writing, changes, crossing
from webhook.payload import Format, body

API = "https://desk.example"
CASE = a_case(1, assignee="Mia <3 & co")
(OPENED,) = changes(None, CASE, Writing(1, 1, NOON + 30))
NOTICE = Notice(
    "2026-03-02", f"{NOON + 1:012d}#{CASE.case_id}#x", CASE.case_id, "care", "first_response", Crossed.BREACH, NOON + 1
)
BREACHED = crossing(NOTICE, CASE, Writing(2, 1, NOON + 60))
DECLARED = Announcement(
    "evt_9", "incident.declared", NOON, NOON, "An incident: app & login", {"incident": {"incident_id": "i-1"}}
)


def told(announcement, form):
    return json.loads(body(announcement, form, api_url=API))


def test_the_standard_body_has_a_type_a_time_and_the_facts():
    shown = told(OPENED, Format.STANDARD)
    assert (shown["type"], shown["timestamp"]) == ("case.opened", "2026-03-02T12:00:00Z")
    assert shown["data"]["case"]["case_id"] == CASE.case_id
    assert shown["data"]["case"]["revision"] == 1
    assert shown["data"]["links"] == {
        "case": f"{API}/cases/{CASE.case_id}",
        "post": f"https://x.com/i/status/{CASE.opening_post}",
    }


def test_a_breach_tells_which_clock_crossed_what_and_when():
    shown = told(BREACHED, Format.STANDARD)
    assert shown["type"] == "sla.breached"
    assert shown["data"]["clock"] == {"metric": "first_response", "crossed_at": NOON + 1, "level": None}


def test_what_is_about_no_case_goes_out_as_it_is():
    shown = told(DECLARED, Format.STANDARD)
    assert shown["data"] == {"incident": {"incident_id": "i-1"}, "links": {}}
    assert told(DECLARED, Format.SLACK)["text"] == "An incident: app &amp; login"


def test_slack_gets_a_text_for_notifications_and_blocks_for_the_channel():
    shown = told(OPENED, Format.SLACK)
    assert shown["text"] == "A case opened · P2 · problem · care"
    assert [block["type"] for block in shown["blocks"]] == ["section", "context", "section"]
    assert f"<!date^{NOON}^" in shown["blocks"][1]["elements"][0]["text"]


def test_slack_takes_no_mention_or_link_from_a_name():
    assert "Mia &lt;3 &amp; co" in json.dumps(told(OPENED, Format.SLACK))


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("announcement", [OPENED, BREACHED, DECLARED])
def test_the_same_announcement_gives_the_same_bytes(announcement, form):
    assert body(announcement, form, api_url=API) == body(announcement, form, api_url=API)


@pytest.mark.parametrize("form", Format)
def test_a_body_is_small(form):
    assert len(body(OPENED, form, api_url=API)) < 2_000


def test_an_id_is_the_same_whenever_its_fact_is_found_and_has_no_full_stop():
    assert announcement_id("case.opened", "1-2", 1) == announcement_id("case.opened", "1-2", 1)
    assert announcement_id("case.opened", "1-2", 1) != announcement_id("case.opened", "1-2", 2)
    assert "." not in announcement_id("case.opened", "1-2", 1)


def test_a_deployment_chooses_what_it_is_told_of():
    assert read_topics("") == frozenset()
    assert read_topics("case,incident") == {Topic.CASE, Topic.INCIDENT}
    assert list(chosen([OPENED, BREACHED, DECLARED], read_topics("sla,incident"))) == [BREACHED, DECLARED]
    with pytest.raises(ValueError, match="gossip"):
        read_topics("gossip")
