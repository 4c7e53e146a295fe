"""The DynamoDB in memory passes every test that the stores and triage pass against moto, on pages of three items."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.integration.test_desk_table import *  # noqa: F403
from tests.integration.test_filing import *  # noqa: F403
from tests.integration.test_ledger import *  # noqa: F403


def put(dynamodb, sort_key, **attributes):
    dynamodb.put_item(TableName="desk", Item={"pk": {"S": "1"}, "sk": {"S": sort_key}, **attributes})


def shown(dynamodb):
    page = dynamodb.query(
        TableName="desk",
        IndexName="by-post",
        KeyConditionExpression="post_id = :id",
        ExpressionAttributeValues={":id": {"S": "7"}},
    )
    return [item["sk"]["S"] for item in page["Items"]]


def test_an_index_may_lag_behind_and_catches_up(dynamodb):
    dynamodb.behind = 1
    put(dynamodb, "a", post_id={"S": "7"})
    assert shown(dynamodb) == []
    put(dynamodb, "b", post_id={"S": "7"})
    assert shown(dynamodb) == ["a"]
    dynamodb.behind = 0
    assert shown(dynamodb) == ["a", "b"]


def test_a_stream_hears_of_every_write_that_took_place_and_of_no_other(dynamodb):
    heard = []
    dynamodb.on_write = lambda _, before, after: heard.append((before is None, after is None))
    put(dynamodb, "a")
    put(dynamodb, "a", n={"N": "1"})
    with pytest.raises(ClientError):
        dynamodb.delete_item(
            TableName="desk",
            Key={"pk": {"S": "1"}, "sk": {"S": "a"}},
            ConditionExpression="attribute_not_exists(pk)",
        )
    dynamodb.delete_item(TableName="desk", Key={"pk": {"S": "1"}, "sk": {"S": "a"}})
    assert heard == [(True, False), (False, False), (False, True)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ConditionExpression": "size(pk) > :n", "ExpressionAttributeValues": {":n": {"N": "1"}}},
        {"ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeValues": {":n": {"N": "1"}}},
    ],
)
def test_what_it_does_not_understand_it_refuses(dynamodb, wrong):
    with pytest.raises(ClientError):
        dynamodb.put_item(TableName="desk", Item={"pk": {"S": "1"}, "sk": {"S": "a"}}, **wrong)
