from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.errors import Conflict
from desk.event import first_key_at
from desk.outbox import Move, State
from desk.store.desk_items import Filed, Profile
from tests.stories import CASE, CUSTOMER, MORNING, a_post, an_event, became, did, planned, the_case, wrote


def a_filing(desk, *, version=0, profile_version=0, **changes):
    event = wrote(0)
    if version == 0:
        desk.append(replace(event, filing=None))
    made = Filed(
        events=(event,),
        case=the_case([event]),
        case_version=version,
        case_revision=version + 1,
        new_conversations=("77",),
        profile=Profile(CUSTOMER, profile_version, cases=1, open_case=CASE),
        plan=planned(),
    )
    return replace(made, **changes)


def test_an_event_is_appended_once_however_often_it_comes(desk):
    event = an_event(a_post(0))
    assert [desk.append(event), desk.append(event), desk.append(replace(event, source="another"))] == [
        True,
        False,
        False,
    ]
    assert desk.events_from(CUSTOMER, first_key_at("0")) == [event]


def test_a_filing_writes_everything_and_takes_the_event_out_of_the_queue(desk):
    desk.file(a_filing(desk))
    stored = desk.case(CASE)
    assert stored is not None
    assert stored.case == the_case([wrote(0)])
    assert desk.outgoing(CUSTOMER, f"ACK#{CASE}") == planned()
    assert list(desk.unfiled(MORNING + 10**6)) == []
    context = desk.context(an_event(a_post(0)))
    assert (context.conversation_case, context.profile.open_case) == (CASE, CASE)


def test_a_filing_is_never_written_twice(desk):
    filing = a_filing(desk)
    desk.file(filing)
    with pytest.raises(Conflict):
        desk.file(filing)


@pytest.mark.parametrize("stale", [{"case_version": 3}, {"profile": Profile(CUSTOMER, 7)}])
def test_a_filing_on_stale_reading_changes_nothing(desk, stale):
    with pytest.raises(Conflict):
        desk.file(a_filing(desk, **stale))
    assert desk.case(CASE) is None
    assert desk.outgoing(CUSTOMER, f"ACK#{CASE}") is None
    assert len(list(desk.unfiled(MORNING + 10**6))) == 1


def test_open_cases_stand_in_their_teams_queue_by_due_time(desk):
    desk.file(a_filing(desk))
    assert [case.case_id for case in desk.open_cases("care")] == [CASE]


def test_a_case_is_found_by_the_day_it_opened(desk):
    desk.file(a_filing(desk))
    assert [case.case_id for case in desk.cases_of_day("2026-03-03")] == [CASE]
    assert list(desk.cases_of_day("2026-03-04")) == []


def test_a_post_of_ours_is_found_by_its_id(desk):
    post = a_post(3, author="900")
    desk.append(an_event(post))
    assert desk.find_post(post.post_id) == CUSTOMER
    assert desk.find_post("1") is None


def test_a_move_is_made_once_and_brings_its_outcome(desk):
    desk.file(a_filing(desk))
    outcome = replace(became(1, "refused"), filing=None)
    desk.move(planned(), Move.REFUSE, outcome=outcome, reason="too old")
    stored = desk.outgoing(CUSTOMER, f"ACK#{CASE}")
    assert stored is not None
    assert (stored.state, stored.reason) == (State.REFUSED, "too old")
    assert outcome in desk.events_from(CUSTOMER, first_key_at("0"))
    with pytest.raises(Conflict):
        desk.move(planned(), Move.REFUSE, reason="again")


def test_a_move_the_table_does_not_know_is_refused(desk):
    with pytest.raises(KeyError):
        desk.move(planned(state=State.SENT), Move.CLAIM)


def test_a_claim_stores_the_exact_text_and_spends_its_share(desk, ledger):
    desk.file(a_filing(desk))
    spend = [ledger.spending("2026-03-03", "posts:acknowledgement", 1, cap=1)]
    claimed = desk.claim(planned(), now=MORNING, said="Thank you!", spend=spend)
    assert (claimed.state, claimed.text) == (State.SENDING, "Thank you!")
    assert ledger.spent("2026-03-03") == {"posts:acknowledgement": 1}


