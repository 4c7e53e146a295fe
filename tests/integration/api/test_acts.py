"""What people do to a case by the API: done once, over the state that was seen, by the name of the token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.case import Status
from desk.policy.model import Category, Priority
from desk.store.desk_items import Place
from tests.stories import CASE, CUSTOMER, MINUTE, MORNING, answered, did, the_case, wrote

if TYPE_CHECKING:
    from tests.integration.api.working import Working

LATER = MORNING + 600 * MINUTE

ACTS: dict[str, tuple[dict[str, Any], str]] = {
    "assign": ({"agent": "Mia"}, "Mia"),
    "transfer": ({"team": "technical", "text": "the app crashed"}, "Mia"),
    "prioritise": ({"priority": "P1"}, "Lena"),
    "reclassify": ({"category": "complaint"}, "Lena"),
    "resolve": ({}, "Mia"),
    "snooze": ({"until": LATER}, "Mia"),
    "escalate": ({"level": 2}, "Mia"),
    "note": ({"text": "She called us as well."}, "Mia"),
}
"""Every act on a case that waits, with somebody who may do it."""
EVERY_ACT = ACTS | {"reopen": ({}, "Mia"), "reply": ({"text": "So sorry, we look into it."}, "Mia")}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_answered_by_the_case_as_triage_will_fold_it(working: Working, act: str) -> None:
    working.holds(wrote(0))
    body, by = ACTS[act]
    done = working.does(act, body, by=by)
    assert (done.status, done.body["revision"], done.headers["ETag"]) == (200, 2, '"2"')
    assert (done.body["act"], done.body["by"]) == (act, by)
    before = working.asks(f"/cases/{CASE}").body
    working.triage()
    after = working.asks(f"/cases/{CASE}").body
    assert after["revision"] == 2
    for told in (done.body["case"], before):
        assert {name: after[name] for name in done.body["case"]} == {name: told[name] for name in done.body["case"]}
    assert before["timeline"] == after["timeline"]
    assert after["timeline"][-1]["action"]["act"] == act
    assert after["timeline"][-1]["action"]["by"] == by


def test_each_act_does_what_it_says(working: Working) -> None:
    working.holds(wrote(0))
    steps = [
        ("assign", {"agent": "Jonas"}, "Lena"),
        ("prioritise", {"priority": "P3"}, "Lena"),
        ("reclassify", {"category": "question"}, "Lena"),
        ("escalate", {"level": 1}, "Mia"),
        ("note", {"text": "Rang back."}, "Mia"),
        ("snooze", {"until": LATER}, "Mia"),
    ]
    for seen, (act, body, by) in enumerate(steps, 1):
        assert working.does(act, body, by=by, seen=seen).status == 200
    working.triage()
    case = working.stored()
    assert (case.assignee, case.priority, case.category) == ("Jonas", Priority.P3, Category.QUESTION)
    assert [(each.level, each.by) for each in case.raised] == [(1, "Mia")]
    assert case.course.snoozed_until == LATER
    assert working.does("transfer", {"team": "technical"}, seen=7).body["case"]["team"] == "technical"
    assert working.does("resolve", seen=8).body["case"]["status"] == Status.RESOLVED
    assert working.does("reopen", seen=9).body["case"]["status"] == Status.WAITING
    words = [entry["text"] for entry in working.asks(f"/cases/{CASE}").body["timeline"] if entry["action"]]
    assert "Rang back." in words


def test_acts_of_one_second_stand_in_the_order_they_were_done(working: Working) -> None:
    working.holds(wrote(0))
    for seen, act in enumerate(("resolve", "reopen", "resolve", "reopen"), 1):
        assert working.does(act, seen=seen).status == 200
    working.triage()
    assert working.stored().status is Status.WAITING


def test_who_has_not_seen_the_latest_state_changes_nothing(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("note", {"text": "first"}).status == 200
    before = working.writings()
    for act, (body, by) in EVERY_ACT.items():
        refused = working.does(act, body, by=by, seen=1)
        assert (refused.status, refused.problem, refused.headers["ETag"]) == (412, "stale", '"2"'), act
        unsaid = working.does(act, body, by=by, seen=None)
        assert (unsaid.status, unsaid.problem) == (428, "precondition-needed"), act
    for tag in ("*", 'W/"2"', '"3"', "2", '"2", "3"'):
        assert working.does("resolve", seen=tag).status == 412, tag
    assert working.writings() == before


@pytest.mark.parametrize("act", ACTS)
def test_a_request_that_comes_again_gets_the_same_answer_and_is_done_once(working: Working, act: str) -> None:
    working.holds(wrote(0))
    body, by = ACTS[act]
    first = working.does(act, body, by=by, key="the-same-key")
    before = working.writings()
    working.now += 3600
    again = working.does(act, dict(reversed(body.items())), by=by, key="the-same-key")
    assert (again.status, again.body, again.headers) == (first.status, first.body, first.headers)
    assert working.writings() == before


def test_a_key_is_good_for_one_request(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("note", {"text": "one"}, key="the-same-key").status == 200
    before = working.writings()
    others: list[tuple[str, dict[str, Any], str]] = [
        ("note", {"text": "two"}, "Mia"),
        ("note", {"text": "one"}, "Lena"),
        ("resolve", {}, "Mia"),
    ]
    for act, body, by in others:
        refused = working.does(act, body, by=by, key="the-same-key", seen=2)
        assert (refused.status, refused.problem) == (422, "key-reused")
    assert working.writings() == before


def test_a_request_without_a_usable_key_changes_nothing(working: Working) -> None:
    working.holds(wrote(0))
    before = working.writings()
    for key in (None, "short", "x" * 65, "with space", "späße-äöü"):
        refused = working.does("resolve", key=key)
        assert (refused.status, refused.problem) == (422, "invalid-request"), key
        assert [fault["place"].lower() for fault in refused.body["faults"]] == ["header.idempotency-key"], key
    assert working.writings() == before


def test_who_may_not_changes_nothing(working: Working) -> None:
    working.holds(wrote(0))
    before = working.writings()
    refused = [("prioritise", {"priority": "P1"}), ("reclassify", {"category": "spam"}), ("assign", {"agent": "Jonas"})]
    for by, status, asked in (
        ("Mia", 403, refused),
        ("wall", 403, [(act, body) for act, (body, _) in ACTS.items()]),
        ("guessed", 401, [(act, body) for act, (body, _) in ACTS.items()]),
        (None, 401, [(act, body) for act, (body, _) in ACTS.items()]),
    ):
        assert [working.does(act, body, by=by).status for act, body in asked] == [status] * len(asked), by
    assert working.writings() == before


BAD_BODIES: list[tuple[str, object, list[str]]] = [
    ("assign", {}, ["body"]),
    ("assign", {"agent": "Mia", "automatic": True}, ["body"]),
    ("assign", {"agent": 7}, ["body.agent"]),
    ("assign", {"agent": "Nobody"}, ["body.agent"]),
    ("assign", {"automatic": "yes"}, ["body.automatic"]),
    ("transfer", {"team": "nobody"}, ["body.team"]),
    ("transfer", {}, ["body.team"]),
    ("resolve", {"texts": "typo"}, ["body.texts"]),
    ("resolve", [], ["body"]),
    ("resolve", "null", ["body"]),
    ("resolve", "", ["body"]),
    ("snooze", {"until": "tomorrow"}, ["body.until"]),
    ("snooze", {"until": 1.5}, ["body.until"]),
    ("snooze", {"until": True}, ["body.until"]),
    ("snooze", {"until": 10**30}, ["body.until"]),
    ("escalate", {"level": 0, "text": ""}, ["body.level", "body.text"]),
    ("note", {"text": "   "}, ["body.text"]),
    ("note", {"text": "bell \a"}, ["body.text"]),
    ("note", {"text": "x" * 2001}, ["body.text"]),
    ("note", '{"text": "\\ud800"}', ["body.text"]),
    ("note", {"text": None}, ["body.text"]),
    ("note", "{", ["body"]),
    ("note", "[" * 60_000, ["body"]),
    ("note", '{"text": ' + "9" * 5000 + "}", ["body"]),
]


def test_a_bad_body_is_told_every_fault_and_changes_nothing(working: Working) -> None:
    working.holds(wrote(0))
    before = working.writings()
    for act, body, places in BAD_BODIES:
        refused = working.does(act, body)
        assert (refused.status, refused.problem) == (422, "invalid-request"), body
        assert sorted({fault["place"] for fault in refused.body["faults"]}) == places, body
    assert working.writings() == before


def test_a_body_that_is_no_json_by_its_own_word_is_not_read(working: Working) -> None:
    working.holds(wrote(0))
    for content_type in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""):
        refused = working.does("note", {"text": "hello"}, headers={"content-type": content_type})
        assert (refused.status, refused.problem) == (415, "no-json"), content_type


def test_a_body_too_large_changes_nothing(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("note", {"text": "x" * 1_000_000}).status == 413


def test_there_is_nothing_to_do_to_a_case_that_is_not_there(working: Working) -> None:
    for act, (body, by) in EVERY_ACT.items():
        missing = working.sends(f"/cases/1-1/{act}", body, by=by)
        assert (missing.status, missing.problem) == (404, "not-found"), act


@pytest.mark.parametrize(
    ("story", "act", "body", "reason"),
    [
        ([wrote(0)], "reopen", {}, "waits already"),
        ([wrote(0), did(5, Act.RESOLVE)], "resolve", {}, "is resolved"),
        ([wrote(0), did(5, Act.RESOLVE)], "snooze", {"until": LATER}, "is resolved"),
        ([wrote(0, category=Category.SPAM, is_answerable=False)], "reopen", {}, "closed: spam"),
        ([wrote(0)], "snooze", {"until": MORNING}, "has passed"),
        ([wrote(0)], "snooze", {"until": MORNING + 100 * 86_400}, "too far away"),
        ([wrote(0)], "escalate", {"level": 3}, "2 levels"),
        ([wrote(0)], "transfer", {"team": "care"}, "has it already"),
        ([wrote(0)], "assign", {"agent": None}, "nobody already"),
        ([wrote(0, language="da", team="sales")], "assign", {"automatic": True}, "Nobody serves"),
    ],
)
def test_what_the_case_does_not_allow_is_told_and_changes_nothing(
    working: Working, story: list[Any], act: str, body: dict[str, Any], reason: str
) -> None:
    working.holds(*story)
    before = working.writings()
    refused = working.does(act, body)
    assert (refused.status, refused.problem) == (409, "not-possible")
    assert reason in refused.body["detail"]
    assert working.writings() == before


def test_an_answered_case_is_reopened_and_waits_for_us(working: Working) -> None:
    working.holds(wrote(0), answered(5))
    assert working.does("reopen", {"text": "we promised to call"}).body["case"]["status"] == "waiting"


def test_people_may_take_and_give_back_what_is_theirs_alone(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("assign", {"agent": "MIA"}).body["case"]["assignee"] == "Mia"
    assert working.does("assign", {"agent": None}, by="jonas", seen=2).status == 403
    assert working.does("assign", {"agent": None}, seen=2).body["case"]["assignee"] is None


def test_by_itself_a_case_goes_to_whoever_has_the_fewest(working: Working) -> None:
    working.holds(wrote(0))
    assert working.does("assign", {"automatic": True}).body["case"]["assignee"] == "Mia"
    busy = replace(the_case([wrote(0)], 10), case_id="502-78", customer_id="502", assignee="Mia")
    working.desk.save_case(busy)
    assert Place.of(busy)
    assert working.does("assign", {"automatic": True}, seen=2).body["case"]["assignee"] == "Jonas"


def test_of_two_at_once_one_is_done_and_the_other_told(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    working.holds(wrote(0))
    act = working.desk.act

    def after_another(*asked: Any, **how: Any) -> int:
        monkeypatch.setattr(working.desk, "act", act)
        assert working.does("note", {"text": "faster"}, by="jonas").status == 200
        return act(*asked, **how)

    monkeypatch.setattr(working.desk, "act", after_another)
    refused = working.does("resolve")
    assert (refused.status, refused.headers["ETag"]) == (412, '"2"')
    working.triage()
    assert working.stored().status is Status.WAITING


def test_the_same_request_twice_at_once_is_done_once(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    working.holds(wrote(0))
    act = working.desk.act

    def after_itself(*asked: Any, **how: Any) -> int:
        monkeypatch.setattr(working.desk, "act", act)
        assert working.does("resolve", key="the-same-key").status == 200
        return act(*asked, **how)

    monkeypatch.setattr(working.desk, "act", after_itself)
    assert working.does("resolve", key="the-same-key").body["revision"] == 2
    assert len([event for event in working.desk.events_from(CUSTOMER, "EVENT#") if event.action]) == 1
