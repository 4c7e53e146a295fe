"""The people who answer, as the policy names them by their accounts, and whom a case is given to by itself. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.case import Case
    from desk.policy.model import Policy


class Agent(Struct, frozen=True):
    """A person: how posts are signed, and which teams and languages of cases are theirs (empty: all)."""

    name: str
    signature: str | None
    teams: frozenset[str]
    languages: frozenset[str]

    def serves(self, case: Case) -> bool:
        """Say whether a case may be given to this person without being asked."""
        knows_language = not self.languages or case.language in self.languages
        return knows_language and (not self.teams or case.team in self.teams)


def agents(policy: Policy) -> tuple[Agent, ...]:
    """Give everybody of the policy, each once, in its order; who has several accounts is told by the first."""
    found: dict[str, Agent] = {}
    for handle in policy.handles:
        if handle.agent is not None:
            made = Agent(handle.agent, handle.signature, frozenset(handle.teams), frozenset(handle.languages))
            found.setdefault(handle.agent.casefold(), made)
    return tuple(found.values())


def agent_named(policy: Policy, name: str) -> Agent | None:
    """Give the person of that name, whatever the case of its letters."""
    return next((agent for agent in agents(policy) if agent.name.casefold() == name.casefold()), None)


def least_loaded(case: Case, policy: Policy, load: Mapping[str, int]) -> Agent | None:
    """Give whom a case is given to: of those who serve it, who has the fewest open cases; the policy's order decides.

    `load`: open cases by the name of whom they are assigned to. None if nobody serves it.
    """
    able = [agent for agent in agents(policy) if agent.serves(case)]
    return min(able, key=lambda agent: load.get(agent.name, 0), default=None)
