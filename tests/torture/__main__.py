"""Goes on inventing stories until so many things happened: `python -m tests.torture --steps 100000`.

Prints what was done and what was made to fail, by kind. A failure ends it, told as the shortest story that shows it.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from tests.torture.machine import Torture
from tests.torture.profiles import CHAPTER

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence


def main(arguments: Sequence[str]) -> None:
    """Run chapter after chapter."""
    asked = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    asked.add_argument("--steps", type=int, default=100_000, help="things that shall happen, all stories together")
    asked.add_argument("--seed", type=int, default=1, help="of the first chapter; the next ones count on")
    wanted = asked.parse_args(arguments)
    began = time.monotonic()
    chapter = wanted.seed
    while Torture.counts["things that happened"] < wanted.steps:
        run_state_machine_as_test(seed(chapter)(Torture), settings=CHAPTER)
        print(f"chapter {chapter}: {Torture.counts['things that happened']:,} things happened", file=sys.stderr)
        chapter += 1
    print(report(Torture.counts, time.monotonic() - began))


def report(counts: Counter[str], seconds: float) -> str:
    """Lay the counts out, one a line."""
    rows = [f"{name:<32}{count:>12,}" for name, count in sorted(counts.items())]
    return "\n".join([*rows, f"{'seconds':<32}{seconds:>12,.0f}"])


if __name__ == "__main__":
    main(sys.argv[1:])
