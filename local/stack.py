"""The whole stack for one play: the simulator of X with its script, the embedded cloud, and the desk deployed on it.

What a user does by hand happens here in the same order and by the same commands: `sam build`, `sam deploy`,
`desk setup`. Everything started is stopped again, also on failure.
"""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger
from local.cloud import CLOUD_PYTHON, REPOSITORY, Cloud, CloudError, Tool, build, code_of, deploy, warm_up
from local.script import load
from local.x_simulator import Simulator, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from desk.policy import Policy
    from local.script import Script

SENDER = "desk@pebblewing.example"
_QUIET_MINUTES = 10
"""The desk is set up this long before the first post: a first poll starts from its own time on."""

_RECORDS_A_BATCH = {"Triage": 300, "Respond": 80}
"""AWS filters a stream's records and then makes batches of what is left, the embedded cloud the other way round. Of
so many records about as many are left as the template's batches hold, never more than a run has time for."""


@dataclass(frozen=True, slots=True)
class Settings:
    """With what a stack is made: which interpreter runs the cloud, where `sam` and `desk` are, what functions log.

    `built`: a build of this project that is deployed instead of one of the stack's own. `webhook`: the format in which
    another system is told what happens.
    """

    cloud_python: Path = CLOUD_PYTHON
    sam: str = "sam"
    desk: str = "desk"
    built: Path | None = None
    log_level: str = "INFO"
    webhook: str = "off"


class Stack:
    """One deployed desk that listens to one simulated X; a context manager that cleans up after itself."""

    def __init__(
        self,
        script: Script,
        policy: Policy,
        *,
        set_up_at: float | None = None,
        settings: Settings | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        """`set_up_at`: when the desk is set up, in UTC epoch seconds; a while before the first post by default."""
        self.script = script
        self.policy = policy
        self._settings = settings or Settings()
        self._say = say
        self._exits = ExitStack()
        self.world = World(now=script.starts_at - _QUIET_MINUTES * 60 if set_up_at is None else set_up_at)
        self.ids: Mapping[str, str] = {}
        self.outputs: Mapping[str, str] = {}
        self.api_url = ""
        self.token = ""

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            self._exits = exits
            self._start()
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.__exit__(kind, fault, trace)

    def _start(self) -> None:
        self.ids = load(self.script, self.world)
        self.simulator = Simulator(self.world)
        self.x_url = self.simulator.start()
        self._exits.callback(self.simulator.stop)
        self._say("starting the embedded cloud")
        self.cloud = self._exits.enter_context(Cloud(self._settings.cloud_python))
        self._build()
        self._say("deploying the stack")
        self.update()
        self._say("setting the desk up")
        self.token = self._setup()
        warm_up(self.cloud, self._warming())

    def update(self, **parameters: str) -> None:
        """Deploy what stands in `built` over what is there; with other parameters the tables in use may be others."""
        wanted = self._parameters() | parameters
        self._found(deploy(self.cloud, REPOSITORY, self.built, wanted, sam=self._settings.sam))

    def _found(self, outputs: Mapping[str, str]) -> None:
        """Take what a deployment tells of itself."""
        self.outputs = outputs
        self.api_url = self.cloud.api_address(outputs["ApiUrl"])
        client = self.cloud.client("dynamodb")
        self.desk = DeskTable(client, outputs["DeskTableName"])
        self.ledger = Ledger(client, outputs["LedgerTableName"])
        self._fill_batches()

    def _fill_batches(self) -> None:
        functions = self.cloud.client("lambda")
        for name, records in _RECORDS_A_BATCH.items():
            found = functions.list_event_source_mappings(FunctionName=self.outputs[f"{name}FunctionName"])
            for mapping in found["EventSourceMappings"]:
                functions.update_event_source_mapping(UUID=mapping["UUID"], BatchSize=records)

    def _parameters(self) -> dict[str, str]:
        return {
            "SenderAddress": SENDER,
            "AlarmEmail": "operations@pebblewing.example",
            "XApiUrl": self.x_url,
            "LocalClockUrl": f"{self.x_url}/_sim/clock",
            "LocalMailer": "true",
            "LogLevel": self._settings.log_level,
            "WebhookFormat": self._settings.webhook,
            "ScheduleState": "DISABLED",
            "DeletionProtection": "false",
            "TimeZone": self.policy.time_zone,
        }

    @property
    def built(self) -> Path:
        """The directory from which the stack was deployed."""
        return self.cloud.directory / "build"

    @property
    def _policy_file(self) -> Path:
        return code_of(self.built) / "policy.toml"

    def _build(self) -> None:
        """Make what is deployed: this project, with the policy of the play."""
        if self._settings.built is None:
            self._say("building the functions")
            build(REPOSITORY, self.built, self.cloud.environment(), sam=self._settings.sam)
        else:
            shutil.copytree(self._settings.built, self.built)
        self._policy_file.write_text(self.policy.text, encoding="utf-8")

    def _setup(self) -> str:
        """Run `desk setup` as a user would, with made-up credentials; gives the first API token."""
        answers = self.cloud.directory / "setup.json"
        answers.write_text(json.dumps(self._answers()), encoding="utf-8")
        printed = Tool(self._settings.desk, REPOSITORY, self.cloud.environment()).output(
            "setup",
            *("--stack", self.outputs_stack_name()),
            *("--policy", str(self._policy_file)),
            *("--from-file", str(answers)),
            "--json",
        )
        return str(json.loads(printed)["token"])

    def outputs_stack_name(self) -> str:
        """Give the name of the deployed stack: every function's name begins with it."""
        return self.outputs["PollFunctionName"].removesuffix("-poll")

    def _answers(self) -> dict[str, Any]:
        """Give answers to `desk setup`: made-up secrets, each of its own, so that one that leaks is recognised."""
        tokens = {person.name.lower(): person.token for person in self.script.people if person.token}
        credentials = {
            handle.credentials: {
                "consumer_key": f"consumer-key-of-{handle.credentials}",
                "consumer_secret": f"consumer-secret-of-{handle.credentials}",
                "access_token": tokens[handle.name.lower()],
                "access_token_secret": f"access-secret-of-{handle.credentials}",
            }
            for handle in self.policy.handles
            if handle.name.lower() in tokens
        }
        return {"credentials": credentials, "posting": True}

    def _warming(self) -> dict[str, object]:
        """Give the scheduled functions an event; the stream warms its own by the first record."""
        return {self.outputs[f"{name}FunctionName"]: {} for name in ("TriageSweep", "RespondSweep", "Alert")}

    def invoke(self, function: str, event: object) -> Any:
        """Call a function of the stack by its logical name and give its answer; raises CloudError if it failed."""
        name = self.outputs[f"{function}FunctionName"]
        answer = self.cloud.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
        payload = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            raise CloudError(f"{name} failed: {payload}")
        return json.loads(payload) if payload else None
