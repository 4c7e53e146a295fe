import json
import re

import boto3
import pytest
from moto import mock_aws

from tests.infra.template import name_of, resources, table_request, template

TABLES = sorted(resources("AWS::DynamoDB::Table"))
INDEXES = {
    "queue": ("queue", "due_at", {"body"}),
    "by-day": ("day", "opened_at", {"body"}),
    "posts-by-time": ("bucket", "post_id", {"case_id", "sentiment", "topic"}),
    "by-incident": ("incident_id", "opened_at", None),
    "by-post": ("post_id", None, None),
}
CHOSEN = ("DeskStreamArn", "LedgerTableArn")
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


def test_the_stacks_own_tables_are_in_use_until_others_are_named():
    in_use = {name: body["Value"] for name, body in resources("AWS::SSM::Parameter").items()}
    own_stream, own_ledger = ({"Fn::GetAtt": ["DeskTable", "StreamArn"]}, {"Fn::GetAtt": ["LedgerTable", "Arn"]})
    assert in_use == {
        "DeskStreamInUse": {"Fn::If": ["UsesOwnDesk", own_stream, {"Ref": "DeskStreamArn"}]},
        "DeskInUse": {"Fn::Select": [0, {"Fn::Split": ["/stream/", {"Fn::GetAtt": ["DeskStreamInUse", "Value"]}]}]},
        "LedgerInUse": {"Fn::If": ["UsesOwnLedger", own_ledger, {"Ref": "LedgerTableArn"}]},
    }
    assert [template()["Parameters"][name]["Default"] for name in CHOSEN] == ["own", "own"]


def test_nothing_but_that_choice_names_a_table_of_the_stack():
    chosen = {*TABLES, *resources("AWS::SSM::Parameter")}
    rest = [body for name, body in template()["Resources"].items() if name not in chosen]
    described = json.dumps([rest, template()["Globals"], template()["Outputs"]])
    assert not re.findall(r'["{](?:DeskTable|LedgerTable)["}.]', described)
    assert template()["Outputs"]["DeskTableName"]["Value"] == name_of("DeskInUse")
    assert template()["Outputs"]["LedgerTableName"]["Value"] == name_of("LedgerInUse")


def test_a_restored_desk_table_never_meets_a_ledger_that_is_ahead_of_it():
    rule = template()["Rules"]["TablesAreRestoredTogether"]
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "DeskStreamArn"}, "own"]}]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "LedgerTableArn"}, "own"]}]}


@pytest.mark.parametrize(
    ("name", "arn"),
    [
        ("DeskStreamArn", "arn:aws:dynamodb:eu-west-1:123456789012:table/desk-1/stream/2026-03-10T12:00:00.123"),
        ("LedgerTableArn", "arn:aws:dynamodb:eu-west-1:123456789012:table/desk-1.ledger"),
    ],
)
def test_a_restored_table_is_named_by_its_arn(name, arn):
    pattern = template()["Parameters"][name]["AllowedPattern"]
    assert re.fullmatch(pattern, "own")
    assert re.fullmatch(pattern, arn)
    assert not re.fullmatch(pattern, "desk-1")
    assert not re.fullmatch(pattern, "")


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
