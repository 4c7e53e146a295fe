"""How far triage agrees with people: made-up posts in seven languages with the decision a good team lead would make.

The posts and their judgements stand in `tests/judged`. The tree was tuned with the hundred in view, so that their
agreement says how well its rules hold together; the fifty were never looked at for it, and say what it is worth.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.made_up import shipped_policy
from benchmarks.outcome import Outcome, Table
from desk.post import Post
from triage.tree import History, assess

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from desk.event import Assessment

POSTS = Path(__file__).parents[1] / "tests" / "judged"
ASPECTS = ("category", "priority", "team", "sentiment", "answerable")

_NAME = re.compile(r"@(\w+)")
_BEGINNING = 1_760_000_000
_OUR_POST = "1"
_Z95 = 1.96

Judged = dict[str, Any]
"""A post as the file has it: the text, what the desk knows already, and the decision."""


def run() -> Outcome:
    """Compare the shipped tree, words and weights with both judges."""
    counted = {name: agreement(posts(name)) for name in ("hundred", "fifty")}
    sizes = {name: len(posts(name)) for name in counted}
    rows = [
        (aspect, *(cell for name in counted for cell in _cells(counted[name][aspect], sizes[name])))
        for aspect in ASPECTS
    ]
    table = Table(
        "Decisions as a good team lead would make them",
        ("of each post", "the hundred, %", "95 % interval", "the fifty, %", "95 % interval"),
        rows,
        (
            "Made-up posts in seven languages, judged by hand. The hundred were in view while the rules were written,",
            "the fifty by another judge were not. Intervals are Wilson's.",
        ),
    )
    figures = {f"{name}_{aspect}": counted[name][aspect] / sizes[name] for name in counted for aspect in ASPECTS}
    return Outcome([table], figures)


@cache
def posts(name: str) -> Sequence[Judged]:
    """Give the posts of `tests/judged/<name>.toml`."""
    read: Sequence[Judged] = tomllib.loads((POSTS / f"{name}.toml").read_text(encoding="utf-8"))["posts"]
    return read


def agreement(judged: Iterable[Judged]) -> Counter[str]:
    """Count by aspect the posts on which the desk decides as the judge."""
    return Counter(aspect for post in judged for aspect in agreed(post))


def agreed(judged: Judged) -> list[str]:
    """Give the aspects on which the desk decides as the judge."""
    said = said_by_desk(assessed(judged))
    return [aspect for aspect in ASPECTS if said[aspect] == judged[aspect]]


def said_by_desk(made: Assessment) -> dict[str, Any]:
    """Give a decision in the words of the judges' sheets."""
    return {
        "category": str(made.category),
        "priority": str(made.priority),
        "team": made.team,
        "sentiment": str(made.sentiment),
        "answerable": made.is_answerable,
    }


def assessed(judged: Judged) -> Assessment:
    """Decide on a post, given what its sheet says that the desk knows.

    Who wrote before has an open case; "after our answer" is a reply to that answer, "repeat" a post beside it.
    """
    own_ids = {f"@{handle.name.lower()}": str(900 + index) for index, handle in enumerate(shipped_policy().handles)}
    named = (f"@{name.lower()}" for name in _NAME.findall(judged["text"]))
    post = Post(
        "2",
        "2",
        "501",
        "77",
        _BEGINNING,
        judged["text"],
        mentions=tuple(own_ids[name] for name in named if name in own_ids),
        language=judged["language"],
        replies_to=_OUR_POST if judged["context"] == "after our answer" else None,
    )
    is_known = judged["context"] != "first contact"
    history = History(cases=int(is_known), has_open_case=is_known)
    return assess(post, policy=shipped_policy(), own_ids=frozenset(own_ids.values()), history=history)


def wilson(right: int, of: int) -> tuple[float, float]:
    """Give the 95 % interval of a part (Wilson 1927): it holds for small counts and near 0 and 1 as well."""
    part, spread = right / of, _Z95**2 / of
    middle = part + spread / 2
    half = _Z95 * sqrt(part * (1 - part) / of + spread / (4 * of))
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)


def _cells(right: int, of: int) -> tuple[str, str]:
    low, high = wilson(right, of)
    return f"{100 * right / of:.0f}", f"{100 * low:.0f} to {100 * high:.0f}"
