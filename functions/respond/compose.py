"""What an automatic reply says: the response that fits, one of its variants, filled in and labelled. Pure.

Whether it may be posted at all is decided in `desk.permission`. Fixed texts only: replies written by a model need X's
prior approval (X automation rules, read 2026-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.errors import Permanent
from desk.outbox import reference
from desk.policy.model import Purpose
from desk.responses import filled, whose_turn
from desk.voice import faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.outbox import Outgoing
    from desk.policy.model import Policy, Response, Team


class Unsayable(Permanent):
    """The policy has no text for this reply, or none that may be said; the message says why."""


def compose(outgoing: Outgoing, *, policy: Policy, now: int, recent: Sequence[str] = (), status_post: str = "") -> str:
    """Give the whole text of an automatic reply, posted at `now` (UTC epoch seconds).

    `recent` are texts the account posted lately, the newest first: a variant that is like none of them is taken, else
    the one used longest ago. The same reply with the same `recent` gets the same text. `status_post`: X's id of the
    post that an incident's answer points to.
    Raises Unsayable when the policy has nothing that may be said.
    """
    team = policy.teams.get(outgoing.team) or policy.teams[policy.default_team]
    response = _response(outgoing, _purpose(outgoing, team, now), policy)
    language = _language(outgoing, response, policy)
    tail = f"{policy.acknowledgement.label[language]} · {reference(outgoing.key)}"
    texts = filled(response, language, team=team, policy=policy, now=now, status_post=status_post)
    return whose_turn(_sayable([f"{text} {tail}" for text in texts], policy), outgoing.key, recent)


def _purpose(outgoing: Outgoing, team: Team, now: int) -> Purpose:
    """Outside the team's hours an acknowledgement says when a person will answer (product rule D7)."""
    if outgoing.purpose == Purpose.ACKNOWLEDGEMENT and not team.calendar.is_open(now):
        return Purpose.OUT_OF_HOURS
    return Purpose(outgoing.purpose)


def _response(outgoing: Outgoing, purpose: Purpose, policy: Policy) -> Response:
    """Give the first response of the policy whose conditions hold."""
    for response in policy.responses:
        if response.purpose is purpose and _fits(response, outgoing):
            return response
    raise Unsayable(f"the policy has no response for {purpose} that fits")


def _fits(response: Response, outgoing: Outgoing) -> bool:
    fits_category = not response.categories or outgoing.category in response.categories
    return fits_category and (not response.topics or outgoing.topic in response.topics)


def _language(outgoing: Outgoing, response: Response, policy: Policy) -> str:
    """Give the customer's language, or the brand's first; text and label are always in one language."""
    for language in (outgoing.language, policy.default_language):
        if response.texts.get(language) and language in policy.acknowledgement.label:
            return language
    raise Unsayable(f"response {response.name} has no text with a label in {policy.default_language}")


def _sayable(variants: Sequence[str], policy: Policy) -> list[str]:
    """Leave out what the brand's voice forbids."""
    found = {text: faults(text, policy.voice) for text in variants}
    if fine := [text for text in variants if not found[text]]:
        return fine
    reasons = dict.fromkeys(fault.reason for each in found.values() for fault in each)
    raise Unsayable(f"against the brand's voice: {' '.join(reasons)}")
