"""How long things take: medians of several rounds, in each of which everything is timed once, in turn.

Whatever slows the machine for a moment so slows the yardstick too.
"""

from __future__ import annotations

import gc
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def medians(works: Mapping[str, Callable[[], object]], *, rounds: int = 11) -> dict[str, float]:
    """Give the median seconds of each work; one round more goes before, uncounted."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            taken = once(work)
            if number:
                seconds[name].append(taken)
    return {name: median(each) for name, each in seconds.items()}


def once(work: Callable[[], object]) -> float:
    """Give the seconds that one call takes, the garbage collector having run before."""
    gc.collect()
    started = perf_counter()
    work()
    return perf_counter() - started
