"""Which posts belong together: by topic, shared terms and shared links, under a label of their most telling words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cluster:
    """What the posts of one incident have in common; a post belongs to it as `belongs` says.

    `topic` is one of the policy's, `terms` are words or pairs of words, `links` addresses without their queries.
    """

    topic: str | None
    terms: tuple[str, ...]
    links: tuple[str, ...]
    label: str
