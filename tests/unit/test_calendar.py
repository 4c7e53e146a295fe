from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.calendar import Calendar, Interval, parse_hours, parse_week

BERLIN = "Europe/Berlin"
HOUR = 3600
DAY = 24 * HOUR
ZONES = (
    BERLIN,
    "America/New_York",
    "America/Sao_Paulo",  # summer time began at midnight until 2018
    "America/St_Johns",  # changed at one minute past midnight until 2011
    "Asia/Beirut",
    "Africa/Casablanca",  # changes around Ramadan
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # had no 30 December 2011
    "UTC",
)


def at(text, zone=BERLIN, fold=0):
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp())


def a_calendar(week=None, **rest):
    return Calendar(
        name="care",
        time_zone=rest.pop("time_zone", BERLIN),
        weekly=parse_week(week or {"mon-fri": "09:00-17:00"}),
        **rest,
    )


def shows_an_open_time(calendar, instant):
    """The rule itself, told a second time: look at the wall clock."""
    local = datetime.fromtimestamp(instant, ZoneInfo(calendar.time_zone))
    minute = local.hour * 60 + local.minute
    return any(
        interval.opens_minute <= minute + days_ago * 24 * 60 < interval.closes_minute
        for days_ago in (0, 1)
        for interval in calendar._hours_on(local.date() - timedelta(days=days_ago))
    )


@pytest.mark.parametrize(
    ("week", "start", "seconds", "expected"),
    [
        ({"mon-fri": "09:00-17:00"}, "2026-10-23T16:30", 1 * HOUR, "2026-10-26T09:30"),
        ({"mon-fri": "08:00-18:00"}, "2026-10-23T17:00", 4 * HOUR, "2026-10-26T11:00"),
        ({"mon-fri": "09:00-17:00"}, "2026-10-21T07:00", 2 * HOUR, "2026-10-21T11:00"),
        ({"mon-fri": "09:00-12:30, 13:30-17:00"}, "2026-10-21T12:00", 1 * HOUR, "2026-10-21T14:00"),
        ({"mon-sun": "22:00-02:00"}, "2026-10-21T23:00", 4 * HOUR, "2026-10-22T23:00"),
        ({"mon-sun": "18:00-24:00"}, "2026-10-21T23:30", 1 * HOUR, "2026-10-22T18:30"),
        ({"mon-sun": "00:00-24:00"}, "2026-10-21T23:30", 1 * HOUR, "2026-10-22T00:30"),
    ],
)
def test_only_open_time_uses_up_a_target(week, start, seconds, expected):
    assert a_calendar(week).advance(at(start), seconds) == at(expected)


def test_eight_hours_from_the_opening_end_at_closing_time_not_the_next_morning():
    calendar = a_calendar()
    assert calendar.advance(at("2026-10-21T07:00"), 8 * HOUR) == at("2026-10-21T17:00")
    assert calendar.advance(at("2026-10-21T07:00"), 8 * HOUR + 1) == at("2026-10-22T09:00") + 1


def test_no_seconds_end_at_once_when_open_or_just_closing_and_else_at_the_next_opening():
    calendar = a_calendar()
    assert calendar.advance(at("2026-10-21T10:00"), 0) == at("2026-10-21T10:00")
    assert calendar.advance(at("2026-10-21T17:00"), 0) == at("2026-10-21T17:00")
    assert calendar.advance(at("2026-10-21T17:00") + 1, 0) == at("2026-10-22T09:00")
    assert calendar.advance(at("2026-10-24T12:00"), 0) == at("2026-10-26T09:00")


def test_the_moment_of_opening_is_open_and_that_of_closing_is_closed():
    calendar = a_calendar()
    assert calendar.is_open(at("2026-10-21T09:00"))
    assert not calendar.is_open(at("2026-10-21T17:00"))
    assert calendar.next_opening(at("2026-10-21T09:00")) == at("2026-10-21T09:00")
    assert calendar.next_opening(at("2026-10-21T17:00")) == at("2026-10-22T09:00")


def test_the_hour_that_summer_time_skips_is_never_open():
    nights = a_calendar({"mon-sun": "00:00-04:00"})
    assert nights.elapsed(at("2026-03-29T00:00"), at("2026-03-29T12:00")) == 3 * HOUR
    skipped = a_calendar({"mon-sun": "02:00-03:00"})
    assert skipped.elapsed(at("2026-03-29T00:00"), at("2026-03-30T00:00")) == 0
    assert skipped.next_opening(at("2026-03-29T00:00")) == at("2026-03-30T02:00")


