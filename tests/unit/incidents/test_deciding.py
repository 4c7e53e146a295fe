"""What becomes of surges and incidents: explained, suspected, declared, calm, over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.event import Filing
from desk.incidents.clusters import Cluster
from desk.incidents.deciding import (
    NO_CLUSTER,
    Crowd,
    declared,
    each_stands_for,
    grown,
    heed,
    is_beyond_doubt,
    is_kin,
    is_unusual,
    may_be,
    may_suspect,
    seen_again,
    stepped,
    suspected,
    suspected_still,
)
from desk.incidents.detection import Surge
from desk.incidents.life import MOVES, OVER, Move, moved
from desk.incidents.model import Stage
from desk.policy.model import Category
from tests.stories import HOUR, MINUTE, MORNING, a_post, an_assessment, an_event, shipped_policy

POLICY = shipped_policy().incidents
APP = Cluster("app-and-website", ("app crashes",), (), "app crashes")
BAGS = Cluster("baggage", ("belt broken",), (), "belt broken")
SURGE = Surge("posts", MORNING, observed=40, expected=4, factor=10, score=12)
CALM, ENDS = POLICY.calm_minutes * MINUTE, POLICY.resolve_after_hours * HOUR


def told(number: int, *, minute: float = 0, about: Cluster = APP, **assessed):
    """A filed post of a customer of its own about a matter."""
    made = an_assessment(**{"topic": about.topic, **assessed})
    post = a_post(minute, text=f"the {about.label} again", post_id=str(9000 + number), first_id=str(9000 + number))
    return replace(an_event(post, customer_id=str(number)), filing=Filing(f"{number}-77", "v", made))


def crowd(size: int, **changes) -> Crowd:
    return Crowd([told(number, **changes) for number in range(size)])


def an_incident(cluster: Cluster = APP, *moves: Move, at: int = MORNING):
    incident = suspected("88", SURGE, cluster, crowd(3), now=at)
    for move in moves:
        incident = moved(incident, move, at=at, by="the desk")
    return incident


# ---- which surge is whose


def heeded(posts, *incidents, surge=SURGE):
    return heed([surge], posts, incidents, until=MORNING + 10 * MINUTE)


def test_a_surge_that_nobody_knows_wants_an_explanation():
    found = heeded([told(number) for number in range(40)])
    assert (found.seen, found.rest, len(found.posts), found.is_beside) == ({}, SURGE, 40, False)


def test_what_a_known_incident_explains_is_its_own():
    found = heeded([told(number) for number in range(40)], an_incident(APP, Move.DECLARE))
    assert (found.seen, found.rest) == ({"88": SURGE}, None)


def test_an_incident_does_not_take_a_surge_of_something_else():
    posts = [told(number, about=BAGS) for number in range(38)] + [told(90), told(91)]
    found = heeded(posts, an_incident(APP, Move.DECLARE))
    assert (found.seen, found.is_beside) == ({}, False)
    assert found.rest.observed == 38
    assert {event.filing.assessment.topic for event in found.posts} == {"baggage"}


def test_two_matters_at_once_are_told_apart():
    posts = [told(number) for number in range(20)] + [told(50 + number, about=BAGS) for number in range(20)]
    found = heeded(posts, an_incident(APP, Move.DECLARE))
    assert found.seen == {"88": SURGE}
    assert (found.rest.observed, found.is_beside) == (20, True)


def test_a_surge_of_the_unhappy_counts_the_unhappy_only():
    posts = [told(number, sentiment="neutral") for number in range(40)]
    assert heeded(posts, surge=replace(SURGE, series="negative")).posts == []


def test_a_surge_of_a_quarter_of_an_hour_is_explained_by_its_posts_alone():
    posts = [told(number, minute=-20) for number in range(40)]
    assert heeded(posts, surge=replace(SURGE, minutes=15)).posts == []


def test_a_stronger_surge_of_something_else_does_not_hide_an_incident_that_goes_on():
    """A hat that makes everybody laugh: the app crashes all the same."""
    hat = [told(100 + number, about=BAGS, sentiment="neutral") for number in range(200)]
    joke, crashes = replace(SURGE, observed=240, score=40), replace(SURGE, series="topic:app-and-website")
    posts = [*hat, *(told(number) for number in range(40))]
    found = heed([joke, crashes], posts, [an_incident(APP, Move.DECLARE)], until=MORNING + 10 * MINUTE)
    assert found.seen == {"88": crashes}
    assert (found.rest.series, found.rest.observed, len(found.posts), found.is_beside) == ("posts", 200, 200, False)


def test_of_several_surges_an_incident_is_seen_by_the_strongest():
    unhappy = replace(SURGE, series="negative")
    found = heed([unhappy, SURGE], [told(number) for number in range(40)], [an_incident()], until=MORNING + MINUTE)
    assert found.seen == {"88": unhappy}


# ---- a surge too big to be read


def test_an_incident_explains_a_surge_of_which_only_a_part_was_read():
    posts = [told(number) for number in range(60)]
    assert heeded(posts, an_incident(APP, Move.DECLARE), surge=replace(SURGE, observed=600)).rest is None


def test_what_was_read_of_two_matters_stands_for_all_that_was_written_of_them():
    big = replace(SURGE, observed=900)
    posts = [told(number) for number in range(20)] + [told(50 + number, about=BAGS) for number in range(40)]
    found = heeded(posts, an_incident(APP, Move.DECLARE), surge=big)
    assert (found.seen, found.rest.observed) == ({"88": big}, 600)
    assert each_stands_for(found.rest, found.posts) == 15


def test_a_sample_is_beyond_doubt_by_its_share():
    big = replace(SURGE, observed=600)
    assert is_beyond_doubt(big, crowd(40), each_stands_for(big, crowd(60).posts))
    assert not is_beyond_doubt(big, crowd(20), each_stands_for(big, crowd(60).posts))


def test_a_post_that_was_read_stands_for_itself_at_least():
    assert each_stands_for(SURGE, []) == each_stands_for(SURGE, crowd(60).posts) == 1


# ---- suspicion


@pytest.mark.parametrize(
    ("cluster", "is_same"),
    [(APP, True), (replace(BAGS, terms=("app crashes",)), True), (BAGS, False), (NO_CLUSTER, False)],
)
def test_two_clusters_are_kin_by_topic_term_or_link(cluster, is_same):
    assert is_kin(APP, cluster) is is_same


def test_posts_without_anything_in_common_are_no_kin():
    assert not is_kin(NO_CLUSTER, NO_CLUSTER)


@pytest.mark.parametrize("end", [Move.RESOLVE, Move.DISMISS])
def test_what_has_only_just_ended_is_not_suspected_again_unless_it_is_well_above(end):
    over = moved(an_incident(APP, Move.DECLARE), end, at=MORNING, by="lena")
    assert not may_suspect(SURGE, APP, [over], now=MORNING + HOUR)
    assert may_suspect(replace(SURGE, observed=61), APP, [over], now=MORNING + HOUR)
    assert may_suspect(SURGE, BAGS, [over], now=MORNING + HOUR)
    assert may_suspect(SURGE, APP, [over], now=MORNING + 3 * HOUR)


def test_what_goes_on_is_no_reason_not_to_suspect():
    assert may_suspect(SURGE, APP, [an_incident(APP, Move.DECLARE)], now=MORNING + HOUR)


def test_a_suspicion_learns_its_matter_as_posts_come():
    vague = an_incident(NO_CLUSTER)
    assert may_be(vague, APP)
    clear = suspected_still(vague, replace(SURGE, observed=60), APP, crowd(5), now=MORNING + MINUTE)
    assert (clear.cluster, clear.peak.observed, len(clear.examples)) == (APP, 60, 5)
    assert suspected_still(clear, SURGE, NO_CLUSTER, crowd(0), now=MORNING + 120).cluster == APP


def test_what_a_person_declared_keeps_the_matter_it_was_declared_with():
    incident = an_incident(APP, Move.DECLARE)
    assert suspected_still(incident, SURGE, BAGS, crowd(5), now=MORNING + MINUTE) == incident
    assert not may_be(incident, APP)


# ---- beyond doubt


def test_many_customers_in_one_trouble_are_beyond_doubt():
    assert is_beyond_doubt(SURGE, crowd(30), 1)


@pytest.mark.parametrize(
    ("surge", "posts"),
    [
        (replace(SURGE, factor=2.5), crowd(30)),
        (SURGE, crowd(7)),
        (SURGE, Crowd([told(1, minute=minute) for minute in range(30)])),
        (SURGE, crowd(30, category=Category.PRAISE, sentiment="positive")),
        (SURGE, crowd(30, category=Category.QUESTION, sentiment="neutral")),
        (replace(SURGE, observed=200), crowd(30)),
    ],
    ids=["not far above", "few customers", "one angry customer", "joy", "questions", "a small part of it"],
)
def test_anything_less_is_for_a_person_to_declare(surge, posts):
    assert not is_beyond_doubt(surge, posts, 1)


def test_the_desk_declares_what_is_suspected_and_nothing_else():
    assert declared(an_incident(), crowd(12), now=MORNING).stage is Stage.DECLARED
    dismissed = an_incident(APP, Move.DISMISS)
    assert declared(dismissed, crowd(12), now=MORNING) == dismissed


def test_examples_are_of_different_customers_and_the_unhappy_come_first():
    glad = told(1, category=Category.QUESTION, sentiment="neutral")
    posts = [glad, told(2, minute=2), replace(told(3, minute=3), customer_id="2"), told(4, minute=4)]
    assert Crowd(posts).examples == ("2/9002", "4/9004", "1/9001")


# ---- what more belongs to it

MORE = Cluster("app-and-website", ("app crashes", "boarding pass"), (), "boarding pass, app crashes")


def test_what_the_desk_declared_early_grows_by_what_more_its_posts_say():
    cluster = grown(an_incident(APP, Move.DECLARE), MORE, now=MORNING + 10 * MINUTE).cluster
    assert (cluster.terms, cluster.topic, cluster.label) == (MORE.terms, APP.topic, MORE.label)


@pytest.mark.parametrize(
    ("incident", "found", "minute"),
    [
        (an_incident(APP, Move.DECLARE), BAGS, 10),
        (an_incident(APP, Move.DECLARE), MORE, 31),
        (moved(an_incident(), Move.DECLARE, at=MORNING, by="lena"), MORE, 10),
    ],
    ids=["something else", "not young any more", "declared by a person"],
)
def test_nothing_else_comes_to_belong_to_an_incident(incident, found, minute):
    assert grown(incident, found, now=MORNING + minute * MINUTE) == incident


# ---- moves


def test_an_incident_calms_after_its_time_and_not_a_second_before():
    incident = an_incident(APP, Move.DECLARE)
    assert stepped(incident, policy=POLICY, now=MORNING + CALM - 1) == incident
    assert stepped(incident, policy=POLICY, now=MORNING + CALM).stage is Stage.MONITORING


def test_every_surge_begins_the_calm_anew():
    incident = seen_again(an_incident(APP, Move.DECLARE), SURGE, now=MORNING + CALM - 60)
    assert stepped(incident, policy=POLICY, now=MORNING + CALM) == incident


def test_a_calm_incident_flares_up_again_only_with_a_surge():
    calm = stepped(an_incident(APP, Move.DECLARE), policy=POLICY, now=MORNING + CALM)
    assert stepped(calm, policy=POLICY, now=MORNING + CALM + HOUR) == calm
    flared = stepped(seen_again(calm, SURGE, now=MORNING + 2 * CALM), policy=POLICY, now=MORNING + 2 * CALM)
    assert flared.stage is Stage.DECLARED
    assert stepped(flared, policy=POLICY, now=MORNING + 3 * CALM - 1).stage is Stage.DECLARED


def test_an_incident_that_stays_calm_ends_by_itself_without_replies():
    calm = stepped(an_incident(APP, Move.DECLARE), policy=POLICY, now=MORNING + CALM)
    assert stepped(calm, policy=POLICY, now=MORNING + CALM + ENDS - 1) == calm
    over = stepped(calm, policy=POLICY, now=MORNING + CALM + ENDS)
    assert (over.stage, over.resolution.replies) == (Stage.RESOLVED, False)


def test_a_suspicion_that_nobody_declared_is_dropped_once_it_is_calm():
    assert stepped(an_incident(), policy=POLICY, now=MORNING + CALM).stage is Stage.DISMISSED


@pytest.mark.parametrize("end", [Move.RESOLVE, Move.DISMISS])
def test_what_is_over_moves_no_more(end):
    over = an_incident(APP, Move.DECLARE, end)
    assert stepped(over, policy=POLICY, now=MORNING + 10 * ENDS) == over


def test_hours_in_which_something_is_wrong_are_not_learnt_from():
    assert is_unusual([an_incident()])
    assert is_unusual([an_incident(APP, Move.DECLARE)])
    assert not is_unusual([an_incident(APP, Move.DECLARE, Move.CALM), an_incident(APP, Move.DISMISS)])


@given(st.lists(st.tuples(st.integers(1, 20 * 60), st.booleans()), max_size=30))
def test_whatever_comes_an_incident_moves_along_the_table_and_in_time(steps):
    incident, now = an_incident(), MORNING
    for minutes, is_surging in steps:
        now += minutes * MINUTE
        before = incident
        if is_surging and incident.stage not in OVER:
            incident = seen_again(incident, SURGE, now=now)
        incident = stepped(incident, policy=POLICY, now=now)
        assert incident.stage is before.stage or incident.stage in {
            stage for (origin, _), stage in MOVES.items() if origin is before.stage
        }
    moments = [change.at for change in incident.changes]
    assert moments == sorted(moments)
