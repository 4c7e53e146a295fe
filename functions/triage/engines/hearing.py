"""Which engine hears some posts. Amazon Comprehend is asked for all of them at once, and never twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.policy.model import EngineKind
from triage.engines.built_in import built_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.policy.model import Policy
    from desk.post import Post
    from triage.engines.engine import Engine


def hear(posts: Iterable[Post], policy: Policy) -> Engine:
    """Give an engine that has heard these posts; what it has not heard the desk's own engine hears."""
    own = built_in(policy)
    if policy.engine is EngineKind.BUILT_IN:
        return own
    from triage.engines.comprehend import ask, comprehend  # noqa: PLC0415 - 30 ms that few desks need

    return ask(comprehend(), posts, policy=policy, own=own)
