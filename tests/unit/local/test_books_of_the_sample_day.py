"""The desk's own rules, without any cloud, come to the books that the author of the sample day wrote."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from desk.case import Case, fold
from desk.event import Direction, Event, Filing, Kind
from desk.policy.model import Role
from desk.post import FIELDS, Post, parse
from desk.sla import ClockState, Metric
from desk.store.ledger import Setup
from local.sample_day import expected, read
from local.script import in_order, load
from local.x_simulator import World
from local.x_simulator.rendering import render_post
from local.x_simulator.search import parse as search_for
from poll.events import Accounts, deletion, place
from poll.queries import queries_for
from tests.stories import shipped_policy
from triage.acknowledge import PLANNED, plan
from triage.tree import History, assess

HOUR = 3600


@dataclass
class PaperDesk:
    """Files posts into cases as triage does, on paper: one customer at a time, nothing stored, nothing sent."""

    own: dict[str, str]
    plans: dict[str, str] = field(default_factory=dict)
    """By key: what was decided about an automatic reply to this post."""
    events: dict[str, list[Event]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    conversations: dict[tuple[str, str], str] = field(default_factory=dict)
    latest: dict[str, tuple[str, int]] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)

    def take(self, key: str, post: Post) -> None:
        setup = Setup(handles=self.own, started_at=0)
        accounts = Accounts.of(shipped_policy(), setup)
        for placed in place(
            post, source="paper", read_for=None, accounts=accounts, find=self.homes.get, seen_at=post.at
        ):
            event = placed.event
            if event.kind is not Kind.POST or post.is_edit:
                continue
            self.homes[post.post_id] = placed.partition
            if event.direction is Direction.INBOUND:
                self._mention(key, event, post)
            elif case_id := self.conversations.get((placed.partition, post.conversation_id)):
                self.events[case_id].append(replace(event, filing=Filing(case_id, shipped_policy().version)))

    def _mention(self, key: str, event: Event, post: Post) -> None:
        policy, customer = shipped_policy(), event.customer_id
        case_id = self._case_of(key, post)
        assessment = assess(post, policy=policy, own_ids=frozenset(self.own.values()), history=self._history(post))
        is_planned = any(each.filing.acknowledgement == PLANNED for each in self.events.get(case_id, ()))
        decided = plan(event, assessment, case_id, policy=policy, has_plan=is_planned, stopped=customer in self.stopped)
        if assessment.asks_to_stop:
            self.stopped.add(customer)
        self.conversations[customer, post.conversation_id] = case_id
        self.latest[customer] = (case_id, post.at)
        filed = replace(event, filing=Filing(case_id, policy.version, assessment, decided.words))
        self.events.setdefault(case_id, []).append(filed)
        was_answered = any(each.direction is Direction.OUTBOUND for each in self.events[case_id])
        self.plans[key] = "answered" if was_answered and decided.outgoing else decided.words

    def _case_of(self, key: str, post: Post) -> str:
        known = self.conversations.get((post.author_id, post.conversation_id))
        case_id, at = self.latest.get(post.author_id, ("", 0))
        is_near = post.at - at <= shipped_policy().cases.merge_window_minutes * 60
        return known or (case_id if is_near and not post.replies_to else key)

    def _history(self, post: Post) -> History:
        quoted = self.homes.get(post.quotes or "")
        return History(has_open_case=post.author_id in self.latest, quotes_us=quoted in self.own.values())

    def forget(self, key: str, post_id: str, at: int) -> None:
        """The customer deleted a post."""
        event = deletion(self.homes[post_id], post_id, reason="deleted", now=at)
        self.events[key].append(replace(event, filing=Filing(key, shipped_policy().version)))

    def cases(self, now: int) -> dict[str, Case]:
        policies = {shipped_policy().version: shipped_policy()}
        folded = {case_id: fold(case_id, found, policies=policies, now=now) for case_id, found in self.events.items()}
        return {case_id: case for case_id, case in folded.items() if case}


@pytest.fixture(scope="module")
def paper() -> PaperDesk:
    """A desk that has read the day as X shows it."""
    script = read()
    world = World(now=script.starts_at - 60)
    ids = load(script, world)
    policy = shipped_policy()
    own = {handle.name.lower(): world.user_named(handle.name).id for handle in policy.handles}
    names = [handle.name for handle in policy.handles]
    searches = [search_for(query) for search in policy.searches for query in queries_for(search, names)]
    made = PaperDesk(own)
    for line in in_order(script.lines):
        world.advance_to(max(world.now, line.indexed_at or line.at))
        post = world.find(int(ids[line.key]))
        if (
            post.author_id in own.values()
            or post.mentioned & set(own.values())
            or any(m(world, post) for m in searches)
        ):
            made.take(line.key, parse(render_post(world, post, FIELDS.split(","))))
    for gone in script.deletions:
        made.forget(gone.key, ids[gone.key], int(gone.at))
    return made


@pytest.fixture(scope="module")
def cases(paper) -> dict[str, Case]:
    return paper.cases(now=int(read().ends_at) + 24 * HOUR)


def test_every_mention_is_found_and_nothing_else(paper):
    facts = expected()
    assert set(paper.plans) == {*facts.acknowledged, *facts.never}


def test_the_posts_that_get_an_automatic_reply_are_those_and_no_others(paper):
    assert sorted(key for key, words in paper.plans.items() if words == PLANNED) == sorted(expected().acknowledged)


def test_the_mentions_make_as_many_cases_as_the_author_counted(cases):
    assert len(cases) == expected().cases


def test_people_answer_as_many_cases_as_the_author_counted(cases):
    assert sum(case.first_answer_at is not None for case in cases.values()) == expected().answered_cases


def test_the_cases_answered_late_or_never_are_those_and_no_others(cases):
    late = {ClockState.BREACHED, ClockState.BREACHING}
    now = int(read().ends_at) + 24 * HOUR
    first = {key: case.current_clock(Metric.FIRST_RESPONSE) for key, case in cases.items()}
    assert sorted(key for key, clock in first.items() if clock and clock.state(now) in late) == sorted(expected().late)


def test_the_family_that_must_not_wait_is_most_urgent_and_answered_in_time(cases):
    case = cases["insulin"]
    assert case.priority == "P1"
    assert case.current_clock(Metric.FIRST_RESPONSE).state(case.latest_answer_at) is ClockState.ACHIEVED


def test_both_agents_answer_from_their_own_accounts_and_sign_elsewhere(cases):
    assert {case.agent for case in cases.values()} >= {"Mia", "Jonas"}
    assert shipped_policy().handle("mia_pebblewing").role is Role.AGENT
