"""Another policy's clocks, computed from a stored case, are those that the fold would have made of its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.case import fold, restated
from desk.figures import Period, measure, what_if
from desk.policy.model import Category, Priority, Target
from desk.sla import Metric
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case
from tests.stories import CASE, MORNING, answered, deleted, shipped_policy, the_case, wrote

if TYPE_CHECKING:
    from desk.policy import Policy

POLICY = shipped_policy()
WEEK = Period(NOON, NOON + 7 * DAY)
AS_OF = WEEK.until_at


def under(first: int, *, resolution: int | None = None) -> Policy:
    """The shipped policy with one target, day and night, for all teams and priorities."""
    target = Target(first, first, resolution, wall_clock=True)
    teams = {name: replace(team, targets=dict.fromkeys(Priority, target)) for name, team in POLICY.teams.items()}
    return replace(POLICY, teams=teams)


priorities = st.sampled_from(list(Priority))
stories = st.lists(
    st.tuples(st.integers(1, 3000), st.sampled_from(["customer", "closing", "person"]), priorities),
    max_size=8,
    unique_by=lambda told: told[0],
)
shares = st.floats(0.1, 1)
targets = st.builds(
    Target, st.integers(1, 2000), st.integers(1, 2000), st.none() | st.integers(1, 4000), wall_clock=st.booleans()
)


@st.composite
def other_policies(draw):
    """The shipped policy with any targets for each priority, and the care team in the hours of any team."""
    care, hours = POLICY.teams["care"], draw(st.sampled_from(sorted(POLICY.teams)))
    any_targets = {priority: draw(targets) for priority in Priority}
    changed = replace(care, targets=any_targets, calendar=POLICY.teams[hours].calendar, warn_at_share=draw(shares))
    return replace(POLICY, teams={**POLICY.teams, "care": changed})


@given(
    stories,
    st.sampled_from([Category.PROBLEM, Category.PRAISE, Category.SALES_LEAD]),
    priorities,
    st.booleans(),
    other_policies(),
)
def test_the_stored_case_holds_all_that_other_targets_need(story, category, priority, is_deleted, other):
    opening = wrote(0, category=category, priority=priority)
    events = [opening, *(_told(*each) for each in story), *([deleted(3500, opening)] if is_deleted else [])]
    folded = fold(CASE, events, policies={POLICY.version: other}, now=MORNING + 9000 * MINUTE)
    assert restated(the_case(events, 9000), other).clocks == folded.clocks


def _told(minute, who, priority):
    return answered(minute) if who == "person" else wrote(minute, is_closing_remark=who == "closing", priority=priority)


def test_under_its_own_policy_a_case_keeps_its_clocks():
    case = the_case([wrote(0), answered(30), wrote(90)], 100)
    assert restated(case, POLICY) == case


def test_a_team_the_other_policy_lacks_is_measured_by_its_default_team():
    case = a_case(team="dissolved")
    expected = restated(replace(case, team="care"), POLICY).clocks
    assert restated(case, POLICY).clocks == expected


CASES = (
    a_case(1, answered_after=10 * MINUTE),
    a_case(2, answered_after=45 * MINUTE),
    a_case(3, answered_after=90 * MINUTE, opened_at=NOON + DAY),
    a_case(4, opened_at=NOON + DAY),
    a_case(5, opened_at=NOON - DAY),
)


def test_stricter_and_milder_targets_stand_beside_what_was():
    stricter = what_if(CASES, WEEK, policy=under(30), as_of=AS_OF)
    milder = what_if(CASES, WEEK, policy=under(120), as_of=AS_OF)
    (overall, *_) = stricter.hit_rates
    assert (overall.metric, overall.team, overall.priority) == (Metric.FIRST_RESPONSE, None, None)
    assert (overall.as_was.share, overall.what_if.share, milder.hit_rates[0].what_if.share) == (0.5, 0.25, 0.75)
    assert (stricter.cases, stricter.breached_as_was, stricter.breached_what_if) == (4, 2, 3)
    assert (stricter.newly_breached, stricter.spared) == (("902-5002",), ())
    assert (milder.newly_breached, milder.spared) == ((), ("903-5003",))


def test_a_target_only_the_other_policy_has_stands_beside_nothing():
    found = what_if(CASES, WEEK, policy=under(60, resolution=60), as_of=AS_OF)
    resolution = next(each for each in found.hit_rates if each.metric is Metric.RESOLUTION)
    assert resolution.as_was is None
    assert resolution.what_if.n > 0


@pytest.mark.parametrize("at_a_time", [1, 3])
def test_how_many_cases_are_held_at_once_changes_nothing(monkeypatch, at_a_time):
    whole = what_if(CASES, WEEK, policy=under(30), as_of=AS_OF)
    monkeypatch.setattr("desk.figures.comparison._AT_A_TIME", at_a_time)
    assert what_if(iter(CASES), WEEK, policy=under(30), as_of=AS_OF) == whole


def test_what_was_is_told_as_the_report_tells_it():
    told = measure(CASES, WEEK, policy=POLICY, as_of=AS_OF)
    found = what_if(CASES, WEEK, policy=under(HOUR // MINUTE), as_of=AS_OF)
    assert tuple(each.as_was for each in found.hit_rates) == told.hit_rates
