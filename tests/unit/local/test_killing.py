"""Which processes are taken for workers, tried on real ones of our own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from local.burst.killing import Killer, kill_all, workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCRIPT = """
import socket
print("started", flush=True)
if input():
    working = socket.create_server(("127.0.0.1", 0))
    print("at work", flush=True)
    input()
"""


def begin(worker):
    worker.stdin.write(b"begin\n")
    worker.stdin.flush()
    assert worker.stdout.readline() == b"at work\n"


@pytest.fixture
def started(tmp_path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Start a process whose script lies where the cloud puts a function's; it waits for its standard input."""
    running = []

    def start(directory: str) -> subprocess.Popen[bytes]:
        script = tmp_path / directory / "_worker.py"
        script.parent.mkdir()
        script.write_text(SCRIPT)
        running.append(subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        assert running[-1].stdout.readline() == b"started\n"
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_a_worker_is_told_by_the_directory_the_cloud_made_for_it(started):
    poll = started("ministack-lambda-desk-poll-ab12cd_4")
    started("something-else")
    assert [(each.process.pid, each.function) for each in workers(os.getpid())] == [(poll.pid, "desk-poll")]


def test_only_workers_of_the_function_meant_are_killed(started):
    poll, triage = started("ministack-lambda-desk-poll-ab12cd_4"), started("ministack-lambda-desk-triage-ab12cd_5")
    assert kill_all(each for each in workers(os.getpid()) if each.function == "desk-poll") == {"desk-poll": 1}
    assert poll.wait() == -signal.SIGKILL
    assert triage.poll() is None


def test_a_worker_is_at_work_once_it_speaks_to_somebody(started):
    process = started("ministack-lambda-desk-poll-ab12cd_4")
    (worker,) = workers(os.getpid())
    assert not worker.is_at_work
    begin(process)
    assert worker.is_at_work


def test_a_killer_stops_at_as_many_as_it_may_kill(started):
    processes = [started(f"ministack-lambda-desk-poll-ab12cd_{number}") for number in range(3)]
    for process in processes:
        begin(process)
    with Killer(os.getpid(), seed=1, most=2, between_seconds=(0, 0)) as killer:
        while not killer.is_done:
            for process in processes:
                process.poll()  # a dead child is seen by its parent only
    assert killer.kills == {"desk-poll": 2}
    while sum(process.poll() is None for process in processes) > 1:
        continue  # a process that was killed is dead a moment later
    assert sorted(process.poll() is None for process in processes) == [False, False, True]