def test_a_claim_beyond_the_cap_claims_nothing(desk, ledger):
    desk.file(a_filing(desk))
    ledger.add("2026-03-03", "posts:acknowledgement", 5)
    spend = [ledger.spending("2026-03-03", "posts:acknowledgement", 1, cap=5)]
    with pytest.raises(Conflict):
        desk.claim(planned(), now=MORNING, said="Thank you!", spend=spend)
    stored = desk.outgoing(CUSTOMER, f"ACK#{CASE}")
    assert stored is not None
    assert stored.state is State.PLANNED


def test_a_held_reply_stands_in_its_incidents_queue_alone(desk):
    desk.file(a_filing(desk))
    held = desk.hold(planned(), "i1", case_version=1, reason="incident i1")
    assert list(desk.held("i1")) == [held]
    assert list(desk.held("i2")) == []
    assert list(desk.unsettled(MORNING + 10**6)) == []
    assert (desk.waits_for("i1"), desk.waits_for("i2")) == (True, False)
    let_go = desk.move(held, Move.RESUME, not_before=MORNING + 500)
    assert list(desk.unsettled(MORNING + 500)) == [let_go]
    assert desk.waits_for("i1"), "it has not come to its end"
    desk.move(let_go, Move.REFUSE, reason="too old")
    assert not desk.waits_for("i1")


def test_nothing_is_held_for_a_case_that_was_written_meanwhile(desk):
    desk.file(a_filing(desk))
    stored = desk.case(CASE)
    assert stored is not None
    desk.save_case(stored.case, over=stored)
    with pytest.raises(Conflict):
        desk.hold(planned(), "i1", case_version=stored.version, reason="incident i1")
    assert list(desk.held("i1")) == []


def test_only_unsettled_posts_are_looked_at_again(desk):
    desk.file(a_filing(desk))
    assert [each.key for each in desk.unsettled(MORNING + 30)] == [f"ACK#{CASE}"]
    desk.move(planned(), Move.DEFER, not_before=MORNING + 500, reason="cap")
    assert list(desk.unsettled(MORNING + 499)) == []
    assert [each.state for each in desk.unsettled(MORNING + 500)] == [State.DEFERRED]


def test_an_action_is_appended_with_a_step_of_the_revision_it_was_made_on(desk):
    desk.file(a_filing(desk))
    action = replace(did(3, Act.ASSIGN, agent="Mia"), filing=None)
    assert desk.act(action, revision=1) == 2
    assert [(partition, event) for partition, event in desk.unfiled(MORNING + 10**6)] == [(CUSTOMER, action)]
    stored = desk.case(CASE)
    assert stored is not None
    assert (stored.revision, stored.case) == (2, the_case([wrote(0)]))


def test_an_action_on_what_somebody_changed_meanwhile_is_refused_and_leaves_nothing(desk):
    desk.file(a_filing(desk))
    desk.act(did(3, Act.RESOLVE), revision=1)
    with pytest.raises(Conflict):
        desk.act(did(4, Act.ASSIGN, agent="Jonas"), revision=1)
    assert len(list(desk.unfiled(MORNING + 10**6))) == 1


def test_an_action_on_no_case_is_refused(desk):
    with pytest.raises(Conflict):
        desk.act(did(3, Act.RESOLVE), revision=1)
    assert list(desk.unfiled(MORNING + 10**6)) == []


def test_an_action_whose_id_is_taken_steps_nothing(desk):
    desk.file(a_filing(desk))
    desk.act(did(3, Act.RESOLVE), revision=1)
    with pytest.raises(Conflict):
        desk.act(did(3, Act.REOPEN), revision=2)
    stored = desk.case(CASE)
    assert stored is not None
    assert stored.revision == 2


def test_a_fold_that_read_the_case_before_an_action_must_read_it_again(desk):
    desk.file(a_filing(desk))
    stored = desk.case(CASE)
    assert stored is not None
    desk.act(did(3, Act.RESOLVE), revision=1)
    with pytest.raises(Conflict):
        desk.save_case(stored.case, over=stored)


def test_only_an_action_on_a_case_is_acted(desk):
    with pytest.raises(ValueError, match="is no action on a case"):
        desk.act(an_event(a_post(0)), revision=1)
