"""What other systems are told of a case: each change once, and nothing that a customer wrote."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.action import Act
from desk.announcement import Topic
from desk.case import Status
from desk.notice import Crossed, Notice
from desk.policy.model import Category, Priority
from tests.cases import a_case
from tests.stories import MINUTE, MORNING, answered, did, the_case, wrote
from triage.announcing import CASE_KINDS, CROSSED_KINDS, Writing, case_facts, changes, crossing
from triage.notices import notices

WRITING = Writing(version=3, revision=2, now=MORNING + 600)


def kinds(before, after):
    return [each.kind for each in changes(before, after, WRITING)]


def test_a_case_that_opens_is_told_at_the_time_of_its_post():
    (opened,) = changes(None, the_case([wrote(0)]), WRITING)
    assert (opened.kind, opened.at, opened.announced_at) == ("case.opened", MORNING, WRITING.now)


def test_a_case_that_opens_under_the_id_of_an_erased_one_is_told_under_an_id_of_its_own():
    erased = a_case(1)
    (before,), (after,) = (changes(None, each, WRITING) for each in (erased, replace(erased, opening_post="999")))
    assert before.announcement_id != after.announcement_id


def test_a_case_that_is_closed_as_it_opens_is_no_news():
    spam = the_case([wrote(0, category=Category.SPAM, is_answerable=False)])
    assert spam.status is Status.CLOSED
    assert kinds(None, spam) == []


def test_an_answer_that_came_before_its_question_was_filed_is_told_too():
    assert kinds(None, the_case([wrote(0), answered(5)], 6)) == ["case.opened", "case.answered"]


def test_the_life_of_a_case_is_told_step_by_step():
    opened, asked_again = wrote(0), wrote(20)
    first = the_case([opened])
    second = the_case([opened, answered(5)], 6)
    third = the_case([opened, answered(5), asked_again], 21)
    fourth = the_case([opened, answered(5), asked_again, did(30, Act.RESOLVE)], 31)
    fifth = the_case([opened, answered(5), asked_again, did(30, Act.RESOLVE), did(40, Act.REOPEN)], 41)
    assert kinds(first, second) == ["case.answered"]
    assert kinds(second, third) == ["case.waiting"]
    assert kinds(third, fourth) == ["case.resolved"]
    assert kinds(fourth, fifth) == ["case.reopened"]


def test_an_answered_case_that_people_take_up_again_is_not_told_as_a_new_post():
    before = replace(a_case(1), status=Status.ANSWERED)
    assert kinds(before, replace(before, status=Status.WAITING)) == ["case.reopened"]
    assert kinds(before, replace(before, status=Status.WAITING, latest_post="999")) == ["case.waiting"]


def test_what_changed_hands_or_urgency_is_told_with_what_it_was():
    before = a_case(1)
    after = replace(before, priority=Priority.P1, team="technical", assignee="Mia")
    told = list(changes(before, after, WRITING))
    assert [each.kind for each in told] == ["case.priority_changed", "case.team_changed", "case.assigned"]
    assert {json.dumps(each.facts["before"], sort_keys=True) for each in told} == {
        '{"assignee": null, "priority": "P2", "status": "waiting", "team": "care"}'
    }


def test_a_case_that_nobody_waits_for_any_more_is_told_as_closed():
    before = a_case(1)
    assert kinds(before, replace(before, status=Status.CLOSED, closed_because="deleted")) == ["case.closed"]


STATES = st.builds(
    a_case,
    status=st.sampled_from(list(Status)),
    priority=st.sampled_from(list(Priority)),
    team=st.sampled_from(["care", "technical"]),
    assignee=st.sampled_from([None, "Mia"]),
    answers=st.integers(0, 3),
)


@given(STATES)
def test_a_write_that_changes_nothing_tells_nothing(case):
    assert kinds(case, case) == []


@given(st.none() | STATES, STATES)
def test_a_write_tells_each_kind_once_under_ids_of_its_own(before, after):
    told = list(changes(before, after, WRITING))
    assert len({each.announcement_id for each in told}) == len({each.kind for each in told}) == len(told) <= 5
    assert {each.kind for each in told} <= set(CASE_KINDS)


@given(STATES, STATES)
def test_every_change_of_state_is_told(before, after):
    changed = (before.status, before.priority, before.team, before.assignee) != (
        after.status,
        after.priority,
        after.team,
        after.assignee,
    )
    if changed and (before.status, after.status) != (Status.WAITING, Status.ANSWERED):
        assert kinds(before, after)


def test_warnings_breaches_and_escalations_are_told_at_their_exact_moments():
    case = the_case([wrote(0)], 10_000)
    told = [crossing(each, case, WRITING) for each in notices(case, now=MORNING + 10_000 * MINUTE)]
    assert {each.kind for each in told} == {"sla.breached", "sla.escalated"}
    assert len({each.announcement_id for each in told}) == len(told)
    breach = next(each for each in told if each.kind == "sla.breached")
    assert breach.at == breach.facts["clock"]["crossed_at"]


def test_a_case_that_a_person_escalates_is_told_so():
    case = the_case([wrote(0), did(3, Act.ESCALATE, level=1)], 4)
    (notice,) = [each for each in notices(case, now=MORNING + 4 * MINUTE) if each.metric is None]
    told = crossing(notice, case, WRITING)
    assert (told.kind, told.facts["clock"]["metric"], told.facts["clock"]["level"]) == ("sla.escalated", None, 1)
    assert "person" in told.headline


@pytest.mark.parametrize("words", ["my bag is lost", "says that something does not work"])
def test_nothing_a_customer_wrote_is_told(words):
    case = the_case([wrote(0), answered(5)], 10_000)
    told = [
        *changes(None, case, WRITING),
        *(crossing(each, case, WRITING) for each in notices(case, now=MORNING + 10**6)),
    ]
    assert told
    assert words not in msgspec.json.encode(told).decode()


def test_a_kind_is_named_as_the_standard_asks():
    # Standard Webhooks 1.0.0, "Event types": full-stop delimited, of [a-zA-Z0-9_].
    for kind in (*CASE_KINDS, *CROSSED_KINDS.values()):
        assert all(part.replace("_", "").isalnum() for part in kind.split("."))


def test_the_facts_of_a_case_are_json_and_name_the_customer():
    facts = case_facts(a_case(1), WRITING)
    assert json.loads(msgspec.json.encode(facts))["customer_id"] == "901"


@pytest.mark.parametrize("what", Crossed)
def test_whatever_is_noted_has_a_kind_and_a_line_for_people(what):
    notice = Notice(
        "2026-03-03", f"000#{what}", a_case(1).case_id, "care", "first_response", what, MORNING, fact="reach"
    )
    told = crossing(notice, a_case(1), WRITING)
    assert told.headline
    assert "{" not in told.headline
    assert told.topic in Topic
    assert ("viral" in told.facts) == (what is Crossed.VIRAL)
