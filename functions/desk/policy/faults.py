"""What is wrong with a policy, each fault with its place and line. It collects and prints; it judges nothing."""

from __future__ import annotations

import re

from msgspec import Struct

from desk.errors import Misconfigured

_HEADER = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w.*\"'-]+)\s*=")


class Fault(Struct, frozen=True):
    """One thing to mend: `place` like `teams[2].targets.P1.warn_at_share` (lists count from 0), `line` from 1."""

    place: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.place}: {self.message}" if self.place else f"{where}{self.message}"


class PolicyFaults(Misconfigured):
    """A policy that can't be used; `faults` names everything to mend, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Faults:
    """Gathers faults while a policy is read, so that all are told at once."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def add(self, place: str, message: str) -> None:
        """Note a fault at a place."""
        self._found.append((place, message))

    def __bool__(self) -> bool:
        return bool(self._found)

    def located(self, text: str) -> tuple[Fault, ...]:
        """Give every fault with the line of the nearest key or table header above it in `text`."""
        lines = lines_of_places(text)
        found = (Fault(place, message, _nearest(place, lines)) for place, message in dict.fromkeys(self._found))
        return tuple(sorted(found, key=lambda fault: fault.line or 0))


def lines_of_places(text: str) -> dict[str, int]:
    """Map the place of each table and key of a TOML text to its line (from 1); inline tables are one place.

    A `key =` inside a text of several lines is taken for a key: harmless, since no fault is placed there.
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _entered(header[2], counts, repeated=header[1] == "[[")
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(_joined(table, _unquoted(key[1])), number)
    return lines


def _entered(name: str, counts: dict[str, int], *, repeated: bool) -> str:
    """Give the place of a table header: the last entry of each list on the way, a new one if `repeated`."""
    parts = [_unquoted(part.strip()) for part in name.split(".")]
    place = ""
    for depth, part in enumerate(parts, start=1):
        place = _joined(place, part)
        if repeated and depth == len(parts):
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = f"{place}[{counts[place]}]"
    return place


def _joined(table: str, key: str) -> str:
    return f"{table}.{key}" if table else key


def _unquoted(key: str) -> str:
    return key.replace('"', "").replace("'", "")


def _nearest(place: str, lines: dict[str, int]) -> int | None:
    while place and place not in lines:
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    return lines.get(place)
