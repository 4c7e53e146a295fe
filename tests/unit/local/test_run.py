"""What `make run` is asked for, and how it says no: at once, in a sentence, before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from local import run
from local.run import FAULTY, MISUSED, Wish, for_the_command, main, wish
from local.script import ScriptError


@pytest.fixture
def asked(monkeypatch, capsys):
    """Run with some settings; gives the exit status and what was said. Nothing is ever played."""
    monkeypatch.setattr(run.signal, "signal", lambda *_: None)
    monkeypatch.setattr(run, "_play", lambda *_: pytest.fail("something was played"))

    def ask(**settings: str) -> tuple[int, str]:
        for name in ("TWEETS", "BRAND", "STEP", "ONCE"):
            monkeypatch.setenv(name, settings.get(name, ""))
        return main(), capsys.readouterr().out

    return ask


def test_without_settings_the_sample_day_is_played_to_the_minute_and_stays():
    assert wish({}) == Wish(tweets=None, brand="all", step_minutes=None, once=False)


def test_mails_are_kept_where_one_says():
    assert wish({"MAILS": "sent"}).mails == Path("sent")


def test_the_command_is_pointed_at_the_stack_by_one_line():
    reached = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
    line = for_the_command(reached | {"AWS_DEFAULT_REGION": "us-east-1", "TMPDIR": "elsewhere"}, "mentiondesk-local")
    assert line.startswith("export AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_ACCESS_KEY_ID=k ")
    assert line.endswith(" AWS_DEFAULT_REGION=us-east-1 DESK_STACK=mentiondesk-local")


def test_empty_settings_are_none():
    assert wish({"TWEETS": "", "BRAND": "", "STEP": "", "ONCE": ""}) == wish({})


def test_a_file_is_played_in_coarse_steps_unless_told_otherwise():
    assert wish({"TWEETS": "posts.csv"}).step_minutes == 360
    assert wish({"TWEETS": "posts.csv", "STEP": "10080"}).step_minutes == 10080


def test_a_file_may_lie_in_the_home_directory(monkeypatch):
    monkeypatch.setenv("HOME", "/home/mia")
    assert wish({"TWEETS": "~/posts.csv"}).tweets == Path("/home/mia/posts.csv")


def test_the_sample_day_can_be_stepped_too():
    assert wish({"STEP": "15"}).step_minutes == 15


@pytest.mark.parametrize(("once", "ends"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_a_run_ends_by_itself_when_told(once, ends):
    assert wish({"ONCE": once}).once is ends


@pytest.mark.parametrize("step", ["0", "-5", "hourly", "1.5", "١٥ min"])
def test_a_step_that_is_no_number_of_minutes_is_named(step):
    with pytest.raises(ScriptError, match="STEP is a number of minutes"):
        wish({"STEP": step})


def test_a_broken_step_ends_the_run_before_it_begins(asked):
    status, said = asked(STEP="hourly")
    assert status == MISUSED
    assert said == "make run: STEP is a number of minutes, not 'hourly'\n"


def test_a_file_that_is_not_there_is_named(asked, tmp_path):
    status, said = asked(TWEETS=str(tmp_path / "none.csv"))
    assert status == MISUSED
    assert "No such file" in said
    assert "none.csv" in said


def test_a_file_name_is_told_as_it_is_written(asked, tmp_path):
    _, said = asked(TWEETS=str(tmp_path / "[red]none[/red].csv"))
    assert "[red]none[/red].csv" in said


def test_a_file_of_another_kind_is_told_so(asked, tmp_path):
    file = tmp_path / "shopping.csv"
    file.write_text("what,how many\nmilk,2\n", encoding="utf-8")
    status, said = asked(TWEETS=str(file))
    assert status == MISUSED
    assert "tweet_id" in said


@pytest.mark.parametrize("content", [b"\xff\xfe\x00binary\x00", b""])
def test_a_file_that_is_no_text_is_told_so(asked, tmp_path, content):
    file = tmp_path / "posts.csv"
    file.write_bytes(content)
    status, said = asked(TWEETS=str(file))
    assert status == MISUSED
    assert said.startswith("make run: ")


def test_a_brand_that_is_not_in_the_file_is_named(asked, tmp_path):
    file = tmp_path / "posts.csv"
    file.write_text(
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
        "1,acme,False,Tue Oct 31 22:10:47 +0000 2017,@115712 hello,,\n",
        encoding="utf-8",
    )
    status, said = asked(TWEETS=str(file), BRAND="nobody")
    assert status == MISUSED
    assert "'nobody'" in said


def test_a_faulty_policy_ends_the_run_with_every_fault(asked, monkeypatch, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text(run.SHIPPED_POLICY.read_text(encoding="utf-8").replace('"care-lead@', '"'), encoding="utf-8")
    monkeypatch.setattr(run, "SHIPPED_POLICY", policy)
    status, said = asked()
    assert status == FAULTY
    assert "teams[0].emails[0]" in said
