import json
from zoneinfo import available_timezones

import pytest

from tests.infra.template import referred, resources, template

SCHEDULES = resources("AWS::Scheduler::Schedule")
EVERY_MINUTE = {"PollFunction", "TriageSweepFunction", "RespondSweepFunction", "AlertFunction", "WebhookFunction"}


def test_polls_sweeps_and_alerts_run_every_minute():
    frequent = [body for body in SCHEDULES.values() if body["ScheduleExpression"] == "rate(1 minute)"]
    assert sorted(referred(body["Target"]["Arn"]) for body in frequent) == sorted(EVERY_MINUTE)
    assert all(body["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 0 for body in frequent), "it is not made up for"


@pytest.mark.parametrize(
    ("name", "kind", "days"),
    [("SummarySchedule", "daily", "* * ?"), ("WeeklySummarySchedule", "weekly", "? * MON")],
)
def test_summaries_are_sent_at_the_chosen_hour_of_the_brands_days(name, kind, days):
    schedule = SCHEDULES[name]
    assert referred(schedule["Target"]["Arn"]) == "SummaryFunction"
    assert schedule["ScheduleExpression"] == {"Fn::Sub": f"cron(0 ${{SummaryHour}} {days} *)"}
    assert schedule["ScheduleExpressionTimezone"] == {"Ref": "TimeZone"}
    assert json.loads(schedule["Target"]["Input"]) == {"kind": kind}
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_a_schedule_is_punctual_can_be_halted_and_runs_under_the_schedulers_role(name):
    body = SCHEDULES[name]
    assert body["State"] == {"Ref": "ScheduleState"}
    assert body["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert body["Target"]["RoleArn"] == {"Fn::GetAtt": ["SchedulerRole", "Arn"]}


def test_the_default_time_zone_exists():
    assert template()["Parameters"]["TimeZone"]["Default"] in available_timezones()
