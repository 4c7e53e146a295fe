"""The sample day: a made-up day of a made-up airline, read from `sample_day.toml`.

Decides whether the file can be played and names every fault with its place. It knows nothing of the desk: what the
desk must make of the day stands beside it in the file, as `Expected`, for whoever compares the books.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from local.script import Deletion, Line, Person, Script, ScriptError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FILE = Path(__file__).with_suffix(".toml")

_MINUTE = 60
_LONGEST_EDIT_MINUTES = 60
"""X, edit posts, 2026-08: one hour."""

_POST = {
    "key": str,
    "by": str,
    "at": str,
    "text": str,
    "lang": str,
    "reply_to": str,
    "quotes": str,
    "retweets": str,
    "edits": str,
    "likes": int,
    "indexed_after_minutes": int,
}
_PERSON = {"name": str, "user_id": str, "followers": int, "own": bool}
_DELETION = {"key": str, "at": str}
_WHOLE = ("title", "date", "time_zone", "people", "posts", "expected")
_EXPECTED = ("mentions", "cases", "answered_cases", "acknowledged", "never", "late", "unanswered", "never_stored")
_REFERENCES = ("reply_to", "quotes", "retweets", "edits")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the desk's books must say after the day.

    `acknowledged`: posts that the desk answers by itself, one per case. `never`: posts that it must not answer by
    itself, each with the reason. `late`: posts that open a case whose first answer misses its due time. `unanswered`:
    posts whose case nobody answers although somebody should. `never_stored`: posts that the desk must not keep. All are
    keys of posts.
    """

    mentions: int
    cases: int
    answered_cases: int
    acknowledged: tuple[str, ...]
    never: Mapping[str, str]
    late: tuple[str, ...]
    unanswered: tuple[str, ...]
    never_stored: tuple[str, ...]


def read(path: Path = FILE) -> Script:
    """Read the day. Raises ScriptError with a line for every fault of the file."""
    return _Day(_table(path)).script()


def expected(path: Path = FILE) -> Expected:
    """Read what the books must say after the day. Raises ScriptError like `read`."""
    table = _table(path)
    _Day(table).script()
    facts = table["expected"]
    return Expected(
        mentions=facts["mentions"],
        cases=facts["cases"],
        answered_cases=facts["answered_cases"],
        acknowledged=tuple(facts["acknowledged"]),
        never={key: reason for reason, keys in facts["never"].items() for key in keys},
        late=tuple(facts["late"]),
        unanswered=tuple(facts["unanswered"]),
        never_stored=tuple(facts["never_stored"]),
    )


