import sys
from pathlib import Path

import pytest

from local.cloud import Cloud, CloudError, Tool, local_stack_name
from tests.infra.template import REPOSITORY

PRINT_ENVIRONMENT = "import json, os, sys; print(json.dumps(dict(os.environ))); sys.exit(1)"


def test_every_tool_is_sent_to_this_machine_with_a_made_up_key():
    environment = Cloud().environment()
    assert environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert environment["AWS_ACCESS_KEY_ID"] == "test"


def test_a_tool_never_sees_the_callers_account(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    with pytest.raises(CloudError) as failure:
        Tool(sys.executable, tmp_path, Cloud().environment()).run("-c", PRINT_ENVIRONMENT)
    assert "production" not in str(failure.value)
    assert "secret" not in str(failure.value)
    assert '"AWS_ACCESS_KEY_ID": "test"' in str(failure.value)


def test_a_failed_tool_shows_the_end_of_what_it_wrote(tmp_path):
    with pytest.raises(CloudError, match="line 99") as failure:
        Tool(sys.executable, tmp_path, {}).run("-c", "for n in range(100): print('line', n)\nraise SystemExit(3)")
    assert "failed (3)" in str(failure.value)
    assert "line 1\n" not in str(failure.value)


def test_a_tool_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CloudError, match="no-such-tool"):
        Tool(str(tmp_path / "no-such-tool"), tmp_path, {}).run("build")


def test_a_cloud_that_is_not_installed_is_named_and_leaves_nothing(tmp_path):
    cloud = Cloud(tmp_path / "python")
    with pytest.raises(CloudError, match="no embedded cloud"):
        cloud.start()
    assert cloud.directory == Path()


def test_a_cloud_that_cannot_start_says_why_and_leaves_nothing():
    # This interpreter's environment holds no emulator.
    cloud = Cloud(Path(sys.executable))
    with pytest.raises(CloudError, match="No module named ministack"):
        cloud.start()
    assert cloud.directory == Path()


def test_stopping_what_was_never_started_does_nothing():
    Cloud().stop()


def test_the_local_stack_is_called_what_the_settings_say():
    assert local_stack_name(REPOSITORY) == "mentiondesk-local"


def test_an_api_has_an_address_that_needs_no_name_server():
    assert Cloud().api_address("http://b19bc048.execute-api.localhost:4566").endswith("/_aws/execute-api/b19bc048")
