"""The made-up posts that the model of wants learns from, read without what training needs."""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from pathlib import Path

POSTS = Path(__file__).parents[3] / "training" / "posts"


def read_posts():
    """Give language, category, urgency and text of each, in the order of training."""
    for file in sorted(POSTS.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield file.stem, row["category"], row["urgency"], row["text"]


def learnt_from():
    return sha256(json.dumps(list(read_posts())).encode()).hexdigest()[:16]
