"""The whole desk in one process, watched: what its real handlers ask AWS for, and what metrics they emit.

It adds to the torture's installation the functions that report and answer, and notes of every run which function it
was, which rights it used, and what reached CloudWatch: its own metrics as the handlers emit them (EMF), and those that
Lambda and SQS count by themselves, by their documented rules (AWS/Lambda and AWS/SQS metrics, read 2026-11).
"""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

from botocore.exceptions import ClientError

import api.handler
import api.sources
import report.handler
import webhook.handler
from desk.access import fingerprint
from desk.credentials import ERASURE_KEY
from desk.store import edge
from desk.store.ledger import Token
from desk.telemetry import metrics
from tests.api_gateway import FakeContext, answer, request
from tests.infra.cloudwatch import Point
from tests.infra.template import template, variables
from tests.torture.faults import FailingDynamoDB, Fate, Run
from tests.torture.installation import Installation, _start_cold, the_policy
from webhook.endpoint import Endpoint, Secret, made_of
from webhook.verdict import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.api_gateway import Answer
    from tests.torture.streams import Consumer

FUNCTIONS = {
    "poll": "PollFunction",
    "triage": "TriageFunction",
    "triage sweep": "TriageSweepFunction",
    "respond": "RespondFunction",
    "respond sweep": "RespondSweepFunction",
    "alert": "AlertFunction",
    "summary": "SummaryFunction",
    "webhook": "WebhookFunction",
}
TABLES = {"desk": "DeskInUse.Value", "ledger": "LedgerInUse.Value"}
TOKEN = "desk_of-a-test"
ALWAYS = dict.fromkeys(range(200), Fate.THROTTLED)
"""The plan of a run to which DynamoDB gives nothing."""

_SERVER_FAULTS = 5
_ACTIONS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
_CACHES = (report.handler._policy, report.handler._mailer, api.sources.policy)
_SETTINGS = {
    "SENDER_ADDRESS": "desk@pebblewing.example",
    "API_URL": "https://api.example",
    "WEBHOOK_EVENTS": "case,sla,incident",
    "WEBHOOK_FORMAT": "standard",
    "WEBHOOK_PARAMETER": "/desk/webhook",
    "WEBHOOK_FAILURES_URL": "https://sqs.example/failures",
}
_RECEIVER = Endpoint("https://crm.example/in", (Secret(made_of(b"s" * 32)),))


