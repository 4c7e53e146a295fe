"""What a command prints for a script has the fields that docs/operations.md promises, and no others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud import REPOSITORY
from operate import commands
from operate.policy_file import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = ("--from", "2026-03-03", "--to", "2026-03-03")
TYPED: dict[str, tuple[str, ...]] = {
    "desk go": ("go",),
    "desk stop": ("stop",),
    "desk doctor": ("doctor",),
    "desk status": ("status",),
    "desk queue": ("queue",),
    "desk cases": ("cases",),
    "desk incidents": ("incidents",),
    "desk export": ("export", "cases", "FILE", *DAY),
    "desk what-if": ("what-if", *DAY, "--policy", str(SHIPPED)),
    "desk replay": ("replay", *DAY),
    "desk labels": ("labels", "FILE", "--i-have-permission", *DAY),
    "desk tokens": ("tokens",),
    "desk tokens create": ("tokens", "create", "wallboard"),
    "desk tokens rotate": ("tokens", "rotate", "known"),
    "desk tokens revoke": ("tokens", "revoke", "known"),
    "desk erase": ("erase", "502", "--yes"),
}


def promised() -> Iterator[tuple[str, set[str]]]:
    text = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text[text.index("| command | fields |") :].split("\n\n")[0]
    for line in table.splitlines()[2:]:
        command, fields = line.strip("|").split(" | ")
        yield command.strip(" `"), set(re.findall(r"`(\w+)`", fields))


@pytest.mark.parametrize("command", TYPED)
def test_a_document_has_the_fields_it_is_promised_to_have(filed: Any, tmp_path: Path, command: str) -> None:
    filed.operator.types("tokens", "create", "known")
    words = [str(tmp_path / "told.csv") if word == "FILE" else word for word in TYPED[command]]
    assert set(filed.operator.reads(*words)) == dict(promised())[command]


def test_every_command_promises_what_it_prints() -> None:
    assert {command.NAME for command in commands.ALL} == {name.split()[1] for name, _ in promised()}
