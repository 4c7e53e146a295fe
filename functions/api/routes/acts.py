"""POST /cases/{case_id}/…: what people do to a case besides answering. Each is one event, told by the token's name."""

from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body

from api.acting import Change, Step, act
from api.auth import require, security, writing
from api.bodies import (
    Assigning,
    Escalating,
    Explained,
    Joining,
    Noting,
    Prioritising,
    Reclassifying,
    Snoozing,
    Transferring,
)
from api.models import Worked
from api.problems import NOT_POSSIBLE, ProblemError, invalid
from api.reading import Reading
from api.routes.case import CaseId
from api.routes.described import ACTED, responses
from api.routes.written import Asked, IfMatch, Key
from desk.access import Scope
from desk.action import Act, Action
from desk.agents import agent_named, agents, least_loaded
from desk.case import Case
from desk.incidents.life import HOLDING
from desk.store.incidents import ongoing

router = Router()

MOST_COUNTED = 1000
"""Open cases of a team, the most pressing first, by which a person's load is judged."""


def _takes(name: Act, summary: str, says: str, scope: Scope = Scope.AGENT) -> Callable[..., Any]:
    return router.post(
        f"/cases/<case_id>/{name}",
        summary=summary,
        description=says,
        operation_id=f"{name}_case",
        tags=["cases"],
        security=security(scope),
        responses=responses(Worked, "Done.", ACTED, headers={"ETag": "The case's new revision."}),
        middlewares=writing(scope),
    )