def test_the_hour_that_happens_twice_is_open_twice():
    nights = a_calendar({"mon-sun": "00:00-04:00"})
    assert nights.elapsed(at("2026-10-25T00:00"), at("2026-10-25T12:00")) == 5 * HOUR
    half = a_calendar({"mon-sun": "02:00-02:30"})
    assert half.is_open(at("2026-10-25T02:15", fold=0))
    assert not half.is_open(at("2026-10-25T02:45", fold=0))
    assert half.is_open(at("2026-10-25T02:15", fold=1))
    assert half.elapsed(at("2026-10-25T00:00"), at("2026-10-25T12:00")) == HOUR


def test_a_working_day_has_its_hours_on_both_days_of_the_clock_change():
    daily = a_calendar({"mon-sun": "09:00-17:00"})
    for day in ("2026-03-29", "2026-10-25"):
        assert daily.elapsed(at(f"{day}T00:00"), at(f"{day}T23:59")) == 8 * HOUR
        assert daily.next_opening(at(f"{day}T00:00")) == at(f"{day}T09:00")


def test_a_public_holiday_is_closed():
    assert a_calendar(country="DE").advance(at("2026-12-24T16:30"), HOUR) == at("2026-12-28T09:30")


def test_a_holiday_of_one_state_is_open_in_the_others():
    epiphany = at("2026-01-06T10:00")
    assert not a_calendar(country="DE", subdivision="BY").is_open(epiphany)
    assert a_calendar(country="DE", subdivision="BE").is_open(epiphany)


def test_an_exception_replaces_the_hours_of_its_day_holiday_or_not():
    calendar = a_calendar(
        country="DE",
        exceptions={
            date(2026, 12, 25): parse_hours("10:00-12:00"),
            date(2026, 12, 24): parse_hours("closed"),
            date(2026, 12, 27): parse_hours("10:00-11:00"),
        },
    )
    assert calendar.advance(at("2026-12-23T17:01"), HOUR) == at("2026-12-25T11:00")
    assert calendar.elapsed(at("2026-12-24T00:00"), at("2026-12-28T00:00")) == 3 * HOUR


def test_a_closed_day_closes_the_night_shift_that_begins_on_it_not_the_one_that_ends_on_it():
    calendar = a_calendar({"mon-sun": "22:00-06:00"}, exceptions={date(2026, 10, 21): ()})
    assert calendar.is_open(at("2026-10-21T05:59"))
    assert not calendar.is_open(at("2026-10-21T22:00"))
    assert not calendar.is_open(at("2026-10-22T05:59"))


