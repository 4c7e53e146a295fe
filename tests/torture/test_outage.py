"""An outage from its first post to its last reply, with processes killed all the way: afterwards the books balance."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from desk.action import Act
from desk.case import Status
from desk.incidents.life import HOLDING, Move, moved
from desk.incidents.model import Resolution, Stage
from desk.outbox import State
from desk.policy.model import Priority
from desk.store.incidents import incident, keep_incident, latest_incidents, ongoing
from local.x_simulator import User
from tests.torture.books import Books, check_settled
from tests.torture.faults import Fate, Run
from tests.torture.installation import Installation

if TYPE_CHECKING:
    from desk.incidents.model import Incident

SEEDS = 4
MINUTE = 60
CRASHES = (
    "@PebblewingHelp your app keeps crashing, I can't check in",
    "@PebblewingHelp the app crashes whenever I open my boarding pass, please fix it",
    "@PebblewingHelp is the app down? It crashes on start and nothing works",
    "@PebblewingHelp app crashing again and again, this is terrible",
)
BURNS = "@PebblewingHelp the app crashes and there is smoke in the cabin, the battery is on fire!"
MISHAPS = (Fate.KILLED_BEFORE, Fate.KILLED_AFTER, Fate.ANSWER_LOST, Fate.CONFLICT, Fate.REPEATED, Fate.TIME_IS_UP)


class Outage:
    """One story; `random` says what goes wrong, nothing does where there is none."""

    def __init__(self, installation: Installation, random: Random | None) -> None:
        self.installation, self.people = installation, installation.people
        self.random = random
        self.customers = 0

    def writes(self, text: str) -> None:
        """Another customer writes."""
        self.customers += 1
        user_id = str(5000 + self.customers)
        self.people.world.add_user(User(id=user_id, username=f"traveller_{user_id}"))
        self.people.written.append(self.people.world.post(author=user_id, text=text, lang="en").id)
        self.people._breathe()

    def usual_hour(self) -> None:
        """The desk learns that hardly anybody writes."""
        for _ in range(6):
            self.installation.wait(10 * MINUTE)
            self.installation.sweep_events()

    def minutes(self, number: int, *texts: str) -> None:
        """Minutes pass, in each of which customers write and every function runs, or tries to."""
        for _ in range(number):
            for text in texts:
                self.writes(text)
            self.installation.wait(MINUTE)
            self.installation.work(self._run())

    def _run(self) -> Run:
        if self.random is None:
            return Run()
        steps = self.random.sample(range(220), 3)
        return Run({step: self.random.choice(MISHAPS) for step in steps})

    @property
    def incident(self) -> Incident:
        (one,) = latest_incidents(self.installation.ledger, most=10)
        return one

    def ends(self, move: Move, *, replies: bool = False) -> None:
        """A lead ends it."""
        ledger, now = self.installation.ledger, self.installation.now
        known, version = incident(ledger, self.incident.incident_id)
        assert known is not None
        over = moved(known, move, at=now, by="lena")
        if move is Move.RESOLVE:
            over = replace(over, resolution=Resolution(now, "lena", replies=replies))
        keep_incident(ledger, over, version=version)


def check(outage: Outage) -> Books:
    """What must hold after every outage."""
    books = Books(outage.installation)
    check_settled(books)
    joined = {case.case_id for case in books.cases.values() if case.incident_id}
    acts = Counter((event.concerns, event.action.act) for _, event in books.events if event.action)
    assert max(acts.values(), default=1) == 1, f"done twice: {acts}"
    open_still = {case_id for case_id in joined if books.cases[case_id].status is not Status.RESOLVED}
    assert not open_still, f"not closed with their incident: {open_still}"
    replies = Counter(each.case_id for each in books.outbox.values() if each.state in {State.SENT, State.UNKNOWN})
    assert max(replies.values(), default=1) == 1
    assert {case.incident_id for case in books.cases.values() if case.priority is Priority.P1} <= {None}
    assert outage.incident.closed_at is not None
    assert ongoing(outage.installation.ledger) == ()
    return books


@pytest.mark.parametrize("seed", [None, *range(SEEDS)])
@pytest.mark.parametrize(("move", "replies"), [(Move.RESOLVE, True), (Move.RESOLVE, False), (Move.DISMISS, False)])
def test_whatever_is_killed_an_outage_closes_every_case_once_and_answers_each_at_most_once(seed, move, replies):
    with Installation() as installation:
        outage = Outage(installation, None if seed is None else Random(f"{seed}{move}{replies}"))
        outage.usual_hour()
        outage.minutes(3, *CRASHES)
        outage.minutes(1, BURNS)
        outage.random, chance = None, outage.random
        outage.minutes(2)
        assert outage.incident.stage in HOLDING
        outage.random = chance
        outage.minutes(1, *CRASHES[:2])
        outage.ends(move, replies=replies)
        outage.minutes(3)
        installation.settle()
        books = check(outage)
        held = [each for each in books.outbox.values() if each.held_by]
        assert held or seed is not None
        if move is Move.RESOLVE:
            assert outage.incident.held == len(held)
            assert outage.incident.joined >= 8
            assert {Act.RESOLVE} <= {event.action.act for _, event in books.events if event.action}
        assert outage.incident.stage is (Stage.RESOLVED if move is Move.RESOLVE else Stage.DISMISSED)