def _table(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise ScriptError(f"{path.name}: {fault}") from fault
    missing = [f"{name} is missing" for name in _WHOLE if name not in table]
    missing += [f"expected: {name} is missing" for name in _EXPECTED if name not in table.get("expected", _EXPECTED)]
    if missing:
        raise ScriptError("\n".join(missing))
    return table


class _Day:
    """One reading of the file; collects faults on the way and raises them together."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table
        self._faults: list[str] = []
        self._midnight, self._zone = self._calendar()
        self._people = self._rows("people", _PERSON, ("name", "user_id"))
        self._posts = self._rows("posts", _POST, ("key", "by", "at"))
        self._deletions = self._rows("deletions", _DELETION, ("key", "at"))
        self._raise_faults()  # what refers to a broken row would be faulted without cause
        self._at = {row["key"]: self._moment(place, row["at"]) for place, row in self._posts}
        self._row_of = {row["key"]: row for _, row in self._posts}

    def script(self) -> Script:
        self._check_posts()
        deletions = tuple(Deletion(row["key"], self._deleted_at(place, row)) for place, row in self._deletions)
        self._check_expected()
        self._raise_faults()
        return Script(
            title=self._table["title"],
            people=tuple(_person(row) for _, row in self._people),
            lines=tuple(self._line(row) for _, row in self._posts),
            deletions=deletions,
        )

    def _raise_faults(self) -> None:
        if self._faults:
            raise ScriptError("\n".join(self._faults))

    # ---- one table at a time

    def _calendar(self) -> tuple[date, ZoneInfo]:
        try:
            return date.fromisoformat(str(self._table["date"])), ZoneInfo(self._table["time_zone"])
        except (KeyError, ValueError, OSError) as fault:
            raise ScriptError(f"date, time_zone: {fault}") from fault

    def _rows(self, name: str, form: Mapping[str, type], needed: Iterable[str]) -> list[tuple[str, dict[str, Any]]]:
        """Give the rows of a table, each with its place; what is wrong with one by itself is a fault."""
        found = [(_place(name, number, row), row) for number, row in enumerate(self._table.get(name, ()), 1)]
        self._faults += [fault for place, row in found for fault in _faults_of_form(place, row, form, needed)]
        self._faults += _doubles(found)
        return found

    def _moment(self, place: str, text: str) -> float:
        """Turn "06:12" or "00:40 +1" of the brand's clock into UTC epoch seconds."""
        try:
            clock, _, days = text.partition(" +")
            day = self._midnight + timedelta(days=int(days or 0))
            return datetime.combine(day, time.fromisoformat(clock), self._zone).timestamp()
        except ValueError:
            self._faults.append(f'{place}: at = "{text}" is no time such as "06:12" or "00:40 +1"')
            return 0.0

    def _check_posts(self) -> None:
        names = {row["name"] for _, row in self._people}
        for place, row in self._posts:
            if row["by"] not in names:
                self._faults.append(f'{place}: by = "{row["by"]}" is nobody under people')
            if not row.get("text") and "retweets" not in row:
                self._faults.append(f"{place}: only a retweet has no text")
            for kind in _REFERENCES:
                self._faults += self._faults_of_reference(place, row, kind)

    def _faults_of_reference(self, place: str, row: Mapping[str, Any], kind: str) -> Iterator[str]:
        key = row.get(kind)
        if key is None:
            return
        if key not in self._at:
            yield f'{place}: {kind} = "{key}" is no post'
            return
        minutes = (self._at[row["key"]] - self._at[key]) / _MINUTE
        if minutes <= 0:
            yield f'{place}: {kind} = "{key}", which comes later or at the same time'
        elif kind == "edits" and (self._row_of[key]["by"] != row["by"] or minutes > _LONGEST_EDIT_MINUTES):
            yield f'{place}: edits = "{key}", which is of another author or older than {_LONGEST_EDIT_MINUTES} minutes'

    def _deleted_at(self, place: str, row: Mapping[str, Any]) -> float:
        at = self._moment(place, row["at"])
        if row["key"] not in self._at:
            self._faults.append(f'{place}: "{row["key"]}" is no post')
        elif at <= self._at[row["key"]]:
            self._faults.append(f"{place}: deleted before it was written")
        return at

    def _check_expected(self) -> None:
        """Every key named must be one of a post, and none may be both acknowledged and not."""
        facts = self._table["expected"]
        never = [key for keys in facts["never"].values() for key in keys]
        named = [*facts["acknowledged"], *never, *facts["never_stored"]]
        for key in (*named, *facts["late"], *facts["unanswered"]):
            if key not in self._at:
                self._faults.append(f'expected: "{key}" is no post')
        self._faults += [f'expected: "{key}" stands in it twice' for key in _repeated(named)]

    # ---- what becomes of a row

    def _line(self, row: Mapping[str, Any]) -> Line:
        at = self._at[row["key"]]
        late = row.get("indexed_after_minutes")
        return Line(
            key=row["key"],
            author=row["by"],
            at=at,
            text=self._shown(row),
            parent=row.get("reply_to"),
            quotes=row.get("quotes"),
            retweets=row.get("retweets"),
            edits=row.get("edits"),
            language=row.get("lang", "und"),
            indexed_at=at + late * _MINUTE if late else None,
            likes=row.get("likes", 0),
        )

    def _shown(self, row: Mapping[str, Any]) -> str:
        """Put the name of whom it answers before a reply, as X does; nobody's own name."""
        text = row.get("text", "")
        parent = self._row_of.get(row.get("reply_to", ""))
        if parent is None or parent["by"] == row["by"] or text.startswith("@"):
            return str(text)
        return f"@{parent['by']} {text}"


def _person(row: Mapping[str, Any]) -> Person:
    name = row["name"]
    return Person(
        name, row["user_id"], token=f"token-{name}" if row.get("own") else None, followers=row.get("followers", 0)
    )


def _place(name: str, number: int, row: Mapping[str, Any]) -> str:
    called = row.get("key") or row.get("name")
    return f'{name}[{number}] "{called}"' if called else f"{name}[{number}]"


def _faults_of_form(
    place: str, row: Mapping[str, Any], form: Mapping[str, type], needed: Iterable[str]
) -> Iterator[str]:
    yield from (f"{place}: {name} is missing" for name in needed if name not in row)
    for name, value in row.items():
        if name not in form:
            yield f"{place}: no key is called {name}"
        elif type(value) is not form[name]:
            yield f"{place}: {name} = {value!r} is no {form[name].__name__}"


def _doubles(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Fault posts of one key and people of one name or id; the same post may be deleted once only."""
    for name in ("key", "name", "user_id"):
        values = [row[name] for _, row in rows if name in row]
        yield from (f'{name} = "{value}" stands twice' for value in _repeated(values))


def _repeated(values: Iterable[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)
