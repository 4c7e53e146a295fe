"""Properties: the order of cases does not matter, and the parts of a period add up to the whole."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from desk.accuracy import Aspect, Judged
from desk.figures import Period, figures_of, measure, merged, tally_of
from desk.policy import load
from desk.policy.model import Category, Priority
from tests.cases import DAY, NOON, a_case

POLICY = load(Path(__file__).parents[3] / "functions" / "policy.toml")
WEEK = Period(NOON, NOON + 7 * DAY)
AS_OF = NOON + 9 * DAY

a_moment = st.integers(NOON - DAY, NOON + 8 * DAY)
some_cases = st.lists(
    st.builds(
        lambda opened, after, team, category, priority, acknowledged, agent, lag, said, incident: {
            "opened_at": opened,
            "answered_after": after,
            "team": team,
            "category": category,
            "is_answerable": category is not Category.SPAM,
            "priority": priority,
            "acknowledged_at": acknowledged and opened + 60,
            "agent": agent,
            "ingest_lag": lag,
            "judged": tuple(Judged(aspect, "a", each) for aspect, each in zip(Aspect, said, strict=False)),
            "incident_id": incident,
        },
        a_moment,
        st.none() | st.integers(0, 2 * DAY),
        st.sampled_from(["care", "technical", "sales"]),
        st.sampled_from([Category.PROBLEM, Category.PRAISE, Category.SPAM]),
        st.sampled_from(list(Priority)),
        st.none() | st.just(1),
        st.none() | st.sampled_from(["Mia", "Jonas"]),
        st.integers(0, 900),
        st.lists(st.sampled_from("ab"), max_size=3),
        st.sampled_from([None, None, "77"]),
    ),
    max_size=12,
).map(lambda all_changes: [a_case(number, **changes) for number, changes in enumerate(all_changes)])


@given(some_cases, st.randoms(use_true_random=False))
def test_the_order_of_the_cases_does_not_matter(cases, random):
    shuffled = random.sample(cases, len(cases))
    assert measure(shuffled, WEEK, policy=POLICY, as_of=AS_OF) == measure(cases, WEEK, policy=POLICY, as_of=AS_OF)


@given(some_cases, st.integers(NOON + 1, NOON + 7 * DAY - 1))
def test_splitting_a_period_in_two_and_merging_gives_the_same_figures(cases, cut):
    parts = (Period(WEEK.from_at, cut), Period(cut, WEEK.until_at))
    tallies = (tally_of(cases, part, policy=POLICY, as_of=AS_OF) for part in parts)
    whole = measure(cases, WEEK, policy=POLICY, as_of=AS_OF)
    assert figures_of(merged(tallies), WEEK, policy=POLICY, as_of=AS_OF) == whole


@given(some_cases)
def test_answered_and_unanswered_make_all(cases):
    found = measure(cases, WEEK, policy=POLICY, as_of=AS_OF)
    coverage, times = found.coverage, found.responses.all_cases
    assert sum(coverage.unanswered.values()) == coverage.answerable - coverage.answered
    assert sum(cell.cases for cell in found.heat_map) == found.volume.cases == times.n
    assert sum(team.cases for team in found.teams) == found.volume.cases
    assert sum(agent.cases for agent in found.agents) == times.answered
    assert [each.count for each in times.within] == sorted(each.count for each in times.within)
    for rate in found.hit_rates:
        assert rate.share is None or rate.low <= rate.share <= rate.high
