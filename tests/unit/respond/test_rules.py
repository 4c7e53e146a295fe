"""One test per rule of X and of the desk for posting; the sources stand in `respond.rules`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.outbox import OutgoingKind
from desk.policy.model import Category
from respond.rules import Allowed, Deferred, Refused, Situation, Spent, may_we_post
from tests.stories import MINUTE, MORNING, answered, deleted, planned, shipped_policy, the_case, wrote

NOW = MORNING + 2 * MINUTE


def a_situation(**changes: Any) -> Situation:
    made = Situation(
        outgoing=planned(),
        case=the_case([wrote(0)], 2),
        has_stopped=False,
        is_on=True,
        knows_accounts=True,
        closed_until=0,
        spent=Spent(),
    )
    return replace(made, **changes)


def verdict(now: int = NOW, **changes: Any) -> Allowed | Refused | Deferred:
    return may_we_post(a_situation(**changes), policy=shipped_policy(), now=now)


def refusal(now: int = NOW, **changes: Any) -> str:
    found = verdict(now, **changes)
    assert isinstance(found, Refused), found
    return found.reason


def waiting(**changes: Any) -> Deferred:
    found = verdict(**changes)
    assert isinstance(found, Deferred), found
    return found


def test_a_summoned_young_unanswered_post_may_be_acknowledged():
    assert verdict() == Allowed()


def test_nobody_is_answered_who_did_not_summon_us():
    assert refusal(outgoing=planned(is_summoned=False)).startswith("not summoned")


def test_a_persons_reply_needs_a_summons_too():
    reply = planned(kind=OutgoingKind.REPLY, is_summoned=False)
    assert refusal(outgoing=reply).startswith("not summoned")


def test_an_opt_out_is_honoured_at_once():
    assert "no automatic replies" in refusal(has_stopped=True)


def test_an_opt_out_does_not_silence_people():
    assert verdict(has_stopped=True, outgoing=planned(kind=OutgoingKind.REPLY)) == Allowed()


def test_nobody_is_acknowledged_after_a_person_answered():
    assert refusal(case=the_case([wrote(0), answered(1)], 2)) == "a person answered already"


def test_a_deleted_post_is_not_answered():
    post = wrote(0)
    assert "deleted" in refusal(case=the_case([post, deleted(1, post)], 2))


def test_a_closed_case_is_not_answered():
    spam = the_case([wrote(0, category=Category.SPAM, is_answerable=False)], 2)
    assert "spam" in refusal(case=spam)


def test_an_acknowledgement_without_its_case_is_not_sent():
    assert "case" in refusal(case=None)


def test_an_old_post_is_not_acknowledged():
    limit = shipped_policy().acknowledgement.max_age_minutes * MINUTE
    assert verdict(MORNING + limit) == Allowed()
    assert refusal(MORNING + limit + 1).startswith("too old")


def test_acknowledgements_switched_off_by_policy_are_refused():
    policy = shipped_policy()
    off = replace(policy, acknowledgement=replace(policy.acknowledgement, enabled=False))
    assert isinstance(may_we_post(a_situation(), policy=off, now=NOW), Refused)


def test_the_kill_switch_holds_every_post():
    for kind in OutgoingKind:
        assert waiting(is_on=False, outgoing=planned(kind=kind)).reason == "posting is switched off"


def test_nothing_is_posted_while_an_own_account_is_not_set_up():
    assert "desk setup" in waiting(knows_accounts=False).reason


def test_posting_rests_while_x_asks_us_to_wait():
    assert waiting(closed_until=NOW + 600) == Deferred("X asked us to wait", NOW + 600)


def test_the_cap_of_a_quarter_hour_defers_to_the_next_one():
    full = Spent(quarter_hour=shipped_policy().caps.posts_per_15_minutes)
    assert waiting(spent=full).not_before == MORNING + 15 * MINUTE


@pytest.mark.parametrize("field", ["automatic_today", "automatic_this_month"])
def test_the_caps_of_automatic_posts_defer_them_but_not_a_persons_reply(field):
    full = Spent(**{field: 1_000_000})
    assert waiting(spent=full).not_before % 86_400 == 0
    assert verdict(spent=full, outgoing=planned(kind=OutgoingKind.REPLY)) == Allowed()


def test_what_is_forbidden_is_refused_even_while_it_would_have_to_wait():
    assert "no automatic replies" in refusal(has_stopped=True, is_on=False)


@given(
    stopped=st.booleans(),
    is_on=st.booleans(),
    spent=st.integers(0, 10**6),
    age=st.integers(0, 10**6),
    rest=st.integers(-(10**6), 10**6),
    summoned=st.booleans(),
)
def test_a_post_goes_out_only_when_every_rule_allows_it(*, stopped, is_on, spent, age, rest, summoned):
    now = MORNING + age
    situation = a_situation(
        has_stopped=stopped,
        is_on=is_on,
        closed_until=now + rest,
        spent=Spent(quarter_hour=spent),
        outgoing=planned(is_summoned=summoned),
    )
    found = may_we_post(situation, policy=shipped_policy(), now=now)
    young = age <= shipped_policy().acknowledgement.max_age_minutes * MINUTE
    room = spent < shipped_policy().caps.posts_per_15_minutes
    assert (found == Allowed()) == (not stopped and is_on and room and rest <= 0 and summoned and young)
    if isinstance(found, Deferred):
        assert found.not_before > now
