"""One test per rule of X and of the desk for posting; the sources stand in `desk.permission`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.action import Act
from desk.incidents.clusters import Cluster
from desk.incidents.model import Stage
from desk.outbox import OutgoingKind, State
from desk.permission import Allowed, Deferred, Held, Refused, Situation, Spoken, Thread, ceilings, may_we_post
from desk.policy.model import Budget, Category, Purpose
from desk.spending import ACKNOWLEDGEMENTS, INCIDENT_REPLIES, Spent, day_end
from desk.store.incidents import Ongoing
from tests.builders import a_policy
from tests.stories import HOUR, MINUTE, MORNING, answered, deleted, did, planned, shipped_policy, the_case, wrote

NOW = MORNING + 2 * MINUTE


def a_situation(**changes: Any) -> Situation:
    made = Situation(
        outgoing=planned(),
        case=the_case([wrote(0)], 2),
        has_stopped=False,
        is_on=True,
        knows_accounts=True,
        closed_until=0,
        posts_this_quarter=0,
        spent=Spent({}, {}),
    )
    return replace(made, **changes)


def verdict(now: int = NOW, **changes: Any) -> Allowed | Refused | Deferred | Held:
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


def test_a_persons_reply_is_given_up_when_it_waited_for_an_hour():
    reply = planned(kind=OutgoingKind.REPLY, planned_at=NOW - 60 * MINUTE)
    assert verdict(outgoing=reply) == Allowed()
    assert "within 60 minutes" in refusal(outgoing=replace(reply, planned_at=reply.planned_at - 1))
    assert refusal(outgoing=reply, closed_until=NOW + MINUTE) == "X asked us to wait"


def test_nothing_is_acknowledged_while_a_person_answers():
    case = the_case([wrote(0), did(1, Act.REPLY, outbox_key="REPLY#one")], 2)
    assert refusal(case=case) == "a person answers"


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


def test_a_case_that_a_person_resolved_is_not_acknowledged():
    assert refusal(case=the_case([wrote(0), did(1, Act.RESOLVE)], 2)) == "the case is resolved"


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
    full = shipped_policy().caps.posts_per_15_minutes
    assert waiting(posts_this_quarter=full).not_before == MORNING + 15 * MINUTE


LATE = day_end(NOW) - 10 * MINUTE
"""So shortly before midnight UTC that a young post may still be acknowledged after it."""

USED_UP = {
    "cap of automatic posts per day": Spent({ACKNOWLEDGEMENTS: 200}, {ACKNOWLEDGEMENTS: 200}),
    "the budget for X is used up": Spent({"reads:mentions:pebblewinghelp": 40_000}, {}),
}


@pytest.mark.parametrize(("reason", "spent"), USED_UP.items())
def test_the_caps_of_automatic_posts_defer_them_but_not_a_persons_reply(reason, spent):
    young = planned(reply_to_at=LATE - MINUTE, planned_at=LATE)
    assert verdict(LATE, spent=spent, outgoing=young) == Deferred(reason, day_end(NOW))
    assert verdict(LATE, spent=spent, outgoing=replace(young, kind=OutgoingKind.REPLY)) == Allowed()


@pytest.mark.parametrize(("reason", "spent"), USED_UP.items())
def test_what_would_be_too_old_when_it_may_go_is_refused_with_the_reason_it_had_to_wait_for(reason, spent):
    assert refusal(spent=spent) == reason


def test_a_month_that_is_used_up_outlasts_every_acknowledgement():
    spent = Spent({}, {"reads:search:brand": 80_000})
    young = planned(reply_to_at=LATE - MINUTE)
    assert refusal(LATE, spent=spent, outgoing=young) == "the budget for X is used up"


@given(
    reads=st.integers(0, 3_000),
    others=st.integers(0, 60),
    before=st.integers(0, 300),
    waiting=st.integers(0, 400),
)
def test_claims_up_to_their_ceiling_never_pass_the_budget_or_the_cap(*, reads, others, before, waiting):
    policy = a_policy(budget=Budget(usd_per_day=2.5, usd_per_month=4.0, searches_off_at_share=0.8))
    counters = {"reads:search:brand": reads // 10, "posts:reply": others, ACKNOWLEDGEMENTS: before}
    spent = Spent(counters, {**counters, "reads:search:brand": reads // 5})
    today, this_month = ceilings(spent, policy)
    claimed = max(0, min(waiting, today - before, this_month - before))
    after = spent.plus(ACKNOWLEDGEMENTS, claimed)
    if claimed:
        assert after.today[ACKNOWLEDGEMENTS] <= policy.caps.automatic_per_day
        assert _cents(after.today) <= 250
        assert _cents(after.this_month) <= 400


def _cents(counters: dict[str, int]) -> float:
    return counters["reads:search:brand"] * 0.5 + counters["posts:reply"] + counters[ACKNOWLEDGEMENTS]


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
        posts_this_quarter=spent,
        outgoing=planned(is_summoned=summoned),
    )
    found = may_we_post(situation, policy=shipped_policy(), now=now)
    young = age <= shipped_policy().acknowledgement.max_age_minutes * MINUTE
    room = spent < shipped_policy().caps.posts_per_15_minutes
    assert (found == Allowed()) == (not stopped and is_on and room and rest <= 0 and summoned and young)
    if isinstance(found, Deferred):
        assert found.not_before > now


# ---- incidents


def an_incident(stage: Stage = Stage.DECLARED, **changes: Any) -> Ongoing:
    made = Ongoing("i1", stage, Cluster("app-and-website", (), (), ""), MORNING - HOUR, None, replies=True)
    return replace(made, **changes)


RESOLVED = an_incident(Stage.RESOLVED, ended_at=NOW)
LATER = NOW + 3 * HOUR


def test_a_reply_is_held_while_its_incident_goes_on_however_old_it_gets_meanwhile():
    assert verdict(incident=an_incident()) == Held("incident i1", "i1")
    assert verdict(LATER, incident=an_incident(Stage.MONITORING)) == Held("incident i1", "i1")
    assert verdict(incident=an_incident(Stage.SUSPECTED)) == Allowed()


@pytest.mark.parametrize(
    ("reason", "situation"),
    [
        ("not summoned", {"outgoing": planned(is_summoned=False)}),
        ("no automatic replies", {"has_stopped": True}),
        ("a person answered already", {"case": the_case([wrote(0), answered(1)], 2)}),
        ("a person answers", {"case": the_case([wrote(0), did(1, Act.REPLY, outbox_key="REPLY#one")], 2)}),
        ("deleted", {"case": the_case([(post := wrote(0)), deleted(1, post)], 2)}),
        ("more than 24 hours old", {"now": MORNING + 24 * HOUR + 1}),
    ],
)
@pytest.mark.parametrize("incident", [an_incident(), RESOLVED])
def test_no_incident_lets_out_what_is_forbidden(reason, situation, incident):
    assert reason in refusal(incident=incident, **situation)


def test_the_end_of_an_incident_is_told_hours_later_and_although_it_resolved_the_case():
    case = the_case([wrote(0), did(1, Act.RESOLVE)], 2)
    assert verdict(LATER, case=case, incident=RESOLVED) == Allowed(Purpose.INCIDENT_RESOLVED)
    assert refusal(case=case, incident=an_incident()) == "the case is resolved"


def test_an_incident_that_ends_without_replies_sends_none():
    assert refusal(incident=replace(RESOLVED, replies=False)) == "its incident ended without replies"


def test_a_customer_is_told_of_an_incident_once_over_all_cases():
    heard = Spoken(is_heard=True, version=1)
    assert refusal(incident=RESOLVED, spoken=heard) == "the customer was told of this incident already"
    assert verdict(incident=RESOLVED, spoken=Spoken(version=1)) == Allowed(Purpose.INCIDENT_RESOLVED)
    assert verdict(incident=an_incident(), spoken=heard) == Held("incident i1", "i1")
    assert verdict(incident=an_incident(Stage.DISMISSED), spoken=heard) == Allowed()


def test_after_a_false_alarm_the_ordinary_rules_hold_with_their_age():
    dismissed = an_incident(Stage.DISMISSED)
    assert verdict(incident=dismissed) == Allowed()
    assert refusal(LATER, incident=dismissed).startswith("too old: the post is more than 60 minutes old")


def test_the_incidents_own_answer_points_to_its_status_post_if_policy_says_so():
    policy = a_policy(incidents=replace(shipped_policy().incidents, answers_joined=True))
    situation = a_situation(incident=an_incident(status_post="77"))
    assert may_we_post(situation, policy=policy, now=LATER) == Allowed(Purpose.INCIDENT)
    assert verdict(incident=an_incident(status_post="77")) == Held("incident i1", "i1")


@pytest.mark.parametrize(
    ("reason", "situation"),
    [
        ("posting is switched off", {"is_on": False}),
        ("X asked us to wait", {"closed_until": LATER + 1}),
        ("cap of posts per 15 minutes", {"posts_this_quarter": 60}),
        ("cap of automatic posts per day", {"spent": Spent({ACKNOWLEDGEMENTS: 200}, {})}),
        ("the budget for X is used up", {"spent": Spent({"reads:mentions:pebblewinghelp": 40_000}, {})}),
        ("share of posts per 15 minutes", {"incident_posts_this_quarter": 30, "posts_this_quarter": 30}),
        ("share of automatic posts per day", {"spent": Spent({INCIDENT_REPLIES: 100, ACKNOWLEDGEMENTS: 100}, {})}),
    ],
)
def test_an_incidents_reply_that_must_wait_stays_among_the_held(reason, situation):
    assert verdict(LATER, incident=RESOLVED, **situation) == Held(f"incident i1: {reason}", "i1")


def test_what_incidents_use_up_of_their_share_leaves_others_theirs():
    spent = Spent({INCIDENT_REPLIES: 100, ACKNOWLEDGEMENTS: 100}, {})
    assert verdict(spent=spent, incident_posts_this_quarter=30, posts_this_quarter=30) == Allowed()


# ---- status posts


def a_status(**changes: Any) -> Any:
    made = {"kind": OutgoingKind.STATUS, "key": "STATUS#i1#2", "case_id": "", "is_summoned": False, "incident_id": "i1"}
    return planned(**{**made, "planned_at": NOW, "text": "We are on it.", **changes})


def a_thread(**changes: Any) -> Thread:
    return replace(Thread(reply_to=None, previous=None, by_itself=False), **changes)


def status_verdict(now: int = NOW, thread: Thread | None = None, **changes: Any) -> Any:
    situation = {"outgoing": a_status(), "case": None, "incident": an_incident(), "thread": thread or a_thread()}
    return verdict(now, **{**situation, **changes})


def test_a_status_post_answers_nobody_and_needs_no_summons():
    assert status_verdict() == Allowed()
    assert status_verdict(incident=an_incident(Stage.RESOLVED, ended_at=NOW)) == Allowed()
    assert status_verdict(incident=None) == Allowed()


def test_a_status_post_is_bound_by_the_switch_the_cap_and_xs_wish():
    full = shipped_policy().caps.posts_per_15_minutes
    assert status_verdict(is_on=False).reason == "posting is switched off"
    assert status_verdict(posts_this_quarter=full).reason == "cap of posts per 15 minutes"
    assert status_verdict(closed_until=NOW + 60).reason == "X asked us to wait"


def test_nothing_more_is_said_of_what_turned_out_to_be_no_incident():
    assert status_verdict(incident=an_incident(Stage.DISMISSED)) == Refused("its incident was dismissed")


def test_a_status_post_that_waited_for_an_hour_is_given_up():
    assert "within 60 minutes" in status_verdict(NOW + HOUR + 1).reason


@pytest.mark.parametrize(("state", "waits"), [(State.PLANNED, True), (State.SENDING, True), (State.UNKNOWN, False)])
def test_an_update_waits_for_the_post_that_it_hangs_under(state, waits):
    found = status_verdict(thread=a_thread(previous=replace(a_status(), key="STATUS#i1#1", state=state)))
    assert isinstance(found, Deferred) is waits


def test_the_budget_binds_only_what_no_person_approved():
    spent = Spent({"reads:mentions:pebblewinghelp": 39_900}, {})
    dear = a_status(text="We are on it: https://status.pebblewing.com/")
    assert status_verdict(outgoing=dear, spent=spent) == Allowed()
    found = status_verdict(outgoing=dear, spent=spent, thread=a_thread(by_itself=True))
    assert found.reason == "the budget for X is used up"
    assert status_verdict(spent=spent, thread=a_thread(by_itself=True)) == Allowed(), "one without a link is cheap"
