from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.accuracy import Aspect, Judged
from desk.errors import BadPayload
from desk.figures import Figures, Period, local_day, measure
from report.summary import read_request
from report.summary_mail import (
    breaches_title,
    rhythm,
    subject,
    summary_mail,
    volume_key,
    volume_level,
    weekdays,
    weekly_subject,
)
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case
from tests.stories import shipped_policy

POLICY = shipped_policy()
MONDAY = local_day(date(2026, 3, 2), "Europe/Berlin")
WEEK = Period(MONDAY.from_at, MONDAY.from_at + 7 * DAY)
WEEK_BEFORE = WEEK.before()


def figures(*cases, period: Period = MONDAY) -> Figures:
    return measure(cases, period, policy=POLICY, as_of=NOON + DAY)


def mailed(*cases, period: Period = MONDAY, before: tuple = ()):
    earlier = measure(before, MONDAY.before(), policy=POLICY, as_of=NOON + DAY)
    return summary_mail(
        figures(*cases, period=period), earlier, title="Daily summary", policy=POLICY, api_url="https://api.example"
    )


def test_the_subject_says_the_news():
    news = subject(figures(a_case(1, answered_after=MINUTE), a_case(2)), "Pebblewing")
    assert news == "Pebblewing: 2 cases, 50 % answered within 1 h, 1 breached - Monday 2 March 2026"


def test_html_and_text_say_the_same_figures():
    mail = mailed(
        a_case(1, answered_after=10 * MINUTE, agent="Mia"),
        a_case(2, language="de"),
        before=(a_case(3, opened_at=NOON - DAY),),
    )
    for part in (mail.html, mail.text):
        assert "Monday 2 March 2026" in part
        assert "1 more than before" in part
        assert "1 of 2 answered or thanked" in part
        assert "https://x.com/i/status/5002" in part
        assert "https://api.example/cases/902-5002" in part
        assert "waiting, overdue" in part
        assert "Mia" in part


def test_what_comes_from_outside_is_escaped_in_html():
    assert "<script>" not in mailed(a_case(topic="<script>")).html


def test_a_day_of_spam_alone_makes_a_mail_too():
    mail = mailed(a_case(is_answerable=False, clocks=()))
    assert "–" in mail.html


def test_a_week_shows_each_weekday_and_a_day_only_its_own():
    week = Period(MONDAY.from_at, MONDAY.from_at + 7 * DAY)
    assert mailed(a_case(), period=week).html.count(" title=") == 7 * 24
    assert mailed(a_case()).html.count(" title=") == 24


def test_the_rhythm_names_the_busiest_and_the_quiet_hours():
    cases = [a_case(number, opened_at=MONDAY.from_at + number % 18 * HOUR) for number in range(36)]
    busy = a_case(99, opened_at=MONDAY.from_at + 9 * HOUR)
    assert list(rhythm(figures(*cases, busy))) == [
        "Busiest from 09:00 to 10:00: 3 cases.",
        "Quietest four hours: 18:00 to 22:00.",
    ]


def weekly(*cases, before: tuple = ()):
    """The mail of a week: 20 cases at Monday noon, half of them answered after half an hour, beside `cases`."""
    crowd = [
        a_case(number, opened_at=NOON + number, answered_after=30 * MINUTE if number % 2 else None)
        for number in range(20)
    ]
    now, then = (
        measure(which, period, policy=POLICY, as_of=WEEK.until_at)
        for which, period in (((*crowd, *cases), WEEK), (before, WEEK_BEFORE))
    )
    return summary_mail(now, then, title="Weekly summary", policy=POLICY, api_url="https://api.example", is_weekly=True)


def test_the_weekly_mail_suggests_staffing_and_names_what_it_assumes():
    mail = weekly(a_case(50, opened_at=NOON + DAY))
    for part in (mail.html, mail.text):
        assert "5 hours of work, spread like this, would have answered" in part
        assert "within 1 h; 48 % were" in part
        assert "10 minutes of work per case" in part
    assert "Mon: 13-14 4\nTue: 13-14 1\nWed: nobody" in mail.text
    people = mail.html[mail.html.index('class="map people"') :]
    assert len(re.findall(r'<td class="(?:some|v0)"', people)) == 7 * 24
    assert re.search(r'<td class="some"[^>]*>4</td>', people)


def test_a_daily_mail_suggests_no_staffing_and_compares_in_its_headlines_alone():
    mail = mailed(a_case())
    assert "How many people" not in mail.html + mail.text
    assert "the week before" not in mail.html + mail.text


def test_the_weekly_mail_tells_how_often_people_let_triage_stand():
    stood, changed = (Judged(Aspect.CATEGORY, "question", said) for said in ("question", "sales_lead"))
    mail = weekly(a_case(50, judged=(stood,)), a_case(51, judged=(changed,)), a_case(52, judged=(stood,)))
    assert "Category    67 % let stand (21 % to 94 % likely): 3 judged, 1 changed" in mail.text
    assert "     1  question to sales lead" in mail.text
    assert "Of the 23 cases only those say anything" in mail.text
    assert "How often triage was right" in mail.html
    assert "question to sales lead" in mail.html


