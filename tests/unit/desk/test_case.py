from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.action import Act
from desk.case import Status, fold
from desk.policy.model import Category, Priority
from desk.sla import ClockState, Metric
from tests.stories import (
    CASE,
    MINUTE,
    MORNING,
    answered,
    became,
    counted,
    deleted,
    did,
    introduced,
    shipped_policy,
    the_case,
    wrote,
)

if TYPE_CHECKING:
    from desk.event import Event


def at(minute: float) -> int:
    return MORNING + int(minute * MINUTE)


def test_a_customers_post_opens_a_case_that_waits_for_us():
    case = the_case([wrote(0)], minute=1)
    assert (case.status, case.waiting_since, case.opened_at) == (Status.WAITING, at(0), at(0))
    assert case.clock_state(at(1)) is ClockState.PENDING


def test_the_clock_starts_at_the_time_of_the_post_and_not_of_the_import():
    case = the_case([wrote(0)], minute=300)
    assert case.clocks[0].started_at == at(0)
    assert case.ingest_lag == 30


def test_a_persons_answer_stops_the_first_response_clock():
    case = the_case([wrote(0), answered(12)], minute=20)
    first = case.current_clock(Metric.FIRST_RESPONSE)
    assert first is not None
    assert (case.first_answer_at, case.answers, case.agent) == (at(12), 1, "Mia")
    assert first.state(at(20)) is ClockState.ACHIEVED
    assert case.status is Status.ANSWERED


def test_an_automatic_reply_never_counts_as_an_answer():
    case = the_case([wrote(0), answered(1, automatic=f"ACK#{CASE}", agent=None)], minute=5)
    assert (case.first_answer_at, case.answers, case.status) == (None, 0, Status.WAITING)
    assert (case.acknowledgement, case.acknowledged_at) == ("sent", at(1))
    assert case.clock_state(at(5)) is ClockState.PENDING


def test_an_answer_before_the_customers_first_post_answers_nothing():
    case = the_case([answered(-5), wrote(0)], minute=5)
    assert (case.first_answer_at, case.status) == (None, Status.WAITING)


def test_a_later_question_starts_a_next_response_clock_from_the_oldest_unanswered_post():
    case = the_case([wrote(0), answered(10), wrote(30), wrote(40)], minute=45)
    latest = case.current_clock(Metric.NEXT_RESPONSE)
    assert latest is not None
    assert latest.started_at == at(30)
    assert case.waiting_since == at(30)


def test_thanks_after_an_answer_restarts_no_clock():
    case = the_case([wrote(0), answered(10), wrote(12, is_closing_remark=True)], minute=20)
    assert case.status is Status.ANSWERED
    assert case.current_clock(Metric.NEXT_RESPONSE) is None


def test_thanks_in_a_first_post_still_waits_for_an_answer():
    assert the_case([wrote(0, is_closing_remark=True)]).status is Status.WAITING


def test_a_breach_has_its_exact_moment_even_if_nobody_looked():
    case = the_case([wrote(0), answered(600)], minute=700)
    first = case.current_clock(Metric.FIRST_RESPONSE)
    assert first is not None
    assert first.breached_at(at(700)) == at(60) + 1
    assert first.state(at(700)) is ClockState.BREACHED


def test_an_answer_on_the_last_second_is_in_time():
    case = the_case([wrote(0), answered(60)], minute=61)
    assert case.clocks[0].state(at(61)) is ClockState.ACHIEVED


def test_a_case_resolves_itself_after_silence_timed_at_the_last_answer():
    hours = shipped_policy().cases.resolve_after_hours
    story = [wrote(0), answered(10)]
    assert the_case(story, minute=10 + hours * 60 - 1).status is Status.ANSWERED
    resolved = the_case(story, minute=10 + hours * 60)
    assert (resolved.status, resolved.resolved_at) == (Status.RESOLVED, at(10))


def test_a_new_post_reopens_a_resolved_case():
    late = 10 + shipped_policy().cases.resolve_after_hours * 60 + 30
    case = the_case([wrote(0), answered(10), wrote(late)], minute=late + 1)
    assert (case.status, case.waiting_since) == (Status.WAITING, at(late))


