"""The operator's terminal: questions and progress on the error stream, results alone on the output stream."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.progress import track
from rich.prompt import Confirm, Prompt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from operate.outcome import Outcome

T = TypeVar("T")


class Terminal:
    """Talks to one operator, or to a script that answers no questions."""

    def __init__(self, *, as_json: bool, is_interactive: bool | None = None) -> None:
        self._as_json = as_json
        self._results = Console(highlight=False)
        self._side = Console(stderr=True, highlight=False)
        self.is_interactive = sys.stdin.isatty() and not as_json if is_interactive is None else is_interactive

    def say(self, text: str) -> None:
        """Tell what is going on."""
        self._side.print(text)

    def working(self, text: str) -> AbstractContextManager[object]:
        """Tell for how long something is going on; where nobody looks, nothing is told."""
        return self._side.status(f"{text} …")

    def tracked(self, steps: Sequence[T], text: str) -> Iterable[T]:
        """Give the steps one after the other, and show how far they have come."""
        return track(steps, text, console=self._side, transient=True)

    def complain(self, text: str) -> None:
        """Tell what went wrong."""
        self._side.print(text, style="bold red", markup=False)

    def show(self, outcome: Outcome) -> None:
        """Print what a command found: one JSON document with `--json`, else for people."""
        if self._as_json:
            print(json.dumps(outcome.value, ensure_ascii=False, indent=2))
        else:
            self._results.print(outcome.shown)

    def confirms(self, question: str) -> bool:
        """Ask yes or no; no where nobody can answer."""
        return self.is_interactive and Confirm.ask(question, console=self._side, default=False)

    def secret(self, question: str) -> str:
        """Ask for a text that is not shown while it is typed; empty where nobody can answer."""
        if not self.is_interactive:
            return ""
        return Prompt.ask(question, console=self._side, password=True, default="", show_default=False).strip()
