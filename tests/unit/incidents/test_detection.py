from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.made_up_days import DAY, HOUR, MONDAY, OFFICE, Brand, played
from benchmarks.surges import minutes_to_see, watched
from desk.incidents.baseline import BUCKET_SECONDS
from desk.incidents.detection import MOST_TOPICS, Counts, Sensitivity, Sight, Watch, look
from desk.store.codec import decode, encode
from local import sample_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.incidents.detection import Surge

BERLIN = ZoneInfo("Europe/Berlin")
QUIET = Brand(70)
SHIPPED = Sensitivity()


def a_look(watch: Watch, at: int, recent: Sequence[Counts], *, learns: bool = True, **also: int) -> Sight:
    return look(watch, at, recent, now=at + 60, zone=BERLIN, sensitivity=SHIPPED, learns=learns, **also)


def sights(counts: Sequence[Counts], *, begins: int = MONDAY, watch: Watch | None = None) -> list[Sight]:
    watch, found = watch or Watch(), []
    for number in range(len(counts)):
        sight = a_look(watch, begins + number * BUCKET_SECONDS, counts[max(0, number - 11) : number + 1])
        watch = sight.watch
        found.append(sight)
    return found


def a_watch_of(days: float, brand: Brand = QUIET) -> Watch:
    return sights([each for _, each in played(brand, seed=1, days=days)])[-1].watch


def surges_of(posts: Sequence[int]) -> list[Surge]:
    return [each for found in watched([Counts(each) for each in posts], begins=MONDAY) for each in found]


def hour_with(last: int, *, topic: str = "") -> list[Counts]:
    return [Counts(1, topics={topic: 0}) for _ in range(11)] + [Counts(last, topics={topic: last})]


# ---- what must be seen, and what must not


@pytest.mark.parametrize("before", [HOUR, 7 * DAY])
def test_an_outage_is_seen_within_ten_minutes_by_a_desk_an_hour_or_a_week_old(before):
    assert minutes_to_see(before, seed=0) <= 10


