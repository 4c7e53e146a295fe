"""Draws the decision tree from its tables, for `docs/decision-tree.md`: `python -m triage.drawing` writes it to stdout.

It decides nothing; a test keeps the document in step with the tables.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from triage.tree import CATEGORIES, PRIORITIES, RAISES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desk.policy.model import Category, Priority
    from triage.tree import Branch, Raise

    AnyBranch = Branch[Category] | Branch[Priority]

_HEAD = """# How a post is judged

The policy's word lists, two small models that hear the whole text, and what is known of its author give signs, each
with a confidence. Two tables are then read from top to bottom, and the first branch whose conditions hold decides. A
third one tells what makes a post more urgent than that. They stand in `functions/triage/tree.py`; this page is drawn
from them by `python -m triage.drawing`, and a test keeps it in step.

A **problem** says that something does not work, is late or lost, and wants help. A **complaint** says that we treated
somebody badly: unanswered, asked once more, charged wrongly, rude, or thanked with irony. Complaints are told first,
since they want an apology as well as help. Calm words stay what they are: a plain question or wish is no complaint for
sounding unhappy to a model, only for sounding very unhappy.

Every decision keeps its reasons in words, and the confidence of the weakest sign it stands on. The team follows from
the policy: who wants to buy goes to the sales team, everything else to the first route that takes it, else to the
default team.

What it may not know yet: how many followers an author has, and how fast a post will spread. X bills an author at ten
times the price of a mention of ours, so only the authors of unhappy or pressing posts are asked for, once the post is
filed. What is learnt later changes no judgement: it raises the case from that moment on, by the same table and the same
limits (`desk/reach.py`), and people are told by a mail of its own.
"""

_HEAD_OF_RAISES = """Each that holds counts, for posts that may be answered at all. Unhappy is a complaint, and whatever
sounds negative.
"""


def page() -> str:
    """Give the whole document as Markdown with Mermaid drawings."""
    parts = (
        _HEAD,
        "## What it is\n",
        _chart(CATEGORIES),
        _table(CATEGORIES, "category"),
        "## How urgent it is\n",
        _chart(PRIORITIES),
        _table(PRIORITIES, "priority"),
        "## What makes it more urgent\n",
        _HEAD_OF_RAISES,
        _raises(),
    )
    return "\n".join(parts)


def _chart(branches: Sequence[AnyBranch]) -> str:
    return "\n".join(["```mermaid", "flowchart TD", *(f"    {line}" for line in _lines(branches)), "```", ""])


def _lines(branches: Sequence[AnyBranch]) -> Iterator[str]:
    last = len(branches) - 1
    for number, branch in enumerate(branches):
        if number == last:
            yield f"b{number}([{branch.outcome}])"
            return
        yield f'b{number}{{"{"<br>".join(_conditions(branch))}"}} -- yes --> o{number}([{branch.outcome}])'
        yield f"b{number} -- no --> b{number + 1}"


def _conditions(branch: AnyBranch) -> Iterator[str]:
    if branch.among:
        yield f"is {' or '.join(branch.among)}"
    if branch.every:
        yield " and ".join(branch.every)
    if branch.some:
        yield " or ".join(branch.some)
    if branch.none:
        yield f"but not: {', '.join(branch.none)}"


def _table(branches: Sequence[AnyBranch], outcome: str) -> str:
    rows = (_row(number, branch) for number, branch in enumerate(branches, 1))
    return "\n".join([f"| | branch | when it | {outcome} | reason given |", "|---|---|---|---|---|", *rows, ""])


def _row(number: int, branch: AnyBranch) -> str:
    when = "; ".join(_conditions(branch)) or "always"
    return f"| {number} | {branch.name} | {when} | {branch.outcome} | {branch.reason} |"


def _raises() -> str:
    rows = (
        f"| {number} | {each.name} | {_when(each)} | {_effect(each)} | {each.reason} |"
        for number, each in enumerate(RAISES, 1)
    )
    return "\n".join(["| | raise | when it | priority | reason given |", "|---|---|---|---|---|", *rows, ""])


def _when(each: Raise) -> str:
    return f"{each.sign}, and is unhappy" if each.if_unhappy else str(each.sign)


def _effect(each: Raise) -> str:
    return f"{each.steps} more urgent" if each.steps else "`reach.priority` at least"


if __name__ == "__main__":
    sys.stdout.write(page())
