"""A desk deployed in process: its stack, tables and functions' settings by moto, X by the simulator."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from desk.policy import load
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger
from local.x_simulator import Simulator, User, World
from operate import command_line
from operate.policy_file import SHIPPED
from tests.cases import NOON
from tests.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDER = "desk@pebblewing.example"
STACK = "pebblewing"


class Operator:
    """Types commands and reads what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str], ledger: Ledger, desk: DeskTable) -> None:
        self._capsys = capsys
        self.ledger, self.desk = ledger, desk
        self.complaints = ""

    def types(self, *words: str) -> int:
        self.printed = ""
        status = command_line.run([words[0], "--stack", STACK, *words[1:]])
        captured = self._capsys.readouterr()
        self.printed, self.complaints = captured.out, captured.err
        return status

    def reads(self, *words: str) -> Any:
        self.types(*words, "--json")
        return json.loads(self.printed)


def _zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("handler.py", "")
    return held.getvalue()


def _deploy(x_url: str) -> None:
    role = boto3.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    settings = {"poll": {"X_API_URL": x_url, "CLOCK_URL": ""}, "summary": {"SENDER_ADDRESS": SENDER}}
    for name, variables in settings.items():
        boto3.client("lambda").create_function(
            FunctionName=f"{STACK}-{name}",
            Runtime="python3.13",
            Role=role,
            Handler="handler.handle",
            Code={"ZipFile": _zipped()},
            Environment={"Variables": variables},
        )
    scheduler = boto3.client("scheduler")
    scheduler.create_schedule_group(Name=STACK)
    for name in ("poll", "summary"):
        scheduler.create_schedule(
            Name=name,
            GroupName=STACK,
            State="ENABLED",
            ScheduleExpression="rate(1 minute)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": f"arn:aws:lambda:us-east-1:123456789012:function:{STACK}-{name}", "RoleArn": role},
        )
    topic = boto3.client("sns").create_topic(Name="alarms")["TopicArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="operations@pebblewing.example")
    queue = boto3.client("sqs").create_queue(QueueName="failures")["QueueUrl"]
    outputs = {
        "ApiUrl": "https://api.example",
        "DeskTableName": "desk",
        "LedgerTableName": "ledger",
        "CredentialsPrefix": f"/{STACK}/x",
        "PollFunctionName": f"{STACK}-poll",
        "SummaryFunctionName": f"{STACK}-summary",
        "FailureQueueUrl": queue,
        "AlarmTopicArn": topic,
    }
    template = {
        "Parameters": {"TimeZone": {"Type": "String", "Default": load(SHIPPED).time_zone}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(template))


@pytest.fixture(scope="session")
def world() -> World:
    made = World(now=NOON)
    for number, handle in enumerate(load(SHIPPED).handles, start=1):
        made.add_user(User(id=str(number), username=handle.name), token=f"token-{handle.credentials}")
    made.add_user(User(id="99", username="stranger"), token="token-stranger")
    return made


@pytest.fixture(scope="session")
def x_url(world: World) -> Iterator[str]:
    with Simulator(world) as simulator:
        yield f"http://127.0.0.1:{simulator.port}"


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], x_url: str) -> Iterator[Operator]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("desk.clock.time.time", lambda: NOON)
    monkeypatch.setenv("COLUMNS", "200")
    with mock_aws():
        command_line._client.cache_clear()
        monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        client = boto3.client("dynamodb")
        create_tables(client)
        _deploy(x_url)
        yield Operator(capsys, Ledger(client, "ledger"), DeskTable(client, "desk"))
    command_line._client.cache_clear()


@pytest.fixture
def answers_file(tmp_path: Any) -> Any:
    """Writes a file of answers; `whose` gives some credentials the tokens of another account, None leaves them out."""

    def write(posting: bool | None = None, **whose: str | None) -> str:
        names = {handle.credentials: handle.credentials for handle in load(SHIPPED).handles} | {
            name.replace("_", "-"): token for name, token in whose.items()
        }
        credentials = {
            name: {
                "consumer_key": "ck",
                "consumer_secret": "cs",
                "access_token": f"token-{token}",
                "access_token_secret": "secret-of-all",
            }
            for name, token in names.items()
            if token is not None
        }
        values = {"credentials": credentials} | ({} if posting is None else {"posting": posting})
        file = tmp_path / "answers.json"
        file.write_text(json.dumps(values), encoding="utf-8")
        return str(file)

    return write
