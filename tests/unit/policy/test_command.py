import json
import re

from desk.policy.__main__ import main
from desk.policy.describe import reference, schema


def test_a_policy_that_is_all_right_is_summed_up_in_a_line(capsys, repository, policy):
    assert main([str(repository / "functions" / "policy.toml")]) == 0
    line = capsys.readouterr().out
    assert line.startswith(f"OK version {policy.version}: 3 teams, 4 handles, 2 searches,")
    assert line.count("\n") == 1


def test_the_line_shown_in_the_documentation_reads_like_the_true_one(capsys, repository):
    main([str(repository / "functions" / "policy.toml")])
    line = re.sub(r"version \w+|\d+", "...", capsys.readouterr().out)
    assert line in re.sub(r"version \w+|\d+", "...", (repository / "docs" / "policy.md").read_text(encoding="utf-8"))


def test_faults_are_printed_and_the_command_fails(capsys, tmp_path, shipped):
    path = tmp_path / "policy.toml"
    path.write_text(
        shipped.replace('emails = ["care-lead@pebblewing.example"]', 'emails = ["care-lead"]'), encoding="utf-8"
    )
    assert main([str(path)]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{path}: 1 fault"
    assert second.endswith("teams[0].emails[0]: should be an e-mail address, is 'care-lead'")


def test_a_file_that_is_not_there_is_said_so(capsys, tmp_path):
    assert main([str(tmp_path / "none.toml")]) == 1
    assert "No such file" in capsys.readouterr().out


def test_a_wrong_call_is_answered_with_the_usage(capsys):
    assert main([]) == main(["--help"]) == 2
    assert capsys.readouterr().out.startswith("usage: ")


def test_schema_and_reference_are_printed_on_request(capsys):
    assert main(["--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()
    assert main(["--reference"]) == 0
    assert capsys.readouterr().out == reference() + "\n"
