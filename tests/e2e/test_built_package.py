"""What `sam build` made runs with nothing but boto3 beside it, as in AWS Lambda, whose runtime brings no more."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import distribution
from typing import TYPE_CHECKING

import pytest

from local.cloud import code_of
from tests.infra.template import functions

if TYPE_CHECKING:
    from pathlib import Path

IMPORT_ALL = """
import importlib, json, pkgutil, sys
sys.path[:0] = sys.argv[2:]
handler, _, name = sys.argv[1].rpartition(".")
assert callable(getattr(importlib.import_module(handler), name))
package = importlib.import_module(handler.partition(".")[0])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print(json.dumps(sorted({each.partition(".")[0] for each in sys.modules})))
"""
"""Imports a handler, then every module of its folder, which also finds what is imported late."""

NAMES = sorted(functions())
READS_OR_POSTS = {"PollFunction", "RespondFunction", "RespondSweepFunction"}


@pytest.fixture(scope="module")
def boto3_alone(tmp_path_factory) -> Path:
    """A directory with boto3, what it needs, and nothing else."""
    directory = tmp_path_factory.mktemp("boto3")
    for name in _needed("boto3"):
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or () if file.suffix == ".py"} - {".."}:
            (directory / top).symlink_to(str(found.locate_file(top)))
    return directory


def _needed(name: str) -> set[str]:
    """Give a library and all that it needs, by name, without its extras."""
    needs = [each for each in distribution(name).requires or () if "extra ==" not in each]
    return {name}.union(*(_needed(re.split(r"[^\w.-]", each)[0]) for each in needs))


def imported(name: str, code: Path, boto3_alone: Path) -> set[str]:
    """Give the top-level modules that a function has loaded once all of it is imported."""
    handler = functions()[name]["Handler"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORT_ALL, handler, str(code), str(boto3_alone)],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("name", NAMES)
def test_a_function_imports_with_only_boto3_beside_it(built, boto3_alone, name):
    loaded = imported(name, code_of(built), boto3_alone)
    assert ("tweepy" in loaded) == (name in READS_OR_POSTS)


def test_the_directory_beside_it_holds_boto3_and_no_library_of_ours(boto3_alone):
    held = {path.name for path in boto3_alone.iterdir()}
    assert "boto3" in held
    assert not held & {"pydantic", "tweepy", "aws_lambda_powertools", "msgspec", "holidays", "jinja2"}
