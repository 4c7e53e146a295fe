"""New credentials while the desk polls and posts: functions that hold the old ones go on without a deployment."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def rotated(desk, tmp_path):
    """The support account's tokens are minted anew at X, which ends the old ones, and given to the desk."""
    before = desk.writes("@PebblewingHelp can I bring my guitar on board?")
    desk.minutes_pass(1)
    assert len(desk.replies_on_x(before)) == 1  # poll and respond hold the old tokens now
    handle = desk.stack.policy.handle("PebblewingHelp")
    world = desk.stack.world
    (old,) = [person.token for person in desk.stack.script.people if person.name.lower() == handle.name.lower()]
    world.revoke(old)
    world.add_user(world.user_named(handle.name), token="token-minted-anew")
    minted = {
        "consumer_key": "consumer-key-minted-anew",
        "consumer_secret": "consumer-secret-minted-anew",
        "access_token": "token-minted-anew",
        "access_token_secret": "access-secret-minted-anew",
    }
    answers = tmp_path / "new.json"
    answers.write_text(json.dumps({"credentials": {handle.credentials: minted}}), encoding="utf-8")
    assert desk.types("setup", "--no-posting", "--from-file", str(answers)).status == 0
    return desk


def test_what_is_written_after_a_rotation_is_read_filed_and_answered_by_the_next_run(rotated):
    written = rotated.writes("@PebblewingHelp and my violin, is it hand luggage?")
    rotated.minutes_pass(1)
    assert rotated.reads(f"/cases/{written.case_id}")["status"] == "waiting"
    assert len(rotated.replies_on_x(written)) == 1
    assert rotated.outgoing(written).state == "sent"
    assert rotated.types("doctor").status == 0
