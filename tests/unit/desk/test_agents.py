"""Whom a case is given to: those who serve it, the least loaded first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desk.agents import agent_named, agents, least_loaded
from desk.policy.model import Handle, Role
from tests.builders import a_policy
from tests.cases import a_case


def people(**served: dict[str, tuple[str, ...]]):
    handles = [
        Handle(name.lower(), Role.AGENT, name, agent=name, signature=name[:2].upper(), **terms)
        for name, terms in served.items()
    ]
    return a_policy(handles=(Handle("help", Role.SUPPORT, "help"), *handles))


def test_a_person_with_several_accounts_is_one():
    policy = a_policy(handles=(*people(Mia={}).handles, *people(Mia={}, Jonas={}).handles))
    assert [agent.name for agent in agents(policy)] == ["Mia", "Jonas"]


def test_names_are_compared_without_regard_to_case():
    found = agent_named(people(Mia={}), "mIA")
    assert found is not None
    assert (found.name, found.signature) == ("Mia", "MI")
    assert agent_named(people(Mia={}), "Help") is None


def test_who_does_not_serve_the_team_or_the_language_is_left_out():
    policy = people(Mia={"teams": ("sales",)}, Jonas={"languages": ("da",)}, Ada={"teams": ("care",)})
    chosen = least_loaded(a_case(team="care", language="en"), policy, {"Ada": 9})
    assert chosen is not None
    assert chosen.name == "Ada"
    assert least_loaded(a_case(team="technical", language="en"), policy, {}) is None


@given(st.dictionaries(st.sampled_from(["Mia", "Jonas", "Ada"]), st.integers(0, 50)))
def test_nobody_who_serves_it_has_fewer(load):
    policy = people(Mia={}, Jonas={}, Ada={})
    chosen = least_loaded(a_case(), policy, load)
    assert chosen is not None
    assert load.get(chosen.name, 0) == min(load.get(agent.name, 0) for agent in agents(policy))