class Rehearsal(Installation):
    """A desk that was set up and may post, with everything it does on record."""

    def __init__(self) -> None:
        super().__init__()
        self.used: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        """By function: pairs of an action and what it was done on, in the template's words."""
        self.partitions: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        """By function: pairs of an action and the partition of the ledger in which it was done."""
        self.points: list[Point] = []
        self.mail_fails: Exception | None = None
        self.receiver_says = Reply(204)
        self.undelivered: list[str] = []
        self.unreadable: list[tuple[str, str]] = []
        """Places in the ledger where something stands that nobody can read."""
        self._function = ""
        self._erasure_key: str | None = None

    def __enter__(self) -> Self:
        super().__enter__()
        put = self._patches.enter_context
        put(patch.dict("os.environ", _SETTINGS))
        for module in (report.handler, api.sources):
            put(patch.object(module, "load", lambda _: the_policy()))
        for module in (report.handler, api.sources, webhook.handler):
            put(patch.object(module, "clock_from", lambda _: self._read_clock))
        put(patch.object(webhook.handler, "post", lambda *_, **__: self.receiver_says))
        put(patch.object(webhook.handler, "_queue", lambda: self))
        put(patch.object(edge, "dynamodb", self._recorded))
        put(patch.object(report.handler, "dynamodb", self._recorded))
        put(patch.object(report.handler, "ses", lambda _: self))
        put(patch.object(metrics, "add_metric", partial(type(metrics).add_metric, metrics)))
        put(patch.object(metrics.provider, "namespace", template()["Parameters"]["MetricsNamespace"]["Default"]))
        put(patch.object(metrics.provider, "service", None))
        put(patch.object(metrics.provider, "flush_metrics", self._flush))
        self._forget()
        self._patches.callback(self._forget)
        return self

    # ---- functions

    def alert(self, run: Run | None = None) -> None:
        """The schedule runs the alerts."""
        self._scheduled("alert", report.handler.send_alerts, run, 0)

    def summary(self, kind: str = "daily", run: Run | None = None) -> None:
        """The schedule asks for a summary."""
        self._scheduled("summary", lambda _, context: report.handler.send_summary({"kind": kind}, context), run, 0)

    def tell_others(self, run: Run | None = None) -> None:
        """The schedule runs the webhook."""
        self._scheduled("webhook", webhook.handler.deliver, run, 0)

    def send_message(self, *, MessageBody: str, **_: Any) -> None:  # noqa: N803
        """The queue of what the webhook could not deliver."""
        self.undelivered.append(MessageBody)

    def ask(self, path: str, run: Run | None = None) -> Answer:
        """Somebody who may see everything calls the API; the gateway counts the answers from 500 on."""
        with self._running("ApiFunction"):
            asked = request(path, token=TOKEN)
            given = answer(self.steps.within(run or Run(), lambda: api.handler.handle(asked, FakeContext())))
        self._note("AWS/ApiGateway", "5xx", {"ApiId": "HttpApi"}, "Count", given.status // 100 == _SERVER_FAULTS)
        return given

    def works(self, path: str, body: object, *, seen: int, key: str, method: str = "POST") -> Answer:
        """Somebody who may do everything changes something by the API."""
        with self._running("ApiFunction"):
            asked = request(path, method=method, token=TOKEN) | {"body": json.dumps(body)}
            asked["headers"] |= {"if-match": f'"{seen}"', "idempotency-key": key}
            return answer(api.handler.handle(asked, FakeContext()))

    def lets_in(self) -> None:
        """An operator gives out a token by which everything may be seen."""
        self.ledger.put(f"TOKEN#{fingerprint(TOKEN)}", "TOKEN", Token("test", ("admin",), self.now))

    def minutes_pass(self, minutes: int = 1, **runs: Run) -> None:
        """Minute by minute, everything that the schedules and the stream run; `runs` by the name of a function."""
        for _ in range(minutes):
            self.wait(60)
            self.poll(_again(runs.get("poll")))
            self.deliver(self.triage, _again(runs.get("triage")))
            self.sweep_events(_again(runs.get("triage_sweep")))
            self.deliver(self.respond, _again(runs.get("respond")))
            self.sweep_outbox(_again(runs.get("respond_sweep")))
            self.alert(_again(runs.get("alert")))
            self.tell_others(_again(runs.get("webhook")))
            self._queued("FailureQueue", len(self.triage.given_up) + len(self.respond.given_up))
            self._queued("WebhookFailureQueue", len(self.undelivered))

    def _queued(self, queue: str, messages: int) -> None:
        """SQS tells how many messages a queue holds."""
        name = {"QueueName": f"{queue}.QueueName"}
        self._note("AWS/SQS", "ApproximateNumberOfMessagesVisible", name, "Count", messages)

    def deliver(self, consumer: Consumer, run: Run | None = None, **how: Any) -> Any:
        """The stream brings a batch of each lane; Lambda tells the age of the oldest record of each."""
        oldest = min((record.at for lane in consumer._lanes for record in _waiting(lane)), default=None)
        if oldest is not None:
            function = FUNCTIONS["triage" if consumer is self.triage else "respond"]
            age = (self.now - oldest) * 1000
            self._note("AWS/Lambda", "IteratorAge", {"FunctionName": function}, "Milliseconds", age)
        return super().deliver(consumer, run, **how)

    def throttled(self) -> None:
        """Lambda turned a call away: the account's concurrency was used up."""
        self._note("AWS/Lambda", "Throttles", {}, "Count", 1)

    # ---- mails

    def send(self, *_: Any, **__: Any) -> None:
        """The mailer."""
        self.used[self._function].add(("ses:SendEmail", "identity"))
        if self.mail_fails is not None:
            raise self.mail_fails

    # ---- on record

    def _scheduled(self, name: str, handler: Callable[[Any, Any], Any], run: Run | None, skew: int) -> None:
        with self._running(FUNCTIONS[name]):
            super()._scheduled(name, self._counted(handler), run, skew)

    def _on_records(self, name: str, handler: Callable[[Any, Any], Any], event: dict[str, Any]) -> Any:
        with self._running(FUNCTIONS[name]):
            return super()._on_records(name, self._counted(handler), event)

    def _counted(self, handler: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """Count runs that end with an error, as Lambda does."""

        def run(event: Any, context: Any) -> Any:
            failed = 1
            try:
                result = handler(event, context)
                failed = 0
            finally:
                self._note("AWS/Lambda", "Errors", {"FunctionName": self._function}, "Count", failed)
            return result

        return run

    @contextmanager
    def _running(self, function: str) -> Iterator[None]:
        """Every function is a process of its own: it knows nothing of what another one read."""
        before, self._function = self._function, function
        _start_cold()
        try:
            yield
        finally:
            self._function = before

    def _flush(self, **_: Any) -> None:
        """Take what a handler emits, as it would stand in its log; its service is the one the template gives it."""
        provider = metrics.provider
        if provider.metric_set:
            provider.service = variables(self._function)["POWERTOOLS_SERVICE_NAME"]
            self.points.extend(_points(json.loads(json.dumps(provider.serialize_metric_set())), self.now))
        provider.clear_metrics()

    def _note(self, namespace: str, name: str, dimensions: dict[str, str], unit: str, value: float) -> None:
        self.points.append(Point(namespace, name, dimensions, unit, value, self.now))

    def _recorded(self) -> Any:
        return _Recorded(FailingDynamoDB(self.dynamodb, self.steps), self._use)

    def _use(self, asked: Iterable[tuple[str, dict[str, Any]]]) -> None:
        for action, call in asked:
            target = TABLES[call["TableName"]]
            on_index = f"${{{target}}}/index/{call.get('IndexName')}"
            self.used[self._function].add((action, on_index if "IndexName" in call else target))
            if call["TableName"] == "ledger":
                self.partitions[self._function].add((action, _partition(call)))

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        """The parameter store."""
        self.used[self._function].add(("ssm:GetParameter", "credentials"))
        if Name == _SETTINGS["WEBHOOK_PARAMETER"]:
            return {"Parameter": {"Value": _RECEIVER.text}}
        if not Name.endswith(ERASURE_KEY):
            return super().get_parameter(Name=Name, WithDecryption=WithDecryption)
        if self._erasure_key is None:
            raise ClientError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
        return {"Parameter": {"Value": self._erasure_key}}

    def put_parameter(self, *, Value: str, **_: Any) -> None:  # noqa: N803
        """Keep the one secret that a function makes."""
        self.used[self._function].add(("ssm:PutParameter", "erasure key"))
        self._erasure_key = Value

    @property
    def exceptions(self) -> Any:
        """What the parameter store raises by name."""
        return SimpleNamespace(ParameterAlreadyExists=KeyError)

    def _forget(self) -> None:
        for cached in _CACHES:
            cached.cache_clear()


class _Recorded:
    """DynamoDB's client that says of each call what it asks for."""

    def __init__(self, inner: Any, use: Callable[[Iterable[tuple[str, dict[str, Any]]]], None]) -> None:
        self._inner = inner
        self._use = use

    def __getattr__(self, operation: str) -> Any:
        call = getattr(self._inner, operation)

        def asked(**request: Any) -> Any:
            self._use(_asked(operation, request))
            return call(**request)

        return asked


def _asked(operation: str, request: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the actions of a call: each write of a transaction and each key of a batch is judged by itself."""
    match operation:
        case "transact_write_items":
            for each in request["TransactItems"]:
                ((kind, write),) = each.items()
                yield f"dynamodb:{_ACTIONS[kind]}", write
        case "batch_get_item":
            for table, wanted in request["RequestItems"].items():
                yield from (("dynamodb:BatchGetItem", {"TableName": table, "Key": key}) for key in wanted["Keys"])
        case _:
            action = "".join(word.capitalize() for word in operation.split("_"))
            yield f"dynamodb:{action}", request


def _partition(request: dict[str, Any]) -> str:
    """Give the leading key of a call."""
    key = request.get("Key") or request.get("Item") or {"pk": request["ExpressionAttributeValues"][":pk"]}
    return str(key["pk"]["S"])


def _points(emitted: dict[str, Any], at: int) -> Iterator[Point]:
    """Read a line in CloudWatch's embedded metric format (specification, read 2026-11)."""
    for directive in emitted["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = {name: emitted[name] for name in names}
            for each in directive["Metrics"]:
                values = emitted[each["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    yield Point(directive["Namespace"], each["Name"], dimensions, each["Unit"], value, at)


def _waiting(lane: Any) -> Iterator[Any]:
    yield from (record for batch in lane.failed for record in batch.records)
    yield from lane.waiting


def _again(run: Run | None) -> Run | None:
    """The same plan for another run: a run counts its own steps."""
    return Run(run.plan) if run else None
