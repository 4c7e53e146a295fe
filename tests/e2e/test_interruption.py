"""`make run` that is interrupted leaves no process and no file behind, whatever it was doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.cloud import REPOSITORY
from local.run import INTERRUPTED

PROCESSES = Path("/proc")

pytestmark = pytest.mark.skipif(
    not PROCESSES.is_dir(), reason="this system does not show its processes under /proc: nothing can be looked for"
)


def processes_of(directory: Path) -> list[str]:
    """Give the command lines of everything that runs with a temporary directory at or below `directory`.

    Tools inherit it from the launcher; the cloud and its workers get one of their own below it.
    """
    found = []
    for process in PROCESSES.iterdir():
        try:
            if process.name.isdigit() and str(directory).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended meanwhile, or is somebody else's
    return found


@pytest.mark.parametrize(
    ("interruption", "doing", "program"),
    [
        (signal.SIGTERM, "building the functions", "pip"),
        (signal.SIGINT, "deploying the stack", "sam deploy"),
    ],
    ids=["terminated while libraries are fetched", "Ctrl-C while the stack is deployed"],
)
def test_an_interrupted_run_leaves_nothing_behind(tmp_path, interruption, doing, program):
    run = subprocess.Popen(
        [sys.executable, "-m", "local.run"],
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(tmp_path), "TWEETS": "", "STEP": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert any(doing in line for line in run.stdout), "the run never came so far"
        while not any(program in each for each in processes_of(tmp_path)):
            assert run.poll() is None
        run.send_signal(interruption)
        rest = run.stdout.read()
    assert run.returncode == INTERRUPTED
    assert "everything that was started is gone" in rest
    assert processes_of(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
