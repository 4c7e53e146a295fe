"""The same burst and the same crash, played to the published AWS sample `awslabs/aws-serverless-twitter-event-source`.

Its poller, checkpoint and search modules run as they are, from a checkout that is named on the command line; only what
they call is replaced: DynamoDB and Parameter Store by moto, Twitter's search and the function that takes its batches
by the classes below. Nothing of it is kept here.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from benchmarks.outcome import Outcome, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BURST = 1_000
CRASH = 90
_BATCH = 15
_POLLS_AFTERWARDS = 10
_NEWEST = 100
_TITLE = "The published AWS sample under the same burst and crash"
_MODULES = ("poller", "checkpoint", "twitter_proxy", "twitter", "lambdainit")
_SETTINGS = {
    "SEARCH_TEXT": "@pebblewinghelp",
    "TWEET_PROCESSOR_FUNCTION_NAME": "processor",
    "BATCH_SIZE": str(_BATCH),  # its template's default
    "STREAM_MODE_ENABLED": "true",  # the mode that remembers what it read
    "SEARCH_CHECKPOINT_TABLE_NAME": "checkpoint",
    "SSM_PARAMETER_PREFIX": "sample",
}


class Killed(BaseException):
    """The process ended here; nothing in it can catch that."""


@dataclass(slots=True)
class Twitter:
    """Standard search, as the sample calls it: the newest 100 above `since_id`, newest first (Twitter, API v1.1)."""

    posts: list[int] = field(default_factory=list)

    def GetSearch(self, *, since_id: int | None, **_: Any) -> dict[str, Any]:  # noqa: N802 - python-twitter's name
        """Give one page."""
        found = sorted((each for each in self.posts if each > (since_id or 0)), reverse=True)[:_NEWEST]
        metadata = {"search_metadata": {"max_id": found[0]}} if found else {}
        return {"statuses": [{"id": each} for each in found], **metadata}


@dataclass(slots=True)
class Processor:
    """The function that takes batches; `dies_at` is the call, counted from one, at which the caller is killed."""

    delivered: Counter[int] = field(default_factory=Counter)
    dies_at: int | None = None
    _calls: int = 0

    def invoke(self, *, Payload: str, **_: Any) -> None:  # noqa: N803 - boto3's name
        """Take one batch."""
        self._calls += 1
        if self._calls == self.dies_at:
            raise Killed
        self.delivered.update(each["id"] for each in json.loads(Payload))


def run(checkout: Path | None = None) -> Outcome:
    """Play both to the sample of a checkout; says aloud that it was skipped where there is none."""
    if checkout is None or not (checkout / "app" / "poller.py").is_file():
        where = f"at {checkout}" if checkout else "named"
        skipped = (
            f"SKIPPED: no checkout {where}. `python -m benchmarks sample PATH` takes one that holds app/poller.py."
        )
        return Outcome([Table(_TITLE, ("what", "figure"), (), (skipped,))])
    lost_in = _delivered(checkout / "app", BURST, dies_at=None)
    twice_in = _delivered(checkout / "app", CRASH, dies_at=CRASH // _BATCH // 2 + 1)
    figures = {
        "burst_shown": BURST,
        "burst_delivered": len(lost_in),
        "crash_shown": CRASH,
        "crash_delivered": len(twice_in),
        "crash_delivered_twice": sum(times > 1 for times in twice_in.values()),
    }
    return Outcome([_table(figures)], figures)


def _table(figures: dict[str, int]) -> Table:
    rows = (
        (f"{BURST:,} mentions between two polls", "delivered", f"{figures['burst_delivered']:,}"),
        ("", "lost without a word", f"{BURST - figures['burst_delivered']:,}"),
        (f"{CRASH} mentions, killed half-way", "delivered", f"{figures['crash_delivered']}"),
        ("", "of these twice", f"{figures['crash_delivered_twice']}"),
    )
    notes = (
        f"{_POLLS_AFTERWARDS} more polls follow each. Stream mode, batches of {_BATCH}, its template's default.",
        "Its search gives the newest 100 posts above the checkpoint, and the checkpoint moves behind the last batch.",
    )
    return Table(_TITLE, ("what happened", "posts", "figure"), rows, notes)


def _delivered(app: Path, count: int, *, dies_at: int | None) -> Counter[int]:
    """Let posts come between two polls, and give how often each of them was delivered in the end."""
    twitter, processor = Twitter(posts=[1]), Processor()
    with _running(app, twitter, processor) as poller:
        poller.handler(None, None)  # its checkpoint stands at the post before the burst
        twitter.posts += range(2, count + 2)
        processor = poller.LAMBDA = Processor(dies_at=dies_at)
        for _ in range(1 + _POLLS_AFTERWARDS):
            try:
                poller.handler(None, None)
            except Killed:
                continue
    return processor.delivered


@contextmanager
def _running(app: Path, twitter: Twitter, processor: Processor) -> Iterator[Any]:
    """Import the sample's poller among what it needs, and forget it afterwards."""
    with mock_aws(), patch.dict(os.environ, _SETTINGS), patch.object(sys, "path", [str(app), *sys.path]):
        _create_what_it_needs()
        library = ModuleType("twitter")
        library.Api = lambda **_: twitter  # type: ignore[attr-defined]
        with patch.dict(sys.modules, {"twitter": library, "lambdainit": ModuleType("lambdainit")}):
            try:
                poller: Any = importlib.import_module("poller")
                poller.LAMBDA = processor
                yield poller
            finally:
                for name in _MODULES:
                    sys.modules.pop(name, None)


def _create_what_it_needs() -> None:
    connect: Any = boto3.client
    connect("dynamodb").create_table(
        TableName=_SETTINGS["SEARCH_CHECKPOINT_TABLE_NAME"],
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret"):
        connect("ssm").put_parameter(Name=f"/sample/{name}", Value="made-up", Type="SecureString")
