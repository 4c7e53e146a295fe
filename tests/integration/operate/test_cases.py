"""Cases as an operator lists and reads them, over what triage filed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.operate.conftest import asked

DAY = ("--from", "2026-03-03", "--to", "2026-03-03")
BAG = "501-88"


def ids(told: Any) -> list[str]:
    return [each["case_id"] for each in told["cases"]]


def test_open_cases_are_listed_the_next_due_first(filed: Any) -> None:
    told = filed.operator.reads("cases")
    assert BAG in ids(told)
    assert [each["status"] for each in told["cases"] if each["status"] not in {"waiting", "answered"}] == []
    assert not told["is_cut"]


def test_cases_of_days_are_listed_open_or_not(filed: Any) -> None:
    told = filed.operator.reads("cases", "list", *DAY)
    assert sorted(ids(told)) == ["501-77", BAG, "502-99"]
    assert [each["opened_at"] for each in told["cases"]] == sorted(each["opened_at"] for each in told["cases"])


def test_a_list_can_be_narrowed_and_says_when_it_is_cut(filed: Any) -> None:
    assert ids(filed.operator.reads("cases", *DAY, "--state", "breaching")) == [BAG]
    assert ids(filed.operator.reads("cases", *DAY, "--category", "praise", "--team", "care")) == ["502-99"]
    told = filed.operator.reads("cases", *DAY, "--limit", "1")
    assert (len(told["cases"]), told["is_cut"]) == (1, True)
    assert len(filed.operator.reads("cases", *DAY, "--limit", "0")["cases"]) == 3


def test_people_see_how_late_each_is(filed: Any) -> None:
    assert filed.operator.types("cases", "--state", "breaching") == 0
    assert BAG in filed.operator.printed
    assert " late " in filed.operator.printed
    assert filed.operator.types("cases", "--assignee", "Mia") == 0
    assert "No case is like that." in filed.operator.printed


def test_a_case_is_shown_as_the_api_shows_it(filed: Any) -> None:
    told = filed.operator.reads("cases", "show", BAG)
    assert (told["case_id"], told["customer"]["customer_id"]) == (BAG, "501")
    texts = [each["text"] for each in told["timeline"]]
    assert texts == [
        "you lost my bag again, third time I ask", "and nobody answers: where is it?", "please stop",
    ]  # fmt: skip


def test_people_read_the_whole_story(filed: Any) -> None:
    assert filed.operator.types("cases", "show", "501-77") == 0
    for words in ("501-77", "first response", "achieved", "So sorry, which phone do you use? ^MR", "Mia"):
        assert words in filed.operator.printed


def test_what_a_customer_wrote_does_nothing_to_the_terminal(filed: Any) -> None:
    filed.says(230, "red \x1b[31m [bold]not[/] \u202eback", conversation_id="91", author="503", customer_id="503")
    assert filed.operator.types("cases", "show", "503-91") == 0
    assert "red  [31m [bold]not[/]  back" in filed.operator.printed
    assert not {"\x1b", "\u202e"} & set(filed.operator.printed)


@pytest.mark.parametrize(
    ("words", "status", "fault"),
    [
        (("show",), 2, "name the case"),
        (("show", "bag"), 2, "name the case"),
        (("show", "1-2"), 1, "there is no case 1-2"),
        (("list", BAG), 2, f"desk cases show {BAG}"),
        (("--team", "nobody"), 2, "there is no team nobody; there are care"),
        (("--from", "2026-03-03"), 2, "--from and --to come together"),
        (("--from", "2026-03-03", "--to", "2026-03-01"), 2, "is after"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_so(filed: Any, words: tuple[str, ...], status: int, fault: str) -> None:
    assert filed.operator.types("cases", *words) == status
    assert fault in filed.operator.complaints


def test_a_post_that_names_no_account_of_ours_is_a_case_like_any_other(filed: Any) -> None:
    filed.gets(asked(240, "Pebblewing lost my bag", conversation_id="95", author="505", customer_id="505", mentions=()))
    assert filed.operator.reads("cases", "show", "505-95")["team"] == "care"
