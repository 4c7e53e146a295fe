"""The reference, the schema and the example are made of the very keys the loader reads."""

import json
import re
import tomllib
from datetime import date

import jsonschema
import pytest

from desk.policy.describe import keys, reference, schema, tables


def test_the_reference_of_every_key_is_in_the_documentation(repository):
    text = (repository / "docs" / "policy.md").read_text(encoding="utf-8")
    assert reference() in text, "put the output of `python -m desk.policy --reference` into docs/policy.md"


def test_the_schema_for_editors_is_in_step_with_the_loader(repository):
    kept = json.loads((repository / "docs" / "policy.schema.json").read_text(encoding="utf-8"))
    assert kept == schema(), "put the output of `python -m desk.policy --schema` into docs/policy.schema.json"


def test_the_shipped_policy_names_its_schema(repository, shipped):
    path = re.match(r"#:schema (\S+)\n", shipped)[1]
    assert (repository / "functions" / path).resolve() == repository / "docs" / "policy.schema.json"


def test_the_shipped_policy_shows_every_key(shipped):
    raw = tomllib.loads(shipped)
    missing = [f"{place}.{name}" for place, name in keys() if not any(name in table for table in _found(raw, place))]
    assert missing == []


def test_every_key_of_the_shipped_policy_is_explained_where_it_first_stands(shipped):
    comments = "\n".join(line.partition("#")[2] for line in shipped.splitlines())
    # Targets and word lists are explained on lines of their own.
    for name in ("first_response_minutes", "next_response_minutes", "resolution_minutes", "wall_clock"):
        assert f"{name}:" in comments
    explained_apart = {"date", "P1", "P2", "P3", "P4", *_words_of(shipped)}
    for name in _words_of(shipped):
        assert f" {name}: " in comments
    for place, name in keys():
        first = re.search(rf"^\s*{name} = .*$", shipped, re.MULTILINE)
        if place and first and name not in explained_apart:
            assert "#" in first[0], f"{place}.{name} has no comment: {first[0]}"


def test_the_shipped_policy_is_valid_by_the_schema(shipped):
    jsonschema.validate(_as_an_editor_sees_it(tomllib.loads(shipped)), schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("daily_reads = 500", "daily_reads = 5"),
        ('role = "brand"', 'role = "brnd"'),
        ("overlap_minutes", "overlap"),
        ('name = "PebblewingHelp"', 'name = "Pebble Help"'),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(shipped, old, new):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(_as_an_editor_sees_it(tomllib.loads(shipped.replace(old, new, 1))), schema())


def test_every_table_of_the_policy_is_described_once():
    places = [place for place, _ in tables()]
    assert len(places) == len(set(places))
    assert {"", "brand", "calendars.holidays", "calendars.exceptions", "teams.targets", "teams.targets.P1"} <= set(
        places
    )


def _found(raw, place):
    """Give every table of the example at a place such as `teams.targets.P1`."""
    found = [raw]
    for step in filter(None, place.split(".")):
        found = [table[step] for table in found if step in table]
        found = [entry for value in found for entry in (value if isinstance(value, list) else [value])]
    return found


def _words_of(shipped):
    return tomllib.loads(shipped)["words"]


def _as_an_editor_sees_it(value):
    if isinstance(value, dict):
        return {name: _as_an_editor_sees_it(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_an_editor_sees_it(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
