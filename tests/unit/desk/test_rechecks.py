"""When a post is looked at again: at its ages, then at ages that triple, as long as there is a text to delete."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desk.rechecks import accrued, later_recheck, next_recheck, request_key, text_end

HOUR, DAY = 3600, 86_400
POSTED = 1_790_000_000
AGES = (1, 8, 23)


def later(age_hours: float, *, keep_days: int = 180) -> int | None:
    found = later_recheck(POSTED, AGES, after=POSTED + int(age_hours * HOUR), keep_days=keep_days)
    return None if found is None else (found - POSTED) // HOUR


def test_from_look_to_look_the_age_triples():
    assert [later(age) for age in (23, 68.9, 69, 207, 621, 1000)] == [69, 69, 207, 621, 1863, 1863]


def test_no_text_no_look():
    assert later(23, keep_days=1) is None
    assert later(23, keep_days=3) == 69
    assert later(1863) is None  # the next would come at 5,589 hours, the text goes at 4,320


def test_a_post_found_days_late_has_a_look_ahead_of_it():
    assert next_recheck(POSTED, AGES, after=POSTED + 6 * DAY) is None
    assert later(6 * 24) == 207


@given(age=st.integers(0, 400 * DAY), keep_days=st.integers(1, 400), ages=st.lists(st.integers(1, 500), min_size=1))
def test_a_later_look_lies_ahead_at_most_at_thrice_the_age_and_before_its_text_goes(age, keep_days, ages):
    found = later_recheck(POSTED, ages, after=POSTED + age, keep_days=keep_days)
    if found is not None:
        assert POSTED + age < found < text_end(POSTED, keep_days)
        assert found - POSTED <= max(3 * age, max(ages) * HOUR)


@given(reads=st.integers(0, 1_000_000), at=st.integers(0, 2**31))
def test_a_days_reads_come_evenly_and_never_more_than_there_are(reads, at):
    begins = at // DAY * DAY
    assert accrued(reads, now=begins) == 0
    assert accrued(reads, now=at) <= accrued(reads, now=begins + DAY - 1) <= reads
    assert abs(accrued(reads, now=begins + DAY // 2) - reads / 2) <= 1


def test_requests_stand_in_the_order_of_their_moments():
    assert request_key(999, "9") < request_key(1000, "1")
