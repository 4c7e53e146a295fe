"""What of a source was read: against a small model of X, no post is ever unaccounted for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from desk.snowflake import epoch_ms, id_at
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from poll.coverage import (
    NOT_GIVEN,
    SEARCH_SECONDS,
    TOO_OLD,
    TOP,
    Ask,
    Gap,
    Hole,
    Reading,
    SourceState,
    StalledError,
    Way,
    begin,
    covered,
    first_state,
    given_up,
    is_worth_writing,
    next_ask,
    out_of_reach,
    walked,
)

NOW = 1_790_000_000
OVERLAP = 300
LIST = Reading(reachable=20, overlap_seconds=OVERLAP, reread_seconds=12 * 3600, margin=5)
SEARCH = Reading(reachable=None, overlap_seconds=OVERLAP, reread_seconds=12 * 3600)


@dataclass
class TinyX:
    """One list of posts: post id -> when X began to show it. Deleted posts are gone."""

    page: int
    posts: dict[int, float] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    since_is_inclusive: bool = True

    def give(self, ask: Ask, reachable: int | None, now: float) -> tuple[list[int], bool]:
        visible = sorted((i for i, shown in self.posts.items() if shown <= now and i not in self.deleted), reverse=True)
        if ask.way is Way.SEARCH:
            oldest = int(id_at(now - 7 * 86_400))
            assert ask.since >= oldest, "X would refuse this question"
            found = [i for i in visible if ask.since < i < ask.until]
        else:
            low = ask.since if self.since_is_inclusive else ask.since + 1
            found = [i for i in visible[:reachable] if low <= i < ask.until]
        return found[: self.page], len(found) > self.page


class Desk:
    """A run of the poll, page by page, as `run` does it: posts are stored, then the state, on its version."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.stored: set[int] = set()
        self.state: SourceState | None = None
        self.version = 0


class Run:
    def __init__(self, desk: Desk, now: int) -> None:
        self.desk, self.now, self.version = desk, now, desk.version
        stored = desk.state or first_state(now=now, started_at=now)
        self.state = begin(stored, desk.reading, now=now)

    def step(self, x: TinyX, *, dies_before_state: bool = False) -> bool:
        """One page; False when there was nothing to ask, or the run lost to another one, or it died."""
        ask = next_ask(self.state, self.desk.reading)
        if ask is None:
            return False
        ids, has_more = x.give(ask, self.desk.reading.reachable, self.now)
        self.desk.stored |= set(ids)
        if dies_before_state or self.version != self.desk.version:
            return False
        self.state = walked(self.state, ask, ids, has_more=has_more, reading=self.desk.reading, now=self.now)
        if is_worth_writing(self.desk.state, self.state):
            self.desk.state = self.state
            self.desk.version += 1
            self.version = self.desk.version
        return True


class Polling(RuleBasedStateMachine):
    """Posts arrive, some are indexed late, some are deleted; runs are cut short, die, or overlap."""

    reading = LIST

    @initialize(page=st.integers(1, 7), inclusive=st.booleans())
    def start(self, page, inclusive):
        self.x = TinyX(page=page, since_is_inclusive=inclusive)
        self.now = NOW
        self.late = 0
        self.serial = 0
        self.desk = Desk(self.reading)
        self.desk.state = first_state(now=NOW, started_at=NOW)
        self.runs: list[Run] = []

    def _post(self, at: float, shown: float) -> None:
        self.serial += 1
        self.x.posts[int(id_at(at)) + self.serial] = shown

    @rule(count=st.integers(1, 30), seconds=st.integers(1, 400))
    def posts_arrive(self, count, seconds):
        for n in range(count):
            at = self.now + 1 + seconds * n / count
            self._post(at, at)
        self.now += seconds + 1

    @precondition(lambda self: self.late < 5)
    @rule(lateness=st.integers(1, OVERLAP))
    def a_post_is_indexed_late(self, lateness):
        self.late += 1
        self._post(self.now, self.now + lateness)
        self.now += 1

    @rule(seconds=st.sampled_from([1, 60, 301, 3600, 13 * 3600, 4 * 86_400]))
    def time_passes(self, seconds):
        self.now += seconds

    @rule(data=st.data())
    def a_post_is_deleted(self, data):
        standing = sorted(set(self.x.posts) - self.x.deleted)
        if standing:
            self.x.deleted.add(data.draw(st.sampled_from(standing)))

    @rule(pages=st.integers(1, 8), dies=st.booleans())
    def a_run(self, pages, dies):
        run = Run(self.desk, self.now)
        for page in range(pages):
            if not run.step(self.x, dies_before_state=dies and page == pages - 1):
                break
            self._post(self.now + 0.5, self.now + 0.5)  # arrives between two pages
        self.now += 1

    @rule(pages=st.lists(st.booleans(), min_size=2, max_size=12))
    def two_runs_at_once(self, pages):
        runs = Run(self.desk, self.now), Run(self.desk, self.now)
        for first in pages:
            runs[0 if first else 1].step(self.x)
        self.now += 1

    def _unaccounted(self) -> set[int]:
        state = self.desk.state
        return {
            post
            for post in set(self.x.posts) - self.x.deleted - self.desk.stored
            if state.since < post <= state.settled
            and not any(hole.low < post < hole.high for hole in state.holes)
            and not any(gap.low < post <= gap.high for gap in state.gaps)
        }

    @invariant()
    def every_settled_post_is_stored_or_in_a_hole_or_in_a_reported_gap(self):
        assert self._unaccounted() == set()

    @invariant()
    def what_is_called_covered_was_read(self):
        state = self.desk.state
        shown = {i for i, shown in self.x.posts.items() if shown <= epoch_ms(str(i)) / 1000 + 1} - self.x.deleted
        for first, last in covered(state):
            assert {i for i in shown if first <= i <= last} <= self.desk.stored

    @invariant()
    def holes_are_disjoint_and_newest_first(self):
        bounds = [bound for hole in self.desk.state.holes for bound in (hole.high, hole.low)]
        assert bounds == sorted(bounds, reverse=True)

    def teardown(self):
        """However it went: some quiet runs later all that X ever showed is stored, or reported as lost."""
        if not hasattr(self, "desk"):
            return
        for _ in range(3):
            self.now += OVERLAP + 1
            run = Run(self.desk, self.now)
            for _ in range(2000):
                if not run.step(self.x):
                    break
            assert next_ask(run.state, self.reading) is None
        state = run.state
        lost = {i for i in set(self.x.posts) - self.x.deleted - self.desk.stored if i > state.since}
        assert all(any(gap.low < i <= gap.high for gap in state.gaps) for i in lost)
        assert not state.holes


class PollingASearch(Polling):
    reading = SEARCH


TestTheListOfAnAccount = Polling.TestCase
TestTheListOfAnAccount.settings = settings(
    max_examples=150, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestASearch = PollingASearch.TestCase
TestASearch.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
