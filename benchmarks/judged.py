"""How far triage agrees with people: made-up posts in seven languages with the decision a good team lead would make.

The posts and their judgements stand in `tests/judged`. The tree and its thresholds were tuned with the hundred and the
ninety in view, so that their agreement says how well the rules hold together; the fifty and the seventy were looked at
for the figures alone, and say what it is worth.
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

SETS = ("hundred", "ninety", "fifty", "seventy")
_FIRST = "P1"
_ALARMS = ("emergencies rated P1", "others rated P1")

_NAME = re.compile(r"@(\w+)")
_BEGINNING = 1_760_000_000
_OUR_POST = "1"
_Z95 = 1.96

Judged = dict[str, Any]
"""A post as the file has it: the text, what the desk knows already, and the decision."""


def run() -> Outcome:
    """Compare the shipped tree, words and weights with four judges."""
    counted = {name: agreement(posts(name)) for name in SETS}
    sizes = {name: len(posts(name)) for name in SETS}
    rows = [(aspect, *(_cell(counted[name][aspect], sizes[name]) for name in SETS)) for aspect in ASPECTS]
    columns = tuple(f"the {name}, %" for name in SETS)
    table = Table(
        "Decisions as a good team lead would make them",
        ("of each post", *columns),
        rows,
        (
            "Made-up posts in seven languages, judged one by one. The hundred and the ninety were in view while rules",
            "and thresholds were chosen, those of the two other readers were not. In brackets Wilson's 95 %.",
        ),
    )
    alarms = Table(
        "Alarms: what must not wait is P1",
        ("of each set", *columns),
        [(name, *cells) for name, *cells in zip(_ALARMS, *(alarm_cells(posts(each)) for each in SETS), strict=True)],
        ("The ninety and the seventy hold as many posts that only sound like an emergency as there are emergencies.",),
    )
    figures = {f"{name}_{aspect}": counted[name][aspect] / sizes[name] for name in SETS for aspect in ASPECTS}
    return Outcome([table, alarms], figures)


def alarm_cells(judged: Sequence[Judged]) -> tuple[str, str]:
    """Give how many emergencies are rated so, and how many others are."""
    said = [(post["priority"] == _FIRST, said_by_desk(assessed(post))["priority"] == _FIRST) for post in judged]
    caught = sum(is_one and told for is_one, told in said)
    false = sum(told and not is_one for is_one, told in said)
    emergencies = sum(is_one for is_one, _ in said)
    return f"{caught} of {emergencies}", f"{false} of {len(said) - emergencies}"


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


def _cell(right: int, of: int) -> str:
    low, high = wilson(right, of)
    return f"{100 * right / of:.0f} ({100 * low:.0f} to {100 * high:.0f})"
