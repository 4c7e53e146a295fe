"""What an operator tells `desk setup`: read from a file, from the environment, or asked for at the terminal."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from desk.credentials import Credentials, read
from desk.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from operate.terminal import Terminal

VARIABLE = "DESK_SETUP"
"""Environment variable that may hold the JSON of a file of answers."""

_KNOWN = {"credentials", "posting"}


@dataclass(frozen=True, slots=True)
class Answers:
    """Credentials by the name the policy gives them; `posting` None: not said."""

    credentials: Mapping[str, Credentials] = field(default_factory=dict)
    posting: bool | None = None


def given(file: Path | None, environment: Mapping[str, str]) -> Answers:
    """Read the answers in a file (`-`: standard input), else those in the environment, else none.

    Shape: `{"credentials": {"<name>": {"consumer_key", "consumer_secret", "access_token", "access_token_secret"}},
    "posting": true}`. Raises Misconfigured that names what is wrong, never a value.
    """
    if file is None:
        return _parsed(environment[VARIABLE], VARIABLE) if environment.get(VARIABLE) else Answers()
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except OSError as fault:
        raise Misconfigured(f"no answers can be read at {file}: {fault.strerror}") from fault
    return _parsed(text, str(file))


def asked(terminal: Terminal, handle: str) -> Credentials | None:
    """Ask for the four secrets of an account, none of them shown; None if the first is left empty."""
    terminal.say(f"Credentials of [bold]@{handle}[/bold] (X developer portal, keys and tokens; empty to skip):")
    values: dict[str, str] = {}
    for each in fields(Credentials):
        values[each.name] = terminal.secret(f"  {each.name.replace('_', ' ')}")
        if not values["consumer_key"]:
            return None
    return read(json.dumps(values), name=handle)


def _parsed(text: str, place: str) -> Answers:
    try:
        values: Any = json.loads(text)
    except ValueError:
        raise Misconfigured(f"{place} is no JSON") from None
    if not isinstance(values, dict) or not isinstance(values.get("credentials", {}), dict):
        raise Misconfigured(f"{place} is not of the form that `desk setup --help` shows")
    if unknown := sorted(values.keys() - _KNOWN):
        raise Misconfigured(f"{place}: unknown: {', '.join(unknown)}; known: {', '.join(sorted(_KNOWN))}")
    credentials = {name: read(json.dumps(each), name=name) for name, each in values.get("credentials", {}).items()}
    return Answers(credentials, values.get("posting"))
