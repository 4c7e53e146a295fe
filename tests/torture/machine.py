"""Everything that can go wrong, in any order, against the real handlers: hypothesis writes the story.

Each rule is one thing that happens: somebody writes, time goes by, a function runs and something fails within it, X
refuses or falls silent. At the end everything works again, the dust settles, and the books must balance (`books`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from local.x_simulator import Body, Fault
from local.x_simulator import Kind as FaultKind
from tests.torture.books import Books, check_always, check_settled
from tests.torture.faults import Fate, Run
from tests.torture.installation import Installation
from tests.torture.leads import Leads

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.torture.streams import Consumer

which = st.integers(0, 7)
waits = st.sampled_from([20, 60, 150, 400, 1000, 4000, 15_000])
skews = st.sampled_from([0, 0, 0, -90, 40])
late = st.sampled_from([0, 0, 0, 30, 200, 1500])
plans = st.dictionaries(st.integers(0, 40), st.sampled_from(Fate), max_size=3)
long_plans = st.dictionaries(st.integers(0, 90), st.sampled_from(Fate), min_size=1, max_size=5)
runs = st.tuples(plans, st.integers(0, 9))

_POSTS = r"/2/tweets"
_NOT_SUMMONED = "You have not been mentioned or otherwise engaged by the author of the post you are replying to."
X_FAULTS: dict[str, Fault] = {
    "X: 429": Fault(kind=FaultKind.ANSWER, status=429),
    "X: 429, older body": Fault(kind=FaultKind.ANSWER, status=429, body=Body.LEGACY),
    "X: 401": Fault(kind=FaultKind.ANSWER, status=401),
    "X: 402": Fault(kind=FaultKind.ANSWER, status=402),
    "X: 403 to a post": Fault(kind=FaultKind.ANSWER, status=403, method="POST", detail=_NOT_SUMMONED),
    "X: 503 before the post": Fault(kind=FaultKind.ANSWER, status=503, method="POST"),
    "X: 503 after the post": Fault(kind=FaultKind.ANSWER, status=503, method="POST", committed=True),
    "X: 500 as a web page": Fault(kind=FaultKind.ANSWER, status=500, body=Body.HTML),
    "X: silence before the post": Fault(kind=FaultKind.SILENCE, method="POST"),
    "X: silence after the post": Fault(kind=FaultKind.SILENCE, method="POST", committed=True),
    "X: silence to a question": Fault(kind=FaultKind.SILENCE, method="GET"),
    "X: silence to every question": Fault(kind=FaultKind.SILENCE, method="GET", times=10),
    "X: same page again": Fault(kind=FaultKind.REPEAT_PAGE, method="GET"),
}
x_faults = st.sampled_from(sorted(X_FAULTS))
TURNS = (
    "customer protected",
    "customer suspended",
    "incident declared",
    "incident ended",
    "index lag changed",
    "policy deployed",
    "status post approved",
    "switch turned",
    "tokens rotated",
)
"""What happens around the desk without being a fault; the story must have had each of them."""


class Torture(RuleBasedStateMachine):
    """One story."""

    counts: ClassVar[Counter[str]] = Counter()
    """Of all stories since the process began."""

    def __init__(self) -> None:
        super().__init__()
        self.counts["stories"] += 1
        self.desk = Installation(self.counts)
        self.desk.__enter__()
        self.people = self.desk.people
        self.leads = Leads(self.desk)

    @initialize(customers=st.lists(which, min_size=1, max_size=3), text=which)
    def some_wrote_already(self, customers: list[int], text: int) -> None:
        for customer in customers:
            self.people.write(customer, text)

    # ---- people

    @rule(customer=which, text=which, late=late)
    def somebody_writes(self, customer: int, text: int, late: int) -> None:
        self.people.write(customer, text, late=late)

    @rule(customer=which, text=which, to=which, late=late)
    def somebody_replies(self, customer: int, text: int, to: int, late: int) -> None:
        self.people.write(customer, text, to=to, late=late)

    @rule(customer=which, post=which, quoting=st.booleans())
    def somebody_reposts(self, customer: int, post: int, quoting: bool) -> None:
        self.people.repost(customer, post, quoting=quoting)

    @rule(post=which, text=which)
    def somebody_edits(self, post: int, text: int) -> None:
        self.people.edit(post, text)

    @rule(post=which, likes=st.sampled_from([20, 400, 9_000]))
    def others_like_a_post(self, post: int, likes: int) -> None:
        self.people.like(post, likes)

    @rule(post=which)
    def somebody_deletes(self, post: int) -> None:
        self.people.delete(post)

    @rule(customer=which, by_x=st.booleans(), now=st.sampled_from([False, False, True]))
    def somebody_hides(self, customer: int, *, by_x: bool, now: bool) -> None:
        if now:  # seldom, since nobody comes back
            self.counts["customer suspended" if by_x else "customer protected"] += 1
            self.people.hide(customer, by_x=by_x)

    @rule(post=which, by=which, text=which, late=late)
    def one_of_ours_answers(self, post: int, by: int, text: int, late: int) -> None:
        self.people.answer(post, by, text, late=late)

    @rule()
    def the_brand_speaks(self) -> None:
        self.people.say()

    @rule(seconds=waits)
    def time_goes_by(self, seconds: int) -> None:
        self.desk.wait(seconds)

    # ---- incidents

    @rule()
    def an_incident_is_declared(self) -> None:
        self.counts["incident declared"] += self.leads.declare()

    @rule()
    def a_status_post_is_approved(self) -> None:
        self.counts["status post approved"] += self.leads.publish()

    @rule(replies=st.none() | st.booleans())
    def an_incident_ends(self, replies: bool | None) -> None:
        self.counts["incident ended"] += self.leads.end(replies=replies)

    # ---- functions

    @rule(run=runs, skew=skews)
    def the_poll_runs(self, run: tuple[dict[int, Fate], int], skew: int) -> None:
        self.desk.poll(self._run(*run), skew=skew)

    @rule(run=runs, skew=skews, at_most=st.integers(1, 5), swapped=st.booleans())
    def triage_gets_records(self, run: tuple[dict[int, Fate], int], skew: int, **how: Any) -> None:
        self.desk.deliver(self.desk.triage, self._run(*run), skew=skew, **how)

    @rule(run=runs, skew=skews, at_most=st.integers(1, 5), swapped=st.booleans())
    def respond_gets_records(self, run: tuple[dict[int, Fate], int], skew: int, **how: Any) -> None:
        self.desk.deliver(self.desk.respond, self._run(*run), skew=skew, **how)

    @rule(run=runs, skew=skews)
    def triage_sweeps(self, run: tuple[dict[int, Fate], int], skew: int) -> None:
        self.desk.sweep_events(self._run(*run), skew=skew)

    @rule(run=runs, skew=skews, seconds=st.sampled_from([0, 0, 1000]))
    def respond_sweeps(self, run: tuple[dict[int, Fate], int], skew: int, seconds: int) -> None:
        self.desk.wait(seconds)
        self.desk.sweep_outbox(self._run(*run), skew=skew)

    @rule(run=st.tuples(long_plans, st.integers(0, 9)), seconds=waits, x=st.none() | x_faults)
    def a_minute_goes_wrong(self, run: tuple[dict[int, Fate], int], seconds: int, x: str | None) -> None:
        if x:
            self.x_will_fail(x)
        self.desk.wait(seconds)
        self.desk.work(self._run(*run))

    @rule()
    def a_minute_goes_well(self) -> None:
        self.desk.wait(60)
        self.desk.work()

    @rule()
    def the_answer_to_a_post_is_lost(self) -> None:
        self.x_will_fail("X: silence after the post")
        self.a_minute_goes_well()

    # ---- what else goes wrong

    @rule(of_triage=st.booleans(), batch=which)
    def a_batch_comes_again(self, of_triage: bool, batch: int) -> None:
        self._consumer(of_triage=of_triage).deliver_again(batch)

    @rule(of_triage=st.booleans())
    def the_stream_gives_up(self, of_triage: bool) -> None:
        self._consumer(of_triage=of_triage).lose()

    @rule(name=x_faults)
    def x_will_fail(self, name: str) -> None:
        self.counts[name] += 1
        self.desk.x.faults.add(X_FAULTS[name])

    @rule()
    def the_line_is_cut(self) -> None:
        self.desk.line.cut += 1

    @rule(behind=which)
    def indexes_lag(self, behind: int) -> None:
        self.counts["index lag changed"] += 1
        self.desk.dynamodb.behind = behind

    @rule()
    def tokens_are_rotated(self) -> None:
        self.counts["tokens rotated"] += 1
        self.people.rotate_tokens()

    @rule(is_on=st.booleans())
    def somebody_turns_the_switch(self, is_on: bool) -> None:
        self.counts["switch turned"] += 1
        self.desk.switch(is_on=is_on)

    @rule(version=which)
    def another_policy_is_deployed(self, version: int) -> None:
        self.counts["policy deployed"] += 1
        self.desk.deploy(version)

    # ---- what must hold

    @invariant()
    def always(self) -> None:
        self.counts["things that happened"] += 1
        check_always(Books(self.desk))

    def teardown(self) -> None:
        try:
            self.leads.end(replies=True)
            self.desk.settle()
            check_settled(Books(self.desk))
        finally:
            self.desk.__exit__(None, None, None)

    # ---- within

    def _consumer(self, *, of_triage: bool) -> Consumer:
        return self.desk.triage if of_triage else self.desk.respond

    def _run(self, plan: dict[int, Fate], meanwhile: int) -> Run:
        return Run(plan, meanwhile=self._meanwhile()[meanwhile])

    def _meanwhile(self) -> list[Callable[[], object]]:
        desk, people = self.desk, self.people
        return [
            lambda: desk.poll(skew=90),  # its clock says that the lease of the first has ended
            lambda: desk.deliver(desk.triage),
            lambda: desk.deliver(desk.respond),
            desk.sweep_events,
            lambda: desk.sweep_outbox(skew=1000),
            lambda: people.write(0, 0),
            lambda: people.answer(0, 0, 0),
            lambda: people.delete(0),
            lambda: people.edit(0, 1),
            lambda: desk.wait(120),
        ]
