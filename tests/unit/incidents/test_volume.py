"""The picture of an incident: every post is drawn once, in the column of its time."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from desk.incidents.life import Move
from desk.incidents.measures import measures
from desk.incidents.volume import BUCKET_SECONDS, Volume, columns, shown_stretch
from tests.cases import HOUR, MINUTE, NOON
from tests.incidents import BEGAN, a_status_post, an_incident

COUNTED = st.dictionaries(
    st.integers(0, 400).map(lambda place: NOON + place * BUCKET_SECONDS),
    st.builds(Volume, posts=st.integers(0, 99), negative=st.just(0), expected=st.floats(0, 50)),
    max_size=40,
)


@given(counted=COUNTED, buckets=st.integers(1, 500), most=st.integers(1, 100))
def test_every_post_of_the_stretch_is_drawn_once(counted, buckets, most):
    until = NOON + buckets * BUCKET_SECONDS
    drawn = columns(sorted(counted.items()), NOON, until, most=most)
    assert len(drawn) <= most
    assert sum(each.posts for each in drawn) == sum(volume.posts for at, volume in counted.items() if at < until)
    assert drawn[0].begins == NOON
    assert all(later.begins - each.begins == each.seconds for each, later in itertools.pairwise(drawn))
    assert all(each.seconds % BUCKET_SECONDS == 0 for each in drawn)


def test_columns_are_as_narrow_as_they_may_be_and_round():
    def width(hours, most=16):
        return columns([], NOON, NOON + hours * HOUR, most=most)[0].seconds // MINUTE

    assert [width(hours) for hours in (1, 2, 3, 4, 5, 6, 8, 9, 24, 48)] == [5, 10, 15, 15, 20, 30, 30, 60, 120, 180]


def test_the_picture_shows_an_hour_before_and_after_and_no_bucket_that_still_runs():
    going = an_incident(Move.DECLARE)
    assert shown_stretch(going, NOON + 3 * MINUTE) == (BEGAN - HOUR, NOON)
    over = an_incident(Move.DECLARE, Move.RESOLVE)
    ended = over.changes[-1].at
    assert shown_stretch(over, NOON + 9 * HOUR) == (BEGAN - HOUR, ended + HOUR)
    assert shown_stretch(an_incident(since=NOON), NOON) == (NOON - HOUR, NOON)


def test_an_incident_measures_what_it_took_and_what_it_saved():
    post = a_status_post(approved_by="Lena", post_id="1", posted_at=BEGAN + 31 * MINUTE)
    over = an_incident(
        Move.DECLARE, Move.RESOLVE, status_posts=(post,), held=96, answered=41, spared=55, closed_at=NOON
    )
    found = measures(over)
    assert (found.to_suspect_seconds, found.to_declare_seconds) == (600, 1200)
    assert (found.to_status_post_seconds, found.to_resolve_seconds) == (1860, 1800)
    assert (found.posts_saved, found.usd_saved) == (55, 0.55)


def test_what_is_held_counts_as_saved_while_it_goes_on_and_never_of_a_false_alarm():
    assert measures(an_incident(Move.DECLARE, held=96)).posts_saved == 96
    assert measures(an_incident(Move.DECLARE, Move.DISMISS, held=96, closed_at=NOON)).posts_saved == 0


def test_what_it_has_not_come_to_is_not_measured():
    found = measures(an_incident())
    assert (found.to_declare_seconds, found.to_status_post_seconds, found.to_resolve_seconds) == (None, None, None)
