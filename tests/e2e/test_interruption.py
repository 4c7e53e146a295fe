"""`make run` that is interrupted leaves no process and no file behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from local.cloud import REPOSITORY
from local.run import INTERRUPTED
from tests.e2e.deployed import PROCESSES, processes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(
    not PROCESSES.is_dir(), reason="this system does not show its processes under /proc: nothing can be looked for"
)


@pytest.fixture
def run(tmp_path) -> Iterator[subprocess.Popen[str]]:
    """`make run` with a temporary directory of its own; it ends by itself, should nothing interrupt it."""
    with subprocess.Popen(
        [sys.executable, "-m", "local.run"],
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(tmp_path), "TWEETS": "", "STEP": "", "ONCE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        yield started
        started.terminate()


@pytest.mark.parametrize("interruption", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminated"])
def test_a_run_interrupted_while_it_builds_leaves_nothing_behind(tmp_path, run, interruption):
    """By then the cloud runs, SAM works, and so does what SAM started."""
    assert any("building the functions" in line for line in run.stdout), "the run never came so far"
    while not any("pip" in each for each in processes_of(tmp_path)):
        assert run.poll() is None
    assert any("ministack" in each for each in processes_of(tmp_path))
    run.send_signal(interruption)
    assert "everything that was started is gone" in run.stdout.read()
    assert run.wait() == INTERRUPTED
    assert processes_of(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
