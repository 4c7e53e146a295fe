"""Each command in its own file: NAME, HELP, its arguments, and `run`."""

from collections.abc import Mapping
from itertools import chain
from types import ModuleType
from typing import Final

from operate.commands import (
    cases,
    doctor,
    erase,
    export,
    go,
    incidents,
    labels,
    queue,
    replay,
    setup,
    status,
    stop,
    summary,
    tokens,
    webhook,
    what_if,
)

BY_PURPOSE: Final[Mapping[str, tuple[ModuleType, ...]]] = {
    "go live, and stop": (setup, go, stop, doctor),
    "look": (status, queue, cases, incidents),
    "measure": (summary, export, what_if, replay, labels),
    "keep": (tokens, webhook, erase),
}
"""In the order in which a newcomer needs them."""

ALL: Final = tuple(chain.from_iterable(BY_PURPOSE.values()))
