"""Plays scenes on a deployed stack, each to the end of its dust, and says what became of every mention.

It decides when a scene is over: the desk has read whatever X gives and filed it, and what it planned to say was said
or refused.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.notice import day_of
from local.books import balance
from local.burst.killing import Killer, kill_all, workers
from local.burst.scenes import CRASH, DAY, KILLS
from local.cloud import CloudError
from local.play import MINUTE, Play
from local.x_simulator import Fault, Kind
from poll.coverage import SourceState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from local.books import Books
    from local.burst.scenes import Scene
    from local.stack import Stack

_MOST_MINUTES = 90
"""A desk that has not read everything by then never will."""

_PATIENCE_SECONDS = 2.0
_LOOK_SECONDS = 0.005
_BETWEEN_KILLS = (0.1, 1.0)

_DIED = ("Worker process", "Broken pipe")
"""How the embedded cloud says that a function's process ended before it answered."""

FAULTS_OF_X = (
    Fault(kind=Kind.SILENCE, method="POST", committed=True),
    Fault(kind=Kind.SILENCE, method="POST"),
    Fault(kind=Kind.ANSWER, method="POST", status=503, committed=True),
    Fault(kind=Kind.SILENCE, method="GET"),
    Fault(kind=Kind.ANSWER, method="GET", status=503),
)
"""What X does to one call: no answer, or an error, before or after it carried the call out."""


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a scene; counts are of posts where nothing else is said.

    `reported`: posts that poll said are lost. `minutes`: the desk's own, from the end of the mentions until all were
    read and filed; `seconds`: the wall's, for all of it. `used`: units by their names in the ledger. `killed`: workers
    by function. Since the stack began: `states`, outgoing posts by state; `x_faults`, calls that X failed, by kind;
    `failed`, scheduled runs that a kill ended.
    """

    scene: Scene
    shown: int
    held: int
    lost: int
    reported: int
    cases: int
    replies: int
    minutes: int
    seconds: float
    x_requests: int
    x_returned: int
    x_billed: int
    used: Mapping[str, float]
    states: Mapping[str, int]
    x_faults: Counter[str]
    killed: Counter[str]
    failed: Counter[str]
    faults: tuple[str, ...]

    @property
    def said_twice(self) -> int:
        """Conversations in which a customer was answered automatically more than once."""
        return sum(fault.startswith("said") for fault in self.faults)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Every counter at one moment."""

    books: Books
    x: Mapping[str, int]
    used: Counter[str]
    second: float


