"""What a person's reply must pass before it is planned, and what it is then. Pure.

Whether it may be posted at all is `desk.permission`'s question, how it must sound `desk.voice`'s; here is what both are
asked about: to which post, from which account, with which signature, and what the customer showed of themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from desk.outbox import Outgoing, OutgoingKind, State, reply_key
from desk.policy.model import Category, Purpose, Role
from desk.privacy import find
from desk.voice import VoiceFault, VoiceRule, faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desk.case import Case
    from desk.event import Event
    from desk.policy.model import Policy
    from desk.story import Story


_SIGNATURE: Final = re.compile(r" \^\S+$")


class Addressed(Struct, frozen=True):
    """The customer's post that is answered, and whether X lets us: its author mentioned or quoted the account."""

    event: Event
    is_summoned: bool


def addressed(story: Story, post_id: str | None) -> Addressed | None:
    """Give the customer's post of that id, else the latest by which we are summoned, else the latest.

    None if there is no such post, or if it does not stand on X any more.
    """
    standing = [Addressed(event, story.assessment(event).is_summons) for event in reversed(story.standing)]
    if post_id is not None:
        return next((each for each in standing if each.event.post_id == post_id), None)
    return next((each for each in standing if each.is_summoned), next(iter(standing), None))


def speaks_from(handle: str | None, policy: Policy) -> bool:
    """Say whether the desk posts from this account: an agent's is that person's own."""
    known = policy.handle(handle) if handle else None
    return known is not None and known.role is not Role.AGENT


def signed(text: str, signature: str | None) -> str:
    """Give a text as it goes out: people sign theirs (product rule D25)."""
    return f"{text.strip()} ^{signature}" if signature else text.strip()


def unsigned(text: str) -> str:
    """Give the words of a text of ours, whoever signed it."""
    return _SIGNATURE.sub("", text)


def objections_to(
    said: str, *, case: Case, story: Story, policy: Policy, recent: Sequence[str]
) -> tuple[VoiceFault, ...]:
    """Give all that speaks against posting these very words in a case, each with how to mend it.

    `recent` are the texts that the account posted lately.
    """
    found = faults(said, policy.voice, personal_data(story, policy), owes_apology=owes_apology(case))
    if said not in recent:
        return found
    reason = "The account posted this very text lately, and X refuses duplicates."
    return (*found, VoiceFault(VoiceRule.DUPLICATE, reason, "Say it in other words."))


def owes_apology(case: Case) -> bool:
    """Say whether the next answer should say sorry: the first one to a complaint by somebody who is upset."""
    return case.category is Category.COMPLAINT and case.sentiment == "negative" and case.answers == 0


def personal_data(story: Story, policy: Policy) -> tuple[str, ...]:
    """Give what the customer's posts of a case show of themselves, as far as their texts are still kept."""
    return tuple(_personal_data(story, policy))


def _personal_data(story: Story, policy: Policy) -> Iterator[str]:
    for event in story.events:
        if event.is_inbound and event.post:
            text = event.post.text
            yield from (text[each.start : each.end] for each in find(text, policy.personal_data_patterns))


def planned_reply(said: str, to: Addressed, *, case: Case, name: str, now: int) -> Outgoing:
    """Give the reply as the outbox takes it; `name` makes it unique among those to this customer."""
    post = to.event.post
    if post is None:
        raise ValueError(f"{to.event.key} is no post")
    return Outgoing(
        customer_id=case.customer_id,
        key=reply_key(name),
        kind=OutgoingKind.REPLY,
        state=State.PLANNED,
        case_id=case.case_id,
        conversation_id=post.conversation_id,
        reply_to=post.post_id,
        reply_to_at=to.event.at,
        handle=to.event.handle or "",
        language=case.language,
        purpose=Purpose.CANNED,
        is_summoned=to.is_summoned,
        planned_at=now,
        category=case.category,
        topic=case.topic,
        team=case.team,
        text=said,
    )
