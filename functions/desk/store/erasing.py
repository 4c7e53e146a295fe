"""Erases a customer: everything the two tables hold, a tombstone against its return, a receipt of what went.

While it works it holds the lease of the poll, so that nothing is read that it does not know of. Before it deletes
anything it says so in the customer's profile and cases: from then on nobody files, folds or acts on what may be half
gone, and what the customer writes meanwhile waits until the profile goes, last of all. Each step deletes and counts in
one transaction: cut short anywhere, the next run goes on, and its receipt counts both.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from desk import author
from desk.erasure import Receipt, Standing, Tombstone, Wanted, both, is_new_contact, pseudonym
from desk.errors import Conflict
from desk.event import first_key_at
from desk.notice import day_of
from desk.rechecks import LOOK, RECHECK
from desk.snowflake import id_at
from desk.store.codec import encode
from desk.store.desk_items import customer_of
from desk.store.incidents import forget_examples
from desk.store.queue_count import kept_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

_DAY_SECONDS = 86_400
_A_STEP = 49
"""Items of one transaction, the receipt being the fiftieth; AWS takes 100 (quota, 2026)."""

_TRIES = 60
"""A run of the poll lasts 50 s at most, and a transaction lost to another writer is won sooner."""

_PAUSE_SECONDS = 1.0
_LEASE_SECONDS = 55
_ROUNDS = 5
"""What triage or respond wrote in the second of the erasure is found by looking again."""

_PROFILE = "PROFILE"
_KINDS = {
    "OUTBOX": "outgoing posts",
    "CASE": "cases",
    "CONVERSATION": "conversations",
    "EVENT": "events",
    _PROFILE: "profiles",
    "SPOKEN": "words of incidents",
}
NOTICES, LOOKS, ROLL_UPS, COUNT = "notices", "requests to look again", "days' figures", "the queue's count"
ASKED = "answers of the API"
AUTHORS = "requests to ask for the author"
ANNOUNCED = "announcements to other systems"
WALKS = "walks through an incident's cases"

_REQUESTS = {LOOK: LOOKS, RECHECK: LOOKS, author.ASKED: AUTHORS}


class Doomed(NamedTuple):
    """An item to delete: in the customer's partition if `ledger` is None, else in that partition of the ledger."""

    kind: str
    key: str
    ledger: str | None = None


