"""What the API asks before it plans a post of ours: the rules that respond asks again before it posts.

It refuses in words that say what to do; it writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.problems import MAY_NOT_POST, UNSUITABLE_TEXT, ProblemError
from desk.permission import Allowed, Deferred, may_we_post
from desk.store.situation import situation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.sources import Sources
    from desk.outbox import Outgoing
    from desk.voice import VoiceFault

_ELSEWHERE = "Answer on X itself if it must be: the desk sees it there."


def check_permitted(sources: Sources, plan: Outgoing, *, refused: str = _ELSEWHERE) -> None:
    """Raise ProblemError (409) unless a post may go out now; `refused` says what to do where it never may."""
    found = situation(plan, desk=sources.desk, ledger=sources.ledger, policy=sources.policy, now=sources.now)
    verdict = may_we_post(found, policy=sources.policy, now=sources.now)
    if isinstance(verdict, Deferred):
        mending = f"Nothing was planned. Ask again in {-(-(verdict.not_before - sources.now) // 60)} minutes."
        raise forbidden(f"{verdict.reason}.", mending)
    if not isinstance(verdict, Allowed):
        raise forbidden(f"{verdict.reason}.", refused)


def check_spoken(found: Iterable[VoiceFault]) -> None:
    """Raise ProblemError (422) with all that speaks against a text, if anything does."""
    faults = [{"place": "body.text", "detail": each.reason, "mending": each.mending} for each in found]
    if faults:
        raise ProblemError(UNSUITABLE_TEXT, " ".join(each["detail"] for each in faults), faults=faults)


def forbidden(reason: str, mending: str) -> ProblemError:
    """Give the problem of a post that may not go out."""
    detail = reason[:1].upper() + reason[1:]
    fault = {"place": "body", "detail": detail, "mending": mending}
    return ProblemError(MAY_NOT_POST, f"{detail} {mending}", faults=[fault])
