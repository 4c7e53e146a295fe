"""The kinds of values a policy is made of: each reads one raw TOML value and describes itself as JSON Schema.

`read` gives the value, or `INVALID` after it has noted every fault with its place. A kind looks at its own
value only; what values must agree on is decided in `agreement`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from enum import StrEnum

    from desk.policy.faults import Faults

INVALID: Final = None
"""What a faulty value is read as; TOML itself has no null, so it stands for nothing else."""

REQUIRED: Final = object()
"""Marks a key that has no default."""

Complaint = Callable[[str], "str | None"]
"""Looks at a text and says what is wrong with it, or None."""

_NAMES: Final = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a table",
    date: "a date",
    datetime: "a date with a time",
}


class Kind(Protocol):
    """How one value is read and described."""

    def read(self, raw: object, place: str, faults: Faults) -> Any:
        """Give the value, or INVALID after noting why at `place`."""

    def schema(self) -> dict[str, Any]:
        """Describe the values allowed, as JSON Schema (draft 2020-12)."""

    def in_words(self) -> str:
        """Describe the values allowed in a few words, for the reference."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one line or more, not blank; `pattern` must match all of it and `wanted` says so in words."""

    wanted: str = "a text"
    pattern: str | None = None
    max_length: int = 1_000
    complaint: Complaint | None = None
    _form: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_form", re.compile(self.pattern or r"(?s:.*)"))

    def read(self, raw: object, place: str, faults: Faults) -> str | None:
        """Read a text."""
        if not isinstance(raw, str):
            _note_wrong(raw, self.wanted, place, faults)
            return INVALID
        if fault := self._fault(raw):
            faults.add(place, fault)
            return INVALID
        return raw

    def schema(self) -> dict[str, Any]:
        """Describe a text."""
        pattern = {"pattern": f"^(?:{self.pattern})$"} if self.pattern else {}
        return {"type": "string", "minLength": 1, "maxLength": self.max_length, **pattern}

    def in_words(self) -> str:
        """Name the values allowed."""
        return self.wanted

    def _fault(self, text: str) -> str | None:
        if not text.strip():
            return f"should be {self.wanted}, is empty"
        if len(text) > self.max_length:
            return f"is {len(text)} characters long, at most {self.max_length} are allowed"
        if not self._form.fullmatch(text):
            return f"should be {self.wanted}, is {text!r}"
        return self.complaint(text) if self.complaint else None


