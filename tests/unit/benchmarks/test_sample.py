"""What the harness around the published sample counts, tried on pollers of our own."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as command
from benchmarks.sample import run

HEAD = """
import json
import lambdainit
import twitter

LAMBDA = None
X = twitter.Api()
read = {"up_to": 0}

def hand_over(posts):
    for at in range(0, len(posts), 15):
        LAMBDA.invoke(Payload=json.dumps(posts[at:at + 15]))
"""

NEWEST_ONLY = """
def handler(event, context):
    posts = X.GetSearch(since_id=read["up_to"])["statuses"]
    if posts:
        hand_over(posts)
        read["up_to"] = posts[0]["id"]
"""

CAREFUL = """
def handler(event, context):
    while posts := X.GetSearch(since_id=read["up_to"])["statuses"]:
        for post in reversed(posts):
            read["up_to"] = post["id"]
            hand_over([post])
"""


@pytest.fixture
def checkout(tmp_path):
    def of(poller):
        (tmp_path / "app").mkdir()
        (tmp_path / "app" / "poller.py").write_text(HEAD + poller, encoding="utf-8")
        return tmp_path

    return of


def test_a_poller_that_moves_its_checkpoint_last_loses_the_old_and_repeats_after_a_crash(checkout):
    figures = run(checkout(NEWEST_ONLY)).figures
    assert (figures["burst_shown"], figures["burst_delivered"]) == (1_000, 100)
    assert (figures["crash_shown"], figures["crash_delivered"], figures["crash_delivered_twice"]) == (90, 90, 45)


def test_a_poller_that_moves_its_checkpoint_first_repeats_nothing(checkout):
    assert run(checkout(CAREFUL)).figures["crash_delivered_twice"] == 0


@pytest.fixture
def in_this_process(monkeypatch):
    """The command, leaving the environment of the tests as it is."""
    monkeypatch.setattr(command, "_seclude", lambda: None)


@pytest.mark.usefixtures("in_this_process")
def test_without_a_checkout_it_says_aloud_that_it_was_skipped(capsys):
    command.main(["sample"])
    assert "SKIPPED: no checkout named" in capsys.readouterr().out


@pytest.mark.usefixtures("in_this_process")
def test_a_checkout_that_is_none_is_named(tmp_path, capsys):
    command.main(["sample", str(tmp_path)])
    assert f"SKIPPED: no checkout at {tmp_path}" in capsys.readouterr().out.replace("\n", " ")
