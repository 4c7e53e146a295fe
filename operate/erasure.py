"""Erases a customer: everything the two tables hold, a tombstone against its return, a receipt of what went.

While it works it holds the lease of the poll, so that nothing is read that it does not know of. Each step deletes and
counts in one transaction: cut short anywhere, the next run goes on, and its receipt counts both.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from desk.credentials import ERASURE_KEY
from desk.erasure import Receipt, Tombstone, pseudonym
from desk.errors import Conflict
from desk.notice import Notice, day_of
from desk.store.desk_items import customer_of
from desk.store.queue_count import kept_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from operate.deployment import Deployment

_DAY_SECONDS = 86_400
_A_STEP = 49
"""Items of one transaction, the receipt being the fiftieth; AWS takes 100 (quota, 2026)."""

_TRIES = 60
"""A run of the poll lasts 50 s at most, and a transaction lost to another writer is won sooner."""

_PAUSE_SECONDS = 1.0
_LEASE_SECONDS = 55
_ROUNDS = 5
"""What triage or respond wrote in the second of the erasure is found by looking again."""

_BACKUP_DAYS = 35
"""Point-in-time recovery reaches back this far (AWS, DynamoDB, 2026)."""

_KINDS = {
    "OUTBOX": "outgoing posts",
    "CASE": "cases",
    "CONVERSATION": "conversations",
    "EVENT": "events",
    "PROFILE": "profiles",
}
NOTICES, LOOKS, ROLL_UPS, COUNT = "notices", "requests to look again", "days' figures", "the queue's count"
ASKED = "answers of the API"


class Doomed(NamedTuple):
    """An item to delete: in the customer's partition if `ledger` is None, else in that partition of the ledger."""

    kind: str
    key: str
    ledger: str | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """One run of an erasure; `owner` tells its lease from those of others."""

    deployment: Deployment
    customer_id: str
    by: str
    owner: str
    pause: Callable[[float], None]

    def run(self) -> Receipt:
        """Erase the customer and give the finished receipt; raises Conflict if others would not let go."""
        self._hold()
        try:
            receipt = self._begin()
            days = self._days_of_notices()
            for _ in range(_ROUNDS):
                doomed = self.inventory(days)
                if not doomed:
                    return self._finish(receipt)
                for start in range(0, len(doomed), _A_STEP):
                    receipt = self._delete(receipt, doomed[start : start + _A_STEP])
        finally:
            self.deployment.ledger.release_lease("poll", owner=self.owner)
        raise Conflict("something keeps being written for this customer; run `desk erase` again")

    def inventory(self, days: list[str] | None = None) -> list[Doomed]:
        """Give everything there is of the customer, in the order in which it goes.

        First what would still be posted, then what is found by the cases alone, then the rest.
        """
        ours = [Doomed(_KINDS[key.partition("#")[0]], key) for key in self.deployment.desk.keys_of(self.customer_id)]
        outgoing = [each for each in ours if each.kind == _KINDS["OUTBOX"]]
        rest = [each for each in ours if each.kind != _KINDS["OUTBOX"]]
        days = days or self._days_of_notices()
        first = [*outgoing, *self._notices(days), *self._looks(), *self._asked()]
        return [*first, *rest, *self._roll_ups(days), *self._count()]

    def _hold(self) -> None:
        ledger = self.deployment.ledger
        for _ in range(_TRIES):
            if ledger.take_lease("poll", owner=self.owner, now=self.deployment.now(), seconds=_LEASE_SECONDS):
                return
            self.pause(_PAUSE_SECONDS)
        raise Conflict("the poll, or another erasure, does not end; try again")

    def _begin(self) -> Receipt:
        """Set the tombstone; an erasure that was cut short goes on with its receipt."""
        ledger, name, now = (
            self.deployment.ledger,
            pseudonym(_key(self.deployment), self.customer_id),
            self.deployment.now(),
        )
        stone = ledger.get("ERASED", name, Tombstone)
        receipt = ledger.get("RECEIPT", stone.receipt, Receipt) if stone else None
        if receipt is None or receipt.finished_at is not None:
            receipt = Receipt(name, self.by, now, {})
        ledger.put("ERASED", name, Tombstone(now, receipt.key))
        return receipt

    def _delete(self, receipt: Receipt, doomed: list[Doomed]) -> Receipt:
        counted = Counter(receipt.deleted) + Counter(each.kind for each in doomed)
        after = replace(receipt, deleted=dict(counted))
        ledger = self.deployment.ledger
        also = [ledger.removing(each.ledger, each.key) for each in doomed if each.ledger]
        also.append(ledger.writing("RECEIPT", after.key, after))
        keys = [each.key for each in doomed if each.ledger is None]
        for _ in range(_TRIES):
            self._hold()
            try:
                self.deployment.desk.erase(self.customer_id, keys, also=also)
            except Conflict:
                self.pause(_PAUSE_SECONDS)
                continue
            return after
        raise Conflict("other writers do not let go of this customer; run `desk erase` again")

    def _finish(self, receipt: Receipt) -> Receipt:
        now = self.deployment.now()
        done = replace(receipt, finished_at=now, beyond_reach=beyond_reach(now))
        self.deployment.ledger.put("RECEIPT", done.key, done)
        return done

    # ---- what the ledger says of the customer

    def _looks(self) -> Iterator[Doomed]:
        for queue in ("LOOK", "RECHECK"):
            for key, request in self.deployment.ledger.values(queue, dict):
                if request["customer_id"] == self.customer_id:
                    yield Doomed(LOOKS, key, queue)

    def _asked(self) -> Iterator[Doomed]:
        partition = f"ASKED#{self.customer_id}"
        return (Doomed(ASKED, key, partition) for key, _ in self.deployment.ledger.values(partition, object))

    def _notices(self, days: list[str]) -> Iterator[Doomed]:
        for day in days:
            found = self.deployment.ledger.values(f"NOTICE#{day}", Notice)
            yield from (
                Doomed(NOTICES, key, f"NOTICE#{day}")
                for key, notice in found
                if customer_of(notice.case_id) == self.customer_id
            )

    def _roll_ups(self, days: list[str]) -> Iterator[Doomed]:
        """Give the figures kept of those days: they list breaches by case, and are made again without this customer.

        A day of the brand may begin on the UTC day before.
        """
        before = date.fromisoformat(days[0]) - timedelta(days=1)
        for day in (before.isoformat(), *days):
            for key, _ in self.deployment.ledger.values(f"ROLLUP#{day}", object):
                yield Doomed(ROLL_UPS, key, f"ROLLUP#{day}")

    def _count(self) -> Iterator[Doomed]:
        """Give the queue's count if it names a case of the customer; the sweep counts anew within a minute."""
        kept = kept_count(self.deployment.ledger)
        if kept and self.customer_id in map(customer_of, kept.named):
            yield Doomed(COUNT, "QUEUE", "COUNTED")

    def _days_of_notices(self) -> list[str]:
        """Give each UTC day since the customer's first case: no notice of a case is older than it."""
        cases, now = self.deployment.desk.customer_cases(self.customer_id), self.deployment.now()
        first = min((case.opened_at for case in cases), default=now)
        midnight = first // _DAY_SECONDS * _DAY_SECONDS
        return [day_of(at) for at in range(midnight, now + 1, _DAY_SECONDS)]