class Erasure(Struct, frozen=True):
    """One run of an erasure; `owner` tells its lease from those of others.

    `secret` gives that under which the erased are known. `clock`: UTC epoch seconds. `has_time` False ends the run
    where it is.
    """

    desk: DeskTable
    ledger: Ledger
    customer_id: str
    by: str
    secret: Callable[[], str]
    owner: str
    clock: Callable[[], int]
    pause: Callable[[float], None]
    has_time: Callable[[], bool] = lambda: True

    def run(self) -> Receipt:
        """Erase the customer and give the finished receipt; raises Conflict if others would not let go."""
        self._hold()
        try:
            if next(self.desk.keys_of(self.customer_id), None) is not None:
                self.desk.begin_erasing(self.customer_id)  # before the tombstone: none of what it spares is filed yet
            receipt = self._begin()
            days, last = self._days_of_notices(), self._last()
            for _ in range(_ROUNDS):
                doomed = [each for each in self.inventory(days, receipt.begun_at) if each.key not in last]
                if not doomed:
                    forget_examples(self.ledger, self.customer_id)
                    return self._finish(receipt, last)
                for start in range(0, len(doomed), _A_STEP):
                    receipt = self._delete(receipt, doomed[start : start + _A_STEP])
        finally:
            self.ledger.release_lease("poll", owner=self.owner)
        raise Conflict("something keeps being written for this customer; erase again")

    def inventory(self, days: list[str] | None = None, erased_at: int | None = None) -> list[Doomed]:
        """Give everything there is of the customer, in the order in which it goes, but for what was written since.

        First what would still be posted, then what the ledger says, then the events and the like, then the cases.
        """
        spared = set() if erased_at is None else self._new_contact(erased_at)
        keys = [key for key in self.desk.keys_of(self.customer_id) if key not in spared]
        ours = [Doomed(_KINDS[key.partition("#")[0]], key) for key in keys]
        outgoing, cases = ([each for each in ours if each.kind == _KINDS[name]] for name in ("OUTBOX", "CASE"))
        rest = [each for each in ours if each.kind not in {_KINDS["OUTBOX"], _KINDS["CASE"]}]
        days = days or self._days_of_notices()
        told = [*self._notices(days), *self._looks(), *self._asked(), *self._announced()]
        return [*outgoing, *told, *self._roll_ups(days), *self._count(), *self._walks(), *rest, *cases]

    def _hold(self) -> None:
        for _ in range(_TRIES):
            if not self.has_time():
                raise Conflict("cut short by the time it has; the next run goes on")
            if self.ledger.take_lease("poll", owner=self.owner, now=self.clock(), seconds=_LEASE_SECONDS):
                return
            self.pause(_PAUSE_SECONDS)
        raise Conflict("the poll, or another erasure, does not end; try again")

    def _begin(self) -> Receipt:
        """Set the tombstone and begin the receipt; an erasure that was cut short goes on with both as they were."""
        name, now = pseudonym(self.secret(), self.customer_id), self.clock()
        receipt = _latest(self.ledger, name)
        if receipt is None or receipt.finished_at is not None:
            receipt = Receipt(name, self.by, now, {}, keys_asked=receipt.keys_asked if receipt else ())
        stone = Tombstone(receipt.begun_at, receipt.key)
        self.ledger.transact(
            [self.ledger.writing("ERASED", name, stone), self.ledger.writing("RECEIPT", receipt.key, receipt)]
        )
        return receipt

    def _delete(self, receipt: Receipt, doomed: list[Doomed]) -> Receipt:
        after = _counting(receipt, [each.kind for each in doomed])
        also = [self.ledger.removing(each.ledger, each.key) for each in doomed if each.ledger]
        also.append(self.ledger.writing("RECEIPT", after.key, after))
        keys = [each.key for each in doomed if each.ledger is None]
        for _ in range(_TRIES):
            self._hold()
            try:
                self.desk.erase(self.customer_id, keys, also=also)
            except Conflict:
                self.pause(_PAUSE_SECONDS)
                continue
            return after
        raise Conflict("other writers do not let go of this customer; erase again")

    def _last(self) -> Mapping[str, str]:
        """Give by their sort keys the kinds of what goes with the end of the receipt, as far as it counts.

        The first case tells the next run of one that is cut short which days to look through; the profile, that
        nothing may be filed yet.
        """
        first = self.desk.first_case(self.customer_id)
        cases = {first[1]: _KINDS["CASE"]} if first else {}
        return cases | {_PROFILE: _KINDS[_PROFILE] if self.desk.has_profile(self.customer_id) else ""}

    def _finish(self, receipt: Receipt, last: Mapping[str, str]) -> Receipt:
        """Finish the receipt; the request goes with it, since it names the customer, and leaves its keys there.

        What the customer wrote since may be filed from now on.
        """
        receipt = _counting(receipt, filter(None, last.values()))
        for _ in range(_TRIES):
            asked, version = self.ledger.versioned("ERASE", self.customer_id, Wanted)
            done = receipt.finished(self.clock(), keys_asked=asked.keys if asked else ())
            removal = self.ledger.removing_version("ERASE", self.customer_id, version=version)
            with suppress(Conflict):  # somebody asks at this very moment: that key must be kept too
                also = [self.ledger.writing("RECEIPT", done.key, done), removal]
                self.desk.erase(self.customer_id, last, also=also)
                return done
        raise Conflict("requests to erase this customer keep coming; erase again")

    def _new_contact(self, erased_at: int) -> set[str]:
        """Give the sort keys of what waits to be filed once this is over."""
        later = self.desk.events_from(self.customer_id, first_key_at(id_at(erased_at + 1)))
        return {event.key for event in later if is_new_contact(event, erased_at)}

    # ---- what the ledger says of the customer, be it readable or not

    def _looks(self) -> Iterator[Doomed]:
        for queue, kind in _REQUESTS.items():
            yield from self._naming(queue, kind)

    def _asked(self) -> Iterator[Doomed]:
        partition = f"ASKED#{self.customer_id}"
        return (Doomed(ASKED, key, partition) for key in self.ledger.keys(partition))

    def _announced(self) -> Iterator[Doomed]:
        """Give what other systems were still to be told of the customer, and what they could not be told."""
        for partition in ("WEBHOOK", "UNDELIVERED"):
            yield from self._naming(partition, ANNOUNCED)

    def _naming(self, partition: str, kind: str) -> Iterator[Doomed]:
        """Give the items of a partition that say whose they are, if they are this customer's."""
        named = f'"customer_id":{encode(self.customer_id)}'
        return (Doomed(kind, key, partition) for key, body in self.ledger.bodies(partition) if named in body)

    def _notices(self, days: list[str]) -> Iterator[Doomed]:
        for partition in (f"NOTICE#{day}" for day in days):
            keys = self.ledger.keys(partition)
            yield from (Doomed(NOTICES, key, partition) for key in keys if self._is_of(key.split("#")[1]))

    def _is_of(self, case_id: str) -> bool:
        return customer_of(case_id) == self.customer_id

    def _roll_ups(self, days: list[str]) -> Iterator[Doomed]:
        """Give the figures kept of those days: they list breaches by case, and are made again without this customer.

        A day of the brand may begin on the UTC day before.
        """
        before = date.fromisoformat(days[0]) - timedelta(days=1)
        for day in (before.isoformat(), *days):
            yield from (Doomed(ROLL_UPS, key, f"ROLLUP#{day}") for key in self.ledger.keys(f"ROLLUP#{day}"))

    def _count(self) -> Iterator[Doomed]:
        """Give the queue's count if it names a case of the customer; the sweep counts anew within a minute."""
        kept = kept_count(self.ledger)
        if kept and self.customer_id in map(customer_of, kept.named):
            yield Doomed(COUNT, "QUEUE", "COUNTED")

    def _walks(self) -> Iterator[Doomed]:
        """Give the walks through the cases of an incident that stand at one of the customer; they begin anew."""
        named = f'"{self.customer_id}-'
        return (Doomed(WALKS, key, "ENDING") for key, body in self.ledger.bodies("ENDING") if named in body)

    def _days_of_notices(self) -> list[str]:
        """Give each UTC day since the customer's first case: no notice of a case is older than it."""
        now = self.clock()
        first = self.desk.first_case(self.customer_id)
        midnight = (first[0] if first else now) // _DAY_SECONDS * _DAY_SECONDS
        return [day_of(at) for at in range(midnight, now + 1, _DAY_SECONDS)]


