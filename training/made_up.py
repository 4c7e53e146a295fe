"""The made-up posts that the model of wants learns from, a file each language. Needs nothing but the desk itself."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from desk.policy.model import Category
from training.corpora import rows_of
from triage.signals.wants import Pressure

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTS: Final = Path(__file__).parent / "posts"


class MadeUp(NamedTuple):
    """A made-up post with what it wants and how it presses."""

    language: str
    wants: Category
    presses: Pressure
    text: str


def made_up_posts() -> Iterator[MadeUp]:
    """Read the posts of every language; raises ValueError for a label that is none."""
    for file in sorted(POSTS.glob("*.csv")):
        for row in rows_of(file):
            yield MadeUp(file.stem, Category(row["category"]), Pressure(row["urgency"]), row["text"])


def learnt_from() -> str:
    """Give a hash of the posts, by which a file of weights says that it is of these."""
    return sha256(json.dumps(list(made_up_posts())).encode()).hexdigest()[:16]
