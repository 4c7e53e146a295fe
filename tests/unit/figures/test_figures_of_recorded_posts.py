"""The figures of a real recording, the Kaggle set "Customer Support on Twitter", against those counted elsewhere."""

from __future__ import annotations

import csv
import os
from datetime import datetime
from pathlib import Path

import pytest

from desk.figures import Period, measure
from desk.policy import load
from tests.cases import a_case

ROOT = Path(__file__).parents[3]
POSTS = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data")) / "twcs" / "twcs_5000.csv"

pytestmark = pytest.mark.skipif(
    not POSTS.is_file(),
    reason=f"NOT CHECKED against recorded posts: {POSTS} is absent; set DATA to the folder of twcs/",
)


def recorded_cases():
    """Conversation = root of the thread; a brand's post answers the author of its nearest inbound ancestor."""
    with POSTS.open(encoding="utf-8") as recording:
        rows = {row["tweet_id"]: row for row in csv.DictReader(recording) if usable(row)}
    first_posts: dict[tuple[str, str], int] = {}
    answers: dict[tuple[str, str], list[int]] = {}
    for post_id, row in rows.items():
        above = ancestors(rows, post_id)
        if row["inbound"] == "True":
            key = (above[-1] if above else post_id, row["author_id"])
            first_posts[key] = min(at(row), first_posts.get(key, at(row)))
        elif customer := next((rows[each]["author_id"] for each in above if is_inbound(rows, each)), None):
            answers.setdefault((above[-1], customer), []).append(at(row))
    for number, (key, opened) in enumerate(sorted(first_posts.items())):
        after = min((each - opened for each in answers.get(key, ()) if each >= opened), default=None)
        yield a_case(number, opened_at=opened, answered_after=after)


def usable(row):
    return row["inbound"] in {"True", "False"} and at(row) is not None


def at(row):
    try:
        return int(datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y").timestamp())
    except (TypeError, ValueError):
        return None


def ancestors(rows, post_id):
    """The posts above, nearest first; the last one may be missing from the recording."""
    above: list[str] = []
    while post_id in rows and (parent := (rows[post_id]["in_response_to_tweet_id"] or "").removesuffix(".0")):
        above.append(post_id := parent)
    return above


def is_inbound(rows, post_id):
    return post_id in rows and rows[post_id]["inbound"] == "True"


def test_a_real_recording_gives_the_known_response_times():
    policy = load(ROOT / "functions" / "policy.toml")
    found = measure(recorded_cases(), Period(0, 2_000_000_000), policy=policy, as_of=1_600_000_000)
    times = found.responses.all_cases
    assert (times.n, times.answered) == (1483, 1350)
    assert (round(times.median_seconds / 60, 2), round(times.p90_seconds / 60, 1)) == (12.96, 416.3)
    assert [f"{each.share_of_answered:.2%}" for each in times.within[:4]] == ["52.96%", "74.22%", "84.44%", "96.00%"]
    assert found.coverage.answered == 1350