def test_a_calendar_that_never_closes_counts_every_second_and_builds_nothing():
    calendar = Calendar(name="all hours", time_zone=BERLIN, always_open=True)
    assert calendar.is_open(0)
    assert calendar.next_opening(123) == 123
    assert calendar.elapsed(5, 3) == -2
    assert calendar.advance(10**12, 5) == 10**12 + 5
    assert not calendar._blocks


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"weekly": ()}, "it never opens"),
        ({"weekly": ((),) * 7}, "it never opens"),
        ({"weekly": (parse_hours("09:00-17:00"),)}, "a week has 7 days from Monday on, not 1"),
        ({"time_zone": "Europe/Atlantis"}, "unknown time zone 'Europe/Atlantis'"),
        ({"time_zone": "../../etc/passwd"}, "unknown time zone"),
        ({"subdivision": "BY"}, "subdivision 'BY' without a country"),
        ({"weekly": ((Interval(0, 60), Interval(30, 90)),) * 7}, "mon: 00:00 to 01:00 and 00:30 to 01:30 overlap"),
        ({"exceptions": {date(2026, 1, 1): (Interval(0, 60),) * 2}}, "2026-01-01: 00:00 to 01:00 and 00:00 to 01:00"),
        ({"always_open": True}, "it is always open, so it has no hours"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_not_built(fields, complaint):
    with pytest.raises(ValueError, match=r"^calendar 'care': ") as error:
        replace(a_calendar(), **fields)
    assert complaint in str(error.value)


def test_every_fault_of_a_calendar_is_named_at_once():
    with pytest.raises(ValueError, match=r"unknown time zone 'Nowhere'; it never opens.*; subdivision 'BY'"):
        Calendar(name="x", time_zone="Nowhere", subdivision="BY")


def test_an_unknown_country_is_named_when_its_holidays_are_needed():
    with pytest.raises(ValueError, match="public holidays: Country ZZ not available"):
        a_calendar(country="ZZ").is_open(at("2026-10-21T10:00"))


def test_milliseconds_taken_for_seconds_are_refused_instead_of_counted_for_ever():
    calendar = a_calendar()
    for call in (calendar.is_open, calendar.next_opening, lambda instant: calendar.advance(instant, 1)):
        with pytest.raises(ValueError, match="not an instant in UTC epoch seconds from 1970 to 2199"):
            call(1_790_000_000_000)
    with pytest.raises(ValueError, match="not an instant"):
        calendar.is_open(-1)
    with pytest.raises(ValueError, match="isn't open for 9999999999 s"):
        calendar.advance(at("2026-10-21T10:00"), 9_999_999_999)
    with pytest.raises(ValueError, match="0 seconds or more"):
        calendar.advance(at("2026-10-21T10:00"), -1)


def test_no_further_opening_is_said_not_searched_for_ever():
    first, last = date(2199, 12, 1), date(2200, 2, 1)
    closed = {first + timedelta(days=days): () for days in range((last - first).days)}
    with pytest.raises(ValueError, match="does not open"):
        a_calendar(exceptions=closed).next_opening(at("2199-12-02T00:00", "UTC"))


def test_hours_are_read_in_order_and_past_midnight():
    assert parse_hours("13:30-17:00,09:00 - 12:30") == (Interval(540, 750), Interval(810, 1020))
    assert parse_hours(" 22:00-02:00 ") == (Interval(1320, 1560),)
    assert parse_hours("00:00-24:00") == (Interval(0, 1440),)
    assert parse_hours("09:00-12:00, 12:00-15:00") == (Interval(540, 720), Interval(720, 900))
    assert parse_hours("closed") == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "'' is not a span of hours like 09:00-17:00"),
        ("9-17", "'9-17' is not a span of hours"),
        ("09:00-17:00,", "'' is not a span"),
        ("09:00-17:60", "'09:00-17:60' has no such time as 17:60"),
        ("09:00-25:00", "no such time as 25:00"),
        ("09:00-24:01", "no such time as 24:01"),
        ("24:00-02:00", "begins at 24:00"),
        ("09:00-09:00", "begins and ends at the same time"),
        ("09:00-12:00, 11:00-13:00", "09:00 to 12:00 and 11:00 to 13:00 overlap"),
    ],
)
def test_hours_that_cannot_be_read_say_what_is_wrong(text, complaint):
    with pytest.raises(ValueError) as error:
        parse_hours(text)
    assert complaint in str(error.value)


@pytest.mark.parametrize(("opens", "closes"), [(-1, 60), (1440, 1500), (60, 60), (60, 59), (60, 60 + 1441)])
def test_an_interval_begins_within_its_day_and_lasts_no_longer_than_one(opens, closes):
    with pytest.raises(ValueError, match=r"hours (begin|last) between"):
        Interval(opens, closes)


def test_a_week_is_read_from_days_and_spans_of_days():
    week = parse_week({"fri-mon": "10:00-12:00", "wed": "09:00-17:00"})
    assert [bool(day) for day in week] == [True, False, True, False, True, True, True]


def test_every_fault_of_a_week_is_named_at_once():
    with pytest.raises(ValueError) as error:
        parse_week({"mon-fri": "09:00-17:00", "fri": "10:00-12:00", "son": "10:00-12:00", "sat": "noon"})
    assert str(error.value) == (
        "fri: fri has hours already; "
        "son: 'son' is not one of mon, tue, wed, thu, fri, sat, sun, nor a span of them like mon-fri; "
        "sat: 'noon' is not a span of hours like 09:00-17:00"
    )


INTERVALS = st.builds(
    lambda opens, lasts: Interval(opens, min(opens + lasts, 1440 + 6 * 60)),
    st.integers(0, 1439),
    st.integers(1, 1440),
)


def without_overlaps(intervals):
    kept = []
    for interval in sorted(intervals):
        if not kept or kept[-1].closes_minute <= interval.opens_minute:
            kept.append(interval)
    return tuple(kept)


