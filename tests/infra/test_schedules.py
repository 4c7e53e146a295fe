import json
from zoneinfo import available_timezones

import pytest

from tests.infra.template import referred, resources, template

SCHEDULES = resources("AWS::Scheduler::Schedule")
EVERY_MINUTE = {"PollFunction", "TriageSweepFunction", "RespondSweepFunction", "AlertFunction"}


def by_function():
    return {referred(body["Target"]["Arn"]): body for body in SCHEDULES.values()}


def test_polls_sweeps_and_alerts_run_every_minute():
    assert {
        name for name, body in by_function().items() if body["ScheduleExpression"] == "rate(1 minute)"
    } == EVERY_MINUTE


@pytest.mark.parametrize("name", sorted(EVERY_MINUTE))
def test_a_missed_minute_is_not_made_up_for(name):
    assert by_function()[name]["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 0


def test_the_summary_is_sent_at_the_chosen_hour_of_the_brands_day():
    summary = by_function()["SummaryFunction"]
    assert summary["ScheduleExpression"] == {"Fn::Sub": "cron(0 ${SummaryHour} * * ? *)"}
    assert summary["ScheduleExpressionTimezone"] == {"Ref": "TimeZone"}
    assert json.loads(summary["Target"]["Input"]) == {"kind": "daily"}
    assert summary["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_a_schedule_is_punctual_can_be_halted_and_runs_under_the_schedulers_role(name):
    body = SCHEDULES[name]
    assert body["State"] == {"Ref": "ScheduleState"}
    assert body["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert body["Target"]["RoleArn"] == {"Fn::GetAtt": ["SchedulerRole", "Arn"]}


def test_the_default_time_zone_exists():
    assert template()["Parameters"]["TimeZone"]["Default"] in available_timezones()
