"""`desk setup` from nothing, again, and with what can be wrong."""

from __future__ import annotations

import json
from typing import Any

import boto3

from desk.access import fingerprint
from desk.store.ledger import Token
from operate.policy_file import SHIPPED
from tests.cases import NOON


def test_setup_makes_a_deployed_desk_ready(operator: Any, answers_file: Any) -> None:
    told = operator.reads("setup", "--from-file", answers_file(posting=True))
    assert told["handles"] == {"pebblewinghelp": "1", "pebblewing": "2", "mia_pebblewing": "3", "jonas_pbw": "4"}
    assert told["started_at"] == NOON
    assert told["posting"] is True
    assert operator.ledger.setup().own_ids == {"1", "2", "3", "4"}
    assert operator.ledger.switch().allows("desk")
    assert operator.ledger.get(f"TOKEN#{fingerprint(told['token'])}", "TOKEN", Token).scopes == ("admin",)
    kept = boto3.client("ssm").get_parameter(Name="/pebblewing/x/pebblewing-help", WithDecryption=True)["Parameter"]
    assert kept["Type"] == "SecureString"
    assert json.loads(kept["Value"])["access_token"] == "token-pebblewing-help"


def test_setup_has_ses_verify_the_sender(operator: Any, answers_file: Any) -> None:
    operator.reads("setup", "--from-file", answers_file())
    assert "desk@pebblewing.example" in str(boto3.client("sesv2").list_email_identities()["EmailIdentities"])


def test_setup_leaves_posting_off_unless_told(operator: Any, answers_file: Any) -> None:
    assert operator.reads("setup", "--from-file", answers_file())["posting"] is False
    assert operator.ledger.switch() is None


def test_setup_again_changes_nothing_that_is_there(operator: Any, answers_file: Any, monkeypatch: Any) -> None:
    operator.reads("setup", "--from-file", answers_file(posting=True))
    monkeypatch.setattr("desk.clock.time.time", lambda: NOON + 999)
    again = operator.reads("setup")
    assert again["token"] is None
    assert again["started_at"] == NOON
    assert again["posting"] is True


def test_an_agent_without_credentials_of_their_own_is_found_by_name(
    operator: Any, answers_file: Any, tmp_path: Any
) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace('credentials = "mia"', 'credentials = "pebblewing-help"')
    policy = tmp_path / "policy.toml"
    policy.write_text(text, encoding="utf-8")
    told = operator.reads("setup", "--policy", str(policy), "--from-file", answers_file(mia=None))
    assert told["handles"]["mia_pebblewing"] == "3"


def test_every_fault_of_the_accounts_is_named_at_once(operator: Any, answers_file: Any) -> None:
    status = operator.types(
        "setup", "--from-file", answers_file(pebblewing="stranger", pebblewing_help="unknown", mia=None)
    )
    assert status == 1
    assert "@Pebblewing: the credentials 'pebblewing' belong to @stranger" in operator.complaints
    assert "@PebblewingHelp: " in operator.complaints
    assert "@mia_pebblewing: no credentials are stored as 'mia'" in operator.complaints
    assert "secret-of-all" not in operator.complaints
    assert operator.ledger.setup() is None


def test_a_support_account_without_credentials_is_a_fault(operator: Any, answers_file: Any) -> None:
    assert operator.types("setup", "--from-file", answers_file(pebblewing_help=None)) == 1
    assert "@PebblewingHelp: no credentials are stored as 'pebblewing-help'" in operator.complaints


def test_credentials_that_no_handle_uses_are_refused(operator: Any, answers_file: Any) -> None:
    assert operator.types("setup", "--from-file", answers_file(skylark="stranger")) == 1
    assert "skylark" in operator.complaints


def test_a_broken_file_of_answers_is_told_without_its_secrets(operator: Any, tmp_path: Any) -> None:
    file = tmp_path / "answers.json"
    file.write_text('{"credentials": {"pebblewing": {"consumer_key": "hush"}}}', encoding="utf-8")
    assert operator.types("setup", "--from-file", str(file)) == 1
    assert "lack consumer_secret" in operator.complaints
    assert "hush" not in operator.complaints


def test_answers_may_come_from_the_environment(operator: Any, answers_file: Any, monkeypatch: Any) -> None:
    from pathlib import Path

    monkeypatch.setenv("DESK_SETUP", Path(answers_file(posting=True)).read_text(encoding="utf-8"))
    assert operator.reads("setup")["posting"] is True


def test_a_stack_that_is_not_there_is_told(operator: Any, capsys: Any) -> None:
    from operate import command_line

    assert command_line.run(["status", "--stack", "nowhere"]) == 1
    assert "no stack nowhere" in capsys.readouterr().err
