from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.opening import WORDINGS, opening
from desk.policy.model import OPENS_MAX_LENGTH
from desk.weighted_length import weighted_length

BERLIN = ZoneInfo("Europe/Berlin")


def told(opens, language, *, days_before=3, zone="Europe/Berlin"):
    at = datetime.fromisoformat(opens).replace(tzinfo=ZoneInfo(zone))
    now = at - timedelta(days=days_before)
    return opening(int(at.timestamp()), now=int(now.timestamp()), language=language, time_zone=zone)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Thursday, 24 September, at 07:00 (CEST)"),
        ("de", "Donnerstag, 24. September, um 07:00 Uhr (MESZ)"),
        ("es", "el jueves 24 de septiembre a las 07:00 (CEST)"),
        ("fr", "jeudi 24 septembre à 07:00 (CEST)"),
        ("pt", "quinta-feira, 24 de setembro, às 07:00 (CEST)"),
        ("it", "giovedì 24 settembre alle 07:00 (CEST)"),
        ("da", "torsdag 24. september kl. 07.00 (CEST)"),
        ("nl", "2026-09-24 07:00 (CEST)"),
    ],
)
def test_a_day_is_told_in_the_customers_language(language, words):
    assert told("2026-09-24T07:00", language) == words


@pytest.mark.parametrize(
    ("language", "today", "tomorrow"),
    [
        ("en", "today at 09:00 (CET)", "tomorrow at 09:00 (CET)"),
        ("de", "heute um 09:00 Uhr (MEZ)", "morgen um 09:00 Uhr (MEZ)"),
        ("da", "i dag kl. 09.00 (CET)", "i morgen kl. 09.00 (CET)"),
    ],
)
def test_near_days_are_told_as_people_do(language, today, tomorrow):
    assert told("2026-11-23T09:00", language, days_before=0) == today
    assert told("2026-11-23T09:00", language, days_before=1) == tomorrow


def test_tomorrow_is_the_next_day_where_the_team_is():
    now = datetime(2026, 11, 22, 23, 30, tzinfo=BERLIN)
    opens = datetime(2026, 11, 23, 7, tzinfo=BERLIN)
    assert opening(int(opens.timestamp()), now=int(now.timestamp()), language="en", time_zone="Europe/Berlin") == (
        "tomorrow at 07:00 (CET)"
    )


def test_the_first_of_a_month_is_told_as_the_french_do():
    assert told("2026-09-01T07:00", "fr") == "mardi 1er septembre à 07:00 (CEST)"


def test_a_zone_without_letters_is_told_by_its_distance_from_utc():
    assert told("2026-09-24T07:00", "en", zone="America/Sao_Paulo") == "Thursday, 24 September, at 07:00 (UTC-03)"
    assert told("2026-09-24T07:00", "de", zone="Asia/Kathmandu") == "24. September um 07:00 Uhr (UTC+05:45)"


@given(
    st.integers(1_600_000_000, 2_000_000_000),
    st.integers(0, 10 * 86_400),
    st.sampled_from([*WORDINGS, "nl"]),
    st.sampled_from(sorted(available_timezones())),
)
def test_no_moment_needs_more_room_than_the_policys_check_counts_with(at, wait, language, zone):
    assert weighted_length(opening(at, now=at - wait, language=language, time_zone=zone)) <= OPENS_MAX_LENGTH
