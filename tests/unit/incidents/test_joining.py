"""Which incident a case belongs to, by its events alone; and the acts that an incident does to its cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.action import Act
from desk.incidents.clusters import Cluster
from desk.incidents.joining import ending, joining, joins
from desk.incidents.life import Move, moved
from desk.incidents.model import Evidence, Incident, Stage
from desk.policy.model import Priority
from desk.store.incidents import Ongoing
from tests.stories import CASE, CUSTOMER, MINUTE, MORNING, a_post, an_assessment, answered, did, the_case, wrote

SEEN = Evidence(at=MORNING, series="posts", observed=40, expected=4, factor=10, score=12)
SUSPECTED = Incident(
    "88", Stage.SUSPECTED, Cluster("app-and-website", ("app crashes",), (), "app crashes"), MORNING, SEEN, SEEN, ()
)
DECLARED = moved(SUSPECTED, Move.DECLARE, at=MORNING + 3 * MINUTE, by="the desk")
CRASHES = a_post(5, text="your app crashes all the time")
OF_THE_APP = an_assessment(topic="app-and-website")


def at(minute: float) -> int:
    return MORNING + int(minute * MINUTE)


def joined(post=CRASHES, made=OF_THE_APP, incident=DECLARED, opened_at=None):
    return joins(post, made, opened_at=opened_at or post.at, going_on=[Ongoing.of(incident)])


# ---- which post


def test_a_post_about_the_matter_joins_as_long_as_the_incident_goes_on():
    assert joined() == "88"
    assert joined(incident=moved(DECLARED, Move.CALM, at=at(90), by="the desk")) == "88"
    assert joined(incident=SUSPECTED) is None
    assert joined(incident=moved(DECLARED, Move.RESOLVE, at=at(90), by="mia")) is None


def test_a_post_about_something_else_does_not_join():
    assert joined(a_post(5, text="you lost my bag in Rome"), an_assessment(topic="baggage")) is None


def test_danger_never_joins():
    assert joined(made=replace(OF_THE_APP, priority=Priority.P1)) is None


def test_what_nobody_answers_does_not_join():
    assert joined(made=replace(OF_THE_APP, is_answerable=False)) is None


def test_a_case_that_was_there_before_the_incident_has_a_matter_of_its_own():
    assert joined(opened_at=MORNING - 1) is None
    assert joined(opened_at=MORNING) == "88"


# ---- which case


def test_a_case_belongs_to_the_incident_its_post_was_filed_with():
    assert the_case([wrote(0, incident="88")]).incident_id == "88"
    assert the_case([wrote(0)]).incident_id is None


def test_a_case_joins_and_leaves_by_what_is_said_last():
    story = [wrote(0), did(5, Act.JOIN, incident="88")]
    assert the_case(story).incident_id == "88"
    story.append(did(9, Act.LEAVE, incident="88"))
    assert the_case(story).incident_id is None
    story.append(did(12, Act.JOIN, incident="88"))
    assert the_case(story).incident_id == "88"


def test_who_was_taken_out_does_not_come_back_by_a_post_that_looks_alike():
    story = [wrote(0, incident="88"), did(5, Act.LEAVE, incident="88"), wrote(9, incident="88")]
    assert the_case(story).incident_id is None


def test_a_p1_is_never_swallowed_and_joins_once_a_person_says_it_is_none():
    story = [wrote(0, incident="88", priority=Priority.P1)]
    assert the_case(story).incident_id is None
    assert the_case([wrote(0, incident="88"), wrote(5, priority=Priority.P1)]).incident_id is None
    assert the_case([*story, did(5, Act.PRIORITISE, priority=Priority.P3)]).incident_id == "88"


events = st.one_of(
    st.builds(wrote, st.integers(0, 60), priority=st.sampled_from(Priority), incident=st.sampled_from([None, "88"])),
    st.builds(did, st.integers(0, 60), st.sampled_from([Act.JOIN, Act.LEAVE]), incident=st.just("88")),
    st.builds(did, st.integers(0, 60), st.just(Act.PRIORITISE), priority=st.sampled_from(Priority)),
    st.builds(answered, st.integers(0, 60)),
)


@given(st.lists(events, max_size=8))
def test_no_story_brings_a_p1_into_an_incident(story):
    case = the_case({event.key: event for event in [wrote(0), *story]}.values(), 90)
    assert case.priority is not Priority.P1 or case.incident_id is None


# ---- acts


@pytest.fixture
def case():
    return the_case([wrote(0)])


def test_the_same_act_has_the_same_id_whenever_it_is_tried(case):
    assert joining(DECLARED, case).key == joining(DECLARED, replace(case, posts=3)).key
    later = moved(DECLARED, Move.CALM, at=at(70), by="the desk")
    assert joining(later, case).key == joining(DECLARED, case).key


def test_acts_on_two_cases_of_one_customer_stay_apart(case):
    other = replace(case, case_id=f"{CUSTOMER}-99")
    assert joining(DECLARED, case).key != joining(DECLARED, other).key


def test_the_end_of_an_incident_resolves_its_cases_in_the_name_of_who_ended_it(case):
    event = ending(moved(DECLARED, Move.RESOLVE, at=at(90), by="lena"), case)
    assert (event.action.act, event.action.by, event.at) == (Act.RESOLVE, "lena", at(90))
    assert event.action.text == "Incident resolved: app crashes"
    assert event.concerns == CASE


def test_a_false_alarm_lets_its_cases_go(case):
    event = ending(moved(DECLARED, Move.DISMISS, at=at(90), by="lena"), case)
    assert (event.action.act, event.action.incident) == (Act.LEAVE, "88")
