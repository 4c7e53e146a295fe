"""What a period cost is told from counters of whole UTC days, each of which belongs to one period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import prices
from desk.figures import Period, local_day
from desk.figures.costs import MonthSoFar, costs_of, days_of
from desk.meter import Metered
from desk.spending import Kind

MONTH = MonthSoFar("2026-03", spent_usd=12.5, budget_usd=400.0)
LATER = 4_000_000_000
ZONES = sorted(name for name in available_timezones() if "/" in name)


def costs(*x_counters, used=None, days=("2026-03-02",)):
    return costs_of(days, x_counters=x_counters, used=used or {}, app_owners=frozenset({"pebblewinghelp"}), month=MONTH)


def of_kind(found, kind):
    return next(cost for cost in found.kinds if cost.kind == kind)


@given(st.dates(date(2000, 1, 1), date(2035, 1, 1)), st.sampled_from(ZONES))
def test_each_utc_day_belongs_to_one_day_of_any_time_zone(day, zone):
    days = [found for offset in range(7) for found in days_of(local_day(day + timedelta(days=offset), zone), LATER)]
    week = Period(local_day(day, zone).from_at, local_day(day + timedelta(days=6), zone).until_at)
    assert days == days_of(week, LATER) == sorted(set(days))
    assert len(days) in {6, 7, 8}  # a zone may skip a day of the calendar


def test_a_day_that_has_not_begun_belongs_to_no_report_yet():
    week = Period(*(int(datetime(2026, 3, day, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()) for day in (2, 9)))
    now = int(datetime(2026, 3, 3, 0, 30, tzinfo=UTC).timestamp())
    assert days_of(week, now) == ["2026-03-02", "2026-03-03"]


def test_a_period_without_a_noon_in_utc_has_no_days():
    assert days_of(Period(0, 3600), LATER) == []


def test_amounts_of_all_days_and_functions_add_up_and_are_told_for_each_thousand_mentions():
    found = costs(
        {"reads:mentions:pebblewinghelp": 30, "reads:search:brand": 4},
        {"reads:mentions:pebblewinghelp": 20},
        used={
            "2026-03-02": {Metered.MENTION: 40, Metered.WRITE_UNIT: 100.0, Metered.READ_UNIT: 2.5},
            "2026-03-03": {Metered.MENTION: 10, Metered.WRITE_UNIT: 60.0},
        },
        days=("2026-03-02", "2026-03-03", "2026-03-04"),
    )
    assert (found.mentions, found.days, found.days_counted) == (50, 3, 2)
    assert (found.first_day, found.last_day) == ("2026-03-02", "2026-03-04")
    read, written = of_kind(found, Kind.OWNED_READ), of_kind(found, Metered.WRITE_UNIT)
    assert (read.amount, read.amount_per_1000, read.usd) == (50, 1000, pytest.approx(0.05))
    assert (written.amount, written.amount_per_1000) == (160, 3200)
    assert found.x.usd == pytest.approx(50 * prices.OWNED_READ + 4 * prices.POST_READ)
    assert found.aws.usd == pytest.approx(160 * prices.DYNAMODB_WRITE_UNIT + 2.5 * prices.DYNAMODB_READ_UNIT)
    assert found.total.usd_per_1000 == pytest.approx((found.x.usd + found.aws.usd) / 50 * 1000)


def test_memory_times_time_is_billed_by_the_gigabyte_second():
    found = costs(used={"2026-03-02": {Metered.MEGABYTE_MS: 512 * 2000}})
    assert of_kind(found, Metered.MEGABYTE_MS).usd == pytest.approx(prices.LAMBDA_GB_SECOND)


def test_the_sums_are_those_of_the_kinds():
    used = {"2026-03-02": {each: number + 1.0 for number, each in enumerate(Metered)}}
    found = costs({"reads:look": 5, "posts:acknowledgement": 3}, used=used)
    assert found.total.usd == pytest.approx(sum(cost.usd for cost in found.kinds))
    assert found.total.usd == pytest.approx(found.x.usd + found.aws.usd)


def test_without_mentions_nothing_is_told_for_a_thousand_of_them():
    found = costs(used={"2026-03-02": {Metered.INVOCATION: 1440}})
    assert found.total.usd > 0
    assert found.total.usd_per_1000 is None
    assert of_kind(found, Metered.INVOCATION).amount_per_1000 is None


def test_where_no_function_counted_there_are_no_costs():
    assert costs({"reads:search:brand": 4}) is None
    assert costs(used={"2026-03-02": {Metered.INVOCATION: 1}}, days=()) is None
