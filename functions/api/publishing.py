"""What a person may publish about an incident, and what it must pass before. It plans nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.incidents.life import HOLDING
from desk.incidents.model import Stage
from desk.incidents.status_post import draft
from desk.store.situation import recent_texts
from desk.voice import VoiceFault, VoiceRule, faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.sources import Sources
    from desk.incidents.model import Incident, StatusPost
    from desk.policy.model import Policy

_PUBLISHES = HOLDING | {Stage.RESOLVED}


def may_publish(incident: Incident) -> bool:
    """Say whether the brand may say something about an incident: once it is declared, until nothing is left to do."""
    return incident.stage in _PUBLISHES and incident.closed_at is None


def draft_of(incident: Incident, policy: Policy, *, now: int) -> StatusPost | None:
    """Give what is published if it is approved as it stands; None where nothing may be, or the policy has no words."""
    return draft(incident, policy=policy, now=now) if may_publish(incident) else None


def objections(text: str, sources: Sources) -> Iterator[VoiceFault]:
    """Give all that speaks against publishing a text by the brand's account."""
    yield from faults(text, sources.policy.voice)
    if text in recent_texts(sources.ledger, sources.policy.incidents.status_handle.lower()):
        reason = "The account posted this very text lately, and X refuses duplicates."
        yield VoiceFault(VoiceRule.DUPLICATE, reason, "Say it in other words.")