@_takes(
    Act.ASSIGN,
    "Give a case to a person",
    "Oneself with the scope `agent`, somebody else with `lead`. By itself it goes to whoever serves its team and its "
    "language and has the fewest open cases.",
)
def assign(
    asked: Asked, case_id: CaseId, body: Annotated[Assigning, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Assign a case, or take the assignment back."""

    def decide(reading: Reading) -> Step:
        agent = _by_load(asked, reading.case) if body.automatic else _named(asked, reading.case, body.agent)
        return Step(Action(Act.ASSIGN, asked.by, agent=agent, text=body.text))

    return act(asked, case_id, key, if_match, decide)


@_takes(Act.TRANSFER, "Give a case to another team", "Its clocks keep the time used; its assignment ends.")
def transfer(
    asked: Asked, case_id: CaseId, body: Annotated[Transferring, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Give a case to another team."""
    known = asked.sources.policy.teams
    if body.team not in known:
        raise invalid("body.team", f"There is no such team; there are {', '.join(sorted(known))}.")
    return _done(asked, case_id, key, if_match, Action(Act.TRANSFER, asked.by, team=body.team, text=body.text))


@_takes(Act.PRIORITISE, "Say how urgent a case is", "It stands for all that was asked until now.", Scope.LEAD)
def prioritise(
    asked: Asked, case_id: CaseId, body: Annotated[Prioritising, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Give a case another priority, or confirm the one it has."""
    done = Action(Act.PRIORITISE, asked.by, priority=body.priority, text=body.text)
    return _done(asked, case_id, key, if_match, done)


@_takes(
    Act.RECLASSIFY,
    "Say what a case is about",
    "Corrects triage from the start, or confirms it; `GET /reports/accuracy` counts both.",
    Scope.LEAD,
)
def reclassify(
    asked: Asked, case_id: CaseId, body: Annotated[Reclassifying, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Give a case another category, or confirm the one it has."""
    done = Action(Act.RECLASSIFY, asked.by, category=body.category, text=body.text)
    return _done(asked, case_id, key, if_match, done)


@_takes(Act.RESOLVE, "Resolve a case", "The next post of the customer opens it again.")
def resolve(
    asked: Asked, case_id: CaseId, body: Annotated[Explained, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Resolve an open case."""
    return _done(asked, case_id, key, if_match, Action(Act.RESOLVE, asked.by, text=body.text))


@_takes(Act.REOPEN, "Reopen a case", "Says that we owe a word: a resolved case goes on, an answered one waits for us.")
def reopen(
    asked: Asked, case_id: CaseId, body: Annotated[Explained, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Reopen a resolved or answered case."""
    return _done(asked, case_id, key, if_match, Action(Act.REOPEN, asked.by, text=body.text))


@_takes(Act.SNOOZE, "Let a case rest", "Its resolution rests until then, never a response; any news ends it.")
def snooze(
    asked: Asked, case_id: CaseId, body: Annotated[Snoozing, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Let an open case rest until a moment, which reopens it."""
    return _done(asked, case_id, key, if_match, Action(Act.SNOOZE, asked.by, until=body.until, text=body.text))


@_takes(Act.ESCALATE, "Take a case to a level of its team", "Those of that level hear of it by the next alert.")
def escalate(
    asked: Asked, case_id: CaseId, body: Annotated[Escalating, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Take an open case to a level."""
    return _done(asked, case_id, key, if_match, Action(Act.ESCALATE, asked.by, level=body.level, text=body.text))


@_takes(
    Act.JOIN,
    "Let a case join an incident",
    "It is answered and resolved with all the others of an incident that goes on.",
)
def join(
    asked: Asked, case_id: CaseId, body: Annotated[Joining, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Say that a case belongs to an incident."""
    going = [each.incident_id for each in ongoing(asked.sources.ledger) if each.stage in HOLDING]
    if body.incident not in going:
        raise invalid("body.incident", "No incident of this id is declared or monitored.")
    done = Action(Act.JOIN, asked.by, incident=body.incident, text=body.text)
    return _done(asked, case_id, key, if_match, done)


@_takes(Act.LEAVE, "Take a case out of its incident", "It has a matter of its own, and is answered for itself.")
def leave(
    asked: Asked, case_id: CaseId, body: Annotated[Explained, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Say that a case does not belong to its incident."""

    def decide(reading: Reading) -> Step:
        belongs_to = reading.case.incident_id
        if belongs_to is None:
            raise ProblemError(NOT_POSSIBLE, "It belongs to no incident.")
        return Step(Action(Act.LEAVE, asked.by, incident=belongs_to, text=body.text))

    return act(asked, case_id, key, if_match, decide)


@_takes(Act.NOTE, "Write a note", "For colleagues, in the case's timeline. Never shown on X.")
def note(
    asked: Asked, case_id: CaseId, body: Annotated[Noting, Body()], key: Key, if_match: IfMatch = None
) -> Response[Worked]:
    """Write a note."""
    return _done(asked, case_id, key, if_match, Action(Act.NOTE, asked.by, text=body.text))


def _done(asked: Change, case_id: str, key: str, if_match: str | None, done: Action) -> Response[Worked]:
    return act(asked, case_id, key, if_match, lambda _: Step(done))


def _named(asked: Change, case: Case, name: str | None) -> str | None:
    """Give to whom a case is assigned by name; only oneself may be named, or taken away, without the scope `lead`."""
    agent = agent_named(asked.sources.policy, name) if name is not None else None
    if name is not None and agent is None:
        known = ", ".join(each.name for each in agents(asked.sources.policy))
        raise invalid("body.agent", f"The policy knows no such person; it knows {known}.")
    if (agent.name if agent else case.assignee or asked.by).casefold() != asked.by.casefold():
        require(asked.token, Scope.LEAD, "Assigning somebody else")
    return agent.name if agent else None


def _by_load(asked: Change, case: Case) -> str:
    sources = asked.sources
    chosen = least_loaded(case, sources.policy, _load(asked, case.team))
    if chosen is None:
        raise ProblemError(NOT_POSSIBLE, f"Nobody serves the team {case.team} in the language {case.language}.")
    return chosen.name


def _load(asked: Change, team: str) -> Counter[str]:
    """Give how many of a team's open cases are whose, of the most pressing ones."""
    open_cases = islice(asked.sources.desk.open_cases(team), MOST_COUNTED)
    return Counter(case.assignee for case in open_cases if case.assignee)
