from __future__ import annotations

from datetime import date

import pytest

from desk.errors import BadPayload
from desk.figures import Figures, Period, local_day, measure
from report.summary import read_request
from report.summary_mail import rhythm, subject, summary_mail
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case
from tests.stories import shipped_policy

POLICY = shipped_policy()
MONDAY = local_day(date(2026, 3, 2), "Europe/Berlin")


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


def test_no_picture_is_fetched_from_anywhere():
    html = mailed(a_case()).html
    assert "<img" not in html
    assert "url(" not in html
    assert "http://" not in html


def test_a_day_of_spam_alone_makes_a_mail_too():
    mail = mailed(a_case(is_answerable=False, clocks=()))
    assert "–" in mail.html


def test_a_week_shows_each_weekday_and_a_day_only_its_own():
    week = Period(MONDAY.from_at, MONDAY.from_at + 7 * DAY)
    assert mailed(a_case(), period=week).html.count('class="day"') == 14
    assert mailed(a_case()).html.count('class="day"') == 2


def test_the_rhythm_names_the_busiest_and_the_quiet_hours():
    cases = [a_case(number, opened_at=MONDAY.from_at + number % 18 * HOUR) for number in range(36)]
    busy = a_case(99, opened_at=MONDAY.from_at + 9 * HOUR)
    assert list(rhythm(figures(*cases, busy))) == [
        "Busiest from 09:00 to 10:00: 3 cases.",
        "Quietest four hours: 18:00 to 22:00.",
    ]


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
