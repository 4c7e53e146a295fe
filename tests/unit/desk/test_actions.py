"""What people do to a case, and what that does to its clocks. Minute 0 is a Tuesday, 10:00 in Berlin.

The care team works 07:00 to 23:00, the technical team 09:00 to 12:30 and 13:00 to 17:00, both in Berlin; a P2 of the care
team has 60 minutes, a P3 240.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.action import Act, Action
from desk.case import Case, Raised, Status, fold
from desk.event import Filing, Gone
from desk.notice import Crossed
from desk.policy.model import Category, Priority
from desk.sla import Clock, ClockState, Metric
from tests.builders import a_policy
from tests.stories import CASE, MINUTE, MORNING, answered, deleted, did, shipped_policy, the_case, wrote
from triage.notices import notices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.event import Event

DAY = 24 * 60
LONG_SILENCE = shipped_policy().cases.resolve_after_hours * 60


def at(minute: float) -> int:
    return MORNING + int(minute * MINUTE)


def clock(case: Case, metric: Metric = Metric.FIRST_RESPONSE) -> Clock:
    found = case.current_clock(metric)
    assert found is not None
    return found


def due(*story: Event, minute: float = 5000, metric: Metric = Metric.FIRST_RESPONSE) -> float:
    """The minute at which the clock is due."""
    return (clock(the_case(story, minute), metric).due_at - MORNING) / MINUTE


def to(priority: Priority, minute: float) -> Event:
    return did(minute, Act.PRIORITISE, priority=priority)


def moved(team: str, minute: float) -> Event:
    return did(minute, Act.TRANSFER, team=team)


P1, P2, P3, P4 = Priority


# ---- what an action says


@pytest.mark.parametrize(
    ("act", "details", "fault"),
    [
        (Act.TRANSFER, {}, "needs the team"),
        (Act.PRIORITISE, {"team": "care"}, "takes no team; needs the priority"),
        (Act.NOTE, {}, "needs the text"),
        (Act.RESOLVE, {"until": 5}, "takes no until"),
        (Act.ESCALATE, {"level": 4}, "levels go from 1 to 3, not to 4"),
    ],
)
def test_an_action_says_what_its_act_needs_and_nothing_else(act, details, fault):
    with pytest.raises(ValueError, match=fault):
        Action(act, "Mia", **details)


# ---- another priority, another team


@pytest.mark.parametrize(
    ("story", "minute"),
    [
        ([wrote(0, priority=P3), to(P2, 30)], 60),
        ([wrote(0, priority=P2), to(P3, 30)], 240),
        ([wrote(0, priority=P3), to(P1, 10)], 15),
        ([wrote(0, priority=P3), to(P2, 30), to(P3, 50)], 240),
        ([wrote(0, priority=P2), moved("technical", 30)], 120),
        ([wrote(0, priority=P3), moved("technical", 120)], 270),
        ([wrote(0, priority=P2), wrote(20, priority=P2), to(P3, 30)], 240),
    ],
)
def test_the_time_used_stays_used_and_the_rest_is_counted_by_the_new_terms(story, minute):
    assert due(*story) == minute


def test_what_a_change_leaves_over_used_is_due_at_its_moment_and_not_before():
    case = the_case([wrote(0, priority=P3), to(P1, 30)], minute=31)
    assert clock(case).due_at == at(30)
    assert clock(case).breached_at(at(31)) == at(30) + 1


def test_what_is_over_used_while_the_new_team_sleeps_is_due_when_it_opens():
    assert due(wrote(0, priority=P4), moved("technical", 9 * 60)) == 23 * 60


def test_what_was_late_before_the_change_stays_late():
    case = the_case([wrote(0, priority=P2), to(P3, 90), answered(100)], minute=101)
    assert (clock(case).due_at, clock(case).state(at(101))) == (at(60), ClockState.BREACHED)


def test_a_change_in_the_very_second_it_is_due_is_in_time():
    assert due(wrote(0, priority=P2), to(P3, 60)) == 240


def test_after_a_change_the_warning_is_that_of_the_new_terms():
    case = the_case([wrote(0, priority=P2), to(P3, 50)], minute=51)
    assert clock(case).state(at(51)) is ClockState.PENDING
    assert clock(case).warn_at == at(180)


def test_a_persons_word_holds_for_what_was_asked_and_a_later_post_may_raise_it():
    story = [wrote(0, priority=P2), to(P4, 10), wrote(20, priority=P3)]
    assert the_case(story, 21).priority is P3
    assert due(*story) == 260
    assert the_case([*story, to(P4, 30)], 31).priority is P4
    assert the_case([wrote(0, priority=P3), to(P1, 5), wrote(20, priority=P3)], 21).priority is P1


def test_a_post_that_turns_urgent_makes_no_resolution_late_that_was_in_time():
    story = [wrote(0, priority=P3), answered(600), wrote(700, priority=P1)]
    case = the_case(story, minute=701)
    assert clock(case, Metric.RESOLUTION).due_at == at(700)
    assert clock(case, Metric.RESOLUTION).breached_at(at(700)) is None


def test_a_priority_without_a_resolution_target_keeps_only_what_was_missed_before():
    story = [wrote(0, priority=P1)]
    assert the_case([*story, to(P4, 200)], 5000).current_clock(Metric.RESOLUTION) is None
    assert due(*story, to(P4, 300), metric=Metric.RESOLUTION) == 240


def test_a_transfer_moves_the_case_to_the_other_teams_queue_and_takes_back_its_assignment():
    story = [wrote(0), did(1, Act.ASSIGN, agent="Jonas")]
    assert (the_case(story, 2).assignee, the_case(story, 2).team) == ("Jonas", "care")
    case = the_case([*story, moved("technical", 3)], 4)
    assert (case.assignee, case.team) == (None, "technical")
    assert the_case([*story, moved("technical", 3), did(5, Act.ASSIGN, agent="Mia")], 6).assignee == "Mia"
    assert the_case([*story, did(2, Act.ASSIGN)], 3).assignee is None


def test_a_team_is_measured_as_it_was_when_the_case_opened_and_a_newer_one_as_when_it_got_the_case():
    old, night = shipped_policy(), a_policy(teams={"night": shipped_policy().teams["technical"]}, default_team="night")
    story = [wrote(0, priority=P2), replace(moved("night", 30), filing=Filing(CASE, night.version))]
    case = fold(CASE, story, policies={old.version: old, night.version: night}, now=at(40))
    assert case is not None
    assert (case.team, clock(case).due_at) == ("technical", at(120))


# ---- resolved and reopened


def test_a_person_resolves_a_case_at_once_and_its_resolution_ended_with_the_waiting():
    case = the_case([wrote(0), answered(10), did(30, Act.RESOLVE)], minute=31)
    assert (case.status, case.resolved_at, case.due_at) == (Status.RESOLVED, at(30), None)
    assert clock(case, Metric.RESOLUTION).met_at == at(10)
    assert clock(case, Metric.RESOLUTION).state(at(31)) is ClockState.ACHIEVED


def test_resolving_without_an_answer_cancels_the_clock_with_that_reason():
    case = the_case([wrote(0), did(30, Act.RESOLVE)], minute=500)
    assert (case.status, case.waiting_since) == (Status.RESOLVED, None)
    assert clock(case).state(at(500)) is ClockState.CANCELLED
    assert clock(case).cancelled == "resolved without an answer"


def test_resolving_heals_no_breach():
    case = the_case([wrote(0, priority=P2), did(90, Act.RESOLVE)], minute=500)
    assert clock(case).breached_at(at(500)) == at(60) + 1
    assert clock(case).state(at(500)) is ClockState.BREACHED


def test_who_writes_after_a_case_was_resolved_without_an_answer_waits_on_with_the_time_used():
    story = [wrote(0, priority=P2), did(20, Act.RESOLVE), wrote(100, priority=P2)]
    case = the_case(story, minute=101)
    assert (case.status, case.waiting_since) == (Status.WAITING, at(0))
    assert due(*story) == 140


def test_reopening_undoes_a_resolution_with_the_time_used():
    story = [wrote(0, priority=P2), did(20, Act.RESOLVE), did(100, Act.REOPEN)]
    assert the_case(story, 101).status is Status.WAITING
    assert due(*story) == 140


def test_reopening_an_answered_case_says_that_we_owe_a_word():
    story = [wrote(0, priority=P2), answered(10), did(20, Act.RESOLVE), did(200, Act.REOPEN)]
    case = the_case(story, minute=201)
    assert (case.status, case.waiting_since, case.resolved_at) == (Status.WAITING, at(200), None)
    assert due(*story, metric=Metric.NEXT_RESPONSE) == 260
    assert the_case([*story, answered(230)], 231).status is Status.ANSWERED


def test_an_owed_word_is_as_urgent_as_the_case():
    story = [wrote(0, priority=P3), to(P1, 5), answered(10), did(200, Act.REOPEN)]
    assert due(*story, metric=Metric.NEXT_RESPONSE) == 215


def test_an_answer_after_resolving_is_an_answer_but_opens_nothing():
    case = the_case([wrote(0, priority=P2), did(20, Act.RESOLVE), answered(90)], minute=91)
    assert (case.status, case.first_answer_at) == (Status.RESOLVED, at(90))
    assert clock(case).state(at(91)) is ClockState.ACHIEVED


def test_thanks_after_a_resolution_reopen_nothing():
    story = [wrote(0), answered(10), did(20, Act.RESOLVE), wrote(30, is_closing_remark=True)]
    assert the_case(story, 31).status is Status.RESOLVED


# ---- snoozed


def test_a_snooze_rests_the_resolution_and_no_response():
    story = [wrote(0, priority=P1), did(10, Act.SNOOZE, until=at(50))]
    asleep = the_case(story, minute=12)
    assert clock(asleep, Metric.RESOLUTION).state(at(12)) is ClockState.PAUSED
    assert clock(asleep).state(at(12)) is ClockState.IMMINENT
    assert (asleep.status, asleep.course.snoozed_until) == (Status.WAITING, at(50))
    assert due(*story) == 15
    assert due(*story, minute=60, metric=Metric.RESOLUTION) == 280


def test_a_snoozed_case_wakes_at_its_moment_and_is_ours_again():
    story = [wrote(0, priority=P2), answered(10), did(20, Act.SNOOZE, until=at(500))]
    asleep = the_case(story, minute=499)
    assert (asleep.status, asleep.next_change) == (Status.ANSWERED, at(500))
    awake = the_case(story, minute=500)
    assert (awake.status, awake.waiting_since, awake.course.snoozed_until) == (Status.WAITING, at(500), None)
    assert due(*story, metric=Metric.NEXT_RESPONSE) == 560


def test_a_snoozed_case_does_not_resolve_itself():
    until = 10 + 2 * LONG_SILENCE
    story = [wrote(0), answered(10), did(20, Act.SNOOZE, until=at(until))]
    assert the_case(story, minute=until - 1).status is Status.ANSWERED


@pytest.mark.parametrize("ending", [wrote(100), answered(100), did(100, Act.RESOLVE), did(100, Act.REOPEN)])
def test_whatever_else_happens_ends_a_snooze(ending):
    case = the_case([wrote(0), answered(10), did(20, Act.SNOOZE, until=at(500)), ending], minute=600)
    assert case.course.snoozed_until is None
    assert case.course.snoozes[0].until == at(100)
    assert all(each.started_at != at(500) for each in case.clocks)


def test_thanks_and_a_note_let_a_snoozed_case_sleep():
    story = [wrote(0), answered(10), did(20, Act.SNOOZE, until=at(500))]
    story += [wrote(100, is_closing_remark=True), did(110, Act.NOTE, text="called the hub")]
    assert the_case(story, 120).course.snoozed_until == at(500)


def test_a_resolved_case_can_not_be_snoozed():
    story = [wrote(0), answered(10), did(20, Act.RESOLVE), did(30, Act.SNOOZE, until=at(500))]
    assert the_case(story, 600).status is Status.RESOLVED


# ---- what it is about


def test_a_person_who_calls_a_case_spam_closes_it_with_that_reason():
    case = the_case([wrote(0), did(90, Act.RECLASSIFY, category=Category.SPAM)], minute=100)
    assert (case.status, case.closed_because, case.is_answerable) == (Status.CLOSED, "spam", False)
    assert clock(case).state(at(100)) is ClockState.CANCELLED


def test_a_person_who_finds_a_complaint_in_what_triage_closed_opens_it_from_its_own_time():
    spam = wrote(0, category=Category.SPAM, is_answerable=False, priority=P2)
    case = the_case([spam, did(30, Act.RECLASSIFY, category=Category.COMPLAINT)], minute=31)
    assert (case.status, case.category, case.waiting_since) == (Status.WAITING, Category.COMPLAINT, at(0))
    assert clock(case).due_at == at(60)


def test_a_correction_is_about_what_was_asked_until_then():
    joke = wrote(0, category=Category.JOKE, is_answerable=False, priority=P4)
    story = [joke, wrote(10), did(20, Act.RECLASSIFY, category=Category.QUESTION)]
    assert (the_case(story, 21).category, clock(the_case(story, 21)).started_at) == (Category.QUESTION, at(10))
    spam = [wrote(0), did(20, Act.RECLASSIFY, category=Category.SPAM), wrote(50, category=Category.QUESTION)]
    case = the_case(spam, 51)
    assert (case.status, case.category, case.waiting_since) == (Status.WAITING, Category.QUESTION, at(50))


def test_the_latest_correction_holds():
    story = [
        wrote(0),
        did(5, Act.RECLASSIFY, category=Category.SPAM),
        did(9, Act.RECLASSIFY, category=Category.REQUEST),
    ]
    assert the_case(story, 10).category is Category.REQUEST


def test_a_note_changes_nothing():
    assert the_case([wrote(0), did(5, Act.NOTE, text="called the hub")], 9) == the_case([wrote(0)], 9)


def test_notes_lose_their_text_as_posts_do():
    note = did(5, Act.NOTE, text="her number is +49 170 1234567")
    assert note.has_text
    assert "1234567" not in repr(note.without_text(Gone.EXPIRED))


def test_a_deleted_post_is_not_asked_for_by_a_correction():
    post = wrote(0)
    story = [post, wrote(5), deleted(10, post), did(20, Act.RECLASSIFY, category=Category.QUESTION)]
    assert clock(the_case(story, 21)).started_at == at(5)


# ---- escalated


def test_a_breach_that_stays_open_reaches_each_level_at_its_exact_moment():
    first = clock(the_case([wrote(0, priority=P2)], minute=5000))
    assert [(each.level, each.at) for each in first.escalations] == [(1, at(120) + 1), (2, at(300) + 1)]
    assert first.escalated(at(120)) == ()
    assert [each.level for each in first.escalated(at(120) + 1)] == [1]
    assert first.next_change(at(61)) == at(120) + 1


def test_a_level_is_counted_as_the_target_is_in_the_teams_hours():
    evening = wrote(11 * 60, priority=P2)  # 21:00, due at 22:00; open until 23:00, then from 07:00
    levels = clock(the_case([evening], minute=5000)).escalations
    assert [each.at for each in levels] == [at(13 * 60) + 1, at(24 * 60) + 1]


def test_an_answer_ends_the_escalation_but_not_what_was_reached():
    late = clock(the_case([wrote(0, priority=P2), answered(150)], minute=5000))
    assert [each.level for each in late.escalated(at(5000))] == [1]
    assert clock(the_case([wrote(0, priority=P2), answered(100)], 5000)).escalated(at(5000)) == ()
    assert clock(the_case([wrote(0, priority=P2), answered(50)], 5000)).escalated(at(5000)) == ()


def test_a_new_team_without_levels_keeps_what_was_reached_and_adds_none():
    story = [wrote(0, priority=P2), moved("technical", 150)]
    assert [each.level for each in clock(the_case(story, 5000)).escalations] == [1]


def test_a_person_may_take_a_case_to_a_level_at_any_time():
    case = the_case([wrote(0), did(5, Act.ESCALATE, level=2)], minute=6)
    assert case.raised == (Raised(at(5), 2, "Mia"),)


# ---- what always holds

minutes = st.integers(1, 3 * DAY)
priorities = st.sampled_from([P2, P3, P4])


@given(priorities, priorities, minutes)
def test_a_change_of_priority_uses_up_exactly_the_open_time(before, after, minute):
    team = shipped_policy().teams["care"]
    allowed, then = (team.targets[each].first_response_minutes * MINUTE for each in (before, after))
    used = team.calendar.elapsed(at(0), at(minute))
    total = allowed if used > allowed else max(then, used)
    due_at = clock(the_case([wrote(0, priority=before), to(after, minute)], 9 * DAY)).due_at
    assert team.calendar.elapsed(at(0), due_at) == total


@given(st.sampled_from(Priority), st.lists(minutes, max_size=4, unique=True))
def test_saying_again_what_holds_already_changes_no_clock(priority, moments):
    again = [to(priority, minute) for minute in moments] + [moved("care", minute + 0.5) for minute in moments]
    quiet, told = (
        the_case([wrote(0, priority=priority)], 9 * DAY),
        the_case([wrote(0, priority=priority), *again], 9 * DAY),
    )
    assert told.clocks == quiet.clocks


@given(priorities, st.sampled_from(Priority), st.sampled_from(["care", "technical"]), minutes)
def test_no_change_makes_anything_late_that_was_in_time(before, after, team, minute):
    plain = clock(the_case([wrote(0, priority=before)], 9 * DAY)).due_at
    changed = clock(the_case([wrote(0, priority=before), to(after, minute), moved(team, minute)], 9 * DAY)).due_at
    assert changed == plain if plain < at(minute) else changed >= at(minute)


whatever = st.one_of(
    st.builds(wrote, minutes, priority=priorities, is_closing_remark=st.booleans()),
    st.builds(answered, minutes),
    st.builds(to, st.sampled_from(Priority), minutes),
    st.builds(moved, st.sampled_from(["care", "technical", "sales"]), minutes),
    st.builds(did, minutes, st.sampled_from([Act.RESOLVE, Act.REOPEN])),
    st.builds(did, minutes, st.just(Act.SNOOZE), until=minutes.map(at)),
)


def crossed(story: Iterable[Event], minute: float) -> set[str]:
    """The breaches and escalations of a case by a minute, as they go to the ledger."""
    case = the_case([event for event in story if event.at <= at(minute)], minute)
    return {each.key for each in notices(case, now=at(minute)) if each.what is not Crossed.WARNING}


@given(st.lists(whatever, max_size=10), st.integers(0, 5 * DAY), st.integers(0, 5 * DAY))
def test_who_looks_late_finds_exactly_the_breaches_that_who_looked_early_found(story, early, later):
    early, later = sorted([early, later])
    story = [wrote(0, priority=P2), *story]
    until_early = {key for key in crossed(story, later) if key < f"{at(early) + 1:012d}"}
    assert until_early == crossed(story, early)


@given(minutes, minutes)
def test_a_rest_costs_the_customer_exactly_its_length(since, length):
    assume(since < 240)
    p1 = [wrote(0, priority=P1), did(since, Act.SNOOZE, until=at(since + length))]
    assert due(*p1, minute=9 * DAY, metric=Metric.RESOLUTION) == 240 + length
