"""A desk in process whose functions run when told to: real poll, triage and respond over a metered DynamoDB.

X is a list of posts here. What X would bill is noted by the id of the post and the UTC day of the reading.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import boto3
from moto import mock_aws

from benchmarks.declared import schemas
from benchmarks.made_up import SUPPORT, reply, setup, shipped_policy
from benchmarks.metered import Account, MeteredClient
from desk.author import Author
from desk.notice import day_of
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger, Switch
from desk.store.policy_shelf import PolicyShelf
from desk.telemetry import metrics
from desk.x_client import Authors, Lookup, Page
from poll.run import Poll
from report.alerts import AlertRun
from respond.sending import Sender
from tests.tables import create_tables
from triage.filing import Filer
from triage.sweep import file_what_waits, go_through_queues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from desk.event import Event
    from desk.post import Post
    from desk.store.codec import Item

_REGION = "us-east-1"


@dataclass(slots=True)
class PlayedX:
    """X as one reader sees it. `asked` counts calls, `billed` holds (UTC day, post id) of what was returned."""

    now: int
    mentions_of_support: list[Post] = field(default_factory=list)
    by_support: list[Post] = field(default_factory=list)
    asked: int = 0
    billed: set[tuple[str, str]] = field(default_factory=set)

    def mentions(self, user_id: str, **wanted: Any) -> Page:
        """Give the posts that mention the account."""
        return self._page(self.mentions_of_support if user_id == SUPPORT else [], **wanted)

    def timeline(self, user_id: str, **wanted: Any) -> Page:
        """Give the posts of the account."""
        return self._page(self.by_support if user_id == SUPPORT else [], **wanted)

    def search(self, query: str, **wanted: Any) -> Page:  # noqa: ARG002 - as X has it
        """Find nothing: every post names the account."""
        return self._page([], **wanted)

    def lookup(self, ids: Iterable[str]) -> Lookup:
        """Give the posts of these ids."""
        wanted = frozenset(ids)
        return Lookup(tuple(self._returned(post for post in self.mentions_of_support if post.post_id in wanted)))

    def authors(self, user_ids: Iterable[str]) -> Authors:
        """Give accounts that few follow."""
        self.asked += 1
        return Authors(dict.fromkeys(user_ids, Author(200)))

    def post(self, text: str, *, reply_to: str | None = None) -> str:
        """Publish a reply; it stands on the timeline from now on."""
        to = next(post for post in self.mentions_of_support if post.post_id == reply_to)
        said = reply(to, self.now, text)
        self.by_support.append(said)
        return said.post_id

    def _page(self, posts: Sequence[Post], **wanted: Any) -> Page:
        since, until = int(wanted["since_id"] or 0), int(wanted["until_id"] or 2**63)
        found = self._returned(post for post in reversed(posts) if since <= int(post.post_id) < until)
        return Page(found, (), tuple(post.post_id for post in found))

    def _returned(self, posts: Iterable[Post]) -> tuple[Post, ...]:
        self.asked += 1
        found = tuple(posts)
        self.billed |= {(day_of(self.now), post.post_id) for post in found}
        return found


class _NoMailer:
    """Accepts every mail."""

    def send(self, mail: object, *, to: Sequence[str], reply_to: Sequence[str]) -> None:
        """Accept it."""


class PlayedDesk:
    """The desk's functions over one pair of tables; every step's units go to the account it is given."""

    def __init__(self, client: Any, now: int) -> None:
        self._client = client
        create_tables(client)
        self._metered = MeteredClient(client, schemas())
        self.desk = DeskTable(self._metered, "desk")
        self.ledger = Ledger(self._metered, "ledger")
        self.x = PlayedX(now)
        self.now = now
        self._filed: set[tuple[str, str]] = set()
        policy = shipped_policy()
        self._shelf = PolicyShelf(policy, self.ledger)
        self.ledger.put("DESK", "SETUP", setup())
        self.ledger.put("DESK", "SWITCH", Switch(is_on=True, table="desk", by="benchmarks", at=now))
        self.ledger.put("POLICY", policy.version, policy.text)
        for team in policy.teams:
            self.ledger.put("QUEUES", team, {})

    @classmethod
    @contextmanager
    def opened(cls, now: int) -> Iterator[Self]:
        """Open a desk that was set up at `now` on an empty DynamoDB."""
        with mock_aws():
            yield cls(boto3.client("dynamodb", region_name=_REGION), now)

    def at(self, now: int) -> None:
        """Let it be `now`."""
        self.now = self.x.now = now

    # ---- the functions, as their handlers run them

    def poll(self, account: Account) -> None:
        """Run the poll once."""
        with self._metered.metering(account):
            told = self.ledger.setup()
            self.ledger.take_lease("poll", owner="benchmarks", now=self.now, seconds=55)
            run = Poll(
                self.desk,
                self.ledger,
                shipped_policy(),
                told or setup(),
                readers=lambda _: self.x,
                renew=lambda _: None,
                now=self.now,
                has_time=_has_time,
            )
            run.run()
            self.ledger.release_lease("poll", owner="benchmarks")
        metrics.clear_metrics()  # a hundred of them would be printed

    def triage(self, account: Account) -> int:
        """File every event appended since the last time, one run each; gives how many there were."""
        appended = list(self._appended())
        for partition, event in appended:
            with self._metered.metering(account):
                self._filer().file(partition, event)
        return len(appended)

    def respond(self, account: Account) -> None:
        """Send the post that was planned first, as its own run."""
        planned = min(self.desk.unsettled(self.now), key=lambda outgoing: outgoing.reply_to_at)
        with self._metered.metering(account):
            self._sender().send(planned.customer_id, planned.key)

    def triage_sweep(self, account: Account) -> int:
        """Run the sweep of triage; gives how many cases it folded."""
        with self._metered.metering(account):
            filer = self._filer()
            file_what_waits(filer, self.desk, now=self.now, has_time=_has_time, tell=lambda _: None)
            return go_through_queues(filer, self.desk, self.ledger, now=self.now, has_time=_has_time).done

    def respond_sweep(self, account: Account) -> None:
        """Run the sweep of respond."""
        with self._metered.metering(account):
            self.ledger.setup()
            for outgoing in self.desk.unsettled(self.now):
                self._sender().look_again(outgoing)

    def alerts(self, account: Account) -> None:
        """Run the alerts."""
        with self._metered.metering(account):
            self.ledger.setup()
            run = AlertRun(self.desk, self.ledger, _NoMailer(), shipped_policy(), "https://desk.example", self.now)
            run.tell(owner="benchmarks", failed=lambda _, fault: _raise(fault))

    def stored_bytes(self) -> int:
        """Give the bytes billed as stored in the Desk table, its indexes included."""
        return sum(map(schemas()["desk"].stored_bytes, self._all_items()))

    # ---- within

    def _filer(self) -> Filer:
        return Filer(self.desk, self.ledger, self._shelf, self.ledger.setup() or setup(), now=self.now)

    def _sender(self) -> Sender:
        return Sender(self.desk, self.ledger, shipped_policy(), lambda _: self.x, lambda _: None, now=self.now)

    def _appended(self) -> Iterator[tuple[str, Event]]:
        for partition, event in list(self.desk.unfiled(self.now)):
            key = (partition, event.key)
            if key not in self._filed:
                self._filed.add(key)
                yield partition, event

    def _all_items(self) -> Iterator[Item]:
        for page in self._client.get_paginator("scan").paginate(TableName="desk"):
            yield from page["Items"]


def _raise(fault: Exception) -> None:
    raise fault


def _has_time() -> bool:
    return True
