"""Code that was rolled back meets what newer code wrote: it says so, leaves it as it is, and goes on with the rest."""

from __future__ import annotations

import pytest

from desk.errors import Conflict, NewerItem
from desk.event import Direction
from desk.outbox import Move
from desk.snowflake import id_at
from tests.integration.test_filing import Desk, answer, asked
from tests.stories import CUSTOMER, MINUTE, MORNING, a_post, an_event
from tests.unreadable import broken, newer
from triage.sweep import file_what_waits, go_through_queues

CASE = f"{CUSTOMER}-77"
OTHER = "502"


@pytest.fixture
def the_desk(desk, ledger):
    made = Desk(desk, ledger)
    for team in made.policy.teams:
        ledger.put("QUEUES", team, {})
    made.gets(asked())
    return made


def asked_by(customer, minute=1):
    post = a_post(minute, author=customer, post_id=str(int(id_at(MORNING + minute * MINUTE)) + int(customer)))
    return an_event(post, customer_id=customer, direction=Direction.INBOUND)


def test_a_newer_item_is_named_with_both_versions(the_desk):
    newer(the_desk.desk, CUSTOMER, f"CASE#{CASE}")
    with pytest.raises(
        NewerItem, match=rf"CASE#{CASE} has schema version 2, this code reads up to 1: deploy newer code"
    ):
        the_desk.desk.case(CASE)


@pytest.mark.parametrize("key", ["PROFILE", f"CASE#{CASE}"])
def test_the_sweep_files_the_others_and_leaves_what_is_newer_as_it_is(the_desk, key):
    item = newer(the_desk.desk, CUSTOMER, key)
    before = item()
    the_desk.desk.append(asked_by(CUSTOMER))
    the_desk.desk.append(asked_by(OTHER))
    now = MORNING + 60 * MINUTE
    swept = file_what_waits(the_desk.filer(60), the_desk.desk, now=now, has_time=lambda: True, tell=lambda _: None)
    assert (swept.done, swept.failed) == (1, 1)
    assert item() == before
    assert [event.customer_id for _, event in the_desk.desk.unfiled(now)] == [CUSTOMER]
    assert len(the_desk.desk.customer_cases(OTHER)) == 1


def test_time_changes_the_others_and_leaves_a_newer_case_as_it_is(the_desk):
    the_desk.gets(asked_by(OTHER))
    item = newer(the_desk.desk, CUSTOMER, f"CASE#{CASE}")
    before, late = item(), 10_000
    swept = go_through_queues(
        the_desk.filer(late), the_desk.desk, the_desk.ledger, now=MORNING + late * MINUTE, has_time=lambda: True
    )
    assert (swept.done, swept.failed) == (1, 1)
    assert item() == before


def test_a_newer_outgoing_post_is_neither_sent_nor_moved(the_desk):
    planned = the_desk.reply()
    item = newer(the_desk.desk, CUSTOMER, f"OUTBOX#{planned.key}")
    before = item()
    with pytest.raises(Conflict):
        the_desk.desk.move(planned, Move.DEFER, not_before=MORNING, reason="posting is switched off")
    with pytest.raises(Conflict):
        the_desk.desk.claim(planned, now=MORNING, said="hello", spend=[])
    assert item() == before


@pytest.mark.parametrize("spoil", [newer, broken])
def test_a_post_of_another_case_that_can_not_be_read_keeps_no_case_of_its_customer_from_going_on(the_desk, spoil):
    late = the_desk.policy.cases.merge_window_minutes + 1
    another = asked(late, conversation_id=id_at(MORNING + late * MINUTE))
    the_desk.gets(another, minute=late)
    item = spoil(the_desk.desk, CUSTOMER, another.key)
    before = item()
    case = the_desk.gets(answer(late + 2), minute=late + 3)
    assert (case.case_id, case.answers) == (CASE, 1)
    assert item() == before


@pytest.mark.parametrize("spoil", [newer, broken])
def test_a_case_is_never_told_by_a_part_of_its_posts(the_desk, spoil):
    second = asked(2)
    the_desk.gets(second)
    spoil(the_desk.desk, CUSTOMER, second.key)
    before = the_desk.case()
    with pytest.raises((NewerItem, ValueError)):
        the_desk.gets(answer(4))
    with pytest.raises((NewerItem, ValueError)):
        the_desk.filer(90).refold(CASE)
    assert the_desk.case() == before
