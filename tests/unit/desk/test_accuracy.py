"""What people make of triage's word, case by case. Minute 0 is a Tuesday, 10:00 in Berlin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.accuracy import Aspect, Judged, corrections
from desk.action import Act
from desk.event import Kind
from desk.policy.model import Category, Priority
from desk.story import Story
from tests.stories import an_assessment, answered, deleted, did, the_case, wrote

if TYPE_CHECKING:
    from desk.event import Event

CATEGORY, PRIORITY, TEAM = Aspect


def judged(*story: Event, minute: float = 500) -> dict[Aspect, tuple[str, str]]:
    return {each.aspect: (each.by_triage, each.by_people) for each in the_case(story, minute).judged}


def test_a_case_that_nobody_handled_says_nothing():
    assert judged(wrote(0), wrote(5)) == {}
    assert judged(wrote(0), answered(3, automatic="ACK#501-77")) == {}


def test_who_answers_without_a_change_lets_triages_word_stand():
    stood = {CATEGORY: ("problem", "problem"), PRIORITY: ("P2", "P2"), TEAM: ("care", "care")}
    assert judged(wrote(0), answered(10)) == stood
    assert judged(wrote(0), did(10, Act.RESOLVE)) == stood


def test_an_act_that_changes_none_of_the_three_judges_none():
    assert judged(wrote(0), did(5, Act.NOTE, text="odd"), did(6, Act.ASSIGN, agent="Jonas")) == {}


def test_a_change_tells_what_is_right_even_before_anybody_answers():
    assert judged(wrote(0), did(5, Act.RECLASSIFY, category=Category.COMPLAINT)) == {CATEGORY: ("problem", "complaint")}
    assert judged(wrote(0), did(5, Act.PRIORITISE, priority=Priority.P1)) == {PRIORITY: ("P2", "P1")}
    assert judged(wrote(0), did(5, Act.TRANSFER, team="technical")) == {TEAM: ("care", "technical")}


def test_what_was_changed_is_judged_and_what_was_not_is_let_stand_by_the_answer():
    found = judged(wrote(0), did(5, Act.TRANSFER, team="technical"), answered(9))
    assert found == {CATEGORY: ("problem", "problem"), PRIORITY: ("P2", "P2"), TEAM: ("care", "technical")}


def test_the_last_to_change_it_is_right():
    changes = (did(5, Act.PRIORITISE, priority=Priority.P1), did(9, Act.PRIORITISE, priority=Priority.P2))
    assert judged(wrote(0), *changes) == {PRIORITY: ("P2", "P2")}


def test_people_judge_the_posts_they_have_seen_and_not_what_came_later():
    story = (wrote(0, priority=Priority.P3), answered(10), wrote(20, priority=Priority.P1))
    assert judged(*story)[PRIORITY] == ("P3", "P3")
    assert judged(*story, answered(30))[PRIORITY] == ("P1", "P1")


def test_a_deleted_post_was_judged_by_who_answered_it_before():
    urgent = wrote(5, priority=Priority.P1)
    assert judged(wrote(0), urgent, answered(10), deleted(20, urgent))[PRIORITY] == ("P1", "P1")
    assert judged(wrote(0), urgent, deleted(8, urgent), answered(10))[PRIORITY] == ("P2", "P2")


def closed(minute: float) -> Event:
    return wrote(minute, category=Category.SPAM, is_answerable=False, acknowledgement="not a matter of service: spam")


def test_what_triage_closed_is_judged_by_a_change_alone():
    assert judged(closed(0)) == {}
    assert judged(closed(0), answered(4)) == {}
    assert judged(closed(0), did(4, Act.RECLASSIFY, category=Category.QUESTION)) == {CATEGORY: ("spam", "question")}


def test_a_sales_lead_that_sales_answered_was_one():
    lead = wrote(0, category=Category.SALES_LEAD, is_answerable=False, team="sales", priority=Priority.P3)
    assert judged(lead, answered(4))[CATEGORY] == ("sales_lead", "sales_lead")


def test_a_correction_keeps_triages_word_and_reasons_beside_it():
    case = the_case((wrote(0), did(5, Act.RECLASSIFY, category=Category.PRAISE)), 10)
    assert case.category is Category.PRAISE
    assert case.judged == (Judged(CATEGORY, "problem", "praise"),)
    assert case.reasons == an_assessment().reasons


def test_the_posts_whose_category_people_changed_are_told_with_the_right_one():
    first, later = wrote(0), wrote(20, category=Category.QUESTION)
    story = Story((first, later, did(5, Act.RECLASSIFY, category=Category.COMPLAINT)))
    assert [(each.event, each.category) for each in corrections(story)] == [(first, Category.COMPLAINT)]
    assert list(corrections(Story((first, did(5, Act.RECLASSIFY, category=Category.PROBLEM))))) == []


def test_an_edit_is_triaged_anew_before_people_judge_it():
    post = wrote(0)
    edit = replace(wrote(0, category=Category.COMPLAINT), kind=Kind.EDITED, concerns=post.event_id)
    assert judged(post, edit, answered(9))[CATEGORY] == ("complaint", "complaint")


an_event = st.one_of(
    st.builds(
        lambda minute, priority: wrote(minute, priority=priority), st.integers(1, 60), st.sampled_from(list(Priority))
    ),
    st.builds(answered, st.integers(61, 120)),
    st.builds(
        lambda minute, priority: did(minute, Act.PRIORITISE, priority=priority),
        st.integers(121, 180),
        st.sampled_from(list(Priority)),
    ),
)


@given(st.lists(an_event, max_size=6, unique_by=lambda event: event.key), st.randoms(use_true_random=False))
def test_order_and_repetition_of_events_change_no_judgement(events: list[Event], random: Any):
    story = [wrote(0), *events]
    told = the_case(story, 500).judged
    assert the_case(random.sample(story, len(story)) * 2, 500).judged == told
    assert len({each.aspect for each in told}) == len(told)
