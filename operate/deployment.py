"""One deployed desk, found by the name of its stack: its tables, its functions and with what they were deployed.

Everything is read from the stack itself, so that a command can't be pointed at half of one desk and half of another.
`AWS_ENDPOINT_URL` is honoured as everywhere, so that the same commands work on the local cloud.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from desk.clock import clock_from
from desk.errors import Misconfigured
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Clients = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A stack's outputs by name, the environment its functions run in, and clients of AWS by service."""

    stack: str
    outputs: Mapping[str, str]
    environment: Mapping[str, str]
    client: Clients

    @property
    def desk(self) -> DeskTable:
        """The Desk table."""
        return DeskTable(self.client("dynamodb"), self.outputs["DeskTableName"])

    @property
    def ledger(self) -> Ledger:
        """The ledger."""
        return Ledger(self.client("dynamodb"), self.outputs["LedgerTableName"])

    def now(self) -> int:
        """Read the time by which this desk lives, in UTC epoch seconds: the local one may play another day."""
        endpoint = {name: os.environ[name] for name in ("AWS_ENDPOINT_URL",) if name in os.environ}
        return clock_from({**self.environment, **endpoint})()

    def parameter(self, credentials: str) -> str:
        """Give the name under which a handle's credentials stand in the parameter store."""
        return f"{self.outputs['CredentialsPrefix']}/{credentials}"


def find(stack: str, client: Clients) -> Deployment:
    """Find a deployed desk; raises Misconfigured that says what to look at when there is none."""
    try:
        (found,) = client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}
        names = (outputs["PollFunctionName"], outputs["SummaryFunctionName"])
        environments = [_environment(client, name) for name in names]
    except KeyError as fault:
        raise Misconfigured(f"the stack {stack} has no output {fault}; is it a desk, and wholly deployed?") from fault
    except ClientError as fault:
        raise Misconfigured(f"no stack {stack} can be read in this account and region: {_words(fault)}") from fault
    except BotoCoreError as fault:
        raise Misconfigured(f"AWS can't be reached: {fault}") from fault
    return Deployment(stack, outputs, {name: each[name] for each in environments for name in each}, client)


def _environment(client: Clients, function: str) -> dict[str, str]:
    found = client("lambda").get_function_configuration(FunctionName=function)
    variables: dict[str, str] = found.get("Environment", {}).get("Variables", {})
    return variables


def _words(fault: ClientError) -> str:
    return str(fault.response["Error"].get("Message", fault))