def test_spam_is_closed_with_its_reason_and_has_no_running_clock():
    case = the_case([wrote(0, category=Category.SPAM, is_answerable=False, priority=Priority.P4)], minute=5)
    assert (case.status, case.closed_because, case.due_at) == (Status.CLOSED, "spam", None)
    assert all(clock.state(at(5)) is ClockState.CANCELLED for clock in case.clocks)


def test_the_first_answerable_post_names_the_case_and_the_most_urgent_sets_its_priority():
    joke = wrote(0, category=Category.JOKE, is_answerable=False, priority=Priority.P4)
    case = the_case([joke, wrote(1, priority=Priority.P3), wrote(2, category=Category.QUESTION, priority=Priority.P1)])
    assert (case.category, case.priority, case.is_answerable) == (Category.PROBLEM, Priority.P1, True)


def test_a_case_whose_posts_are_all_deleted_is_closed():
    post = wrote(0)
    case = the_case([post, deleted(40, post)], minute=41)
    assert (case.status, case.closed_because) == (Status.CLOSED, "deleted by the customer")


def test_a_deleted_post_among_others_is_waited_for_no_more():
    post = wrote(0)
    case = the_case([post, wrote(5), deleted(40, post)], minute=41)
    assert (case.status, case.waiting_since) == (Status.WAITING, at(5))


def test_praise_has_no_target_and_a_thank_you_covers_it():
    praise = wrote(0, category=Category.PRAISE, priority=Priority.P4, sentiment="positive")
    case = the_case([praise, became(1, "sent")], minute=500)
    assert case.is_answered
    assert case.thanked
    assert case.first_answer_at is None
    assert not any(clock.is_running for clock in case.clocks)


def praised(minute: float = 0, **assessed: Any) -> Event:
    return wrote(minute, category=Category.PRAISE, priority=Priority.P4, sentiment="positive", **assessed)


def test_praise_that_was_thanked_for_waits_for_nobody_and_stays_open():
    assert the_case([praised(), became(1, "sent")], minute=5).status is Status.ANSWERED
    assert the_case([praised(), answered(1, automatic=f"ACK#{CASE}", agent=None)], minute=5).status is Status.ANSWERED
    assert the_case([praised(), became(1, "sent"), praised(9)], minute=9).status is Status.ANSWERED


def test_praise_that_nobody_thanked_for_waits_until_a_person_does():
    refused = became(1, "refused", "not summoned")
    assert the_case([praised(), refused], minute=5).status is Status.WAITING
    assert the_case([praised(), refused, answered(7)], minute=8).status is Status.ANSWERED


def test_thanks_at_the_end_of_a_talk_wait_for_nobody():
    thanks = praised(is_closing_remark=True)
    assert thanks.post is not None
    in_reply = replace(thanks, post=replace(thanks.post, replies_to="12"))
    assert the_case([in_reply]).status is Status.ANSWERED
    assert the_case([thanks]).status is Status.WAITING


def test_a_person_who_reopens_thanked_praise_or_puts_it_off_gets_it_back():
    story = [praised(), became(1, "sent")]
    assert the_case([*story, did(5, Act.REOPEN)], minute=6).status is Status.WAITING
    snoozed = [*story, did(5, Act.SNOOZE, until=at(60))]
    assert [the_case(snoozed, minute).status for minute in (59, 60)] == [Status.ANSWERED, Status.WAITING]


def test_a_refused_acknowledgement_says_why():
    case = the_case([wrote(0), became(1, "refused", "a person answered already")], minute=2)
    assert case.acknowledgement == "refused: a person answered already"


def test_every_open_case_has_its_place_in_the_queue():
    for minute in (0, 50, 61, 5000):
        case = the_case([wrote(0)], minute=minute)
        assert case.due_at is not None
        assert case.next_change is None or case.next_change > at(minute)


def test_an_overdue_case_keeps_the_place_of_its_breach():
    case = the_case([wrote(0)], minute=60 * 24 * 30)
    assert case.next_change is None
    assert case.due_at is not None
    assert case.due_at <= at(24 * 60)


def test_a_fold_without_a_customer_post_is_no_case():
    assert fold(CASE, [answered(3)], policies={shipped_policy().version: shipped_policy()}, now=MORNING) is None


def test_a_post_that_was_never_filed_can_not_be_folded():
    unfiled = wrote(0)
    with pytest.raises(KeyError):
        fold(CASE, [unfiled], policies={}, now=MORNING)