class Whole(Struct, frozen=True):
    """A whole number within limits, both included."""

    at_least: int
    at_most: int
    why: str = ""
    """Why there is such a limit, told with the fault."""

    def read(self, raw: object, place: str, faults: Faults) -> int | None:
        """Read a whole number; `true` is none."""
        if not isinstance(raw, int) or isinstance(raw, bool):
            _note_wrong(raw, "a whole number", place, faults)
            return INVALID
        if self.at_least <= raw <= self.at_most:
            return raw
        why = f" ({self.why})" if self.why else ""
        faults.add(place, f"should be from {self.at_least:,} to {self.at_most:,}{why}, is {raw:,}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        """Describe a whole number."""
        return {"type": "integer", "minimum": self.at_least, "maximum": self.at_most}

    def in_words(self) -> str:
        """Name the values allowed."""
        return f"whole number, {self.at_least:,} to {self.at_most:,}"


class Share(Struct, frozen=True):
    """A part of a whole: above 0, at most 1."""

    def read(self, raw: object, place: str, faults: Faults) -> float | None:
        """Read a share; a whole 1 is one too."""
        if not isinstance(raw, int | float) or isinstance(raw, bool):
            _note_wrong(raw, "a share above 0 and up to 1", place, faults)
            return INVALID
        if 0 < raw <= 1:
            return float(raw)
        faults.add(place, f"should be a share above 0 and up to 1, is {raw}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        """Describe a share."""
        return {"type": "number", "exclusiveMinimum": 0, "maximum": 1}

    def in_words(self) -> str:
        """Name the values allowed."""
        return "share above 0, up to 1"


class Amount(Struct, frozen=True):
    """An amount of money within limits, both included; whole cents."""

    at_least: float
    at_most: float

    def read(self, raw: object, place: str, faults: Faults) -> float | None:
        """Read an amount; `true` is none, nor is a part of a cent."""
        if not isinstance(raw, int | float) or isinstance(raw, bool):
            _note_wrong(raw, "an amount of money", place, faults)
            return INVALID
        if self.at_least <= raw <= self.at_most and round(raw, 2) == raw:
            return float(raw)
        faults.add(place, f"should be {self.in_words()}, is {raw:,}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        """Describe an amount; parts of a cent are left to `read`, since editors divide in binary fractions."""
        return {"type": "number", "minimum": self.at_least, "maximum": self.at_most}

    def in_words(self) -> str:
        """Name the values allowed."""
        return f"an amount from {self.at_least:,} to {self.at_most:,}, in whole cents"


class Flag(Struct, frozen=True):
    """A plain true or false."""

    def read(self, raw: object, place: str, faults: Faults) -> bool | None:
        """Read true or false."""
        if isinstance(raw, bool):
            return raw
        _note_wrong(raw, "true or false", place, faults)
        return INVALID

    def schema(self) -> dict[str, Any]:
        """Describe true or false."""
        return {"type": "boolean"}

    def in_words(self) -> str:
        """Name the values allowed."""
        return "true or false"


class Day(Struct, frozen=True):
    """A calendar date without a time, in the zone of whatever it belongs to."""

    def read(self, raw: object, place: str, faults: Faults) -> date | None:
        """Read a date."""
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        _note_wrong(raw, "a date like 2026-12-24, without quotes", place, faults)
        return INVALID

    def schema(self) -> dict[str, Any]:
        """Describe a date; editors see TOML's own dates as such texts."""
        return {"type": "string", "format": "date"}

    def in_words(self) -> str:
        """Name the values allowed."""
        return "date"


class Choice(Struct, frozen=True):
    """One of the words of an enumeration."""

    of: type[StrEnum]

    def read(self, raw: object, place: str, faults: Faults) -> StrEnum | None:
        """Read a member by its word."""
        words = [str(member) for member in self.of]
        if isinstance(raw, str) and raw in words:
            return self.of(raw)
        faults.add(place, f"should be one of {', '.join(words)}, is {raw!r}{did_you_mean(raw, words)}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        """Describe the words allowed."""
        return {"enum": [str(member) for member in self.of]}

    def in_words(self) -> str:
        """Name the values allowed."""
        return ", ".join(f"`{member}`" for member in self.of)


class ListOf(Struct, frozen=True):
    """Values of one kind in their order; `distinct` compares texts without regard to case.

    Faulty values are read as INVALID and keep their position, so that places stay true.
    """

    kind: Kind
    at_least: int = 0
    distinct: bool = True

    def read(self, raw: object, place: str, faults: Faults) -> list[Any] | None:
        """Read a list."""
        if not isinstance(raw, list):
            _note_wrong(raw, "a list", place, faults)
            return INVALID
        if len(raw) < self.at_least:
            faults.add(place, f"needs at least {self.at_least}, has {len(raw)}")
        if self.distinct:
            _note_repeats(raw, place, faults)
        read = self.kind.read
        return [read(value, f"{place}[{index}]", faults) for index, value in enumerate(raw)]

    def schema(self) -> dict[str, Any]:
        """Describe a list."""
        return {"type": "array", "minItems": self.at_least, "items": self.kind.schema()}

    def in_words(self) -> str:
        """Name the values allowed."""
        count = f" of at least {self.at_least}" if self.at_least else ""
        return f"list{count}, each {self.kind.in_words()}"


class MapOf(Struct, frozen=True):
    """Values of one kind under names of one kind, such as texts by language."""

    name: Text
    kind: Kind

    def read(self, raw: object, place: str, faults: Faults) -> dict[str, Any] | None:
        """Read a table whose keys the team chooses; faulty entries are left out."""
        if not isinstance(raw, dict):
            _note_wrong(raw, "a table", place, faults)
            return INVALID
        values = {
            name: self.kind.read(value, f"{place}.{name}", faults)
            for name, value in raw.items()
            if self.name.read(name, f"{place}.{name}", faults) is not INVALID
        }
        return {name: value for name, value in values.items() if value is not INVALID}

    def schema(self) -> dict[str, Any]:
        """Describe a table with names of a pattern."""
        described = {"type": "object", "additionalProperties": self.kind.schema()}
        return described | ({"propertyNames": {"pattern": f"^(?:{self.name.pattern})$"}} if self.name.pattern else {})

    def in_words(self) -> str:
        """Name the values allowed."""
        return f"by {self.name.wanted}: {self.kind.in_words()}"


class Key(Struct, frozen=True):
    """One key of a table: its kind, its line in the reference, and what holds when it is left out."""

    kind: Kind
    about: str
    default: Any = REQUIRED


class Table(Struct, frozen=True):
    """A table with the keys we know; any other key is a fault."""

    keys: Mapping[str, Key]

    def read(self, raw: object, place: str, faults: Faults) -> dict[str, Any] | None:
        """Read every key; a missing one gets its default, a faulty one is left out after it was noted."""
        if not isinstance(raw, dict):
            _note_wrong(raw, "a table", place, faults)
            return INVALID
        for name in raw.keys() - self.keys.keys():
            faults.add(joined(place, name), f"is not a key of the policy{did_you_mean(name, self.keys)}")
        values = {name: _value(raw, name, key, place, faults) for name, key in self.keys.items()}
        return {
            name: value for name, value in values.items() if value is not INVALID or self.keys[name].default is None
        }

    def schema(self) -> dict[str, Any]:
        """Describe the table and its keys."""
        return {
            "type": "object",
            "additionalProperties": False,
            "required": [name for name, key in self.keys.items() if key.default is REQUIRED],
            "properties": {name: _described(key) for name, key in self.keys.items()},
        }

    def in_words(self) -> str:
        """Name the values allowed."""
        return "a table"


def joined(place: str, name: str) -> str:
    """Give the place of a key within a table."""
    return f"{place}.{name}" if place else name


def did_you_mean(word: object, known: Mapping[str, Any] | list[str]) -> str:
    """Suggest the known word that is nearest to a mistyped one, if one is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - a policy without faults does not wait for it

    near = get_close_matches(word, list(known), n=1) if isinstance(word, str) else []
    return f"; did you mean {near[0]!r}?" if near else ""


def _value(raw: Mapping[str, object], name: str, key: Key, place: str, faults: Faults) -> Any:
    if name in raw:
        return key.kind.read(raw[name], joined(place, name), faults)
    if key.default is REQUIRED:
        faults.add(joined(place, name), "is missing")
        return INVALID
    return key.default


def _described(key: Key) -> dict[str, Any]:
    default = {} if key.default is REQUIRED or key.default is None else {"default": key.default}
    return {"description": key.about, **key.kind.schema(), **default}


def _note_repeats(values: list[object], place: str, faults: Faults) -> None:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if not isinstance(value, str):
            continue
        folded = value.casefold()
        if folded in seen:
            faults.add(f"{place}[{index}]", f"{value!r} is listed twice")
        seen.add(folded)


def _note_wrong(raw: object, wanted: str, place: str, faults: Faults) -> None:
    name = _NAMES.get(type(raw), type(raw).__name__)
    shown = f" ({raw!r})" if isinstance(raw, str | int | float) else ""
    faults.add(place, f"should be {wanted}, is {name}{shown}")