class Siege:
    """One stack under one scene after the other.

    `kills` and `seed` are for the scene in which workers are killed; `tell` hears after each minute how many posts of a
    scene were read.
    """

    def __init__(
        self, stack: Stack, *, kills: int, seed: int, tell: Callable[[Scene, int], None] = lambda *_: None
    ) -> None:
        self._stack = stack
        self._kills = kills
        self._seed = seed
        self._tell = tell
        self._read_before = 0
        self._failed: Counter[str] = Counter()
        self._play = Play(stack, run=self._run, in_flight_seconds=_PATIENCE_SECONDS)

    def play(self, scene: Scene) -> Came:
        """Let a scene's mentions come, and run the desk until the dust has settled."""
        ways = {CRASH: self._crash, KILLS: self._under_fire}
        self._read_before = self._posts_read()
        return ways.get(scene.part.key, self._silence)(scene)

    def _silence(self, scene: Scene) -> Came:
        """Let nobody poll while the mentions come."""
        if not scene.is_history:
            self._play.go_on_to(scene.begins_at)
        before = self._read()
        return self._to_the_end(scene, before, max(scene.ends_at, self._now + MINUTE))

    def _crash(self, scene: Scene) -> Came:
        """Kill the poll that stores the mentions when half of them are stored."""
        self._play.go_on_to(scene.begins_at)
        before, stored = self._read(), self._stored()
        doomed = [each for each in workers(self._stack.cloud.process_id) if each.function.endswith("-poll")]
        self._stack.world.advance_to(scene.ends_at)
        with ThreadPoolExecutor(1) as pool:
            poll = pool.submit(self._run, "Poll")
            while not poll.done() and self._stored() - stored < scene.part.mentions // 2:
                time.sleep(_LOOK_SECONDS)
            killed = kill_all(doomed)
        return self._to_the_end(scene, before, self._now + MINUTE, killed)

    def _under_fire(self, scene: Scene) -> Came:
        """Poll each minute while the mentions come, workers are killed and X fails."""
        self._play.go_on_to(scene.begins_at)
        before, chance = self._read(), random.Random(self._seed)
        with Killer(
            self._stack.cloud.process_id, seed=self._seed, most=self._kills, between_seconds=_BETWEEN_KILLS
        ) as killer:
            for _ in self._minutes(scene, scene.begins_at + MINUTE):
                self._stack.simulator.faults.add(chance.choice(FAULTS_OF_X))
                if self._now >= scene.ends_at:
                    break
        self._stack.simulator.faults.clear()
        return self._to_the_end(scene, before, self._now + MINUTE, killer.kills)

    def _to_the_end(self, scene: Scene, before: _Reading, first: int, killed: Mapping[str, int] | None = None) -> Came:
        """Run the desk each minute until it has read and filed all, then until all that it planned is settled."""
        for _ in self._minutes(scene, first):
            if self._is_quiet():
                break
        read_at = self._now
        if not self._is_settled():
            self._settle(scene)
        return self._since(before, scene, read_at, killed or {})

    def _settle(self, scene: Scene) -> None:
        """Go on to where what waits for a cap is too old to be said, and run the desk until it says so."""
        for _ in self._minutes(scene, self._now + self._stack.policy.acknowledgement.max_age_minutes * MINUTE):
            if self._is_quiet() and self._is_settled():
                break

    def _minutes(self, scene: Scene, first: int) -> Iterator[int]:
        """Run the desk at a moment and each minute after it; gives each, as long as a desk may need."""
        for minute in range(_MOST_MINUTES):
            moment = first + minute * MINUTE
            self._play.go_on_to(moment)
            self._tell(scene, min(scene.part.mentions, self._posts_read() - self._read_before))
            yield moment

    def _since(self, before: _Reading, scene: Scene, read_at: int, killed: Mapping[str, int]) -> Came:
        """Say what became of a scene, by the counters before it and now."""
        after = self._read()
        books, earlier = after.books, before.books
        lost, reported = books.missing - earlier.missing, books.reported - earlier.reported
        faults = list(books.faults)
        if lost != reported:
            faults.append(f"{lost} posts are lost, {reported} are reported as lost")
        if scene.is_history and books.held:
            faults.append(f"{books.held} posts from before the desk was set up are held")
        if not self._is_quiet():
            faults.append(f"after {_MOST_MINUTES} minutes the desk still has something to read or to file")
        return Came(
            scene=scene,
            shown=books.shown - earlier.shown,
            held=books.held - earlier.held,
            lost=lost,
            reported=reported,
            cases=books.cases - earlier.cases,
            replies=books.automatic - earlier.automatic,
            minutes=max(0, read_at - scene.ends_at) // MINUTE,
            seconds=after.second - before.second,
            x_requests=after.x["requests"] - before.x["requests"],
            x_returned=after.x["posts_returned"] - before.x["posts_returned"],
            x_billed=after.x["posts_billed"] - before.x["posts_billed"],
            used=after.used - before.used,
            states=books.states,
            x_faults=Counter(self._stack.simulator.report()["faults_served"]),
            killed=Counter(killed),
            failed=Counter(self._failed),
            faults=tuple(faults),
        )

    @property
    def _now(self) -> int:
        """The stack's time, in UTC epoch seconds."""
        return int(self._stack.world.now)

    def _is_quiet(self) -> bool:
        """Say whether everything was read that X gives, and is filed."""
        states = [state for _, state in self._stack.ledger.values("SOURCES", SourceState)]
        reads_on = any(state.holes or state.rechecks for state in states)
        return not reads_on and not any(self._stack.desk.unfiled(self._now + MINUTE))

    def _is_settled(self) -> bool:
        """Say whether nothing of ours is planned, put off or on its way any more."""
        return not any(self._stack.desk.unsettled(self._now + DAY))

    def _run(self, function: str) -> None:
        """Run a scheduled function; one whose worker is killed is left to its next minute, as its schedule does."""
        try:
            self._stack.invoke(function, {})
        except CloudError as fault:
            if not any(words in str(fault) for words in _DIED):
                raise
            self._failed[function] += 1

    def _stored(self) -> int:
        """Count what the Desk table holds, in one page: it is asked while the table is small."""
        client = self._stack.cloud.client("dynamodb")
        found = client.scan(
            TableName=self._stack.desk.name,
            Select="COUNT",
            FilterExpression="begins_with(sk, :event)",
            ExpressionAttributeValues={":event": {"S": "EVENT#"}},
        )
        return int(found["Count"])

    def _posts_read(self) -> int:
        """Count the posts that X billed, as a measure of how far the reading is."""
        return int(self._stack.simulator.report()["posts_billed"])

    def _read(self) -> _Reading:
        report = self._stack.simulator.report()
        x = {name: int(report[name]) for name in ("posts_returned", "posts_billed")}
        x["requests"] = sum(report["requests"].values())
        return _Reading(balance(self._stack), x, self._used(), time.monotonic())

    def _used(self) -> Counter[str]:
        """Add up what the desk counted of AWS's units since it was set up."""
        setup = self._stack.ledger.setup()
        days = self._stack.ledger.usage(day_of(setup.started_at), day_of(self._now)).values() if setup else ()
        return sum((Counter(day) for day in days), Counter())
