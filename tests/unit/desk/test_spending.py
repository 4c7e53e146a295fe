"""What counters cost, and what the desk leaves off as the budget for X is used up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.outbox import OutgoingKind
from desk.policy.model import Budget
from desk.spending import (
    ACKNOWLEDGEMENTS,
    LOOKS,
    SMALLEST_SEARCH,
    Kind,
    Line,
    Spent,
    Stage,
    day_end,
    month_end,
    month_of,
    room_for_acknowledgements,
    room_for_looks,
    room_for_searches,
    standing,
    usage,
)
from tests.builders import a_policy

OWNERS = frozenset({"pebblewinghelp"})
NOW = 1_772_442_000  # Mon 2 March 2026, 09:00 UTC
POLICY = a_policy(budget=Budget(usd_per_day=1.0, usd_per_month=10.0, searches_off_at_share=0.8))
COUNTERS = (
    "reads:mentions:pebblewinghelp",
    "reads:timeline:pebblewing",
    "reads:search:brand",
    "reads:fill:pebblewinghelp",
    LOOKS,
    ACKNOWLEDGEMENTS,
    "posts:reply",
)
spendings = st.lists(st.tuples(st.sampled_from(COUNTERS), st.integers(0, 400)), max_size=40)


def spent(**today: int) -> Spent:
    counters = {name.replace("__", ":"): amount for name, amount in today.items()}
    return Spent(counters, counters)


def after(steps: list[tuple[str, int]]) -> Spent:
    found = Spent({}, {})
    for what, amount in steps:
        found = found.plus(what, amount)
    return found


def cents(counters: dict[str, int]) -> float:
    """The bill, computed another way than the desk does: 0.1, 0.5 and 1 cent."""
    owned = counters.get("reads:mentions:pebblewinghelp", 0)
    posts = counters.get(ACKNOWLEDGEMENTS, 0) + counters.get("posts:reply", 0)
    return owned / 10 + (sum(counters.values()) - owned - posts) / 2 + posts


@pytest.mark.parametrize(
    ("counter", "kind"),
    [
        ("reads:mentions:pebblewinghelp", Kind.OWNED_READ),
        ("reads:timeline:pebblewinghelp", Kind.OWNED_READ),
        ("reads:mentions:pebblewing", Kind.POST_READ),
        ("reads:fill:pebblewinghelp", Kind.POST_READ),
        ("reads:search:brand", Kind.POST_READ),
        ("reads:look", Kind.LOOK_UP),
        ("reads:users", Kind.USER_READ),
        ("posts:status_with_url", Kind.POST_WITH_URL),
    ],
)
def test_each_counter_is_of_the_kind_that_x_bills(counter, kind):
    assert usage({counter: 7}, OWNERS) == {kind: 7}


def test_every_kind_of_outgoing_post_has_a_price():
    assert all(usage({f"posts:{kind}": 1}, OWNERS).total() == 1 for kind in OutgoingKind)


def test_counters_of_one_kind_add_up_and_what_x_does_not_bill_is_left_out():
    counters = {"reads:search:brand": 3, "reads:search:products": 4, "posts": 9}
    assert usage(counters, OWNERS) == {Kind.POST_READ: 7}


def test_all_is_on_while_there_is_money():
    found = standing(spent(reads__search__brand=100), POLICY, now=NOW)
    assert (found.stage, found.until) == (Stage.EVERYTHING_ON, None)
    assert found.day == Line(spent_usd=0.5, budget_usd=1.0)
    assert found.month == Line(spent_usd=0.5, budget_usd=10.0)


def test_searches_go_first_and_leave_the_rest_to_those_who_called_us_by_name():
    found = standing(spent(reads__search__brand=155), POLICY, now=NOW)
    assert (found.stage, found.until) == (Stage.SEARCHES_OFF, day_end(NOW))
    assert room_for_searches(spent(reads__search__brand=155), POLICY) == 5
    assert room_for_acknowledgements(spent(reads__search__brand=155), POLICY) == 22


def test_the_stage_begins_where_the_next_thing_could_not_be_paid():
    assert standing(spent(reads__search__brand=150), POLICY, now=NOW).stage is Stage.EVERYTHING_ON
    assert standing(spent(reads__search__brand=151), POLICY, now=NOW).stage is Stage.SEARCHES_OFF
    assert standing(spent(posts__acknowledgement=99), POLICY, now=NOW).stage is Stage.SEARCHES_OFF
    assert standing(spent(posts__acknowledgement=100), POLICY, now=NOW).stage is Stage.QUEUE_ONLY


def test_a_month_that_is_used_up_holds_longer_than_its_day():
    month = Spent({}, {"reads:mentions:pebblewing": 2_000})
    found = standing(month, POLICY, now=NOW)
    assert (found.stage, found.until) == (Stage.QUEUE_ONLY, month_end(NOW))
    both = Spent({"reads:mentions:pebblewing": 200}, {"reads:mentions:pebblewing": 2_000})
    assert standing(both, POLICY, now=NOW).until == month_end(NOW)
    day_worse = Spent({"reads:mentions:pebblewing": 200}, {"reads:mentions:pebblewing": 1_700})
    assert standing(day_worse, POLICY, now=NOW).until == day_end(NOW)


def test_a_new_day_has_a_budget_of_its_own():
    assert standing(Spent({}, {"reads:search:brand": 200}), POLICY, now=NOW).stage is Stage.EVERYTHING_ON


def test_mentions_may_pass_the_budget_and_nothing_else_then_has_room():
    beyond = spent(reads__mentions__pebblewinghelp=5_000)
    assert standing(beyond, POLICY, now=NOW).day.spent_usd == 5.0
    assert room_for_searches(beyond, POLICY) == room_for_looks(beyond, POLICY) == 0
    assert room_for_acknowledgements(beyond, POLICY) == 0


@given(spendings, spendings)
def test_more_spending_never_turns_anything_on_again(before, more):
    first, later = after(before), after([*before, *more])
    assert standing(first, POLICY, now=NOW).stage.rank <= standing(later, POLICY, now=NOW).stage.rank
    for room in (room_for_searches, room_for_looks, room_for_acknowledgements):
        assert room(first, POLICY) >= room(later, POLICY)


@given(st.lists(st.tuples(st.sampled_from(COUNTERS), st.integers(1, 100)), max_size=60))
def test_whatever_keeps_to_its_room_never_passes_the_budget(wishes):
    rooms = {
        "reads:search:brand": room_for_searches,
        LOOKS: room_for_looks,
        ACKNOWLEDGEMENTS: room_for_acknowledgements,
    }
    found = Spent({}, {})
    for what, wish in wishes:
        if what not in rooms:
            found = found.plus(what, wish)  # mentions, timelines, people's replies: nothing holds them
            continue
        amount = min(wish, rooms[what](found, POLICY))
        found = found.plus(what, amount)
        limit = 80 if what == "reads:search:brand" else 100
        assert not amount or cents(found.today) <= limit


@given(spendings)
def test_the_stage_says_what_has_room(steps):
    found = after(steps)
    stage = standing(found, POLICY, now=NOW).stage
    assert (stage is Stage.QUEUE_ONLY) == (room_for_acknowledgements(found, POLICY) == 0)
    assert (stage is Stage.EVERYTHING_ON) == (
        room_for_searches(found, POLICY) >= SMALLEST_SEARCH and room_for_acknowledgements(found, POLICY) > 0
    )


@pytest.mark.parametrize(
    ("at", "month", "end"),
    [
        (NOW, "2026-03", 1_775_001_600),
        (1_775_001_599, "2026-03", 1_775_001_600),
        (1_775_001_600, "2026-04", 1_777_593_600),
        (1_798_761_599, "2026-12", 1_798_761_600),
    ],
)
def test_months_are_those_of_utc(at, month, end):
    assert (month_of(at), month_end(at)) == (month, end)
