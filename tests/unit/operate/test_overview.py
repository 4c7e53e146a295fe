from __future__ import annotations

import shlex

import pytest

from operate import commands
from operate.command_line import parser, run
from operate.overview import EXAMPLES, STATUSES


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit) as ended:
        run(["--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_help_names_every_command_with_what_it_does(told: str) -> None:
    assert [each.NAME for each in commands.ALL if f"  {each.NAME} " not in told or each.HELP not in told] == []


def test_help_names_every_status_with_its_meaning(told: str) -> None:
    assert [status for status, means in STATUSES if f"  {status} " not in told or means not in told] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_help_can_be_typed(example: str) -> None:
    assert parser().parse_args(shlex.split(example)[1:])


@pytest.mark.parametrize("command", commands.ALL, ids=lambda each: each.NAME)
def test_every_command_explains_itself(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run([command.NAME, "--help"])  # type: ignore[attr-defined]
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_the_bare_command_shows_the_help_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    shown = capsys.readouterr()
    assert (shown.out, "desk COMMAND" in shown.err) == ("", True)


def test_what_is_not_understood_ends_with_2() -> None:
    with pytest.raises(SystemExit) as ended:
        run(["dance"])
    assert ended.value.code == 2
