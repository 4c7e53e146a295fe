"""The desk's real handlers in one process, over a DynamoDB in memory and X in process, with a stream between them.

Whatever they read or write is a step that may fail (`faults`). A process that is killed starts cold again.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch
from urllib.parse import unquote, urlencode, urlsplit

import requests
from msgspec.structs import replace
from urllib3.exceptions import MaxRetryError, NewConnectionError

import poll.handler
import respond.handler
import triage.handler
from desk import credentials as secrets
from desk.errors import DeskError
from desk.meter import meter
from desk.policy.model import Budget, Caps, Search
from desk.settings import settings
from desk.store import counted, edge
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger, Setup, Switch
from desk.telemetry import logger, metrics
from local.x_simulator.api import Answer, Request
from tests.builders import a_policy
from tests.torture.faults import FailingDynamoDB, Killed, Run, Steps
from tests.torture.memory_dynamodb import MemoryDynamoDB
from tests.torture.people import BEGINS_AT, OURS, People
from tests.torture.streams import Consumer, Stream

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Mapping

    from desk.policy import Policy
    from desk.policy.model import Priority, Target

_CACHES = (
    poll.handler._policy,
    poll.handler._reader,
    respond.handler._policy,
    respond.handler._account,
    triage.handler._policies,
    edge.desk_table,
    edge.ledger,
    settings,
    secrets._known,
    secrets._parameters,
    secrets.erasure_key,
    secrets.erasure_key_for_good,
    meter,
)
_ENVIRONMENT = {
    "DESK_TABLE": "desk",
    "LEDGER_TABLE": "ledger",
    "X_API_URL": "http://x.example",
    "CREDENTIALS_PREFIX": "/desk/x",
    "POWERTOOLS_SERVICE_NAME": "torture",
    "POWERTOOLS_METRICS_NAMESPACE": "MentionDesk",
}
_CREDENTIALS = {"pebblewing-help": "900", "pebblewing": "901", "mia": "902"}
_SETTLING = (0, 60, 120, 960, 3600, 46_800, 46_800, 60, 3600)
"""Waits in seconds: past every time-out, the age of an acknowledgement, two full readings, a day of parking."""
_MOST_ROUNDS = 50


@cache
def the_policy() -> Policy:
    """The shipped policy with three accounts, one search, caps that are soon reached and a budget that is not."""
    shipped = a_policy()
    return a_policy(
        handles=tuple(handle for handle in shipped.handles if handle.name.lower() in OURS),
        searches=(Search("brand", ("Pebblewing",), misspellings=False, exclude=(), languages=(), daily_reads=500),),
        caps=Caps(posts_per_15_minutes=3, automatic_per_day=6),
        budget=Budget(usd_per_day=100.0, usd_per_month=1_000.0, searches_off_at_share=0.8),
        cases=replace(shipped.cases, merge_window_minutes=30),
    )


@cache
def the_policies() -> Mapping[str, Policy]:
    """That policy and the next one, which gives every team half the time and merges nothing, by version."""
    first = the_policy()
    teams = {name: replace(team, targets=_halved(team.targets)) for name, team in first.teams.items()}
    cases = replace(first.cases, merge_window_minutes=0)
    later = replace(first, version="later", text="later", teams=teams, cases=cases)
    return {policy.version: policy for policy in (first, later)}


def _halved(targets: Mapping[Priority, Target]) -> dict[Priority, Target]:
    return {
        priority: replace(
            target,
            first_response_minutes=max(1, target.first_response_minutes // 2),
            next_response_minutes=max(1, target.next_response_minutes // 2),
        )
        for priority, target in targets.items()
    }


def _on_record(text: str, *, is_running: bool) -> Policy:
    assert not is_running, "what is on record once ran, and is not judged anew"
    return next(policy for policy in the_policies().values() if policy.text == text)


class _Context:
    """What Lambda tells a function about its run."""

    function_name = "torture"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:1:function:torture"

    def __init__(self, request_id: str, run: Run) -> None:
        self.aws_request_id = request_id
        self._run = run

    def get_remaining_time_in_millis(self) -> int:
        return 45_000 if self._run.has_time else 1_000


class _InOrder:
    """A pool of threads that has none: the same steps in the same order on every run."""

    def __init__(self, _: int) -> None: ...

    def map(self, act: Callable[[Any], Any], values: Iterable[Any]) -> list[Any]:
        return [act(value) for value in values]

    def shutdown(self) -> None: ...


@dataclass(slots=True)
class Line:
    """The line to X. `cut`: the next so many requests never reach X."""

    cut: int = 0


class Installation:
    """One desk that was set up and may post; a context manager, since it replaces the handlers' surroundings."""

    def __init__(self, counts: Counter[str] | None = None) -> None:
        self.steps = Steps()
        if counts is not None:
            self.steps.counts = counts
        self.people = People()
        self.x = self.people.open()
        self.line = Line()
        self.policy = the_policy()
        self.dynamodb = MemoryDynamoDB.of_template(page_items=4)
        self.desk = DeskTable(self.dynamodb, "desk")
        self.ledger = Ledger(self.dynamodb, "ledger")
        self.triage = Consumer("TriageFunction", "DeskEvents", self._triage, self.steps.counts)
        self.respond = Consumer("RespondFunction", "DeskOutbox", self._respond, self.steps.counts)
        self._stream = Stream(self.triage, self.respond)
        self._skew = 0
        self._requests = 0
        self.ledger.put("DESK", "SETUP", Setup(OURS, BEGINS_AT))
        self.switch(is_on=True)
        self.dynamodb.on_write = self._written

    def __enter__(self) -> Self:
        self._patches = ExitStack()
        put = self._patches.enter_context
        put(patch.dict("os.environ", _ENVIRONMENT))
        for module in (poll.handler, triage.handler, respond.handler):
            put(patch.object(module, "clock_from", lambda _: self._read_clock))
        put(patch.object(counted, "clock_from", lambda _: self._read_clock))
        for module in (poll.handler, triage.handler, respond.handler):
            put(patch.object(module, "load", lambda _: self.policy))
        put(patch("desk.store.policy_shelf.parse", _on_record))
        put(patch("desk.queue.FEW", 0))  # every queue is a long one
        put(patch.object(edge, "dynamodb", lambda: FailingDynamoDB(self.dynamodb, self.steps)))
        put(patch.object(secrets, "_parameters", cache(lambda: self)))
        put(patch("poll.intake.ThreadPoolExecutor", _InOrder))
        put(patch.object(requests.Session, "request", self._request))
        put(patch.object(metrics, "add_metric", lambda *_, **__: None))
        put(patch.object(metrics.provider, "flush_metrics", lambda *_, **__: None))
        put(patch.object(logger._logger, "disabled", new=True))
        self._patches.callback(_start_cold)
        _start_cold()
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    # ---- time

    @property
    def now(self) -> int:
        """The true time; machines may go wrong by some seconds."""
        return int(self.people.world.now)

    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.people.world.advance_to(self.people.world.now + seconds)

    def _read_clock(self) -> int:
        return self.now + self._skew

    # ---- functions

    def poll(self, run: Run | None = None, *, skew: int = 0) -> None:
        """The schedule runs the poll."""
        self._scheduled("poll", poll.handler.handle, run, skew)

    def sweep_events(self, run: Run | None = None, *, skew: int = 0) -> None:
        """The schedule runs triage's sweep."""
        self._scheduled("triage sweep", triage.handler.sweep, run, skew)

    def sweep_outbox(self, run: Run | None = None, *, skew: int = 0) -> None:
        """The schedule runs respond's sweep."""
        self._scheduled("respond sweep", respond.handler.sweep, run, skew)

    def deliver(self, consumer: Consumer, run: Run | None = None, *, skew: int = 0, at_most: int = 100, **how: Any):
        """The stream brings a batch of each lane; gives whether there was one."""
        return self._within(run, skew, lambda: consumer.deliver(now=self.now, at_most=at_most, **how))

    def _scheduled(self, name: str, handler: Callable[[Any, Any], Any], run: Run | None, skew: int) -> None:
        self.steps.counts[f"{name} runs"] += 1
        try:
            self._within(run, skew, lambda: handler({}, self._context()))
        except (Killed, DeskError):
            _start_cold()  # the next minute is the retry

    def _within(self, run: Run | None, skew: int, act: Callable[[], Any]) -> Any:
        before, self._skew = self._skew, skew
        try:
            return self.steps.within(run or Run(), act)
        finally:
            self._skew = before

    def _triage(self, event: dict[str, Any]) -> Any:
        return self._on_records("triage", triage.handler.handle_records, event)

    def _respond(self, event: dict[str, Any]) -> Any:
        return self._on_records("respond", respond.handler.handle_records, event)

    def _on_records(self, name: str, handler: Callable[[Any, Any], Any], event: dict[str, Any]) -> Any:
        self.steps.counts[f"{name} batches"] += 1
        try:
            return handler(event, self._context())
        except Killed:
            _start_cold()
            raise

    def _context(self) -> Any:
        self._requests += 1
        return _Context(f"request-{self._requests}", self.steps.run)

    # ---- what an operator does

    def switch(self, *, is_on: bool) -> None:
        """Posting is switched on or off."""
        self.ledger.put("DESK", "SWITCH", Switch(is_on, "desk", by="lena", at=self.now))

    def deploy(self, version: int) -> None:
        """Another policy is deployed, or the one before again; processes start cold."""
        self.policy = list(the_policies().values())[version % len(the_policies())]
        _start_cold()

    # ---- after the dust settled

    def settle(self) -> None:
        """Everything works again; what is under way ends, and so does what waits for its time."""
        self.x.faults.clear()
        self.line.cut = 0
        self.dynamodb.behind = 0
        for seconds in _SETTLING:
            self.wait(seconds)
            self.work()

    def work(self, run: Run | None = None) -> None:
        """Every function runs until nothing is left to do now; a given plan counts the steps of all of them."""
        self.poll(run)
        self.drain(run)
        self.sweep_events(run)
        self.drain(run)
        self.sweep_outbox(run)
        self.drain(run)

    def drain(self, run: Run | None = None) -> None:
        """The stream brings what it has."""
        for _ in range(_MOST_ROUNDS):
            if not any([self.deliver(self.triage, run), self.deliver(self.respond, run)]):
                return
        raise AssertionError("the stream never ends")

    # ---- the surroundings

    def _written(self, table: str, before: Any, after: Any) -> None:
        if table == "desk":
            self._stream.write(before, after, now=self.now)

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        """The parameter store, with the tokens of now."""
        token = self.people.token(_CREDENTIALS[Name.rpartition("/")[2]])
        keys = {"consumer_key": "ck", "consumer_secret": "cs", "access_token": token, "access_token_secret": "ts"}
        return self.steps.elsewhere(lambda: {"Parameter": {"Value": json.dumps(keys)}})

    def _request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        auth: Any = None,
        **_: Any,
    ) -> requests.Response:
        """A request to X as `requests` would carry it, without socket or signature."""
        token = auth.client.resource_owner_key
        asked = Request(
            method,
            unquote(urlsplit(url).path),
            urlencode({name: str(value) for name, value in (params or {}).items()}),
            f'OAuth oauth_token="{token}"',
            _encoded(json),
        )
        return self.steps.elsewhere(lambda: self._carry(asked))

    def _carry(self, asked: Request) -> requests.Response:
        if self.line.cut:
            self.line.cut -= 1
            self.steps.counts["X: no connection"] += 1
            raise requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "no connection")))
        answer = self.x.answer(asked)
        if answer.silent_s is not None:
            raise requests.ReadTimeout
        return _response(answer)


def _encoded(document: Any) -> bytes:
    return b"" if document is None else json.dumps(document).encode()


def _response(answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response._content = answer.body
    response.encoding = "utf-8"
    response.headers.update(answer.headers)
    return response


def _start_cold() -> None:
    """A new process knows nothing yet."""
    for cached in _CACHES:
        cached.cache_clear()
    metrics.clear_metrics()
