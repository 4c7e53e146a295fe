"""A desk with data is updated in place, to other code and another policy, and rolled back: nothing lost or said twice.

The code of tomorrow writes a field that today's does not know; its policy gives twice the time. It is deployed as
`sam deploy` deploys any build, over the stack of the sample day.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from desk.policy import parse
from local.cloud import code_of
from operate.policy_file import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.deployed import Deployed, Written

WORDS = "@PebblewingHelp the seat map is broken, how do I choose a seat?"
TODAY = "    settled_at: int | None = None\n"
TOMORROW = f'{TODAY}    campaign: str = "of tomorrow"\n'
SHIPPED_TEXT = SHIPPED.read_text(encoding="utf-8")
OTHER_TEXT = re.sub(
    r"first_response_minutes = (\d+)", lambda it: f"first_response_minutes = {2 * int(it[1])}", SHIPPED_TEXT
)


def deploy(desk, policy_text, before, after):
    """Put another policy and another line of code into what was built, and deploy it over what is there."""
    functions = code_of(desk.stack.built)
    (functions / "policy.toml").write_text(policy_text, encoding="utf-8")
    code = functions / "desk" / "outbox.py"
    text = code.read_text(encoding="utf-8")
    assert before in text
    code.write_text(text.replace(before, after), encoding="utf-8")
    desk.stack.update()


@contextmanager
def silence(desk):
    """What is written meanwhile is planned, and goes out afterwards."""
    desk.types("stop", "--by", "the update")
    yield
    desk.types("go", "--by", "the update")


@dataclass(frozen=True)
class Promised:
    """A first response: how long it may take, when it is due, and by which version of the policy."""

    allowed_seconds: int
    due_at: int
    version: str


def first_response(desk, written):
    case = desk.reads(f"/cases/{written.case_id}")
    (clock,) = [each for each in case["clocks"] if each["metric"] == "first_response"]
    stored = desk.stack.desk.case(written.case_id).case
    return Promised(clock["due_at"] - clock["started_at"], clock["due_at"], stored.policy_version)


def findings(desk):
    return {each["what"]: each for each in desk.types("doctor").document["findings"]}


def targets(desk):
    """Give what every case was promised, by case, metric and start, and under which policy."""
    items = (
        desk.stack.cloud.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=desk.stack.desk.name, ConsistentRead=True)
    )
    cases = [item["sk"]["S"][5:] for page in items for item in page["Items"] if item["sk"]["S"].startswith("CASE#")]
    found = (desk.stack.desk.case(each).case for each in cases)
    return {
        (case.case_id, case.policy_version, clock.metric, clock.started_at): clock.due_at
        for case in found
        for clock in case.clocks
    }


@dataclass(frozen=True)
class Rehearsal:
    """What was written when, by a customer each, and what the desk told before the update and under the newer version."""

    desk: Deployed
    written: Mapping[str, Written]
    old: Promised
    new: Promised
    targets_before: Mapping[tuple, int]
    targets_under_newer: Mapping[tuple, int]
    item_of_newer: str
    findings_of_newer: Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def rehearsed(desk):
    """A customer writes before the update, in it, under the newer version, in the rollback, and after it."""
    written = {"before": desk.writes(WORDS)}
    desk.minutes_pass(1)
    targets_before, old = targets(desk), first_response(desk, written["before"])
    with silence(desk):
        written["amid the update"] = desk.writes(WORDS)
        desk.minutes_pass(1)
        deploy(desk, OTHER_TEXT, TODAY, TOMORROW)
    newer = written["under the newer"] = desk.writes(WORDS)
    desk.minutes_pass(6)
    targets_under_newer, new = targets(desk), first_response(desk, newer)
    item = desk.items(newer.customer_id)[f"OUTBOX#{newer.outbox_key}"]["body"]["S"]
    found = findings(desk)
    with silence(desk):
        written["amid the rollback"] = desk.writes(WORDS)
        desk.minutes_pass(1)
        deploy(desk, SHIPPED_TEXT, TOMORROW, TODAY)
    written["after"] = desk.writes(WORDS)
    desk.minutes_pass(6)
    desk.minutes_pass(6)
    return Rehearsal(desk, written, old, new, targets_before, targets_under_newer, item, found)


def lost(before, after):
    return {key: due for key, due in before.items() if after.get(key) != due}


def test_an_update_keeps_every_case_and_its_targets(rehearsed):
    assert lost(rehearsed.targets_before, rehearsed.targets_under_newer) == {}


def test_a_rollback_keeps_every_case_and_its_targets_also_the_newer_ones(rehearsed):
    assert lost(rehearsed.targets_under_newer, targets(rehearsed.desk)) == {}


def test_new_cases_have_the_new_targets_and_after_a_rollback_the_old_ones(rehearsed):
    after = first_response(rehearsed.desk, rehearsed.written["after"])
    assert (rehearsed.old.version, rehearsed.new.version) == (parse(SHIPPED_TEXT).version, parse(OTHER_TEXT).version)
    assert rehearsed.new.allowed_seconds == 2 * rehearsed.old.allowed_seconds
    assert (after.version, after.allowed_seconds) == (rehearsed.old.version, rehearsed.old.allowed_seconds)


def test_a_case_of_the_newer_policy_lives_on_after_the_rollback(rehearsed):
    desk, again = rehearsed.desk, rehearsed.written["under the newer"]
    desk.stack.world.post(author=again.customer_id, text="@PebblewingHelp I sit in row 12", lang="en")
    desk.minutes_pass(1)
    assert desk.reads(f"/cases/{again.case_id}")["posts"] == 2
    assert first_response(desk, again) == rehearsed.new


def test_everybody_was_answered_once_whichever_version_planned_and_whichever_posted_it(rehearsed):
    desk, written = rehearsed.desk, rehearsed.written
    assert {when: len(desk.replies_on_x(each)) for when, each in written.items()} == dict.fromkeys(written, 1)
    assert {desk.outgoing(each).state for each in written.values()} == {"sent"}


def test_the_newer_version_did_write_what_the_older_does_not_know(rehearsed):
    assert '"campaign":"of tomorrow"' in rehearsed.item_of_newer


def test_the_doctor_tells_that_another_policy_runs_than_stands_in_the_file(rehearsed):
    policy = rehearsed.findings_of_newer["policy"]
    assert policy["verdict"] == "note"
    assert policy["found"].startswith(f"{rehearsed.new.version} runs, the file is ")
    assert findings(rehearsed.desk)["policy"]["verdict"] == "fine"


def test_nothing_waits_and_nothing_was_given_up(rehearsed):
    found = findings(rehearsed.desk)
    of_interest = ("events not filed", "posts not settled", "failure queue")
    assert {what: found[what]["verdict"] for what in of_interest} == dict.fromkeys(of_interest, "fine")
