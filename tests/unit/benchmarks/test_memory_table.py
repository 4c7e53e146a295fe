from __future__ import annotations

import pytest

from benchmarks.capacity import Index, Schema
from benchmarks.memory_table import MemoryTable
from desk.store.desk_table import DeskTable
from tests.cases import NOON, a_case

SCHEMAS = {
    "desk": Schema(
        ("pk", "sk"),
        (Index("queue", ("queue", "due_at"), None), Index("by-day", ("day", "opened_at"), None)),
    )
}


@pytest.fixture
def table():
    return MemoryTable(SCHEMAS)


@pytest.fixture
def desk(table):
    return DeskTable(table, "desk")


def test_open_cases_come_the_next_due_first(desk):
    for number in (3, 1, 2):
        desk.save_case(a_case(number, due_at=NOON + number))
    assert [case.due_at for case in desk.open_cases("care")] == [NOON + 1, NOON + 2, NOON + 3]


def test_pages_follow_one_another_without_a_hole_or_a_repetition(desk):
    for number in range(1, 8):
        desk.save_case(a_case(number, due_at=NOON))
    found, after = desk.open_cases_page("care", limit=3, after=None)
    while after:
        more, after = desk.open_cases_page("care", limit=3, after=after)
        found += more
    assert len({case.case_id for case in found}) == len(found) == 7


def test_a_page_holds_a_megabyte_at_most_and_its_units_are_counted(table, desk):
    for number in range(1, 31):
        desk.save_case(a_case(number, reasons=("x" * 100_000,)))
    table.reset()
    assert len(list(desk.open_cases("care"))) == 30
    assert table.pages == 3
    assert 350 < table.reads < 400


def test_a_day_without_cases_is_empty(desk):
    assert list(desk.cases_of_day("2026-03-02")) == []
