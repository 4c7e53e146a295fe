from __future__ import annotations

import csv
import io

from operate.case_rows import COLUMNS, csv_of_cases
from tests.cases import HOUR, MINUTE, NOON, a_case


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_case_is_one_row_with_its_targets_and_moments_that_a_spreadsheet_reads() -> None:
    (row,) = rows(csv_of_cases([a_case(answered_after=20 * MINUTE, agent="Mia", topic="baggage")], NOON + HOUR))
    assert (row["case_id"], row["opened_at"], row["agent"], row["topic"]) == (
        "901-5001", "2026-03-02T12:00:00Z", "Mia", "baggage",
    )  # fmt: skip
    assert (row["first_response_state"], row["first_response_met_at"]) == ("achieved", "2026-03-02T12:20:00Z")
    assert (row["is_answerable"], row["resolution_state"], row["url"]) == ("true", "", "https://x.com/i/status/5001")


def test_how_a_target_stands_is_told_as_of_now() -> None:
    (row,) = rows(csv_of_cases([a_case()], NOON + 2 * HOUR))
    assert (row["sla_state"], row["first_response_state"]) == ("breaching", "breaching")


def test_no_case_is_a_header_alone() -> None:
    assert csv_of_cases([], NOON) == ",".join(COLUMNS) + "\r\n"
