"""Erases a customer: everything the two tables hold, a tombstone against its return, a receipt of what went.

While it works it holds the lease of the poll, so that nothing is read that it does not know of. Before it deletes
anything it says so in the customer's profile and cases: from then on nobody files, folds or acts on what may be half
gone, and what the customer writes meanwhile waits until the profile goes, last of all. So what can fail for good comes
before the first of these marks: the secret, the request, the tombstone and the receipt. What else can't be read goes
all the same, or stays and is named by the receipt. Each step deletes and counts in one transaction: cut short anywhere,
the next run goes on, and its receipt counts both.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from desk import author
from desk.erasure import (
    Receipt,
    Standing,
    Tombstone,
    Wanted,
    is_new_contact,
    pseudonym,
    unread_incident,
    unread_post,
)
from desk.errors import Conflict, Unavailable
from desk.event import Kind, first_key_at
from desk.notice import day_of
from desk.rechecks import LOOK, RECHECK
from desk.snowflake import id_at
from desk.store.codec import encode
from desk.store.desk_items import customer_of
from desk.store.incidents import forget_examples

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
        """Erase the customer, as `want` asked for, and give the finished receipt.

        Raises Conflict if others would not let go or time is up, and whatever `secret` raises: then nothing is marked.
        """
        self._hold()
        try:
            asked = self.ledger.get("ERASE", self.customer_id, Wanted)
            name = pseudonym(self.secret(), self.customer_id)
            stone, former = _known(self.ledger, name)
            if asked is None and former is not None and former.finished_at is not None:
                return former  # another run carried it out while this one waited
            if next(self.desk.keys_of(self.customer_id), None) is not None:
                self._mark()  # before the tombstone: none of what it spares is filed yet
            begun = former if former and former.finished_at is None else self._fresh(name, former)
            erased_at = max(begun.begun_at, stone.erased_at if stone else 0, asked.at if asked else 0)
            self._set_tombstone(begun, erased_at)
            return self._go_through(begun, erased_at)
        finally:
            self.ledger.release_lease("poll", owner=self.owner)

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

    def _patiently(self, write: Callable[[], None]) -> None:
        """Do a write, safe to repeat, that others are in the way of for a while, and hold the lease meanwhile."""
        for _ in range(_TRIES):
            self._hold()
            try:
                write()
            except (Conflict, Unavailable):
                self.pause(_PAUSE_SECONDS)
                continue
            return
        raise Conflict("other writers do not let go of this customer; erase again")

    def _mark(self) -> None:
        """Let nobody file, fold or act on anything of the customer until the profile is erased, last.

        The profile comes first: who files a customer's first post writes it, so no case comes after it. Cases that
        bear the mark are passed over, so that a run that is cut short here is of use to the next one.
        """
        self._patiently(partial(self.desk.begin_erasing, self.customer_id))
        for key in self.desk.unmarked_cases(self.customer_id):
            self._patiently(partial(self.desk.mark_erasing, self.customer_id, key))

    def _fresh(self, name: str, former: Receipt | None) -> Receipt:
        return Receipt(name, self.by, self.clock(), {}, keys_asked=former.keys_asked if former else ())

    def _set_tombstone(self, receipt: Receipt, erased_at: int) -> None:
        """Set the tombstone with the receipt; an erasure that was cut short goes on with the receipt as it was."""
        stone = self.ledger.writing("ERASED", receipt.pseudonym, Tombstone(erased_at, receipt.key))
        self.ledger.transact([stone, self.ledger.writing("RECEIPT", receipt.key, receipt)])

    def _go_through(self, receipt: Receipt, erased_at: int) -> Receipt:
        """Delete round by round until nothing is left but what goes last."""
        days, last = self._days_of_notices(), self._last()
        for _ in range(_ROUNDS):
            doomed = [each for each in self.inventory(days, erased_at) if each.key not in last]
            if not doomed:
                return self._finish(receipt, last, self._left_unread(erased_at))
            for start in range(0, len(doomed), _A_STEP):
                receipt = self._delete(receipt, doomed[start : start + _A_STEP])
        raise Conflict("something keeps being written for this customer; erase again")

    def _delete(self, receipt: Receipt, doomed: list[Doomed]) -> Receipt:
        after = _counting(receipt, [each.kind for each in doomed])
        also = [self.ledger.removing(each.ledger, each.key) for each in doomed if each.ledger]
        also.append(self.ledger.writing("RECEIPT", after.key, after))
        keys = [each.key for each in doomed if each.ledger is None]
        self._patiently(partial(self.desk.erase, self.customer_id, keys, also=also))
        return after

    def _last(self) -> Mapping[str, str]:
        """Give by their sort keys the kinds of what goes with the end of the receipt, as far as it counts.

        The first case tells the next run of one that is cut short which days to look through; the profile, that
        nothing may be filed yet.
        """
        first = self.desk.first_case(self.customer_id)
        cases = {first[1]: _KINDS["CASE"]} if first else {}
        return cases | {_PROFILE: _KINDS[_PROFILE] if self.desk.has_profile(self.customer_id) else ""}

    def _finish(self, receipt: Receipt, last: Mapping[str, str], unread: tuple[str, ...]) -> Receipt:
        """Finish the receipt; the request goes with it, since it names the customer, and leaves its keys there.

        What the customer wrote since may be filed from now on.
        """
        receipt = _counting(receipt, filter(None, last.values()))
        for _ in range(_TRIES):
            asked, version = self.ledger.versioned("ERASE", self.customer_id, Wanted)
            done = receipt.finished(self.clock(), keys_asked=asked.keys if asked else (), unread=unread)
            removal = self.ledger.removing_version("ERASE", self.customer_id, version=version)
            with suppress(Conflict):  # somebody asks at this very moment: that key must be kept too
                also = [self.ledger.writing("RECEIPT", done.key, done), removal]
                self.desk.erase(self.customer_id, last, also=also)
                return done
        raise Conflict("requests to erase this customer keep coming; erase again")

    def _new_contact(self, erased_at: int) -> set[str]:
        """Give the sort keys of what waits to be filed once this is over."""
        unread = set[str]()
        later = self.desk.unfiled_from(self.customer_id, _first_after(erased_at), left_out=unread.add)
        return {event.key for event in later if is_new_contact(event, erased_at)} | set(filter(_is_post, unread))

    def _left_unread(self, erased_at: int) -> tuple[str, ...]:
        """Take the customer from the incidents, and say what stays because it can't be read."""
        incidents = forget_examples(self.ledger, self.customer_id)
        posts: list[str] = []
        for _ in self.desk.unfiled_from(self.customer_id, _first_after(erased_at), left_out=posts.append):
            pass
        return (*map(unread_incident, incidents), *map(unread_post, filter(_is_post, posts)))

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
        named = f'"{self.customer_id}-'
        return (Doomed(COUNT, key, "COUNTED") for key, body in self.ledger.bodies("COUNTED") if named in body)

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
    """Ask for an erasure, which triage's sweep carries out within a minute, or goes on with if it was cut short.

    Asked again with a new key, it keeps that as well, and erases up to then. Raises Conflict if somebody else asks at
    this very moment.
    """
    known, version = ledger.versioned("ERASE", customer_id, Wanted)
    after = known.joined(wanted) if known else wanted
    if after != known:
        ledger.put_version("ERASE", customer_id, after, version=version)


