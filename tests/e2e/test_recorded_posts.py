"""Five thousand recorded posts go through the deployed stack, and its own report comes to the published figures.

The file is "Customer Support on Twitter" (Kaggle, thoughtvector), its first 5,000 posts; it is no part of this
repository. TWEETS_FILE names it; without, it is looked for beside the repository.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local import tweets
from local.cloud import REPOSITORY
from local.file_policy import policy_for
from local.run import SHIPPED_POLICY
from tests.e2e.deployed import playing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.stack import Stack
    from tests.e2e.deployed import Played

FILE = Path(
    os.environ.get("TWEETS_FILE") or REPOSITORY.parent / "shared" / "data" / "twcs" / "twcs_5000.csv"
).expanduser()
STEP_SECONDS = 8 * 7 * 24 * 3600
"""Times come from the posts themselves, and no account of the file has more than X's lists reach in all of it."""

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"no recorded posts at {FILE}: set TWEETS_FILE")


@pytest.fixture(scope="module")
def recorded() -> Iterator[Played]:
    """The file, played on a stack of its own in few and long steps."""
    script = tweets.read(FILE, brand="all")
    with playing(script, policy_for(script, SHIPPED_POLICY), step_seconds=STEP_SECONDS, log_level="WARNING") as it:
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
    assert recorded.books.faults == ()
    assert (recorded.books.shown, recorded.books.missing) == (5_000, 0)
    assert len(recorded.stack.script.lines) == 5_000
    scripted = set(recorded.stack.ids.values())
    kept = [post_id for post_id in post_ids_kept(recorded.stack) if post_id in scripted]
    assert len(kept) == len(set(kept)) == 5_000


def test_the_deployed_report_comes_to_the_published_figures(recorded):
    times = recorded.outcome.figures["responses"]["all_cases"]
    assert (times["n"], times["answered"]) == (1_483, 1_350)
    assert round(times["median_seconds"] / 60, 2) == 12.96
    assert round(times["p90_seconds"] / 60, 1) == 416.3
    shares = {each["limit_minutes"]: f"{each['share_of_answered']:.2%}" for each in times["within"]}
    assert [shares[minutes] for minutes in (15, 60, 240, 1440)] == ["52.96%", "74.22%", "84.44%", "96.00%"]
