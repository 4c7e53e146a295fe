"""Recorded posts go through the deployed stack, and its own report says what can be counted in the file by hand.

The file is "Customer Support on Twitter" (Kaggle, thoughtvector), its first 5,000 posts; it is no part of this
repository. TWEETS_FILE names it; without, it is looked for beside the repository. One brand's threads are played, all
of them with RECORDED=all: that takes minutes, and the report must then come to the published figures too.
"""

from __future__ import annotations

import math
import os
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pytest

from local import tweets
from local.cloud import REPOSITORY
from local.file_policy import policy_for
from local.run import SHIPPED_POLICY
from tests.e2e.deployed import playing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.script import Line, Script
    from local.stack import Stack
    from tests.e2e.deployed import Played

FILE = Path(
    os.environ.get("TWEETS_FILE") or REPOSITORY.parent / "shared" / "data" / "twcs" / "twcs_5000.csv"
).expanduser()
BRAND = os.environ.get("RECORDED") or "SpotifyCares"
STEP_SECONDS = 8 * 7 * 24 * 3600
"""Times come from the posts themselves, and no account of the file has more than X's lists reach in all of it."""

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"no recorded posts at {FILE}: set TWEETS_FILE")


@pytest.fixture(scope="module")
def recorded(built) -> Iterator[Played]:
    """The threads, played on a stack of its own in few and long steps."""
    script = tweets.read(FILE, brand=BRAND)
    policy = policy_for(script, SHIPPED_POLICY)
    with playing(script, policy, built=built, step_seconds=STEP_SECONDS, log_level="WARNING") as it:
        yield it


def post_ids_kept(stack: Stack) -> Iterator[str]:
    """Give the post id of every post event in the Desk table, whichever partition it stands in."""
    pages = stack.cloud.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=stack.desk.name, ConsistentRead=True):
        yield from (item["post_id"]["S"] for item in page["Items"] if item["sk"]["S"].endswith("#POST"))


def test_the_broken_row_is_kept_aside_with_its_place_and_the_reason(recorded):
    (aside,) = recorded.stack.script.aside
    assert aside.place == "row 2487 (tweet_id 3398)"
    assert aside.reason == "no author_id, inbound, created_at, text"


def test_every_post_is_kept_once_and_none_is_lost(recorded):
    scripted = recorded.stack.ids.values()
    assert recorded.books.faults == ()
    assert (recorded.books.shown, recorded.books.missing) == (len(scripted), 0)
    kept = [post_id for post_id in post_ids_kept(recorded.stack) if post_id in set(scripted)]
    assert len(kept) == len(set(kept)) == len(scripted) == len(recorded.stack.script.lines)


def first_answers(script: Script) -> list[float | None]:
    """Count by hand: seconds to the first answer for each customer in each conversation, None where there is none.

    A conversation is a thread's root; a brand's post answers the author of the nearest customer's post above it.
    """
    lines = {line.key: line for line in script.lines}
    ours = {person.name for person in script.people if person.token}
    opened: dict[tuple[str, str], float] = {}
    answers: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for line in lines.values():
        above = list(ancestors(line, lines))
        root = (above[-1].parent or above[-1].key) if above else (line.parent or line.key)
        if line.author not in ours:
            opened[root, line.author] = min(line.at, opened.get((root, line.author), line.at))
        elif customer := next((each.author for each in above if each.author not in ours), None):
            answers[root, customer].append(line.at)
    return [min((at - begun for at in answers[key] if at >= begun), default=None) for key, begun in opened.items()]


def ancestors(line: Line, lines: Mapping[str, Line]) -> Iterator[Line]:
    """Give the posts above one, nearest first, as far as the file has them."""
    while (above := lines.get(line.parent or "")) is not None:
        yield above
        line = above


def test_the_deployed_report_says_what_can_be_counted_by_hand(recorded):
    waits = first_answers(recorded.stack.script)
    answered = sorted(each for each in waits if each is not None)
    times = recorded.outcome.figures["responses"]["all_cases"]
    assert (times["n"], times["answered"]) == (len(waits), len(answered))
    assert times["median_seconds"] == median(answered)
    assert times["p90_seconds"] == answered[math.ceil(0.9 * len(answered)) - 1]
    counts = {each["limit_minutes"]: each["count"] for each in times["within"]}
    assert counts == {limit: sum(each <= limit * 60 for each in answered) for limit in counts}


@pytest.mark.skipif(BRAND != "all", reason="the published figures are of all brands: set RECORDED=all")
def test_the_deployed_report_comes_to_the_published_figures(recorded):
    times = recorded.outcome.figures["responses"]["all_cases"]
    assert (times["n"], times["answered"]) == (1_483, 1_350)
    assert round(times["median_seconds"] / 60, 2) == 12.96
    assert round(times["p90_seconds"] / 60, 1) == 416.3
    shares = {each["limit_minutes"]: f"{each['share_of_answered']:.2%}" for each in times["within"]}
    assert [shares[minutes] for minutes in (15, 60, 240, 1440)] == ["52.96%", "74.22%", "84.44%", "96.00%"]
