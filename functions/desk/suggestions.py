"""Which canned responses fit a case, the best first, and why. Pure; they are suggested to people, never sent by it.

What is suggested can be sent: words that the account posted lately come with a reference, for X refuses duplicates and
suspends accounts whose posts read alike (X automation rules, read 2026-08). Where something else speaks against them,
that is said beside them, before anybody tries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from desk.outbox import reference, reply_key
from desk.policy.model import Purpose
from desk.replies import objections_to, unsigned
from desk.responses import filled, whose_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.case import Case
    from desk.policy.model import Policy, Response
    from desk.story import Story


class Suggestion(Struct, frozen=True):
    """A canned response, its text for this case without a signature, and the reasons for which it fits.

    `objections`: for what it would be refused as it stands, each with how to mend it.
    """

    response: str
    language: str
    text: str
    reasons: tuple[str, ...]
    objections: tuple[str, ...] = ()


def offered(case: Case, story: Story, policy: Policy, *, now: int, recent: Sequence[str]) -> tuple[Suggestion, ...]:
    """Give the canned responses that fit a case as a person is to see them: first those that may be sent as they stand.

    `recent` are texts the account posted lately, the newest first.
    """
    words = [unsigned(each) for each in recent]
    found = []
    for each in suggestions(case, policy, now=now, recent=recent):
        faults = objections_to(each.text, case=case, story=story, policy=policy, recent=words)
        found.append(replace(each, objections=tuple(f"{fault.reason} {fault.mending}" for fault in faults)))
    return tuple(sorted(found, key=lambda each: bool(each.objections)))


def suggestions(case: Case, policy: Policy, *, now: int, recent: Sequence[str] = ()) -> tuple[Suggestion, ...]:
    """Give the canned responses that fit a case: those made for its topic first, then those for its category.

    `recent` are texts the account posted lately, the newest first: a variant that is like none of them is taken.
    """
    fitting = [each for each in policy.responses if each.purpose is Purpose.CANNED and _fits(each, case)]
    ranked = sorted(fitting, key=lambda each: (not each.topics, not each.categories))
    found = (suggestion(each, case, policy, now=now, recent=recent) for each in ranked)
    return tuple(each for each in found if each is not None)


def suggestion(
    response: Response, case: Case, policy: Policy, *, now: int, recent: Sequence[str] = ()
) -> Suggestion | None:
    """Give one response as it would be said in a case; None if it has no text in a language for it.

    Words that were posted lately, whoever signed them, get the case's reference.
    """
    language = next((each for each in (case.language, policy.default_language) if response.texts.get(each)), None)
    if language is None:
        return None
    team = policy.teams.get(case.team) or policy.teams[policy.default_team]
    variants = filled(response, language, team=team, policy=policy, now=now)
    text, reasons = whose_turn(variants, case.case_id, recent), _reasons(response, case, language)
    if text in map(unsigned, recent):
        text = f"{text} · {reference(reply_key(case.case_id))}"
        reasons.append("posted lately: the reference tells it from that post")
    return Suggestion(response.name, language, text, tuple(reasons))


def canned(policy: Policy, name: str) -> Response | None:
    """Give the canned response of that name."""
    return next((each for each in policy.responses if each.purpose is Purpose.CANNED and each.name == name), None)


def _fits(response: Response, case: Case) -> bool:
    fits_category = not response.categories or case.category in response.categories
    return fits_category and (not response.topics or case.topic in response.topics)


def _reasons(response: Response, case: Case, language: str) -> list[str]:
    reasons = [f"made for the topic {case.topic}"] if case.topic in response.topics else []
    if case.category in response.categories:
        reasons.append(f"made for the category {case.category}")
    in_language = "in the customer's language" if language == case.language else f"there is no text in {case.language}"
    return [*reasons, in_language]
