"""Cases and figures of a period as files, the same as the API gives them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

DAY = ("--from", "2026-03-03", "--to", "2026-03-03")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "told.csv"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_cases_of_a_period_are_one_row_each_in_the_order_of_time(filed: Any, file: Path) -> None:
    told = filed.operator.reads("export", "cases", str(file), *DAY)
    assert (told["what"], told["file"], told["rows"]) == ("cases", str(file), 3)
    assert [row["case_id"] for row in rows(file)] == ["501-77", "502-99", "501-88"]


def test_figures_are_those_of_the_report_under_its_names(filed: Any, file: Path) -> None:
    told = filed.operator.reads("export", "sla", str(file), *DAY)
    figures = {row["figure"]: row["value"] for row in rows(file)}
    assert figures["volume.cases"] == "3"
    assert figures["volume.posts"] == "6"
    assert told["rows"] == len(figures)
    assert "hit_rates.first_response.care.*.share" in figures


def test_how_often_triage_was_right_is_told_by_aspect(filed: Any, file: Path) -> None:
    filed.operator.reads("export", "accuracy", str(file), *DAY)
    assert {row["figure"] for row in rows(file)} >= {"aspects.category.judged", "aspects.priority.share"}


def test_people_are_told_what_was_written_and_where(filed: Any, file: Path) -> None:
    assert filed.operator.types("export", "cases", str(file), *DAY) == 0
    assert filed.operator.printed.startswith("Wrote cases of Tuesday 3 March 2026 to")


@pytest.mark.parametrize(
    ("words", "status", "fault"),
    [
        (("cases", "nowhere/told.csv", *DAY), 1, "nowhere/told.csv can't be written: No such file or directory"),
        (("sla", "told.csv", "--from", "2026-03-04", "--to", "2026-03-03"), 2, "is after"),
    ],
)
def test_what_can_not_be_written_is_told(filed: Any, words: tuple[str, ...], status: int, fault: str) -> None:
    assert filed.operator.types("export", *words) == status
    assert fault in filed.operator.complaints