def test_where_nobody_judged_anything_and_in_a_daily_mail_accuracy_is_not_told():
    for mail in (weekly(), mailed(a_case(1, judged=(Judged(Aspect.TEAM, "care", "sales"),)))):
        assert "triage was right" not in mail.html
        assert "TRIAGE WAS RIGHT" not in mail.text


def test_the_weekly_mail_sets_each_figure_beside_that_of_the_week_before():
    text = weekly(before=(a_case(60, opened_at=NOON - 7 * DAY, answered_after=MINUTE, topic="baggage"),)).text
    rows = {line[:26].strip(): line[26:].split() for line in text.splitlines() if len(line) > 26}
    assert rows["Cases"] == ["20", "1"]
    assert rows["Answered within 1 h"] == ["50", "%", "100", "%"]
    assert rows["Median first response"] == ["30", "min", "1", "min"]
    assert rows["Cases breached"] == ["10", "0"]
    assert rows["Most frequent topic"] == ["–", "baggage"]


def test_the_subject_of_a_week_says_the_news_and_how_it_changed():
    before = (a_case(60, opened_at=NOON - 7 * DAY), a_case(61, opened_at=NOON - 7 * DAY, answered_after=MINUTE))
    assert weekly(a_case(50, answered_after=MINUTE), before=before).subject == (
        "Pebblewing, week 10: 21 cases (19 more), 52 % answered within 1 h (2 points up), 10 breached"
    )
    quiet = measure((), WEEK_BEFORE, policy=POLICY, as_of=WEEK.until_at)
    assert weekly_subject(quiet, quiet, "Pebblewing") == (
        "Pebblewing, week 9: 0 cases, – answered within 1 h, 0 breached"
    )


def test_the_days_of_a_week_are_compared():
    cases = [a_case(number, opened_at=NOON + number % 6 * DAY) for number in range(13)]
    assert list(weekdays(figures(*cases, period=WEEK))) == ["Busiest day: Mon with 3 cases; quietest: Sun with 0."]
    assert list(weekdays(figures(period=WEEK))) == []


def test_weekly_is_about_the_brand_s_last_whole_week_however_late_in_the_next_it_is_asked_for():
    request = read_request({"kind": "weekly"}, time_zone="Europe/Berlin", now=WEEK.until_at)
    assert (request.period, request.before) == (WEEK, WEEK_BEFORE)
    on_sunday = read_request({"kind": "weekly"}, time_zone="Europe/Berlin", now=WEEK.until_at + 7 * DAY - 1)
    assert on_sunday.period == WEEK


def test_a_week_in_which_the_clocks_change_is_an_hour_shorter():
    after = local_day(date(2026, 3, 30), "Europe/Berlin")
    period = read_request({"kind": "weekly"}, time_zone="Europe/Berlin", now=after.from_at).period
    assert period.until_at - period.from_at == 7 * DAY - HOUR


def test_daily_is_about_the_brand_s_yesterday():
    just_after_midnight_in_berlin = MONDAY.until_at + MINUTE
    request = read_request({"kind": "daily"}, time_zone="Europe/Berlin", now=just_after_midnight_in_berlin)
    assert request.period == MONDAY
    assert request.before == MONDAY.before()


def test_a_period_by_hand_takes_dates_of_the_brand_and_times_with_an_offset():
    by_dates = {"kind": "period", "from": "2026-03-02", "to": "2026-03-03"}
    assert read_request(by_dates, time_zone="Europe/Berlin", now=0).period == MONDAY
    by_times = {"kind": "period", "from": "2026-03-01T23:00:00Z", "to": "2026-03-03T00:00:00+01:00"}
    assert read_request(by_times, time_zone="Europe/Berlin", now=0).period == MONDAY


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ({}, "kind is None"),
        ({"kind": "period", "from": "yesterday", "to": "2026-03-03T00:00:00"}, "from: .*; to: .*no offset"),
        ({"kind": "period", "from": 5}, "from: 5 is no ISO date or time; to: None"),
        ({"kind": "period", "from": "2026-03-03", "to": "2026-03-02"}, "ends after it begins"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_every_fault(event, fault):
    with pytest.raises(BadPayload, match=fault):
        read_request(event, time_zone="Europe/Berlin", now=0)


@given(st.integers(0, 500), st.data())
def test_the_key_of_the_map_says_what_each_level_stands_for(most, data):
    key = {level: [int(number.replace(",", "")) for number in told.split(" to ")] for level, told in volume_key(most)}
    cases = data.draw(st.integers(0, most))
    level = volume_level(cases, most)
    assert level == 0 if not cases else key[level][0] <= cases <= key[level][-1]


def test_the_key_leaves_out_levels_that_no_number_falls_into():
    assert list(volume_key(13)) == [(1, "1 to 2"), (2, "3 to 5"), (3, "6 to 7"), (4, "8 to 10"), (5, "11 to 13")]
    assert list(volume_key(2)) == [(3, "1"), (5, "2")]
    assert list(volume_key(0)) == []


def test_breaches_are_told_all_or_the_longest():
    assert breaches_title(10) == "Breaches"
    assert breaches_title(1_432) == "The 10 longest of 1,432 breaches"
