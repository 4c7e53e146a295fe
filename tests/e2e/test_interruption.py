"""`make run` that is interrupted leaves no process and no file behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from local.cloud import REPOSITORY
from local.run import INTERRUPTED
from tests.e2e.deployed import PROCESSES, processes_of

pytestmark = pytest.mark.skipif(
    not PROCESSES.is_dir(), reason="this system does not show its processes under /proc: nothing can be looked for"
)


@pytest.mark.parametrize("interruption", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminated"])
def test_a_run_interrupted_while_it_builds_leaves_nothing_behind(tmp_path, interruption):
    """By then the cloud runs, SAM works, and so does what SAM started."""
    run = subprocess.Popen(
        [sys.executable, "-m", "local.run"],
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(tmp_path), "TWEETS": "", "STEP": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert any("building the functions" in line for line in run.stdout), "the run never came so far"
        while not any("pip" in each for each in processes_of(tmp_path)):
            assert run.poll() is None
        assert any("ministack" in each for each in processes_of(tmp_path))
        run.send_signal(interruption)
        rest = run.stdout.read()
    assert run.returncode == INTERRUPTED
    assert "everything that was started is gone" in rest
    assert processes_of(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
