"""What the stream of the Desk table hands to whom, by the template's own patterns and records as DynamoDB writes them."""

import boto3
import pytest
from moto import mock_aws

from tests.infra.stream_filters import passes
from tests.infra.template import functions, table_request

CONSUMERS = {"TriageFunction": "EVENT#", "RespondFunction": "OUTBOX#"}
KEYS = {
    "event": "EVENT#01580661436132757506#POST",
    "action": "EVENT#01580661436132757507#ACTION",
    "outgoing": "OUTBOX#ACK#c1",
    "case": "CASE#c1",
    "profile": "PROFILE",
    "parked": "PARKED#1580661436132757506",
    "conversation": "CONVERSATION#1580661436132757506",
    "lookalike": "EVENTS",
}


def mapping(name):
    (event,) = functions()[name]["Events"].values()
    assert event["Type"] == "DynamoDB"
    return event["Properties"]


def patterns(name):
    return [one["Pattern"] for one in mapping(name)["FilterCriteria"]["Filters"]]


def consumers_of(record):
    return {name for name in CONSUMERS if passes(record, patterns(name))}


@pytest.fixture(scope="module")
def records():
    """The stream's records by (event name, key name): every item put, changed, removed."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        # Else botocore calls the stream at an address of the account, which moto doesn't answer.
        patch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
        yield _written_records()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("event", {"TriageFunction"}),
        ("action", {"TriageFunction"}),
        ("outgoing", {"RespondFunction"}),
        ("case", set()),
        ("profile", set()),
        ("parked", set()),
        ("conversation", set()),
        ("lookalike", set()),
    ],
)
def test_a_new_item_wakes_its_consumer_and_no_other(records, key, expected):
    assert consumers_of(records["INSERT", key]) == expected


@pytest.mark.parametrize("change", ["MODIFY", "REMOVE"])
@pytest.mark.parametrize("key", KEYS)
def test_a_changed_or_removed_item_wakes_nobody(records, change, key):
    assert consumers_of(records[change, key]) == set()


def test_an_item_that_expired_wakes_nobody(records):
    expired = records["REMOVE", "event"] | {
        "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    }
    assert consumers_of(expired) == set()


def test_the_stream_has_two_consumers_which_is_its_limit():
    assert {name for name, body in functions().items() if "Events" in body} == set(CONSUMERS)


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_pattern_names_the_event_and_an_attribute(name):
    (pattern,) = patterns(name)
    assert '"eventName":["INSERT"]' in pattern
    assert f'"NewImage":{{"sk":{{"S":[{{"prefix":"{CONSUMERS[name]}"}}]}}}}' in pattern


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_bad_record_stops_neither_its_neighbours_nor_the_stream(name):
    settings = mapping(name)
    assert settings["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert settings["BisectBatchOnFunctionError"] is True
    assert 1 <= settings["MaximumRetryAttempts"] <= 10
    assert 60 <= settings["MaximumRecordAgeInSeconds"] <= 3600


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_record_given_up_is_kept_in_the_failure_queue(name):
    on_failure = mapping(name)["DestinationConfig"]["OnFailure"]
    assert on_failure == {"Type": "SQS", "Destination": {"Fn::GetAtt": ["FailureQueue", "Arn"]}}


@pytest.mark.parametrize("name", CONSUMERS)
def test_nothing_written_before_the_mapping_is_left_out(name):
    assert mapping(name)["StartingPosition"] == "TRIM_HORIZON"
    assert mapping(name)["Stream"] == {"Fn::GetAtt": ["DeskStreamInUse", "Value"]}
    assert mapping(name)["MaximumBatchingWindowInSeconds"] == 1


def test_a_batch_of_outgoing_posts_ends_within_the_time_limit_though_every_call_runs_into_its_own():
    seconds_a_call = 10
    assert mapping("RespondFunction")["BatchSize"] * seconds_a_call < functions()["RespondFunction"]["Timeout"]


def _written_records():
    tables = boto3.client("dynamodb", region_name="us-east-1")
    tables.create_table(**table_request("DeskTable", "desk"))
    stream = tables.describe_table(TableName="desk")["Table"]["LatestStreamArn"]
    for sort_key in KEYS.values():
        key = {"pk": {"S": "2244994945"}, "sk": {"S": sort_key}}
        tables.put_item(TableName="desk", Item=key)
        tables.put_item(TableName="desk", Item=key | {"schema_version": {"N": "1"}})
        tables.delete_item(TableName="desk", Key=key)
    named = {sort_key: name for name, sort_key in KEYS.items()}
    return {(one["eventName"], named[one["dynamodb"]["Keys"]["sk"]["S"]]): one for one in _read(stream)}


def _read(stream):
    streams = boto3.client("dynamodbstreams", region_name="us-east-1")
    (shard,) = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    return streams.get_records(ShardIterator=iterator)["Records"]