def wanted(ledger: Ledger) -> Iterator[tuple[str, Wanted]]:
    """Give who is to be erased, by customer's id."""
    yield from ledger.readable("ERASE", Wanted)


def standing(ledger: Ledger, customer_id: str, secret: Callable[[], str]) -> Standing:
    """Tell where the erasure of a customer stands; the secret is asked for only if anybody was ever erased."""
    asked = ledger.get("ERASE", customer_id, Wanted)
    anybody = ledger.holds_any("ERASED")
    return Standing(asked, _known(ledger, pseudonym(secret(), customer_id))[1] if anybody else None)


def _counting(receipt: Receipt, kinds: Iterable[str]) -> Receipt:
    """Give the receipt with more items deleted, of these kinds."""
    return replace(receipt, deleted=dict(Counter(receipt.deleted) + Counter(kinds)))


def _known(ledger: Ledger, name: str) -> tuple[Tombstone | None, Receipt | None]:
    """Give the tombstone and the latest receipt under a pseudonym; raises what reading them does."""
    stone = ledger.get("ERASED", name, Tombstone)
    return stone, ledger.get("RECEIPT", stone.receipt, Receipt) if stone else None


def _first_after(erased_at: int) -> str:
    return first_key_at(id_at(erased_at + 1))


def _is_post(key: str) -> bool:
    """Say whether an event tells of a post; unread, one that is this late passes for new contact: it may be."""
    return key.split("#")[2] in {Kind.POST, Kind.EDITED}
