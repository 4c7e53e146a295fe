"""DynamoDB's units over a mention's life: the real requests of poll, triage and respond, run against a simulated table.

Every mention opens a case here, is acknowledged, answered by a person and resolves itself; some more are never answered
and fall due. Units are computed from the bytes of the items, see `capacity`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from benchmarks.made_up import ANSWER, HOUR, MINUTE, MORNING, TEXTS, raw_post, reply, shipped_policy
from benchmarks.metered import IN_VAIN, Account, total
from benchmarks.outcome import Outcome, Table
from benchmarks.played import PlayedDesk
from desk.post import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from desk.post import Post

_MENTIONS = 10
_QUIET_MINUTES = 60
_TAIL_MINUTES = 8
"""Longer than the overlap in which polling reads everything again."""

STORED = "stored by poll"
FILED = "filed with a new case, acknowledgement planned"
CLAIMED = "acknowledgement claimed and posted, outcome told"
SEEN = "acknowledgement seen on our timeline"
OUTCOME_FILED = "outcome and seen acknowledgement filed"
ANSWERED = "person's answer seen on our timeline"
ANSWER_FILED = "person's answer filed"
LOOKED_AT = "looked at again on X three times, last day read again"
RESOLVED = "resolved by itself"
AGAIN = "all three posts read again: puts in vain"
LONE = "a lone mention, read again until the next hour is over: puts in vain"
OVERDUE = "an unanswered case: warning, breach, alert mails"

ACKNOWLEDGING = (CLAIMED, SEEN, OUTCOME_FILED)
ANSWERING = (ANSWERED, ANSWER_FILED, RESOLVED)


@dataclass(frozen=True, slots=True)
class Life:
    """What was measured: units per mention by step, and per quiet run by function.

    `overdue` is what warning and breach of an unanswered case take, and telling the team. `lone`: putting a mention in
    vain that no other one follows. `x_calls` are those of a
    quiet poll, `triage_runs` the events that triage files for a mention.
    """

    steps: dict[str, Account]
    quiet: dict[str, Account]
    overdue: Account
    lone: Account
    x_calls: float
    stored_bytes: float
    triage_runs: float

    def whole(self) -> Account:
        """Give the units of the whole life of an acknowledged, answered and resolved mention."""
        return total(self.steps.values())


@cache
def life() -> Life:
    """Play some mentions' lives and give what they took."""
    with PlayedDesk.opened(MORNING - 2 * HOUR) as desk:
        quiet, x_calls = _quiet_hour(desk)
        played = _Lives(desk, quiet["poll"])
        played.play()
        stored = desk.stored_bytes() / _MENTIONS
    with PlayedDesk.opened(MORNING - 2 * HOUR) as desk:
        overdue = _overdue(desk)
    with PlayedDesk.opened(MORNING - 2 * HOUR) as desk:
        lone = _lone(desk)
    return Life(played.per_mention(), quiet, overdue, lone, x_calls, stored, played.triaged / _MENTIONS)


def run() -> Outcome:
    """Measure and lay out."""
    found = life()
    return Outcome((_of_a_life(found), _by_place(found), _of_a_minute(found)), _figures(found))


# ---- the lives


