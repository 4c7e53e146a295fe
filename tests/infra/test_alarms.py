import json
import re

import pytest

from tests.infra.template import REPOSITORY, filled, functions, resources, variables

ALARMS = resources("AWS::CloudWatch::Alarm")
ANCHOR = re.compile(r"See README, #(runbook-[a-z-]+)\.$")
OWN = {name: body for name, body in ALARMS.items() if body["Namespace"] == {"Ref": "MetricsNamespace"}}
SPEAKS_OF_ITS_OWN = {
    ("PollSucceeded", "poll"),
    ("MentionsStored", "poll"),
    ("Unavailable", "poll"),
    ("Unavailable", "respond"),
    ("SourceRefused", "poll"),
    ("ReadBudgetUsedUp", "poll"),
    ("BudgetStage", "report"),
    ("FilingFailed", "triage"),
    ("ComprehendUnavailable", "triage"),
    ("UnreadableItems", "triage"),
    ("UnreadableItems", "report"),
    ("UnreadableItems", "webhook"),
    ("UsageNotCounted", "triage"),
    ("UnsettledAge", "respond"),
    ("SettlingFailed", "respond"),
    ("MailAnswersLost", "report"),
    ("CredentialRefused", "poll"),
    ("CredentialRefused", "respond"),
    ("CreditsDepleted", "poll"),
    ("CreditsDepleted", "respond"),
    ("MalformedPost", "poll"),
    ("UnknownOutcome", "respond"),
    ("CoverageGap", "poll"),
    ("UnfiledAge", "triage"),
    ("WebhookFailed", "webhook"),
    ("WebhookGone", "webhook"),
    ("WebhookLag", "webhook"),
}


def dimensions(alarm):
    return {one["Name"]: one["Value"] for one in alarm.get("Dimensions", ())}


def on(metric):
    return [body for body in ALARMS.values() if body["MetricName"] == metric]


def anchor(alarm):
    found = ANCHOR.search(alarm["AlarmDescription"])
    assert found, alarm["AlarmDescription"]
    return found[1]


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_names_a_line_of_the_runbook_that_stands_in_the_readme(name):
    readme = (REPOSITORY / "README.md").read_text()
    assert anchor(ALARMS[name]) in re.findall(r'<a id="(runbook-[a-z-]+)">', readme)


def test_every_line_of_the_runbook_has_an_alarm():
    readme = (REPOSITORY / "README.md").read_text()
    assert set(re.findall(r'<a id="(runbook-[a-z-]+)">', readme)) <= {anchor(one) for one in ALARMS.values()}


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_tells_a_person_when_it_starts_and_when_it_is_over(name):
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert ALARMS[name]["OKActions"] == [{"Ref": "AlarmTopic"}]


@pytest.mark.parametrize("name", sorted(set(ALARMS) - {"PollSilentAlarm"}))
def test_where_nothing_happened_nothing_is_wrong(name):
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


def test_a_poll_that_falls_silent_is_told_but_not_before_the_first_one():
    silent = ALARMS["PollSilentAlarm"]
    assert silent["TreatMissingData"] == "missing"
    assert silent["InsufficientDataActions"] == [{"Ref": "AlarmTopic"}]
    assert (silent["ComparisonOperator"], silent["Threshold"]) == ("LessThanThreshold", 1)


def test_every_functions_errors_are_watched_those_of_the_api_at_the_gateway():
    assert {dimensions(one)["FunctionName"]["Ref"] for one in on("Errors")} == set(functions()) - {"ApiFunction"}
    (api,) = on("5xx")
    assert (api["Namespace"], dimensions(api)) == ("AWS/ApiGateway", {"ApiId": {"Ref": "HttpApi"}})


def test_both_consumers_of_the_stream_are_watched_for_lag():
    assert {dimensions(one)["FunctionName"]["Ref"] for one in on("IteratorAge")} == {
        "TriageFunction",
        "RespondFunction",
    }


def test_one_record_in_the_failure_queue_is_enough():
    watched = on("ApproximateNumberOfMessagesVisible")
    queues = [dimensions(one)["QueueName"]["Fn::GetAtt"] for one in watched]
    assert sorted(queues) == [["FailureQueue", "QueueName"], ["WebhookFailureQueue", "QueueName"]]
    assert {one["Threshold"] for one in watched} == {1}


def test_throttles_are_watched_for_the_whole_account_whose_concurrency_is_shared():
    (one,) = on("Throttles")
    assert dimensions(one) == {}


def test_the_facts_the_desk_itself_reports_are_watched():
    assert {(one["MetricName"], dimensions(one)["service"]) for one in OWN.values()} == SPEAKS_OF_ITS_OWN


@pytest.mark.parametrize("name", sorted(OWN))
def test_an_alarm_on_a_fact_of_the_desk_looks_where_a_function_reports(name):
    assert set(dimensions(OWN[name])) == {"service"}
    services = {variables(function)["POWERTOOLS_SERVICE_NAME"] for function in functions()}
    assert dimensions(OWN[name])["service"] in services


def test_no_alarm_watches_dynamodb_whose_alarms_never_come_to_rest():
    # "Alarms that evaluate metrics in the AWS/DynamoDB namespace always ignore missing data" (PutMetricAlarm,
    # TreatMissingData, read 2026-11): one throttle would hold the alarm for good.
    assert not [name for name, body in ALARMS.items() if body["Namespace"] == "AWS/DynamoDB"]


def test_the_dashboard_shows_the_desks_day_above_its_machinery():
    widgets = board()["widgets"]
    assert shown(widget for widget in widgets if widget["y"] == 0) == {
        "MentionsStored",
        "CasesOpened",
        "AcknowledgementsSent",
        "BreachesFound",
    }
    assert {"Errors", "Duration", "IteratorAge"} <= shown(widget for widget in widgets if widget["y"] > 0)


def test_the_dashboards_widgets_stand_side_by_side():
    places = [(widget["x"], widget["y"]) for widget in board()["widgets"]]
    assert len(set(places)) == len(places)
    assert all(widget["x"] + widget["width"] <= 24 for widget in board()["widgets"])


def board():
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    return json.loads(filled(dashboard["DashboardBody"]["Fn::Sub"][0]))


def shown(widgets):
    return {metric[1] for widget in widgets for metric in widget["properties"]["metrics"]}
