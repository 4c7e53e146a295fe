"""A desk deployed in process: its stack, tables and functions' settings by moto, X by the simulator."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from desk.policy import load
from desk.snowflake import id_at
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger, Setup
from desk.store.policy_shelf import PolicyShelf
from local.x_simulator import Simulator, User, World
from operate import command_line
from operate.policy_file import SHIPPED
from tests.cases import NOON
from tests.stories import CUSTOMER, HOUR, MORNING, OURS, a_post, an_event, shipped_policy
from tests.tables import create_tables
from triage.filing import Filer

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
        "WebhookFormat": "standard",
        "WebhookParameter": f"/{STACK}/webhook",
        "WebhookFailureQueueUrl": boto3.client("sqs").create_queue(QueueName="webhook-failures")["QueueUrl"],
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


_client = cache(boto3.client)
"""One client a service for all tests: making one takes longer than most of them; each mock still starts empty."""


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
    monkeypatch.setattr(boto3, "client", _client)
    with mock_aws():
        monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        client = boto3.client("dynamodb")
        create_tables(client)
        _deploy(x_url)
        yield Operator(capsys, Ledger(client, "ledger"), DeskTable(client, "desk"))


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


class Filed:
    """A desk on which triage filed what is told, on Tuesday 3 March 2026."""

    def __init__(self, operator: Any) -> None:
        self.operator = operator
        self.setup = Setup({"pebblewinghelp": OURS}, MORNING - HOUR)
        operator.ledger.put("DESK", "SETUP", self.setup)
        operator.ledger.put("POLICY", shipped_policy().version, shipped_policy().text)

    def says(self, minute: float, text: str, **changes: Any) -> None:
        self.gets(asked(minute, text, **changes))

    def gets(self, *events: Any) -> None:
        shelf = PolicyShelf(shipped_policy(), self.operator.ledger)
        for event in events:
            filer = Filer(self.operator.desk, self.operator.ledger, shelf, self.setup, now=event.seen_at)
            self.operator.desk.append(event)
            filer.file(event.customer_id, event)


@pytest.fixture
def filed(operator: Any, monkeypatch: Any) -> Filed:
    made = Filed(operator)
    monkeypatch.setattr("desk.clock.time.time", lambda: MORNING + 8 * HOUR)
    made.gets(
        asked(0, "your app keeps crashing and I can't check in"),
        answer(9, "So sorry, which phone do you use? ^MR"),
        asked(12, "thanks, that worked"),
        asked(200, "you lost my bag again, third time I ask", conversation_id="88"),
        asked(210, "and nobody answers: where is it?", conversation_id="88"),
        asked(215, "please stop", conversation_id="88"),
        asked(20, "I love your new planes", author="502", conversation_id="99", customer_id="502"),
    )
    return made


def asked(minute: float, text: str, customer_id: str = CUSTOMER, **changes: Any) -> Any:
    return an_event(a_post(minute, text=text, **changes), customer_id=customer_id, direction="inbound")


def answer(minute: float, text: str) -> Any:
    replies = {"replies_to": id_at(MORNING), "replies_to_user": CUSTOMER}
    return an_event(a_post(minute, author=OURS, text=text, **replies), agent="Mia")
