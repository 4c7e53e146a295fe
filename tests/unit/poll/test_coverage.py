"""What of a source was read: against a small model of X, no post is ever unaccounted for."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from desk.snowflake import epoch_ms, id_at
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


# ---- single cases


def a_state(**changes) -> SourceState:
    return replace(first_state(now=NOW, started_at=NOW), **changes)


def at(seconds: float) -> int:
    return int(id_at(NOW + seconds))


def test_the_desk_listens_from_its_setup_on_even_if_the_first_poll_comes_late():
    assert first_state(now=NOW + 3600, started_at=NOW).since == at(0) - 1


def test_a_source_added_long_after_the_setup_reads_no_history():
    assert first_state(now=NOW + 8 * 86_400, started_at=NOW).since == at(8 * 86_400) - 1


def test_the_newest_posts_are_asked_for_down_to_one_that_is_known():
    state = begin(a_state(newest=at(50), head=at(60), settled=at(55)), LIST, now=NOW + 120)
    assert next_ask(state, LIST) == Ask(Way.LIST, at(50) - 1, TOP)


def test_old_holes_come_after_the_newest_posts_and_before_any_recheck():
    old = a_state(newest=at(60), head=at(60), settled=at(55), holes=(Hole(at(0), at(30), 3, Way.LIST, at(0)),))
    state = begin(old, LIST, now=NOW + 120)
    state = walked(state, next_ask(state, LIST), [at(100)], has_more=False, reading=LIST, now=NOW + 120)
    assert next_ask(state, LIST) == Ask(Way.LIST, at(0) - 1, at(30))


def test_a_walk_that_meets_a_known_post_drains_its_hole_however_many_posts_lie_above():
    state = begin(a_state(newest=at(0), head=at(0)), LIST, now=NOW + 600)
    ids = [at(0), *(at(1 + n) for n in range(40))]
    state = walked(state, next_ask(state, LIST), ids, has_more=False, reading=LIST, now=NOW + 600)
    assert state.holes == ()
    assert covered(state) == ((a_state().since + 1, state.head),)


def test_a_walk_that_x_ended_at_its_cap_is_not_drained_but_left_to_search():
    state = begin(a_state(newest=at(0), head=at(0)), LIST, now=NOW + 600)
    ids = [at(100 + n) for n in range(20)]
    state = walked(state, next_ask(state, LIST), ids, has_more=False, reading=LIST, now=NOW + 600)
    [hole] = state.holes
    assert (hole.high, hole.way) == (at(100), Way.SEARCH)
    assert hole.low <= at(0)


def test_a_walk_that_x_ended_below_its_cap_is_drained():
    state = begin(a_state(newest=at(0), head=at(0)), LIST, now=NOW + 600)
    state = walked(state, next_ask(state, LIST), [at(100)], has_more=False, reading=LIST, now=NOW + 600)
    assert state.holes == ()


def test_posts_of_later_heads_count_towards_the_cap_of_an_old_hole():
    state = a_state(newest=at(50), head=at(50), settled=at(45), holes=(Hole(at(0), at(40), 9, Way.LIST, at(0)),))
    state = begin(state, LIST, now=NOW + 600)
    ids = [at(50), *(at(100 + n) for n in range(10))]
    state = walked(state, next_ask(state, LIST), ids, has_more=False, reading=LIST, now=NOW + 600)
    assert state.holes[0].above == 19
    state = walked(state, next_ask(state, LIST), [], has_more=False, reading=LIST, now=NOW + 600)
    assert [hole.way for hole in state.holes] == [Way.SEARCH]


def test_a_page_that_brings_nothing_older_does_not_go_round_in_circles():
    state = begin(a_state(), LIST, now=NOW + 60)
    ask = next_ask(state, LIST)
    with pytest.raises(StalledError):
        walked(state, ask, [], has_more=True, reading=LIST, now=NOW + 60)
    state = walked(state, ask, [at(30)], has_more=True, reading=LIST, now=NOW + 60)
    with pytest.raises(StalledError):
        walked(state, next_ask(state, LIST), [at(30), at(40)], has_more=True, reading=LIST, now=NOW + 60)


def test_an_id_from_the_future_does_not_blind_the_desk():
    state = begin(a_state(), LIST, now=NOW + 60)
    state = walked(state, next_ask(state, LIST), [2**62, at(30)], has_more=False, reading=LIST, now=NOW + 60)
    assert state.newest == at(30)


def test_a_search_that_rested_for_ten_days_reports_what_x_no_longer_gives():
    state = begin(a_state(), SEARCH, now=NOW + 10 * 86_400)
    floor = at(10 * 86_400 - SEARCH_SECONDS)
    assert state.gaps == (Gap(at(0) - 1, floor, TOO_OLD, NOW + 10 * 86_400),)
    assert next_ask(state, SEARCH) == Ask(Way.SEARCH, floor, TOP)


def test_a_quiet_search_that_was_read_all_the_time_has_no_gap():
    state = a_state()
    for hour in range(1, 15 * 24):
        now = NOW + hour * 3600
        state = begin(state, SEARCH, now=now)
        while (ask := next_ask(state, SEARCH)) is not None:
            state = walked(state, ask, [], has_more=False, reading=SEARCH, now=now)
    assert state.gaps == ()
    assert covered(state) == ((a_state().since + 1, state.head),)


def test_a_gap_that_grows_is_the_same_gap():
    state = out_of_reach(begin(a_state(), SEARCH, now=NOW + 60), at(10), SEARCH, now=NOW + 60)
    state = out_of_reach(state, at(20), SEARCH, now=NOW + 120)
    assert [(gap.low, gap.high) for gap in state.gaps] == [(at(0) - 1, at(20))]


def test_a_hole_that_x_refuses_to_search_becomes_a_gap():
    state = a_state(head=at(60), newest=at(60), holes=(Hole(at(0), at(30), 0, Way.SEARCH, at(0)),))
    state = given_up(state, next_ask(state, LIST), now=NOW)
    assert state.holes == ()
    assert state.gaps == (Gap(at(0), at(30) - 1, NOT_GIVEN, NOW),)
    assert covered(state) == ((at(0) - 1 + 1, at(0)), (at(30), at(60)))


def test_a_quiet_look_need_not_be_written_but_once_an_hour():
    before = a_state()
    assert is_worth_writing(None, before)
    assert not is_worth_writing(before, replace(before, head=at(3500), settled=at(3500)))
    assert is_worth_writing(before, replace(before, head=at(3700)))
    assert is_worth_writing(before, replace(before, newest=at(10)))


def test_a_quiet_state_is_stored_once_more_when_its_newest_post_is_settled():
    before = SourceState(since=1, newest=50, head=60, settled=40, reread_at=0)
    assert not is_worth_writing(before, replace(before, head=61, settled=49))
    assert is_worth_writing(before, replace(before, head=61, settled=50))
    settled = replace(before, settled=50)
    assert not is_worth_writing(settled, replace(settled, head=70, settled=60))
