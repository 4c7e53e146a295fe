import boto3
import pytest
from moto import mock_aws

from tests.infra.template import resources, table_request, template

TABLES = sorted(resources("AWS::DynamoDB::Table"))
INDEXES = {
    "queue": ("queue", "due_at", {"body", "next_change"}),
    "by-day": ("day", "opened_at", {"body"}),
    "posts-by-time": ("bucket", "post_id", {"case_id", "sentiment", "topic"}),
    "by-incident": ("incident_id", "opened_at", None),
    "by-post": ("post_id", None, None),
}
TYPES = {"due_at": "N", "opened_at": "N"}


def table(name):
    return resources("AWS::DynamoDB::Table")[name]


def test_there_are_two_tables():
    assert TABLES == ["DeskTable", "LedgerTable"]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_outlives_its_stack(name):
    body = template()["Resources"][name]
    assert body["DeletionPolicy"] == "Retain"
    assert body["UpdateReplacePolicy"] == "Retain"
    assert body["Properties"]["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert template()["Parameters"]["DeletionProtection"]["Default"] == "true"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_no_name_of_its_own_so_that_a_restored_one_can_stand_beside_it(name):
    assert "TableName" not in table(name)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_backed_up_to_any_moment_and_encrypted(name):
    assert table(name)["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table(name)["SSESpecification"]["SSEEnabled"] is True


@pytest.mark.parametrize("name", TABLES)
def test_a_table_forgets_at_expires_at(name):
    assert table(name)["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_paid_for_on_demand_and_keyed_by_pk_and_sk(name):
    assert table(name)["BillingMode"] == "PAY_PER_REQUEST"
    assert keys(table(name)) == ("pk", "sk")


def test_the_desk_is_streamed_with_new_images_and_the_ledger_is_not():
    assert table("DeskTable")["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert "StreamSpecification" not in table("LedgerTable")


def test_the_desk_has_all_its_indexes_from_the_start():
    indexes = {one["IndexName"]: one for one in table("DeskTable")["GlobalSecondaryIndexes"]}
    assert {name: (*keys(one), projected(one)) for name, one in indexes.items()} == INDEXES


def test_times_are_numbers_and_every_other_key_is_a_string():
    found = {one["AttributeName"]: one["AttributeType"] for one in table("DeskTable")["AttributeDefinitions"]}
    assert found == {name: TYPES.get(name, "S") for name in found}


def test_no_index_holds_the_text_of_a_post():
    assert not {"text", "html"} & {name for _, _, names in INDEXES.values() if names for name in names}


@pytest.mark.parametrize("name", TABLES)
@mock_aws
def test_dynamodb_accepts_the_table_as_the_template_has_it(name, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    made = boto3.client("dynamodb", region_name="us-east-1").create_table(**table_request(name, "made"))
    assert made["TableDescription"]["TableStatus"] == "ACTIVE"


def keys(keyed):
    names = {one["KeyType"]: one["AttributeName"] for one in keyed["KeySchema"]}
    return names["HASH"], names.get("RANGE")


def projected(index):
    projection = index["Projection"]
    if projection["ProjectionType"] == "KEYS_ONLY":
        return None
    assert projection["ProjectionType"] == "INCLUDE"
    return set(projection["NonKeyAttributes"])
