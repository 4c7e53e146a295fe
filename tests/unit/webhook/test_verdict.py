"""What answers mean, and when an attempt is made again."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.announcement import Announcement
from webhook.verdict import DELAYS, Ending, Reply, Verdict, next_try, verdict

NOW = 1_772_528_400
AN_HOUR = 3600
NO_ZONE = f"Sun, 22 Nov 2026 08:00:00 +{'9' * 21}"
ONE = Announcement("evt_1", "case.opened", NOW, NOW, "A case opened", {})


@given(st.integers(200, 299))
def test_any_answer_of_the_two_hundreds_is_a_delivery(status):
    assert verdict(Reply(status), NOW) == Verdict(Ending.DELIVERED)


@pytest.mark.parametrize("status", [None, 301, 302, 307, 308, 400, 401, 403, 404, 500, 502, 503, 504])
def test_everything_else_is_tried_again_a_redirect_too(status):
    assert verdict(Reply(status), NOW).ending is Ending.FAILED


def test_who_is_gone_wants_nothing_any_more():
    assert verdict(Reply(410), NOW).ending is Ending.GONE


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("30", 30), ("0", 60), (None, 60), ("soon", 60), ("-5", 60), ("99999", AN_HOUR), ("²", 60), (NO_ZONE, 60)],
)
def test_who_asks_to_wait_is_left_alone_for_as_long_and_it_is_no_failure(asked, seconds):
    assert verdict(Reply(429, asked), NOW) == Verdict(Ending.RESTS, NOW + seconds)


def test_a_date_to_come_back_at_is_understood_too():
    date = format_datetime(datetime.fromtimestamp(NOW + 90, UTC), usegmt=True)
    assert verdict(Reply(503, date), NOW) == Verdict(Ending.FAILED, NOW + 90)


def test_attempts_come_ever_more_rarely_and_end():
    due, tried = NOW, ONE
    waits = []
    while (again := next_try(tried, due)) is not None:
        waits.append(again - due)
        due, tried = again, replace(tried, tries=tried.tries + 1)
    assert len(waits) == len(DELAYS)
    assert waits == sorted(waits)
    assert 3 * 24 * AN_HOUR < due - NOW < 4 * 24 * AN_HOUR


@given(st.integers(0, len(DELAYS) - 1), st.text())
def test_a_delay_is_longer_by_a_tenth_at_most(tries, name):
    again = next_try(replace(ONE, announcement_id=name, tries=tries), NOW)
    assert DELAYS[tries] <= again - NOW <= DELAYS[tries] * 1.1
