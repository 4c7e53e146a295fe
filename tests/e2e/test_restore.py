"""Both tables restored beside the stack's own, the stack switched over to them, and back.

The local cloud's point-in-time restore knows no time: it copies what is there. So everything after the copy is what a
restored table lacks. What it rehearses is the switch-over: by the commands that docs/operations.md gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from desk.case import Case
    from desk.outbox import Outgoing
    from tests.e2e.deployed import Deployed, Written

ASKS = "@PebblewingHelp the seat map is broken, how do I choose a seat?"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was seen on the way there and back; each customer wrote at another time."""

    desk: Deployed
    own_table: str
    restored_table: str
    before: Written
    """Filed and acknowledged before the moment to which the tables were restored."""
    after: Written
    """The same after it: the restored tables know nothing of it."""
    since: Written
    """Written when the restored tables were in use and nobody had said go."""
    held: Outgoing | None
    """The acknowledgement of `since` at that time."""
    there: dict[str, Case]
    """The cases on the restored tables, by customer."""
    back: dict[str, Case]
    """Those on the stack's own tables, in use again."""


@pytest.fixture(scope="module")
def restored(desk: Deployed) -> Restored:
    before = acknowledged(desk)
    own = {name: desk.stack.outputs[f"{name}TableName"] for name in ("Desk", "Ledger")}
    copies = {name: restore(desk, table) for name, table in own.items()}
    after = acknowledged(desk)

    desk.types("stop", "--by", "the restore")
    desk.stack.update(DeskStreamArn=copies["Desk"]["LatestStreamArn"], LedgerTableArn=copies["Ledger"]["TableArn"])
    since = desk.writes(ASKS)
    desk.minutes_pass(1)
    held = desk.outgoing(since)
    desk.types("go")
    desk.minutes_pass(-(-(held.not_before - desk.now) // 60) if held and held.not_before else 1)
    desk.minutes_pass(1)
    there = cases(desk, before, after, since)

    desk.types("stop", "--by", "the restore")
    desk.stack.update(DeskStreamArn="own", LedgerTableArn="own")
    desk.minutes_pass(1)
    desk.minutes_pass(1)
    desk.types("go")
    desk.minutes_pass(60)
    back = cases(desk, before, after, since)
    return Restored(desk, own["Desk"], copies["Desk"]["TableName"], before, after, since, held, there, back)


def acknowledged(desk: Deployed) -> Written:
    written = desk.writes(ASKS)
    desk.minutes_pass(1)
    desk.minutes_pass(1)
    return written


def restore(desk: Deployed, table: str) -> dict[str, Any]:
    """Restore a table beside itself, and switch on what a restored table lacks."""
    client, name = desk.stack.cloud.client("dynamodb"), f"{table}-restored"
    client.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=name, UseLatestRestorableTime=True)
    client.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"})
    if table == desk.stack.outputs["DeskTableName"]:
        streamed = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
        client.update_table(TableName=name, StreamSpecification=streamed)
    return client.describe_table(TableName=name)["Table"]


def cases(desk: Deployed, *written: Written) -> dict[str, Case]:
    found = {each.customer_id: desk.stack.desk.case(each.case_id) for each in written}
    return {customer: stored.case for customer, stored in found.items() if stored}


def test_restored_tables_say_nothing_until_somebody_lets_them(restored):
    assert (restored.held.state, restored.held.reason) == ("deferred", "posting is switched off")


def test_what_the_restored_tables_lacked_is_read_again_and_filed_there(restored):
    assert set(restored.there) == {each.customer_id for each in (restored.before, restored.after, restored.since)}


def test_the_stack_goes_back_to_its_own_tables_and_reads_what_they_missed(restored):
    assert restored.desk.stack.desk.name == restored.own_table != restored.restored_table
    assert set(restored.back) == set(restored.there)


@pytest.mark.parametrize("who", ["before", "after", "since"])
def test_nobody_is_told_twice_on_the_way_there_or_back(restored, who):
    assert len(restored.desk.replies_on_x(getattr(restored, who))) == 1


@pytest.mark.parametrize("cases", ["there", "back"])
def test_what_the_desk_said_itself_counts_as_no_persons_answer(restored, cases):
    assert {case.answers for case in getattr(restored, cases).values()} == {0}
    assert all(case.acknowledged_at for case in getattr(restored, cases).values())