HOURS = st.lists(INTERVALS, max_size=3).map(without_overlaps)
WEEKS = st.tuples(*[HOURS] * 7).filter(any)
INSTANTS = st.integers(at("1975-01-01T00:00", "UTC"), at("2060-01-01T00:00", "UTC"))
# Instants around which calendars go wrong if they go wrong.
CHANGES = st.sampled_from(
    [
        at(f"{year}-{day}T03:00", "UTC")
        for year in (2009, 2011, 2018, 2026)
        for day in ("03-29", "10-25", "12-30", "02-18")
    ]
)
CALENDARS = st.builds(
    Calendar,
    name=st.just("any"),
    time_zone=st.sampled_from(ZONES),
    weekly=WEEKS,
    country=st.sampled_from([None, None, "DE", "US"]),
    exceptions=st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), HOURS, max_size=5),
)


def near(instants, seconds=10 * DAY):
    return st.builds(lambda instant, by: instant + by, instants, st.integers(-seconds, seconds))


@settings(deadline=None)
@given(CALENDARS, st.one_of(INSTANTS, near(CHANGES)))
def test_an_instant_is_open_exactly_when_the_wall_clock_says_so(calendar, instant):
    assert calendar.is_open(instant) == shows_an_open_time(calendar, instant)


@settings(deadline=None, max_examples=40)
@given(CALENDARS, near(CHANGES, DAY), st.integers(0, 2 * DAY // 60))
def test_elapsed_is_the_number_of_open_seconds(calendar, start, minutes):
    start -= start % 60
    open_minutes = sum(shows_an_open_time(calendar, start + minute * 60) for minute in range(minutes))
    assert calendar.elapsed(start, start + minutes * 60) == open_minutes * 60


@settings(deadline=None)
@given(CALENDARS, st.one_of(INSTANTS, near(CHANGES)), st.integers(0, 500 * HOUR))
def test_what_is_advanced_has_elapsed_and_ends_open_or_at_closing(calendar, start, seconds):
    end = calendar.advance(start, seconds)
    assert end >= start
    assert calendar.elapsed(start, end) == seconds
    assert calendar.is_open(end) or calendar.is_open(end - 1)


@settings(deadline=None)
@given(CALENDARS, st.one_of(INSTANTS, near(CHANGES)), st.integers(0, 400 * DAY))
def test_advancing_by_what_elapsed_leads_back(calendar, start, seconds):
    end = start + seconds
    back = calendar.advance(start, calendar.elapsed(start, end))
    if calendar.is_open(end - 1):
        assert back == end
    else:
        assert calendar.elapsed(back, end) == 0


@settings(deadline=None)
@given(CALENDARS, INSTANTS, st.integers(0, 100 * HOUR), st.integers(0, 100 * HOUR))
def test_advancing_twice_is_advancing_by_the_sum(calendar, start, first, second):
    assert calendar.advance(calendar.advance(start, first), second) == calendar.advance(start, first + second)


@settings(deadline=None)
@given(CALENDARS, INSTANTS, st.lists(st.integers(-900 * DAY, 900 * DAY), min_size=2, max_size=2))
def test_elapsed_time_adds_up_and_turns_its_sign(calendar, start, distances):
    middle, end = (start + distance for distance in distances)
    assert calendar.elapsed(start, middle) + calendar.elapsed(middle, end) == calendar.elapsed(start, end)
    assert calendar.elapsed(end, start) == -calendar.elapsed(start, end)


@settings(deadline=None)
@given(CALENDARS, st.lists(INSTANTS, min_size=2, max_size=2).map(sorted), st.integers(0, 100 * HOUR))
def test_a_later_start_is_never_due_earlier_and_a_longer_target_never_sooner(calendar, starts, seconds):
    first, second = (calendar.advance(start, seconds) for start in starts)
    assert first <= second
    steps = [calendar.advance(starts[0], step) for step in (0, seconds // 2, seconds, seconds + 1)]
    assert all(earlier <= later for earlier, later in pairwise(steps))


@settings(deadline=None)
@given(CALENDARS, INSTANTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar, instant):
    opening = calendar.next_opening(instant)
    assert calendar.is_open(opening)
    assert calendar.elapsed(instant, opening) == 0


@settings(deadline=None)
@given(CALENDARS)
def test_calendars_with_the_same_hours_are_equal_whatever_they_have_looked_up(calendar):
    fresh = replace(calendar)
    calendar.is_open(int(datetime(2026, 5, 1, tzinfo=UTC).timestamp()))
    assert calendar == fresh
    assert hash(calendar) == hash(fresh)
    assert calendar._blocks
    assert not fresh._blocks
