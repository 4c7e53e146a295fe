"""`python -m desk.policy FILE` checks a policy; `--schema` and `--reference` print what is made from its keys."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from desk.policy.describe import reference, schema
from desk.policy.faults import PolicyFaults
from desk.policy.load import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.policy.model import Policy

_USAGE = "usage: python -m desk.policy FILE | --schema | --reference"


def main(arguments: Sequence[str]) -> int:
    """Print what was asked for; gives the exit status: 0 if all is well, 1 for a faulty policy, 2 for a wrong call."""
    match list(arguments):
        case ["--schema"]:
            return _say(json.dumps(schema(), indent=2, ensure_ascii=False))
        case ["--reference"]:
            return _say(reference())
        case [path] if not path.startswith("-"):
            return _check(path)
        case _:
            return _say(_USAGE, status=2)


def _check(path: str) -> int:
    try:
        return _say(summary(load(path)))
    except PolicyFaults as faults:
        count = len(faults.faults)
        return _say(f"{path}: {count} fault{'s' if count > 1 else ''}\n{faults}", status=1)
    except OSError as fault:
        return _say(f"{path}: {fault.strerror}", status=1)


def summary(policy: Policy) -> str:
    """Say in a line what a policy that is all right holds."""
    texts = sum(len(variants) for response in policy.responses for variants in response.texts.values())
    words = sum(len(terms) for by_language in policy.words.lists.values() for terms in by_language.values())
    return (
        f"OK version {policy.version}: {len(policy.teams)} teams, {len(policy.handles)} handles, "
        f"{len(policy.searches)} searches, {len(policy.topics)} topics, {words} words, "
        f"{len(policy.responses)} responses with {texts} texts in {len(policy.languages)} languages"
    )


def _say(text: str, *, status: int = 0) -> int:
    sys.stdout.write(f"{text}\n")
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
