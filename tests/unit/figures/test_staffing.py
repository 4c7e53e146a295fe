"""Erlang C against published figures, and what the suggestion promises."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.figures import Period, local_day, measure
from desk.figures.staffing import agents_for, probability_of_waiting, share_in_time
from desk.policy.model import Category
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case
from tests.stories import shipped_policy

POLICY = shipped_policy()
MONDAY = local_day(date(2026, 3, 2), "Europe/Berlin")
WEEK = Period(MONDAY.from_at, MONDAY.from_at + 7 * DAY)
AS_OF = WEEK.until_at + DAY

loads = st.floats(0.01, 300)
shares = st.floats(0.05, 0.99)


def staffing(*cases, period=WEEK, policy=POLICY, as_of=AS_OF):
    return measure(cases, period, policy=policy, as_of=as_of).staffing


@pytest.mark.parametrize(
    ("load", "agents", "seconds", "waiting_and_in_time"),
    [
        # 200 calls an hour of 3 minutes, 20 s (Call Centre Helper, "Erlang C Formula", worked example)
        (10, 14, (20, 180), (0.174, 0.888)),
        # 360 calls in half an hour of 4 minutes, 15 s (Mitan Ltd., "The Erlang-C Formula", worked example)
        (48, 55, (15, 240), (0.239, 0.846)),
    ],
)
def test_published_examples_come_out_to_the_digit(load, agents, seconds, waiting_and_in_time):
    target, handling = (each / 60 for each in seconds)
    in_time = share_in_time(load, agents, target_minutes=target, handling_minutes=handling)
    assert (probability_of_waiting(load, agents), in_time) == pytest.approx(waiting_and_in_time, abs=0.0005)


@pytest.mark.parametrize(("load", "agents"), [(4.461, 10), (12.03, 20), (37.90, 50), (84.06, 100)])
def test_the_first_formula_within_is_that_of_the_published_table_at_one_per_cent(load, agents):
    """Erlang B tables list the load at which 1 % is blocked; blocking is told back from the share that waits."""
    waits = probability_of_waiting(load, agents)
    blocked = waits * (agents - load) / (agents - load * waits)
    assert blocked == pytest.approx(0.01, abs=0.00005)


@given(st.fractions(Fraction(1, 50), 40, max_denominator=50), st.integers(1, 60))
def test_the_recursion_gives_what_the_sum_of_powers_gives_exactly(load, agents):
    if agents <= load:
        assert probability_of_waiting(float(load), agents) == 1
        return
    waiting = load**agents / factorial(agents) * agents / (agents - load)
    exact = waiting / (sum(load**each / factorial(each) for each in range(agents)) + waiting)
    assert probability_of_waiting(float(load), agents) == pytest.approx(float(exact), rel=1e-9)


def test_thousands_of_agents_neither_overflow_nor_stall():
    assert 0 < probability_of_waiting(9_900, 10_000) < 1
    assert agents_for(5_000, share=0.8, target_minutes=1, handling_minutes=10) == pytest.approx(5_000, rel=0.02)


@given(loads, shares, st.integers(1, 600), st.integers(1, 240))
def test_the_suggestion_is_the_smallest_number_that_keeps_the_promise(load, share, target, handling):
    aim = {"target_minutes": target, "handling_minutes": handling}
    agents = agents_for(load, share=share, **aim)
    assert share_in_time(load, agents, **aim) >= share
    assert agents == 1 or share_in_time(load, agents - 1, **aim) < share


def test_a_promise_to_everybody_has_an_answer_too():
    assert agents_for(2.0, share=1.0, target_minutes=60, handling_minutes=10) < 20


def test_nobody_is_needed_where_nobody_comes():
    assert agents_for(0, share=0.8, target_minutes=60, handling_minutes=10) == 0
    assert staffing() is None
    assert staffing(a_case(category=Category.SPAM, is_answerable=False)) is None


def test_each_hour_is_staffed_for_those_who_came_in_it_and_were_to_be_answered():
    crowd = [a_case(number, opened_at=NOON + number) for number in range(30)]
    spam = a_case(98, opened_at=NOON, is_answerable=False, category=Category.SPAM)
    lone = a_case(99, opened_at=NOON + 5 * HOUR)
    found = staffing(*crowd, spam, lone)
    assert [(hour.weekday, hour.hour, hour.arrivals_per_hour, hour.agents) for hour in found.hours] == [
        (0, 13, 30, 6),  # 30 of 10 minutes are 5 erlangs; P2 of the default team waits an hour at most
        (0, 18, 1, 1),
    ]
    assert (found.handling_minutes, found.target_minutes, found.wanted_share, found.agent_hours) == (10, 60, 0.8, 7)


def test_several_weeks_are_averaged_by_how_often_each_hour_came():
    weeks = Period(WEEK.from_at, WEEK.from_at + 21 * DAY)
    cases = [a_case(number, opened_at=NOON + number) for number in range(30)]
    (hour,) = staffing(*cases, period=weeks, as_of=weeks.until_at).hours
    assert hour.arrivals_per_hour == 10
    (so_far,) = staffing(*cases, period=weeks, as_of=WEEK.until_at).hours
    assert so_far.arrivals_per_hour == 30


def test_an_hour_that_the_clocks_show_twice_counts_twice():
    october = local_day(date(2026, 10, 25), "Europe/Berlin")
    cases = [a_case(number, opened_at=october.from_at + 2 * HOUR + number * MINUTE) for number in range(120)]
    (hour,) = staffing(*cases, period=october, as_of=october.until_at).hours
    assert (hour.weekday, hour.hour, hour.arrivals_per_hour) == (6, 2, 60)


def test_an_hour_that_has_just_begun_counts_as_a_whole_one():
    (hour,) = staffing(a_case(), as_of=NOON + 5).hours
    assert hour.arrivals_per_hour == 1


def test_it_says_what_the_suggestion_would_have_done_to_the_same_cases():
    cases = [a_case(number, answered_after=HOUR, opened_at=NOON + number) for number in range(10)]
    late = [a_case(50 + number, answered_after=HOUR + 1, opened_at=NOON + number) for number in range(10)]
    waiting = [a_case(80 + number, opened_at=NOON + number) for number in range(20)]
    found = staffing(*cases, *late, *waiting)
    assert found.share_as_it_was == 10 / 40
    assert 0.8 <= found.share_expected <= 1


def test_longer_work_and_a_higher_promise_need_more_people():
    cases = [a_case(number, opened_at=NOON + number) for number in range(30)]
    needed = []
    for handling, share in ((5, 0.8), (10, 0.8), (30, 0.8), (30, 0.999)):
        reports = replace(POLICY.reports, handling_minutes=handling, staffing_share=share)
        needed.append(staffing(*cases, policy=replace(POLICY, reports=reports)).agent_hours)
    assert needed == sorted(set(needed))
