"""The texts of the policy's responses: filled in, and the variant whose turn it is. Pure.

Replies that read alike get an account suspended (X automation rules, read 2026-08), so variants take turns. Which
response fits, and what stands behind its text, is for those who use it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zlib import crc32

from desk.opening import opening
from desk.policy.agreement import ALIKE_SHARE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desk.policy.model import Policy, Response, Team

_WORDS = re.compile(r"\w+")


def filled(
    response: Response, language: str, *, team: Team, policy: Policy, now: int, status_post: str = ""
) -> list[str]:
    """Give the variants of a response in a language that it has, their placeholders filled in as of `now`.

    `status_post` is X's id of the post that an incident's answers point to.
    """
    opens = team.calendar.next_opening(now)
    values = {
        "brand": policy.brand,
        "team": team.title,
        "opens": opening(opens, now=now, language=language, time_zone=team.calendar.time_zone),
        "link": response.link or policy.incidents.status_url or "",
        "status_post": f"https://x.com/i/status/{status_post}",
    }
    return [text.format_map(values) for text in response.texts[language]]


def whose_turn(variants: Sequence[str], key: str, recent: Sequence[str]) -> str:
    """Give the variant whose like was said longest ago, or never; among equals the one that `key` alone chooses.

    `recent` are texts the account posted lately, the newest first.
    """
    first = crc32(key.encode()) % len(variants)
    return max([*variants[first:], *variants[:first]], key=lambda text: next(_alike(text, recent), len(recent)))


def _alike(text: str, recent: Sequence[str]) -> Iterator[int]:
    words = _words(text)
    for age, said in enumerate(recent):
        other = _words(said)
        if len(words & other) > ALIKE_SHARE * len(words | other):
            yield age


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(text.casefold()))
