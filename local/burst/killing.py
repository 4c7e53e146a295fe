"""Kills the functions' worker processes with SIGKILL at random moments, as a machine that fails does.

Only processes that descend from the embedded cloud's own are looked at, and of these only those that run a function:
each is told by the directory that the cloud made for it. The chance is seeded; what a kill hits is not.

A worker that has not begun its work is left to start, which takes it seconds: else a function that is started anew
after each kill would never come to do anything, and nothing would be tried.
"""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

_WORKER = re.compile(r".*ministack-lambda-(?P<function>[\w-]+)-\w{8}/_worker\.py")


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that runs a function; `function` is its deployed name."""

    process: psutil.Process
    function: str

    @property
    def is_at_work(self) -> bool:
        """Say whether it has begun: it speaks to the cloud, to X or to the clock, which nobody does at import."""
        with suppress(psutil.Error):
            return bool(self.process.net_connections("tcp"))
        return False

    def kill(self) -> bool:
        """Kill it; False if it had ended by itself."""
        with suppress(psutil.NoSuchProcess):  # psutil looks whether the id still is this process's
            self.process.kill()
            return True
        return False


def workers(cloud_process_id: int) -> Iterator[Worker]:
    """Give the workers that run below a process."""
    for process in psutil.Process(cloud_process_id).children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            found = _WORKER.match(" ".join(process.cmdline()))
            if found:
                yield Worker(process, found["function"])


def kill_all(meant: Iterable[Worker]) -> Counter[str]:
    """Kill workers; gives how many, by function."""
    return Counter(each.function for each in meant if each.kill())


class Killer:
    """Kills one worker at work after the other while it is entered, at most `most`; each function is as likely hit.

    `between_seconds`: shortest and longest pause before each kill. `kills` counts them by function.
    """

    def __init__(self, cloud_process_id: int, *, seed: int, most: int, between_seconds: tuple[float, float]) -> None:
        self._cloud = cloud_process_id
        self._random = random.Random(seed)
        self._most = most
        self._between = between_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._kill_on)
        self.kills: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def is_done(self) -> bool:
        """It has killed as many as it may."""
        return self.kills.total() >= self._most

    def _kill_on(self) -> None:
        while not self.is_done and not self._ended.wait(self._random.uniform(*self._between)):
            running = [each for each in workers(self._cloud) if each.is_at_work]
            if running:
                function = self._random.choice(sorted({each.function for each in running}))
                hit = self._random.choice([each for each in running if each.function == function])
                self.kills[function] += hit.kill()
