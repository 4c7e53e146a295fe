"""`make check-policy` as it is typed: a process of its own, with a status that stops a pipeline."""

from __future__ import annotations

import subprocess
import sys

import pytest

from local.cloud import REPOSITORY

FUNCTIONS = REPOSITORY / "functions"


def check(path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "desk.policy", str(path)], cwd=FUNCTIONS, capture_output=True, text=True, check=False
    )


def test_the_command_is_what_make_runs():
    (line,) = [each for each in (REPOSITORY / "Makefile").read_text().splitlines() if "desk.policy" in each]
    assert line.strip() == "@cd functions && ../$(BIN)/python -m desk.policy policy.toml"


def test_the_shipped_policy_is_in_order():
    checked = check("policy.toml")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("OK version ")


@pytest.fixture
def faulty(tmp_path):
    """The shipped policy with three mistakes in different places."""
    text = (FUNCTIONS / "policy.toml").read_text(encoding="utf-8")
    for right, wrong in (
        ('"care-lead@pebblewing.example"', '"care-lead"'),
        ('role = "brand"', 'role = "boss"'),
        ('default_team = "care"', 'default_team = "nobody"'),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_fault_is_named_at_once_with_its_line_and_place(faulty):
    checked = check(faulty)
    assert checked.returncode == 1
    first, *faults = checked.stdout.splitlines()
    assert first == f"{faulty}: 3 faults"
    assert len(faults) == 3
    for place in ("handles[1].role", "brand.default_team", "teams[0].emails[0]"):
        (fault,) = [each for each in faults if place in each]
        assert fault.lstrip().startswith("line ")
