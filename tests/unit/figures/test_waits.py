"""What is kept of waits: exact while they are few, within a stated error when they are many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desk.figures.formulas import percentile
from desk.figures.model import LIMITS_MINUTES
from desk.figures.waits import MOST_KEPT, RELATIVE_ERROR, Exact, Waits

seconds = st.lists(st.integers(0, 40 * 86_400), max_size=60)
ROUNDING = 0.5


def waits_of(ended, unended=0):
    return Waits(list(ended), unended)


def joined(parts):
    whole = Waits()
    for part in parts:
        whole.join(part)
    return whole


@given(seconds, st.integers(0, 5))
def test_few_waits_are_kept_as_they_are(ended, unended):
    waits = waits_of(ended, unended)
    assert waits.packed(most=60) == waits


@given(st.lists(seconds, min_size=1, max_size=4))
def test_packed_waits_count_as_many_as_before(parts):
    packed = joined(waits_of(part, 1).packed(most=5) for part in parts)
    assert (packed.ended, packed.unended) == (sum(map(len, parts)), len(parts))
    assert packed.count == packed.ended + packed.unended


@given(st.lists(seconds, min_size=1, max_size=4))
def test_counts_within_the_limits_of_reports_stay_exact(parts):
    packed = joined(waits_of(part).packed(most=5) for part in parts).times()
    exact = waits_of(each for part in parts for each in part).times()
    assert packed.within == exact.within


@given(st.lists(seconds, min_size=1, max_size=4), st.sampled_from([1, 50, 90, 95, 100]))
def test_a_percentile_of_packed_days_is_within_the_stated_error_of_the_true_one(parts, percent):
    packed = percentile(joined(waits_of(part).packed(most=5) for part in parts).ranked(), percent)
    true = percentile(Exact(sorted(each for part in parts for each in part)), percent)
    if true is None:
        assert packed is None
    else:
        assert abs(packed - true) <= RELATIVE_ERROR * true + ROUNDING


@given(st.lists(seconds, min_size=2, max_size=5))
def test_the_order_in_which_days_are_added_up_changes_nothing(parts):
    packed = [waits_of(part).packed(most=5) for part in parts]
    assert joined(packed).times() == joined(reversed(packed)).times()


def test_a_crowded_day_takes_little_space():
    packed = waits_of(range(0, 50 * MOST_KEPT, 3)).packed()
    assert packed.seconds == []
    assert sum(len(each.counts) for each in packed.sketches) < MOST_KEPT


def test_a_wait_of_no_time_is_counted_even_when_packed():
    packed = waits_of([0] * 10).packed(most=5)
    assert packed.times().median_seconds == 0
    assert packed.times().within[0].count == 10
    assert LIMITS_MINUTES[0] == packed.times().within[0].limit_minutes
