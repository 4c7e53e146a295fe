"""What an incident does to the one automatic reply of a case that belongs to it, and what became of such replies. Pure.

Whether a reply may go out at all is decided in `desk.permission`, which asks here first; which case belongs to an
incident is told by the case, never that of a P1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from desk.incidents.life import HOLDING
from desk.incidents.model import Stage
from desk.outbox import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.outbox import Outgoing
    from desk.policy.model import Policy
    from desk.store.incidents import Ongoing

_QUARTER_MINUTES = 15


class Effect(StrEnum):
    """NONE: as if there were no incident. HELD: it waits. The others end the waiting.

    ANSWERED: it goes out as the incident's short answer, which points to the status post. TOLD: it goes out as word
    that all is well again. SPARED: it never goes out.
    """

    NONE = "none"
    HELD = "held"
    ANSWERED = "answered"
    TOLD = "told"
    SPARED = "spared"


def effect_on(outgoing: Outgoing, incident: Ongoing | None, policy: Policy) -> Effect:
    """Say what the incident of its case does to an automatic reply; what was written after its end it leaves alone."""
    if incident is None:
        return Effect.NONE
    is_over = incident.ended_at is not None and outgoing.reply_to_at > incident.ended_at
    return Effect.NONE if is_over else effect_of(incident, policy)


def effect_of(incident: Ongoing, policy: Policy) -> Effect:
    """Say what an incident does to the replies of its cases as it stands."""
    if incident.stage in HOLDING:
        points = policy.incidents.answers_joined and incident.status_post is not None
        return Effect.ANSWERED if points else Effect.HELD
    if incident.stage is Stage.RESOLVED:
        return Effect.TOLD if incident.replies else Effect.SPARED
    return Effect.NONE


# ---- how many of them go out


def share_of_quarter(policy: Policy) -> int:
    """Give how many posts of a quarter hour the replies of all incidents may be, so that others keep the rest."""
    return max(1, int(policy.caps.posts_per_15_minutes * policy.incidents.share_of_posts))


def share_of_day(policy: Policy) -> int:
    """Give how many automatic posts of a UTC day the replies of all incidents may be."""
    return max(1, int(policy.caps.automatic_per_day * policy.incidents.share_of_posts))


def share_of_minute(policy: Policy) -> int:
    """Give how many may go out in one run a minute: replies that burst out and read alike look like spam to X."""
    return max(1, share_of_quarter(policy) // _QUARTER_MINUTES)


# ---- what became of them


class Replies(Struct, frozen=True):
    """What an incident did to the automatic replies of its cases.

    `held`: held back at some time. `answered`: went out as the incident's own. `spared`: held back and never sent.
    """

    held: int = 0
    answered: int = 0
    spared: int = 0


def became(acknowledgements: Iterable[Outgoing], incident_id: str) -> Replies:
    """Count what became of the automatic replies of an incident's cases, the one of each case that has any.

    One of which X never said whether it posted it counts as answered: it may stand there.
    """
    mine = list(acknowledgements)
    held = [each for each in mine if each.held_by == incident_id]
    answered = [each for each in mine if each.incident_id == incident_id and each.state is not State.REFUSED]
    return Replies(len(held), len(answered), sum(each.state is State.REFUSED for each in held))