def test_the_quiet_sample_day_shows_no_surge():
    buckets = Counter(int(line.at) // BUCKET_SECONDS for line in sample_day.read().lines)
    counts = [Counts(buckets[each]) for each in range(min(buckets), max(buckets) + 1)]
    assert not any(watched(counts, begins=min(buckets) * BUCKET_SECONDS))


@pytest.mark.parametrize("later", [8 * HOUR, 3 * DAY + 14 * HOUR, 6 * DAY + 20 * HOUR])
def test_a_plain_monday_morning_is_no_surge_for_a_desk_hours_or_days_old(later):
    brand = Brand(1_500, OFFICE, monday_morning=1.5)
    to_monday_noon = 7 * DAY + 12 * HOUR - later if later > DAY else 6 * HOUR
    counts = [each for _, each in played(brand, seed=3, days=to_monday_noon / DAY, begins=MONDAY + later)]
    assert not any(watched(counts, begins=MONDAY + later))


def test_a_large_brand_is_no_surge_on_its_first_morning():
    counts = [each for _, each in played(Brand(20_000, OFFICE), seed=2, days=0.25, begins=MONDAY + 7 * HOUR)]
    assert not any(watched(counts, begins=MONDAY + 7 * HOUR))


def test_nothing_is_judged_before_half_an_hour_lies_behind_a_quarter():
    flood = [Counts(500)] * 8
    assert not any(watched(flood, begins=MONDAY))
    assert not any(watched([*[Counts()] * 5, *[Counts(500)] * 3], begins=MONDAY))
    assert any(watched([*[Counts()] * 6, *[Counts(500)] * 3], begins=MONDAY))


def test_what_was_before_the_desk_listened_is_nobodys_quiet_hour():
    recent = [*[Counts()] * 10, Counts(40), Counts(50)]
    assert not a_look(Watch(), MONDAY, recent).surges
    assert not a_look(Watch(), MONDAY, recent, listens_since=MONDAY - BUCKET_SECONDS - 1).surges
    assert a_look(Watch(), MONDAY, recent, listens_since=MONDAY - 2 * HOUR).surges


def test_a_surge_tells_since_when_and_how_far():
    (surge,) = a_look(a_watch_of(2), MONDAY + 2 * DAY + HOUR, [*[Counts()] * 10, Counts(30), Counts(40)]).surges
    assert (surge.series, surge.since) == ("posts", MONDAY + 2 * DAY + HOUR - BUCKET_SECONDS)
    assert surge.observed == 70
    assert surge.expected < 5
    assert surge.factor == pytest.approx(70 / max(1, surge.expected))
    assert surge.score > SHIPPED.score


def test_a_surge_that_goes_on_needs_less_and_keeps_its_begin():
    watch, at = a_watch_of(2), MONDAY + 2 * DAY + HOUR
    begun = a_look(watch, at, [*[Counts(1)] * 11, Counts(60)])
    later = [*[Counts(1)] * 8, Counts(0), Counts(4), Counts(5), Counts(5)]
    assert not a_look(watch, at + HOUR, later).surges
    assert [each.since for each in a_look(begun.watch, at + HOUR, later).surges] == [at]


def test_a_topic_surges_by_itself():
    watch = a_watch_of(2, Brand(2_000))
    at = MONDAY + 2 * DAY + 10 * HOUR
    counts = [Counts(12, 5, {"app": 1, "delay": 4})] * 9 + [Counts(14, 5, {"app": 12, "delay": 1})] * 3
    assert [each.series for each in a_look(watch, at, counts).surges] == ["topic:app"]


def test_a_topic_that_only_grows_with_all_posts_is_no_surge_of_its_own():
    watch, at = a_watch_of(3, Brand(2_000)), MONDAY + 3 * DAY + 10 * HOUR
    usual = a_look(watch, at, [Counts()] * 12).expected
    busier = Counts(round(1.9 * usual), round(0.8 * usual), {"delay": round(0.6 * usual)})
    assert not a_look(watch, at, [busier] * 12).surges


def test_a_topic_that_nobody_named_before_is_young_and_one_named_with_zeros_is_quiet():
    watch, at = a_watch_of(1, Brand(400)), MONDAY + DAY + 10 * HOUR
    new = [*[Counts(3)] * 11, Counts(12, topics={"refuel": 12})]
    known = [*[Counts(3, topics={"refuel": 0})] * 11, Counts(12, topics={"refuel": 12})]
    assert not a_look(watch, at, new).surges
    assert [each.series for each in a_look(watch, at, known).surges] == ["topic:refuel"]


# ---- what is learnt, and when


def test_decisions_never_look_ahead():
    counts = [each for _, each in played(QUIET, seed=4, days=1, outage_at=MONDAY + 12 * HOUR)]
    whole, prefix = sights(counts), sights(counts[:150])
    assert whole[:150] == prefix
    assert any(each.surges for each in whole)


def test_the_same_look_again_gives_the_same_and_learns_nothing():
    watch, at = a_watch_of(1), MONDAY + DAY
    once = a_look(watch, at, hour_with(50))
    again = a_look(once.watch, at, hour_with(50))
    assert again == once


def test_more_posts_in_the_running_bucket_change_what_is_seen_and_nothing_that_was_learnt():
    once = a_look(a_watch_of(1), MONDAY + DAY, hour_with(2))
    later = a_look(once.watch, MONDAY + DAY, hour_with(60))
    assert later.surges
    assert not once.surges
    assert later.watch.baselines == once.watch.baselines


def test_a_late_post_counts_in_its_own_bucket():
    watch, at = a_watch_of(1), MONDAY + DAY
    late = [Counts(1, topics={"": 0})] * 2 + [Counts(80)] + [Counts(1)] * 9
    (surge,) = a_look(watch, at, late).surges
    assert surge.minutes == 60
    assert surge.since == at - 9 * BUCKET_SECONDS


def test_hours_of_an_incident_are_never_learnt():
    watch, at = a_watch_of(1), MONDAY + DAY
    during = a_look(watch, at, hour_with(9), learns=False).watch
    assert during.baselines == watch.baselines
    assert a_look(during, at, hour_with(9)).watch.baselines == watch.baselines


def test_a_silence_of_the_desk_is_no_silence_of_its_customers():
    counts = [each for _, each in played(Brand(2_000), seed=5, days=2)]
    before = sights(counts[:288])[-1].watch
    after = a_look(before, MONDAY + 2 * DAY - BUCKET_SECONDS, counts[-12:])
    assert not after.surges
    learnt = after.watch.baselines["posts"]
    assert learnt.level == pytest.approx(before.baselines["posts"].level, rel=0.05)


def test_a_spike_teaches_little():
    watch, at = a_watch_of(3), MONDAY + 3 * DAY
    spike = [Counts(10_000), *[Counts(1)] * 11]
    learnt = a_look(watch, at, spike).watch.baselines["posts"]
    assert learnt.level < 1.1 * watch.baselines["posts"].level


def test_a_watch_is_small_and_can_be_stored():
    topics = [{f"a topic with a long name {number}": 50 for number in range(turn, turn + 20)} for turn in (0, 10, 20)]
    counts = [Counts(90_000, 50_000, topics[number % 3]) for number in range(100)]
    watch = sights(counts)[-1].watch
    assert len(watch.baselines) == MOST_TOPICS + 2
    assert len(encode(watch)) < 30_000
    assert decode(encode(watch), Watch) == watch
    assert len(encode(a_watch_of(2, Brand(20_000)))) < 15_000


# ---- properties

buckets = st.lists(st.integers(0, 9), min_size=30, max_size=60)
any_counts = st.builds(
    Counts,
    st.integers(-5, 10**9),
    st.integers(-5, 10**9),
    st.dictionaries(st.sampled_from(["a", "b", "ü", ""]), st.integers(-5, 10**9), max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(buckets, st.integers(1, 1000))
def test_posts_added_to_every_bucket_never_make_a_quiet_series_alarm(posts, more):
    assume(not surges_of(posts))
    assert not surges_of([each + more for each in posts])


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_posts_added_to_every_bucket_never_make_a_quiet_day_alarm(seed, more):
    posts = [each.posts for _, each in played(QUIET, seed=seed, days=1.5)]
    assume(not surges_of(posts))
    assert not surges_of([each + more for each in posts])


@given(st.lists(any_counts, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_batches_split_and_grouped_in_any_way_count_the_same(parts, chance):
    shuffled = chance.sample(parts, len(parts))
    cut = chance.randint(0, len(parts))
    one, other = sum(shuffled[:cut], Counts()), sum(shuffled[cut:], Counts())
    assert one + other == sum(parts, Counts())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-20, 400), st.lists(any_counts, max_size=14), st.booleans(), st.integers(-900, 900)),
        max_size=25,
    )
)
def test_a_look_never_raises_whatever_is_counted_and_however_time_goes(turns):
    watch, at = Watch(), MONDAY
    for step, recent, learns, skew in turns:
        at += step * BUCKET_SECONDS
        sight = look(watch, at, recent, now=at + skew, zone=BERLIN, sensitivity=SHIPPED, learns=learns)
        watch = decode(encode(sight.watch), Watch)
        assert sight.expected >= 0
        assert watch == sight.watch