class _Lives:
    """Mentions that live side by side, a minute apart; what quiet polls take anyway is left out."""

    def __init__(self, desk: PlayedDesk, quiet_poll: Account) -> None:
        self._desk = desk
        self._quiet_poll = quiet_poll
        self._steps: dict[str, Account] = {}
        self._in_vain = Account()
        self.triaged = 0

    def play(self) -> None:
        x = self._desk.x
        posts = [parse(raw_post(number, MORNING + number * MINUTE)) for number in range(_MENTIONS)]
        self._appear(STORED, MORNING, lambda number: x.mentions_of_support.append(posts[number]))
        self._triage(FILED)
        claimed = self._steps[CLAIMED] = Account()
        self._appear(SEEN, self._desk.now, lambda _: self._desk.respond(claimed))
        self._triage(OUTCOME_FILED)
        self._appear(ANSWERED, self._desk.now, lambda number: self._answer(posts[number]))
        self._triage(ANSWER_FILED)
        self._look_again()
        self._resolve()

    def per_mention(self) -> dict[str, Account]:
        steps = self._steps | {AGAIN: self._in_vain}
        return {name: total([account], per=_MENTIONS) for name, account in steps.items()}

    def _appear(self, step: str, begin: int, happen: Callable[[int], None]) -> None:
        """Let it happen once a minute, and poll until the overlap has passed over the last one."""
        polled, minutes = Account(), _MENTIONS + _TAIL_MINUTES
        for minute in range(minutes):
            self._desk.at(begin + minute * MINUTE + 1)
            if minute < _MENTIONS:
                happen(minute)
            self._desk.at(begin + minute * MINUTE + MINUTE // 2)
            self._desk.poll(polled)
        self._steps[step] = self._beyond_quiet(polled, minutes)

    def _answer(self, post: Post) -> None:
        self._desk.x.by_support.append(reply(post, self._desk.now, ANSWER))

    def _triage(self, step: str) -> None:
        account = self._steps[step] = Account()
        self.triaged += self._desk.triage(account)

    def _look_again(self) -> None:
        polled = Account()
        polling = shipped_policy().polling
        hours = sorted((*polling.recheck_hours, polling.reread_hours))
        for hour in hours:
            self._desk.at(MORNING + hour * HOUR + 50 * MINUTE)
            self._desk.poll(polled)
        self._steps[LOOKED_AT] = self._beyond_quiet(polled, len(hours))

    def _resolve(self) -> None:
        self._desk.at(self._desk.now + (shipped_policy().cases.resolve_after_hours + 1) * HOUR)
        account = self._steps[RESOLVED] = Account()
        if self._desk.triage_sweep(account) != _MENTIONS:
            raise AssertionError("not every case resolved itself")

    def _beyond_quiet(self, polled: Account, runs: int) -> Account:
        """Take away what quiet polls take, and put what was written in vain on its own account."""
        self._in_vain.add(Account(writes=polled.refused, refused=polled.refused))
        self._in_vain.by_place[IN_VAIN] += polled.by_place.pop(IN_VAIN, 0)
        polled.writes -= polled.refused
        polled.refused = 0.0
        polled.add(self._quiet_poll, -runs)
        return polled


def _quiet_hour(desk: PlayedDesk) -> tuple[dict[str, Account], float]:
    desk.poll(Account())  # the first poll makes the states of all sources
    runs: dict[str, Callable[[Account], object]] = {
        "poll": desk.poll,
        "triage sweep": desk.triage_sweep,
        "respond sweep": desk.respond_sweep,
        "alerts": desk.alerts,
    }
    accounts = {name: Account() for name in runs}
    began, asked = desk.now, desk.x.asked
    for minute in range(1, _QUIET_MINUTES + 1):
        desk.at(began + minute * MINUTE)
        for name, go in runs.items():
            go(accounts[name])
    x_calls = (desk.x.asked - asked) / _QUIET_MINUTES
    return {name: total([account], per=_QUIET_MINUTES) for name, account in accounts.items()}, x_calls


def _overdue(desk: PlayedDesk) -> Account:
    """File problems that nobody answers, and sweep until the first warning and the first breach were told."""
    desk.poll(Account())
    posts = [parse(raw_post(number * len(TEXTS), MORNING + number)) for number in range(_MENTIONS)]
    desk.x.mentions_of_support += posts
    desk.at(MORNING + MINUTE)
    desk.poll(Account())
    desk.triage(Account())
    account = Account()
    for _ in range(2):
        cases = [stored.case for post in posts if (stored := desk.desk.case(_case_id(post)))]
        desk.at(max(case.next_change or 0 for case in cases))
        desk.triage_sweep(account)
        desk.alerts(account)
    return total([account], per=_MENTIONS)


def _lone(desk: PlayedDesk) -> Account:
    """Read a mention that nothing follows; a quiet source's state is written once an hour, and read on from there."""
    desk.poll(Account())
    desk.x.mentions_of_support.append(parse(raw_post(0, MORNING)))
    polled = Account()
    for minute in range(1, 75):
        desk.at(MORNING + minute * MINUTE)
        desk.poll(polled)
    return Account(writes=polled.refused, refused=polled.refused)


def _case_id(post: Post) -> str:
    return f"{post.author_id}-{post.conversation_id}"


# ---- the tables

_COLUMNS = ("write units", "read units", "requests")


def _of_a_life(found: Life) -> Table:
    whole = found.whole()
    rows = [_row(name, account) for name, account in [*found.steps.items(), ("whole life", whole)]]
    others = [_row(OVERDUE, found.overdue), _row(LONE, found.lone)]
    notes = (
        f"Means of {_MENTIONS} mentions of some 110 characters, a minute apart, each a case of its own.",
        f"If transactions do not double index entries, the whole life takes {_lower(whole):.0f} write units.",
        f"Stored for good: {found.stored_bytes:,.0f} bytes a mention, indexes and billed overhead included.",
        "Every full reading of the last day puts in vain what it meets; each post meets two, of which one is counted.",
    )
    return Table("DynamoDB: a mention's life", ("step", *_COLUMNS), [*rows, *others], notes)


def _by_place(found: Life) -> Table:
    whole = found.whole()
    rows = [
        (place, f"{units:.1f}", f"{units / whole.writes:.0%}")
        for place, units in whole.by_place.most_common()
        if units > 0
    ]
    return Table("DynamoDB: where the write units of a life arise", ("place", "write units", "share"), rows)


def _of_a_minute(found: Life) -> Table:
    rows = [_row(name, account) for name, account in [*found.quiet.items(), ("together", total(found.quiet.values()))]]
    notes = (f"Means of {_QUIET_MINUTES} runs without any news; such a poll asks X {found.x_calls:.0f} times.",)
    return Table("DynamoDB: a quiet minute", ("function", *_COLUMNS), rows, notes)


def _row(name: str, account: Account) -> tuple[str, ...]:
    return name, f"{account.writes:.1f}", f"{account.reads:.1f}", f"{account.requests:.1f}"


def _lower(account: Account) -> float:
    return account.writes - account.doubled_index_writes


def _figures(found: Life) -> dict[str, object]:
    whole = found.whole()
    return {
        "write_units": {name: account.writes for name, account in found.steps.items()},
        "read_units": {name: account.reads for name, account in found.steps.items()},
        "write_units_of_a_life": whole.writes,
        "write_units_of_a_life_without_doubled_indexes": _lower(whole),
        "read_units_of_a_life": whole.reads,
        "write_units_in_vain_of_a_lone_mention": found.lone.writes,
        "write_units_of_an_overdue_case": found.overdue.writes,
        "read_units_of_an_overdue_case": found.overdue.reads,
        "quiet_write_units": {name: account.writes for name, account in found.quiet.items()},
        "quiet_read_units": {name: account.reads for name, account in found.quiet.items()},
        "stored_bytes": found.stored_bytes,
        "x_calls_of_a_quiet_poll": found.x_calls,
    }