def erasure_of(deployment: Deployment, customer_id: str, *, by: str) -> Erasure:
    """Give the erasure of a customer, under a lease of its own."""
    return Erasure(deployment, customer_id, by, owner=f"erase-{secrets.token_hex(8)}", pause=time.sleep)


def beyond_reach(now: int) -> tuple[str, ...]:
    """Say what an erasure can't delete, and until when it stays. Pure."""
    until = (datetime.fromtimestamp(now, UTC) + timedelta(days=_BACKUP_DAYS)).strftime("%Y-%m-%d")
    return (
        f"Point-in-time backups hold it until {until} at the latest and can't be edited: erase again after a restore.",
        "DynamoDB's stream holds what was written or deleted for 24 hours.",
        "Alerts already sent quote posts; mails lie with those who got them.",
        "Logs name the customer's id and cases, never texts, for as long as the stack keeps logs (LogRetentionDays).",
        "What X sent and nobody could read is kept aside for 30 days, whoever wrote it.",
        "Posts on X, the customer's and ours, are X's.",
        "Reports made again for past days no longer count this customer; reports already sent do.",
    )


def _key(deployment: Deployment) -> str:
    """Give the secret under which erased customers are known, made when the first one is."""
    ssm: Any = deployment.client("ssm")
    name = deployment.parameter(ERASURE_KEY)
    try:
        ssm.put_parameter(Name=name, Value=secrets.token_hex(32), Type="SecureString", Overwrite=False)
    except ClientError as fault:
        if fault.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise
    return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
