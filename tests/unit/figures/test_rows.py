"""The rows say what the JSON says, and each under a name of its own."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec
import pytest

from api.models import SlaReport
from desk.accuracy import Aspect, Judged
from desk.figures import Period, csv_of, measure, rows
from desk.figures.rows import KEYS
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case
from tests.stories import shipped_policy

POLICY = shipped_policy()
WEEK = Period(NOON, NOON + 7 * DAY)
CASES = (
    a_case(1, answered_after=10 * MINUTE, agent="Mia", topic="baggage", judged=(Judged(Aspect.TEAM, "care", "sales"),)),
    a_case(2, answered_after=9 * HOUR, opened_at=NOON + DAY, team="technical", agent='M. "O" Roe, Jr.'),
    a_case(3, opened_at=NOON + DAY, closed_because="deleted by the customer"),
    a_case(4, opened_at=NOON + 2 * DAY),
)
FIGURES = measure(CASES, WEEK, policy=POLICY, as_of=WEEK.until_at)


def _plain() -> dict[str, Any]:
    return msgspec.to_builtins(FIGURES)


def _leaves(value: Any) -> int:
    """Count the values of a JSON document that are no lists and no objects."""
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    return sum(map(_leaves, value)) if isinstance(value, list | tuple) else 1


def test_every_figure_of_the_json_has_one_row_with_a_name_of_its_own():
    told = list(rows(_plain()))
    names = [name for name, _ in told]
    told_in_names = sum(len(keys) * _count(_plain(), name) for name, keys in KEYS.items())
    assert len(set(names)) == len(names)
    assert len(names) == _leaves(_plain()) - told_in_names


def _count(value: Any, wanted: str) -> int:
    """Count the entries of every list of that name."""
    if isinstance(value, dict):
        own = len(value[wanted]) if isinstance(value.get(wanted), list | tuple) else 0
        return own + sum(_count(inner, wanted) for inner in value.values())
    return sum(_count(inner, wanted) for inner in value) if isinstance(value, list | tuple) else 0


def test_names_are_paths_and_tell_entries_of_lists_apart_by_what_they_are_about():
    told = dict(rows(_plain()))
    assert told["volume.topics.baggage"] == 1
    assert told["responses.all_cases.within.15.count"] == 1
    assert told["hit_rates.first_response.technical.*.breached"] == 1
    assert told["hit_rates.first_response.*.P2.n"] == 4
    assert told["agents.Mia.first_response.median_seconds"] == 600
    assert told["heat_map.0.13.cases"] == 1
    assert told["staffing.hours.0.13.agents"] == 1
    assert told["accuracy.aspects.team.confusions.care.sales.cases"] == 1
    assert told["accuracy.aspects.team.classes.care.precision"] == 0
    assert told[f"breaches.904-5004.first_response.{NOON + 2 * DAY + HOUR}.is_open"] is True


def test_the_api_and_the_summary_function_name_every_figure_alike():
    assert dict(rows(SlaReport.model_validate(FIGURES).model_dump(mode="json"))) == dict(rows(_plain()))


def test_a_spreadsheet_reads_back_what_was_written():
    header, *read = csv.reader(io.StringIO(csv_of(_plain())))
    assert header == ["figure", "value"]
    assert [name for name, _ in read] == [name for name, _ in rows(_plain())]
    read_back = dict(read)
    assert read_back['agents.M. "O" Roe, Jr..cases'] == "1"
    assert float(read_back["coverage.share"]) == FIGURES.coverage.share
    assert read_back["responses.next_response.median_seconds"] == ""


def test_a_list_that_nobody_said_how_to_name_is_no_silent_gap():
    with pytest.raises(KeyError, match="surprises"):
        list(rows({"surprises": [{"a": 1}]}))
    with pytest.raises(TypeError, match="volume"):
        list(rows({"volume": object()}))
