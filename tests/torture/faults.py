"""What goes wrong at a step of input or output: a plan for one run of a function, carried out step by step.

A step is one call of DynamoDB, of the parameter store or of X. What X itself answers is the simulator's plan of
faults, not this one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ReadTimeoutError

from tests.torture.memory_dynamodb import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Killed(BaseException):
    """The process ended here; nothing may catch it."""


class Fate(StrEnum):
    """What happens at a step.

    KILLED_BEFORE, KILLED_AFTER: the process ends. CONFLICT: DynamoDB refuses a write for another one's sake; THROTTLED:
    for lack of capacity. ANSWER_LOST: a write took place and nobody heard. REPEATED: so did the first try of a write,
    and the client tried again. MEANWHILE: another function, or somebody on X, does something before this step.
    TIME_IS_UP: the function has no time left. HALF_AN_ANSWER: the next batch read leaves half of its keys unread.
    """

    KILLED_BEFORE = "killed before a step"
    KILLED_AFTER = "killed after a step"
    CONFLICT = "transaction conflict"
    THROTTLED = "DynamoDB throttles"
    ANSWER_LOST = "answer of DynamoDB lost"
    REPEATED = "write repeated by the client"
    MEANWHILE = "another run in the middle"
    TIME_IS_UP = "time is up"
    HALF_AN_ANSWER = "half of a batch left unread"


@dataclass(slots=True)
class Run:
    """One run of a function: at which step what happens. `meanwhile` carries out what another one does."""

    plan: Mapping[int, Fate] = field(default_factory=dict)
    meanwhile: Callable[[], None] = lambda: None
    steps: int = 0
    has_time: bool = True
    halves: bool = False


class Steps:
    """Counts the steps of all runs, and lets happen at each what its run's plan says."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._runs = [Run()]

    @property
    def run(self) -> Run:
        """The run that is going on."""
        return self._runs[-1]

    def within(self, run: Run, act: Callable[[], Any]) -> Any:
        """Carry out a run of a function; another one may begin within."""
        self._runs.append(run)
        try:
            return act()
        finally:
            self._runs.pop()

    def dynamodb(self, operation: str, act: Callable[[], Any]) -> Any:
        """One call of DynamoDB."""
        fate = self._next()
        is_write = operation not in {"get_item", "batch_get_item", "query"}
        match fate:
            case Fate.CONFLICT if is_write:
                self.counts[fate] += 1
                is_transaction = operation == "transact_write_items"
                raise failure("TransactionCanceledException" if is_transaction else "TransactionConflictException")
            case Fate.THROTTLED:
                self.counts[fate] += 1
                raise failure("ThrottlingException")
            case Fate.ANSWER_LOST if is_write:
                self.counts[fate] += 1
                act()
                raise ReadTimeoutError(endpoint_url="https://dynamodb.example")
            case Fate.REPEATED if is_write and operation != "transact_write_items":
                self.counts[fate] += 1
                act()  # a transaction carries a token by which DynamoDB knows it again; other writes do not
        if operation == "batch_get_item" and self.run.halves:
            self.run.halves = False
            self.counts[Fate.HALF_AN_ANSWER] += 1
            return _half(act())
        return self._survive(fate, act)

    def elsewhere(self, act: Callable[[], Any]) -> Any:
        """One call of X or of the parameter store."""
        return self._survive(self._next(), act)

    def _next(self) -> Fate | None:
        run = self.run
        fate = run.plan.get(run.steps)
        run.steps += 1
        self.counts["steps"] += 1
        match fate:
            case Fate.KILLED_BEFORE:
                self.counts[fate] += 1
                raise Killed
            case Fate.TIME_IS_UP:
                self.counts[fate] += 1
                run.has_time = False
            case Fate.HALF_AN_ANSWER:
                run.halves = True
            case Fate.MEANWHILE:
                self.counts[fate] += 1
                self.within(Run(), run.meanwhile)
        return fate

    def _survive(self, fate: Fate | None, act: Callable[[], Any]) -> Any:
        answer = act()
        if fate is Fate.KILLED_AFTER:
            self.counts[fate] += 1
            raise Killed
        return answer


def _half(answer: dict[str, Any]) -> dict[str, Any]:
    """Take back the first half of what was found; its keys are to be asked for again."""
    kept, unread = {}, {}
    for table, items in answer["Responses"].items():
        taken = items[: (len(items) + 1) // 2]
        kept[table] = items[len(taken) :]
        if taken:
            unread[table] = {"Keys": [{"pk": item["pk"], "sk": item["sk"]} for item in taken], "ConsistentRead": True}
    return {**answer, "Responses": kept, "UnprocessedKeys": unread}


class FailingDynamoDB:
    """DynamoDB's client whose every call is a step."""

    def __init__(self, inner: Any, steps: Steps) -> None:
        self._inner = inner
        self._steps = steps

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        call = getattr(self._inner, operation)
        return lambda **request: self._steps.dynamodb(operation, lambda: call(**request))