def want(ledger: Ledger, customer_id: str, wanted: Wanted) -> None:
    """Ask for an erasure, which triage's sweep carries out within a minute; asked again, it keeps the new keys as well.

    Raises Conflict if somebody else asks at this very moment.
    """
    known, version = ledger.versioned("ERASE", customer_id, Wanted)
    after = replace(known, keys=both(known.keys, wanted.keys)) if known else wanted
    if after != known:
        ledger.put_version("ERASE", customer_id, after, version=version)


def wanted(ledger: Ledger) -> Iterator[tuple[str, Wanted]]:
    """Give who is to be erased, by customer's id."""
    yield from ledger.readable("ERASE", Wanted)


def standing(ledger: Ledger, customer_id: str, secret: Callable[[], str]) -> Standing:
    """Tell where the erasure of a customer stands; the secret is asked for only if anybody was ever erased."""
    asked = ledger.get("ERASE", customer_id, Wanted)
    anybody = ledger.holds_any("ERASED")
    return Standing(asked, _latest(ledger, pseudonym(secret(), customer_id)) if anybody else None)


def _counting(receipt: Receipt, kinds: Iterable[str]) -> Receipt:
    """Give the receipt with more items deleted, of these kinds."""
    return replace(receipt, deleted=dict(Counter(receipt.deleted) + Counter(kinds)))


def _latest(ledger: Ledger, name: str) -> Receipt | None:
    stone = ledger.get("ERASED", name, Tombstone)
    return ledger.get("RECEIPT", stone.receipt, Receipt) if stone else None
