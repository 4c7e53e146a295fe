"""A day at LOG_LEVEL=DEBUG: no secret stands in anything that was written, and no post's text at INFO or above."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.deployed import PROCESSES, processes_of

LEAST_CHARACTERS = 8
"""A shorter text may stand anywhere by chance: the local cloud's own key is "test"."""
HUSHED = re.compile(
    r"oauth_[a-z_]+[=:\"']|OAuth [a-z]|Bearer [A-Za-z0-9._-]{8}|AWS_SECRET|X-Amz-Security-Token", re.IGNORECASE
)
"""What surrounds a secret wherever it is written down: a signed header of X, a token's header, a key of AWS."""


@pytest.fixture(scope="module")
def viewer(desk):
    return desk.types("tokens", "create", "searched", "--scope", "viewer").document["token"]


@pytest.fixture(scope="module")
def lived(desk, viewer):
    """A desk after its day that was also asked with right and wrong tokens, and has erased somebody."""
    written = desk.writes("@PebblewingHelp my boarding pass shows the wrong gate, what now?")
    desk.minutes_pass(1)
    for token in (desk.stack.token, viewer, "desk_never_given_to_anybody"):
        desk.asks(f"/cases/{written.case_id}", token=token)
    assert desk.types("erase", written.customer_id, "--yes").status == 0
    desk.minutes_pass(1)
    return desk


@pytest.fixture(scope="module")
def logged(lived):
    """Every line that a function logged."""
    logs = lived.stack.cloud.client("logs")
    groups = [
        group["logGroupName"]
        for page in logs.get_paginator("describe_log_groups").paginate()
        for group in page["logGroups"]
    ]
    pages = (page for name in groups for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name))
    lines = [line for page in pages for event in page["events"] for line in event["message"].splitlines()]
    assert len(groups) >= 8
    return lines


@pytest.fixture(scope="module")
def output(lived, logged, played):
    """Everything that was written anywhere, by where."""
    cloud = lived.stack.cloud
    dynamodb, queues = cloud.client("dynamodb"), cloud.client("sqs")
    given_up = queues.receive_message(QueueUrl=lived.stack.outputs["FailureQueueUrl"], MaxNumberOfMessages=10)
    return {
        "logs": "\n".join(logged),
        "cloud": (cloud.directory / "cloud.log").read_text(),
        "launcher": "\n".join(played.said),
        "mails": "\n".join(map(repr, cloud.sent_mails())),
        "books": f"{played.books!r}{played.outcome.figures!r}",
        "simulator": json.dumps(lived.stack.simulator.report()),
        "failure queue": json.dumps(given_up.get("Messages", [])),
        "desk table": json.dumps(dynamodb.scan(TableName=lived.stack.desk.name)["Items"]),
        "ledger": json.dumps(dynamodb.scan(TableName=lived.stack.ledger.name)["Items"]),
        "doctor": lived.types("doctor").printed + lived.types("status").printed,
    }


@pytest.fixture(scope="module")
def secrets(lived, viewer):
    """Every secret of the deployment, by its value."""
    parameters = lived.stack.cloud.client("ssm").get_parameters_by_path(
        Path=lived.stack.outputs["CredentialsPrefix"], Recursive=True, WithDecryption=True
    )["Parameters"]
    found = {
        lived.stack.token,
        viewer,
        "desk_never_given_to_anybody",
        *keys_of_functions(lived.stack.cloud.directory),
    }
    for parameter in parameters:
        is_of_an_account = parameter["Value"].startswith("{")
        found |= set(json.loads(parameter["Value"]).values()) if is_of_an_account else {parameter["Value"]}
    return {secret for secret in found if len(secret) >= LEAST_CHARACTERS}


def keys_of_functions(directory):
    """Give the secret keys of AWS with which the functions run, from their processes where a system shows them."""
    for process in PROCESSES.glob("[0-9]*"):
        try:
            variables = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended meanwhile, or is somebody else's
        if any(str(directory).encode() in each for each in variables):
            yield from (
                each.partition(b"=")[2].decode() for each in variables if each.startswith(b"AWS_SECRET_ACCESS_KEY=")
            )


def test_every_kind_of_secret_is_looked_for(secrets, lived):
    text = "\n".join(secrets)
    accounts = {handle.credentials for handle in lived.stack.policy.handles if handle.credentials in text}
    assert len(accounts) >= 2
    assert {"consumer-key", "consumer-secret", "access-secret", "token-", "desk_"} <= {
        kind for kind in ("consumer-key", "consumer-secret", "access-secret", "token-", "desk_") if kind in text
    }
    assert len(secrets) > 4 * len(accounts)


def test_the_functions_did_tell_all_they_can(logged):
    levels = {read["level"] for line in logged if (read := document(line)) and "level" in read}
    assert {"DEBUG", "INFO"} <= levels


def test_no_secret_stands_in_anything_that_was_written(output, secrets):
    assert [(where, secret) for where, text in output.items() for secret in secrets if secret in text] == []


def test_nothing_that_was_written_shows_a_signed_request(output):
    assert {where: found for where, text in output.items() if (found := HUSHED.findall(text))} == {}


def test_no_text_of_a_post_is_logged_at_info_or_above(logged, lived):
    told = [line for line in logged if (document(line) or {}).get("level") != "DEBUG"]
    shown = "\n".join(json.dumps(document(line), ensure_ascii=False) if document(line) else line for line in told)
    texts = {part for line in lived.stack.script.lines for part in line.text.splitlines() if len(part) > 20}
    assert len(texts) > 50
    assert [text for text in texts if text in shown] == []


def document(line):
    """Give what a line says as JSON; None for anything else, such as a traceback."""
    try:
        read = json.loads(line)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def test_the_processes_of_the_functions_were_found(lived):
    if PROCESSES.is_dir():
        assert processes_of(lived.stack.cloud.directory)