minutes = st.integers(0, 4 * 24 * 60)
incidents = st.sampled_from(["77", "88"])
moves = st.one_of(
    st.builds(wrote, minutes, priority=st.sampled_from(Priority), is_closing_remark=st.booleans()),
    st.builds(answered, minutes, automatic=st.sampled_from([None, f"ACK#{CASE}"])),
    st.builds(became, minutes, st.sampled_from(["sent", "refused"])),
    st.builds(did, minutes, st.sampled_from([Act.RESOLVE, Act.REOPEN, Act.ASSIGN])),
    st.builds(did, minutes, st.just(Act.PRIORITISE), priority=st.sampled_from(Priority)),
    st.builds(did, minutes, st.just(Act.TRANSFER), team=st.sampled_from(["care", "technical"])),
    st.builds(did, minutes, st.just(Act.RECLASSIFY), category=st.sampled_from(Category)),
    st.builds(did, minutes, st.just(Act.SNOOZE), until=minutes.map(at)),
    st.builds(did, minutes, st.just(Act.ESCALATE), level=st.integers(1, 3)),
    st.builds(wrote, minutes, priority=st.sampled_from(Priority), incident=incidents),
    st.builds(did, minutes, st.sampled_from([Act.JOIN, Act.LEAVE]), number=st.just(1), incident=incidents),
    st.builds(introduced, minutes, st.sampled_from([10, 90_000])),
    st.builds(counted, minutes, st.just(0), st.integers(0, 9_000)),
)


@given(st.lists(moves, max_size=12), st.data(), minutes)
def test_any_order_and_any_repetition_of_the_same_events_gives_the_same_case(story, data, now):
    story = list({event.key: event for event in [*story, wrote(0)]}.values())
    told = data.draw(st.permutations(story + data.draw(st.lists(st.sampled_from(story), max_size=4))))
    assert the_case(told, now) == the_case(story, now)


@given(st.lists(moves, max_size=12), minutes)
def test_time_alone_changes_nothing_before_the_next_change(story, now):
    story = list({event.key: event for event in [*story, wrote(0)]}.values())
    case = the_case(story, now)
    if case.next_change is not None:
        assert case.next_change > at(now)
        just_before = (case.next_change - 1 - MORNING) / MINUTE
        assert the_case(story, just_before) == case


@given(st.lists(moves, max_size=12), minutes)
def test_whoever_waits_is_open_and_ranked(story, now):
    case = the_case({event.key: event for event in [*story, wrote(0)]}.values(), now)
    assert (case.due_at is None) == (not case.is_open)
    assert (case.waiting_since is not None) <= case.is_open


def test_a_complaint_after_praise_waits_for_us_with_its_own_clock():
    praise = wrote(0, category=Category.PRAISE, priority=Priority.P4)
    case = the_case([praise, became(1, "sent"), wrote(10, category=Category.COMPLAINT)], minute=20)
    assert (case.category, case.status, case.waiting_since) == (Category.COMPLAINT, Status.WAITING, at(10))
    assert case.clocks[0].due_at == at(10 + 60)
    assert not case.is_answered


def test_a_joke_before_a_complaint_starts_no_clock():
    joke = wrote(0, category=Category.JOKE, is_answerable=False, priority=Priority.P4)
    assert the_case([joke, wrote(180)], minute=181).clocks[0].started_at == at(180)


def test_a_later_urgent_post_makes_nothing_late_that_was_in_time():
    story = [wrote(0, priority=Priority.P3), answered(60), wrote(120, priority=Priority.P1)]
    case = the_case(story, minute=125)
    assert case.clocks[0].state(at(125)) is ClockState.ACHIEVED
    assert (case.priority, case.clocks[1].due_at) == (Priority.P1, at(135))


def test_an_urgent_post_brings_the_due_time_forward_from_its_own_time_on():
    case = the_case([wrote(0, priority=Priority.P3), wrote(60, priority=Priority.P1)], minute=61)
    assert case.clocks[0].due_at == at(75)


def test_a_sales_lead_stands_in_the_sales_queue_without_any_service_clock():
    lead = wrote(0, category=Category.SALES_LEAD, is_answerable=False, team="sales", priority=Priority.P3)
    case = the_case([lead], minute=5)
    assert (case.status, case.team, case.due_at) == (Status.WAITING, "sales", at(0))
    assert not any(clock.is_running for clock in case.clocks)
