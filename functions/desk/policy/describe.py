"""What is made from the table of keys: the JSON Schema for editors, the reference of every key. It reads no policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from desk.policy.keys import POLICY
from desk.policy.kinds import REQUIRED, Key, ListOf, Table, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Give the JSON Schema of the policy: form and limits of each value, not what values must agree on."""
    return {"$schema": _DIALECT, "title": "MentionDesk policy", **POLICY.schema()}


def reference() -> str:
    """Give the reference of every key as Markdown, a table for each table of the policy."""
    return "\n\n".join(_section(place, table) for place, table in tables())


def tables() -> Iterator[tuple[str, Table]]:
    """Give every table of the policy with its place, `[[...]]` where a list holds it."""
    yield "", POLICY
    yield from _tables_within("", POLICY)


def keys() -> Iterator[tuple[str, str]]:
    """Give every key of the policy with the place of its table."""
    return ((place, name) for place, table in tables() for name in table.keys)


def _tables_within(place: str, table: Table) -> Iterator[tuple[str, Table]]:
    seen: set[int] = set()
    for name, key in table.keys.items():
        inner = key.kind.kind if isinstance(key.kind, ListOf) else key.kind
        # The four priorities share one table, which is described once.
        if not isinstance(inner, Table) or id(inner) in seen:
            continue
        seen.add(id(inner))
        here = joined(place, name)
        yield here, inner
        yield from _tables_within(here, inner)


def _section(place: str, table: Table) -> str:
    rows = "\n".join(_row(name, key) for name, key in table.keys.items())
    title = f"`{place}`" if place else "The tables"
    return f"### {title}\n\n| key | value | left out | meaning |\n|---|---|---|---|\n{rows}"


def _row(name: str, key: Key) -> str:
    cells = (f"`{name}`", key.kind.in_words(), _default(key.default), key.about)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _default(default: object) -> str:
    if default is REQUIRED:
        return "required"
    if default is None or default in ([], {}):
        return "none"
    if isinstance(default, dict):
        return "as its keys"
    return f"`{str(default).lower()}`"
