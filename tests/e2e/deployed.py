"""A deployed desk for tests: `sam build`, `sam deploy` and `desk setup` as a user runs them, then a play.

What a test does with it: write as a customer, let time pass, ask the API, type `desk` commands. Each test brings
customers of its own, and time only goes forwards, a few minutes each: so their order never matters.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.books import balance
from local.outcome import outcome
from local.play import MINUTE, Play
from local.stack import Settings, Stack
from local.x_simulator import User

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from desk.outbox import Outgoing
    from desk.policy import Policy
    from local.books import Books
    from local.outcome import Outcome
    from local.script import Script

_FIRST_CUSTOMER = 990_000
BIN = Path(sys.executable).parent
PROCESSES = Path("/proc")
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Played:
    """How the stack and its books stood when the play was over."""

    stack: Stack
    books: Books
    outcome: Outcome
    said: Sequence[str]
    """What the launcher told meanwhile."""


@contextmanager
def playing(
    script: Script,
    policy: Policy,
    *,
    built: Path,
    step_seconds: int | None = None,
    log_level: str = "INFO",
    webhook: str = "off",
) -> Iterator[Played]:
    """Deploy a stack of a build, play a script on it and give it; whatever fails, all that was started is stopped."""
    began = time.monotonic()
    said: list[str] = []
    settings = Settings(built=built, log_level=log_level, webhook=webhook)
    with Stack(script, policy, settings=settings, say=said.append) as stack:
        directory = stack.cloud.directory
        for _ in Play(stack, step_seconds=step_seconds).steps():
            pass
        books = balance(stack)
        yield Played(stack, books, outcome(stack, books, seconds=time.monotonic() - began), said)
    assert not directory.exists()
    assert processes_of(directory) == []


def processes_of(directory: Path) -> list[str]:
    """Give the command lines of everything that runs with a temporary directory at or below `directory`.

    Tools inherit it from the launcher; the cloud and its workers get one of their own below it. Empty where a system
    does not show its processes under /proc.
    """
    found = []
    for process in PROCESSES.glob("[0-9]*"):
        try:
            if str(directory).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended meanwhile, or is somebody else's
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway gave back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Written:
    """A customer's first post of a conversation."""

    customer_id: str
    post_id: str

    @property
    def case_id(self) -> str:
        return f"{self.customer_id}-{self.post_id}"

    @property
    def outbox_key(self) -> str:
        return f"ACK#{self.case_id}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a command of the operator came to."""

    status: int
    printed: str

    @property
    def document(self) -> Any:
        return json.loads(self.printed)


class Deployed:
    """One deployed desk with one simulated X."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._play = Play(stack)

    # ---- on X

    def writes(self, text: str) -> Written:
        """A customer nobody knows yet writes a post now; the desk sees it at its next poll."""
        customer_id = str(_FIRST_CUSTOMER + len(self.stack.world))
        self.stack.world.add_user(User(id=customer_id, username=f"customer_{customer_id}"))
        return Written(customer_id, str(self.stack.world.post(author=customer_id, text=text, lang="en").id))

    def replies_on_x(self, written: Written) -> list[str]:
        """Give the texts by which own accounts answer a post, as X shows them."""
        world = self.stack.world
        own = [user.id for each in self.stack.policy.handles if (user := world.user_named(each.name))]
        posts = (post for user_id in own for post in world.posts_by(user_id, user_id))
        return [post.full.text for post in posts if str(post.replied_to) == written.post_id]

    # ---- time

    @property
    def now(self) -> int:
        return int(self.stack.world.now)

    def minutes_pass(self, minutes: int = 1) -> None:
        """Let time pass at once, then run what the schedules run each minute, and wait for the streams."""
        self._play.go_on_to(self.now + minutes * MINUTE)

    # ---- the desk

    def outgoing(self, written: Written) -> Outgoing | None:
        return self.stack.desk.outgoing(written.customer_id, written.outbox_key)

    def items(self, partition: str) -> dict[str, Any]:
        """Give everything in a partition of the Desk table, as DynamoDB holds it, by sort key."""
        found = self.stack.cloud.client("dynamodb").query(
            TableName=self.stack.desk.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )
        return {item["sk"]["S"]: item for item in found["Items"]}

    def asks(self, path: str, *, token: str | None = None, method: str = "GET") -> Answer:
        """Call the API through the gateway, whatever it answers."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"{self.stack.api_url}{path}", headers=headers, method=method)
        try:
            with _DIRECT.open(request, timeout=60) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, dict(refused.headers), refused.read().decode())

    def reads(self, path: str) -> Any:
        """Give a document of the API with the rights of the first token."""
        answer = self.asks(path, token=self.stack.token)
        assert answer.status == 200, answer.text
        return answer.document

    def types(self, *words: str) -> Typed:
        """Type a `desk` command, the real one, against this deployment."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        done = subprocess.run(
            [BIN / "desk", words[0], "--stack", self.stack.outputs_stack_name(), "--json", *words[1:]],
            env=environment | self.stack.cloud.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        return Typed(done.returncode, done.stdout)

    def own_posts(self) -> Iterator[int]:
        """Give the ids of everything own accounts published."""
        world = self.stack.world
        for each in self.stack.policy.handles:
            user = world.user_named(each.name)
            yield from (post.id for post in world.posts_by(user.id, user.id)) if user else ()
