"""Corrections as labels: what is written, what is left out, and that nothing is without X's permission."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.event import Gone
from desk.policy.model import Category
from tests.stories import CUSTOMER, did
from training.corpora import own

if TYPE_CHECKING:
    from pathlib import Path

DAYS = ("--from", "2026-03-03", "--to", "2026-03-03")
PERMITTED = (*DAYS, "--i-have-permission")


def people_say(filed: Any, category: Category) -> None:
    """An agent files the first case of the day anew."""
    filed.gets(replace(did(30, Act.RECLASSIFY, category=category), filing=None))


def written(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "labels.csv"


def test_a_corrected_post_becomes_a_label_that_training_takes(filed: Any, file: Path) -> None:
    people_say(filed, Category.COMPLAINT)
    told = filed.operator.reads("labels", str(file), *PERMITTED)
    assert (told["corrections"], told["labels"]) == (1, 1)
    assert written(file)[1:] == [["your app keeps crashing and I can't check in", "negative", "en"]]
    assert [each.label for each in own(file)] == ["negative"]


def test_what_nobody_corrected_is_no_label(filed: Any, file: Path) -> None:
    assert filed.operator.reads("labels", str(file), *PERMITTED)["corrections"] == 0
    assert written(file) == [["text", "label", "language"]]


def test_a_category_that_tells_no_tone_is_left_out(filed: Any, file: Path) -> None:
    people_say(filed, Category.FEEDBACK)
    told = filed.operator.reads("labels", str(file), *PERMITTED)
    assert (told["corrections"], told["labels"]) == (1, 0)


def test_a_text_that_is_gone_is_left_out(filed: Any, file: Path) -> None:
    people_say(filed, Category.COMPLAINT)
    for event in filed.operator.desk.events_from(CUSTOMER, "EVENT#"):
        filed.operator.desk.scrub(CUSTOMER, event, Gone.EXPIRED)
    assert filed.operator.reads("labels", str(file), *PERMITTED)["labels"] == 0


def test_personal_data_is_taken_out(filed: Any, file: Path) -> None:
    filed.says(35, "is my refund coming? write to mia@example.com", conversation_id="77")
    people_say_later = replace(did(40, Act.RECLASSIFY, category=Category.COMPLAINT), filing=None)
    filed.gets(people_say_later)
    filed.operator.reads("labels", str(file), *PERMITTED)
    assert "is my refund coming? write to [e-mail]" in [row[0] for row in written(file)]


def test_without_xs_permission_nothing_is_written(filed: Any, file: Path) -> None:
    assert filed.operator.types("labels", str(file), *DAYS) == 1
    assert "forbid training models" in filed.operator.complaints
    assert not file.exists()


def test_who_says_yes_has_permission_and_who_says_nothing_has_none(filed: Any, file: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("operate.terminal.Terminal.confirms", lambda *_: True)
    assert filed.operator.types("labels", str(file), *DAYS) == 0
    assert file.exists()


def test_a_file_that_cannot_be_written_is_told(filed: Any, tmp_path: Path) -> None:
    assert filed.operator.types("labels", str(tmp_path / "nowhere" / "labels.csv"), *PERMITTED) == 1
    assert "can't be written" in filed.operator.complaints


def test_days_in_the_wrong_order_are_told(filed: Any, file: Path) -> None:
    assert filed.operator.types("labels", str(file), "--from", "2026-03-04", "--to", "2026-03-03") == 2
