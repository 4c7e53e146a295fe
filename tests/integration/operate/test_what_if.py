"""What an operator learns of other targets, and that asking changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.client import BaseClient

from desk.notice import day_of
from operate.policy_file import SHIPPED
from tests.cases import DAY, HOUR, MINUTE, NOON, a_case

DAYS = ("--from", "2026-03-01", "--to", "2026-03-02")


@pytest.fixture
def policy_file(tmp_path: Any) -> str:
    """The shipped policy, but the care team has two hours instead of one for P2."""
    text = SHIPPED.read_text(encoding="utf-8")
    mild = text.replace("P2 = { first_response_minutes = 60,", "P2 = { first_response_minutes = 120,", 1)
    assert mild != text
    (tmp_path / "mild.toml").write_text(mild, encoding="utf-8")
    return str(tmp_path / "mild.toml")


@pytest.fixture
def holding(operator: Any, monkeypatch: Any) -> Any:
    cases = (
        a_case(1, answered_after=90 * MINUTE),
        a_case(2, answered_after=30 * MINUTE, opened_at=NOON - DAY),
        a_case(3, answered_after=3 * HOUR),
        a_case(4, answered_after=MINUTE, opened_at=NOON - 3 * DAY),
    )
    for case in cases:
        operator.desk.save_case(case)
        operator.ledger.put_if_absent("DAYS", day_of(case.opened_at), {})
    monkeypatch.setattr("desk.clock.time.time", lambda: NOON + DAY)
    return operator


def test_other_targets_are_told_beside_those_that_were(holding: Any, policy_file: str) -> None:
    told = holding.reads("what-if", *DAYS, "--policy", policy_file)
    overall = told["hit_rates"][0]
    assert (overall["metric"], overall["as_was"]["achieved"], overall["what_if"]["achieved"]) == (
        "first_response",
        1,
        2,
    )
    assert (told["cases"], told["breached_as_was"], told["breached_what_if"]) == (3, 2, 1)
    assert told["spared"] == ["901-5001"]


def test_people_see_one_table_and_what_becomes_of_breaches(holding: Any, policy_file: str) -> None:
    assert holding.types("what-if", *DAYS, "--policy", policy_file) == 0
    assert "3 cases of 1 March 2026 to 2 March 2026" in holding.printed
    assert "+33.3" in holding.printed
    assert "0 newly late, 1 spared" in holding.printed


def test_it_writes_nothing(holding: Any, policy_file: str, monkeypatch: Any) -> None:
    asked = set()

    def noting(client: Any, operation: str, *arguments: Any) -> Any:
        asked.add(operation)
        return ask(client, operation, *arguments)

    ask = BaseClient._make_api_call
    monkeypatch.setattr(BaseClient, "_make_api_call", noting)
    assert holding.types("what-if", *DAYS, "--policy", policy_file) == 0
    assert asked == {"DescribeStacks", "GetFunctionConfiguration", "Query"}


@pytest.mark.parametrize(
    ("words", "status", "fault"),
    [
        (("--from", "2026-03-02", "--to", "2026-03-01"), 2, "--from 2026-03-02 is after --to 2026-03-01"),
        ((*DAYS, "--policy", "nowhere.toml"), 1, "no policy can be read at nowhere.toml"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_so(
    holding: Any, policy_file: str, words: tuple[str, ...], status: int, fault: str
) -> None:
    assert holding.types("what-if", "--policy", policy_file, *words) == status
    assert fault in holding.complaints


def test_every_fault_of_the_policy_is_named(holding: Any, tmp_path: Any) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    faulty = text.replace('mon-sun = "07:00-23:00"', 'mon-sun = "07:00-25:00"').replace(
        "first_response_minutes = 60,", "first_response_minutes = 0,"
    )
    (tmp_path / "faulty.toml").write_text(faulty, encoding="utf-8")
    assert holding.types("what-if", *DAYS, "--policy", str(tmp_path / "faulty.toml")) == 1
    assert "25:00" in holding.complaints
    assert "first_response_minutes" in holding.complaints
