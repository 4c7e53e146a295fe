"""Each function's role, as deployed, does its work and is refused what is not its business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.cloud import REGION
from tests.infra.template import functions, role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.stack import Stack

KEY = {"pk": {"S": "nobody"}, "sk": {"S": "PROFILE"}}


@dataclass(frozen=True, slots=True)
class Hands:
    """What acts with the credentials of a role."""

    stack: Stack
    credentials: Mapping[str, str]

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.stack.cloud.endpoint,
            aws_access_key_id=self.credentials["AccessKeyId"],
            aws_secret_access_key=self.credentials["SecretAccessKey"],
            aws_session_token=self.credentials["SessionToken"],
        )

    def output(self, name: str) -> str:
        return self.stack.outputs[name]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something to try, in words and in deed."""

    what: str
    do: Callable[[Hands], Any]

    def __str__(self) -> str:
        return self.what


def dynamodb(action: str, table: str, **request: Any) -> Attempt:
    def do(hands: Hands) -> Any:
        return getattr(hands.client("dynamodb"), action)(TableName=hands.output(f"{table}TableName"), **request)

    return Attempt(f"{action} on the {table} table", do)


def query(index: str, key: str) -> Attempt:
    return dynamodb(
        "query",
        "Desk",
        IndexName=index,
        KeyConditionExpression="#key = :key",
        ExpressionAttributeNames={"#key": key},
        ExpressionAttributeValues={":key": {"S": "nothing"}},
    )


def read(table: str) -> Attempt:
    return dynamodb("get_item", table, Key=KEY)


def write(table: str) -> Attempt:
    return dynamodb("put_item", table, Item=KEY)


def delete(table: str) -> Attempt:
    return dynamodb("delete_item", table, Key=KEY)


def _get_parameter(hands: Hands, prefix: str) -> Any:
    return hands.client("ssm").get_parameter(Name=f"{prefix}/pebblewing-help", WithDecryption=True)


def _send_mail(hands: Hands) -> Any:
    return hands.client("sesv2").send_email(
        FromEmailAddress="desk@pebblewing.example",
        Destination={"ToAddresses": ["customer@pebblewing.example"]},
        Content={"Simple": {"Subject": {"Data": "no"}, "Body": {"Text": {"Data": "no"}}}},
    )


SCAN = dynamodb("scan", "Desk")
CREDENTIALS = Attempt("read credentials of X", lambda hands: _get_parameter(hands, hands.output("CredentialsPrefix")))
FOREIGN = Attempt("read another stack's credentials", lambda hands: _get_parameter(hands, "/another-stack/x"))
MAIL = Attempt("send a mail", _send_mail)
ADDRESS = Attempt(
    "read the webhook's address and secrets",
    lambda hands: hands.client("ssm").get_parameter(Name=hands.output("WebhookParameter"), WithDecryption=True),
)
FAILURES = Attempt(
    "take from the failure queue",
    lambda hands: hands.client("sqs").receive_message(QueueUrl=hands.output("FailureQueueUrl")),
)
START = Attempt(
    "start another function",
    lambda hands: hands.client("lambda").invoke(FunctionName=hands.output("RespondFunctionName")),
)

ALLOWED = {
    "PollFunction": CREDENTIALS,
    "TriageFunction": delete("Desk"),
    "TriageSweepFunction": delete("Desk"),
    "RespondFunction": CREDENTIALS,
    "RespondSweepFunction": query("queue", "queue"),
    "AlertFunction": read("Desk"),
    "SummaryFunction": query("by-day", "day"),
    "ApiFunction": read("Ledger"),
    "WebhookFunction": ADDRESS,
}
FORBIDDEN = {
    "PollFunction": [MAIL, delete("Desk"), read("Desk"), FOREIGN],
    "TriageFunction": [CREDENTIALS, MAIL, SCAN, query("queue", "queue")],
    "TriageSweepFunction": [CREDENTIALS, MAIL, SCAN],
    "RespondFunction": [delete("Desk"), MAIL, FAILURES, FOREIGN, query("queue", "queue")],
    "RespondSweepFunction": [delete("Desk"), MAIL, FAILURES, FOREIGN],
    "AlertFunction": [write("Desk"), query("by-day", "day"), CREDENTIALS, START],
    "SummaryFunction": [write("Desk"), CREDENTIALS, FAILURES],
    "ApiFunction": [delete("Desk"), delete("Ledger"), CREDENTIALS, ADDRESS, MAIL],
    "WebhookFunction": [read("Desk"), write("Desk"), CREDENTIALS, MAIL, START],
}


@pytest.fixture(scope="module")
def hands(played) -> dict[str, Hands]:
    """The roles' own credentials; the local cloud lets the account's root take any role, whatever that role trusts."""
    deployed, sts = played.stack.cloud.client("lambda"), played.stack.cloud.client("sts")
    taken = {}
    for name in FORBIDDEN:
        function = deployed.get_function_configuration(FunctionName=played.stack.outputs[f"{name}Name"])
        credentials = sts.assume_role(RoleArn=function["Role"], RoleSessionName="tests")["Credentials"]
        taken[name] = Hands(played.stack, credentials)
    return taken


def test_every_function_has_a_role_of_its_own_and_is_tried():
    assert set(FORBIDDEN) == set(ALLOWED) == set(functions())
    assert len({role_of(name) for name in FORBIDDEN}) == len(FORBIDDEN)


@pytest.mark.parametrize(("name", "attempt"), ALLOWED.items(), ids=str)
def test_a_role_may_do_its_work(hands, name, attempt):
    attempt.do(hands[name])


@pytest.mark.parametrize(
    ("name", "attempt"), [(name, each) for name, tried in FORBIDDEN.items() for each in tried], ids=str
)
def test_a_role_is_refused_what_is_not_its_business(hands, name, attempt):
    with pytest.raises(ClientError) as refused:
        attempt.do(hands[name])
    assert refused.value.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}
