"""POST /cases/{case_id}/reply: what a person answers in public, asked for everything before it is planned.

respond sends it by the same way as all else, once, and asks again whether it may be posted.
"""

from collections.abc import Callable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from api import views
from api.acting import Change, Step, act, answered
from api.auth import require, security, writing
from api.bodies import Replying
from api.etag import check_seen
from api.models import Outgoing as OutgoingShown
from api.models import Worked
from api.posting import check_permitted, check_spoken, forbidden
from api.problems import KEY_REUSED, ProblemError, invalid
from api.reading import Reading, read
from api.routes.case import CaseId
from api.routes.described import REPLIED, responses
from api.routes.written import Asked, IfMatch, Key
from desk.access import Scope
from desk.action import Act, Action
from desk.agents import Agent, agent_named
from desk.outbox import Outgoing, reply_key
from desk.replies import Addressed, addressed, objections_to, planned_reply, signed, speaks_from
from desk.store.situation import recent_texts
from desk.suggestions import canned, suggestion

router = Router()

_SAYS = """
The reply goes out from the account that the customer addressed, signed by the person of the token's name. Nothing is
posted that X would refuse, that the brand does not say, or that shows personal data of the customer: each refusal says
why and what to do about it. It counts as an answer once our own timeline shows it.

With `dry_run` nothing is written: the answer shows what would be posted.
"""


_TAG = {"ETag": "The case's revision."}


def _answers() -> dict[int, Any]:
    planned = responses(Worked, "It goes out within seconds.", REPLIED, headers=_TAG, status=202)
    return responses(Worked, "What would be posted: a dry run.", (), headers=_TAG) | planned


@router.post(
    "/cases/<case_id>/reply",
    summary="Answer the customer in public",
    description=_SAYS.strip(),
    operation_id="reply_case",
    tags=["cases"],
    security=security(Scope.AGENT),
    responses=_answers(),
    middlewares=writing(Scope.AGENT),
)
def reply(
    asked: Asked,
    case_id: CaseId,
    body: Annotated[Replying, Body()],
    *,
    key: Key,
    if_match: IfMatch = None,
    dry_run: Annotated[bool, Query(description="Only show what would be posted.")] = False,
) -> Response[Worked]:
    """Plan a person's reply, or show it."""
    signer = _signer(asked, body)

    def decide(reading: Reading) -> Step:
        plan = _plan(asked, reading, body, signer, key)
        return Step(Action(Act.REPLY, asked.by, outbox_key=plan.key), plan)

    if dry_run:
        return _shown(asked, case_id, if_match, decide)
    return act(asked, case_id, key, if_match, decide, status=202)


def _shown(asked: Change, case_id: str, if_match: str | None, decide: Callable[[Reading], Step]) -> Response[Worked]:
    """Show what would be posted, over the case as it stands."""
    reading, sources = read(asked.sources, case_id), asked.sources
    check_seen(if_match, reading.stored.revision, "The case")
    step = decide(reading)
    worked = Worked(
        as_of=sources.now,
        revision=reading.stored.revision,
        act=step.action.act,
        by=step.action.by,
        is_dry_run=True,
        case=views.summary(reading.case, sources.now),
        outgoing=OutgoingShown.model_validate(step.plan),
    )
    return answered(worked)


def _signer(asked: Change, body: Replying) -> Agent:
    """Give who signs; somebody else's name needs the scope `lead`."""
    agent = agent_named(asked.sources.policy, body.agent or asked.by)
    if agent is None:
        detail = f"The policy knows no person named {body.agent or asked.by}: name one as `agent`."
        raise invalid("body.agent", detail)
    if agent.name.casefold() != asked.by.casefold():
        require(asked.token, Scope.LEAD, "Signing for somebody else")
    return agent


def _plan(asked: Change, reading: Reading, body: Replying, signer: Agent, key: str) -> Outgoing:
    """Give the reply as it would be planned; raises ProblemError with all that speaks against it."""
    sources, case = asked.sources, reading.case
    if sources.desk.outgoing(case.customer_id, reply_key(key)):
        raise ProblemError(KEY_REUSED, "A reply went out under this `Idempotency-Key`. Take a new one.")
    to = _addressed(asked, reading, body.reply_to)
    recent = recent_texts(sources.ledger, to.event.handle or "")
    said = signed(_words(asked, reading, body, recent), signer.signature)
    check_spoken(objections_to(said, case=case, story=reading.story, policy=sources.policy, recent=recent))
    plan = planned_reply(said, to, case=case, name=key, now=sources.now)
    check_permitted(sources, plan)
    return plan


def _addressed(asked: Change, reading: Reading, post_id: str | None) -> Addressed:
    to = addressed(reading.story, post_id)
    if to is None and post_id is not None:
        raise invalid("body.reply_to", "The case has no such post of the customer, or it was deleted on X.")
    if to is None:
        raise forbidden("No post of the customer stands on X any more.", "There is nothing to answer.")
    if to.is_summoned and not speaks_from(to.event.handle, asked.sources.policy):
        mending = "Answer from that account itself: the desk sees it there."
        raise forbidden("The customer addressed no account that the desk posts from.", mending)
    return to


def _words(asked: Change, reading: Reading, body: Replying, recent: list[str]) -> str:
    """Give what is said: the person's own words, or a canned response as it reads in this case."""
    if body.text is not None:
        return body.text
    policy = asked.sources.policy
    response = canned(policy, body.response or "")
    found = response and suggestion(response, reading.case, policy, now=asked.sources.now, recent=recent)
    if not found:
        raise invalid("body.response", "The policy has no canned response of this name in a language for this case.")
    return found.text
