"""The policy that a command goes by: the file that was deployed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desk.errors import Misconfigured
from desk.policy import Policy, load

if TYPE_CHECKING:
    from argparse import ArgumentParser

SHIPPED = Path(__file__).resolve().parent.parent / "functions" / "policy.toml"


def add_policy(parser: ArgumentParser) -> None:
    """Add where the policy is."""
    parser.add_argument(
        "--policy", type=Path, default=SHIPPED, metavar="FILE", help="the policy (default: the one that is deployed)"
    )


def read(path: Path) -> Policy:
    """Read the policy; raises Misconfigured that names every fault, or that there is no such file."""
    try:
        return load(path)
    except OSError as fault:
        raise Misconfigured(f"no policy can be read at {path}: {fault.strerror}") from fault
