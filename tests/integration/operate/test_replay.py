"""What another policy or model would have made of what is stored, and that asking changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.client import BaseClient

from desk.event import Gone
from operate.policy_file import SHIPPED
from tests.stories import shipped_policy

DAYS = ("--from", "2026-03-03", "--to", "2026-03-03")


@pytest.fixture
def other_policy(tmp_path: Any) -> str:
    """The shipped policy, but praise is not thanked for."""
    text = SHIPPED.read_text(encoding="utf-8")
    other = text.replace("thank_for_praise = true", "thank_for_praise = false")
    assert other != text
    (tmp_path / "other.toml").write_text(other, encoding="utf-8")
    return str(tmp_path / "other.toml")


def test_the_same_policy_would_change_nothing(filed: Any) -> None:
    told = filed.operator.reads("replay", *DAYS)
    assert (told["cases"], told["posts"], told["without_text"], told["changed"]) == (3, 6, 0, [])
    assert told["policy_version"] == shipped_policy().version
    assert all(each["was"] == each["would"] for by_value in told["counts"].values() for each in by_value.values())


def test_what_another_policy_would_change_is_counted_and_named_with_its_reasons(filed: Any, other_policy: str) -> None:
    told = filed.operator.reads("replay", *DAYS, "--policy", other_policy)
    praise = next(each for each in told["changed"] if each["case_id"] == "502-99")
    assert praise["was"]["acknowledgement"] == "planned"
    assert praise["would"]["acknowledgement"] == "praise is not thanked for by policy"
    assert praise["would"]["reasons"][0] == "It praises us."
    planned = told["counts"]["acknowledgement"]["planned"]
    assert planned["was"] == planned["would"] + 1


def test_people_see_the_counts_and_the_changed_posts(filed: Any, other_policy: str) -> None:
    assert filed.operator.types("replay", *DAYS, "--policy", other_policy) == 0
    assert "6 posts of 3 cases of Tuesday 3 March 2026" in filed.operator.printed
    assert "acknowledgement: planned -> praise is not thanked for by policy" in filed.operator.printed


def test_a_post_whose_text_is_gone_keeps_its_verdict_and_is_counted_so(filed: Any) -> None:
    desk = filed.operator.desk
    for event in desk.events_from("502", "EVENT#"):
        desk.scrub("502", event, Gone.EXPIRED)
    told = filed.operator.reads("replay", *DAYS)
    assert (told["posts"], told["without_text"], told["changed"]) == (6, 1, [])


def test_another_model_is_taken_from_its_file(filed: Any, tmp_path: Any) -> None:
    assert filed.operator.types("replay", *DAYS, "--model", str(tmp_path / "none.bin")) == 1
    assert "none.bin" in filed.operator.complaints
    shipped = SHIPPED.parent / "triage" / "model" / "sentiment.bin"
    told = filed.operator.reads("replay", *DAYS, "--model", str(shipped))
    assert (told["weights"], told["changed"]) == ("sentiment.bin", [])


def test_it_writes_nothing(filed: Any, other_policy: str, monkeypatch: Any) -> None:
    asked_for = set()

    def noting(client: Any, operation: str, *arguments: Any) -> Any:
        asked_for.add(operation)
        return ask(client, operation, *arguments)

    ask = BaseClient._make_api_call
    monkeypatch.setattr(BaseClient, "_make_api_call", noting)
    assert filed.operator.types("replay", *DAYS, "--policy", other_policy) == 0
    assert asked_for == {"DescribeStacks", "GetFunctionConfiguration", "GetItem", "Query"}


def test_a_question_that_makes_no_sense_is_told_so(filed: Any) -> None:
    assert filed.operator.types("replay", "--from", "2026-03-04", "--to", "2026-03-03") == 2
    assert "--from 2026-03-04 is after --to 2026-03-03" in filed.operator.complaints


def test_before_the_setup_there_is_nothing_to_judge(operator: Any) -> None:
    assert operator.types("replay", *DAYS) == 1
    assert "desk setup" in operator.complaints
