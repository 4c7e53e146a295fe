"""The end of a play: the desk's own figures, and whether the books balance.

The figures are computed by the deployed summary function, never on the side; the sample day's author wrote down what
they must be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table

from desk.outbox import State
from desk.sla import ClockState, Metric
from desk.store.days import days_opened
from local import sample_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from desk.case import Case
    from local.books import Books
    from local.stack import Stack

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a play came to, as a table for people, and every fault in words."""

    table: Table
    faults: tuple[str, ...]
    figures: Mapping[str, Any]


def outcome(stack: Stack, books: Books, *, seconds: float) -> Outcome:
    """Ask the deployed desk for its figures of the whole play, and hold them against what was meant."""
    figures = whole_period(stack)["figures"]
    faults = list(books.faults)
    if stack.script.title == sample_day.read().title:
        faults += surprises(stack, books, sample_day.expected())
    return Outcome(_table(books, figures, stack, seconds), tuple(faults), figures)


def whole_period(stack: Stack) -> Any:
    """Let the summary function send and return the figures of everything that was played."""
    first, last = (datetime.fromtimestamp(at, UTC) for at in (stack.script.starts_at - 86_400, stack.world.now + 1))
    return stack.invoke("Summary", {"kind": "period", "from": first.isoformat(), "to": last.isoformat()})


def surprises(stack: Stack, books: Books, meant: sample_day.Expected) -> Iterator[str]:
    """Give every difference between the desk's books and what the day's author meant."""
    cases = {case.opening_post: case for case in _cases(stack)}
    keys = {post_id: key for key, post_id in stack.ids.items()}
    now = int(stack.world.now)
    sent = {keys.get(each) for each in books.acknowledged}
    pairs = (
        ("mentions", sum(case.posts for case in cases.values()), meant.mentions),
        ("cases", len(cases), meant.cases),
        ("answered cases", sum(case.first_answer_at is not None for case in cases.values()), meant.answered_cases),
        ("acknowledged", sent, set(meant.acknowledged)),
        ("late", {keys.get(post) for post, case in cases.items() if _is_late(case, now)}, set(meant.late)),
    )
    for what, is_, should in pairs:
        if is_ != should:
            yield f"{what}: {_difference(is_, should)}"


def _difference(is_: object, should: object) -> str:
    if isinstance(is_, set) and isinstance(should, set):
        return f"too many {sorted(map(str, is_ - should))}, missing {sorted(map(str, should - is_))}"
    return f"{is_} instead of {should}"


def _is_late(case: Case, now: int) -> bool:
    clock = case.current_clock(Metric.FIRST_RESPONSE)
    return clock is not None and clock.state(now) in {ClockState.BREACHED, ClockState.BREACHING}


def _cases(stack: Stack) -> Iterator[Case]:
    for day, _ in days_opened(stack.ledger):
        yield from stack.desk.cases_of_day(day)


def _table(books: Books, figures: Mapping[str, Any], stack: Stack, seconds: float) -> Table:
    table = Table("what", "figure", title="What the desk says of it", title_justify="left")
    responses, coverage = figures["responses"]["all_cases"], figures["coverage"]
    shares = ", ".join(f"{_share(each['share_of_answered'])} <= {_limit(each)}" for each in responses["within"])
    rows = (
        ("posts X showed that concern us", f"{books.shown}, {books.missing} of them not held"),
        ("cases", f"{responses['n']}, {responses['answered']} answered by people"),
        ("first response", f"median {_minutes(responses['median_seconds'])}, p90 {_minutes(responses['p90_seconds'])}"),
        ("of the answered", shares),
        ("coverage", f"{_share(coverage['share'])} ({coverage['answered']} of {coverage['answerable']} answerable)"),
        ("automatic replies", f"{books.automatic} on X; " + _states(books.states)),
        ("breaches", str(figures["breach_count"])),
        ("e-mails", str(len(stack.cloud.sent_mails()))),
        ("calls to X", str(sum(stack.simulator.report()["requests"].values()))),
        ("time", f"{seconds:.0f} s"),
    )
    for row in rows:
        table.add_row(*row)
    return table


def _states(states: Mapping[str, int]) -> str:
    return ", ".join(f"{states[state]} {state}" for state in State if state in states) or "none planned"


def _limit(within: Mapping[str, Any]) -> str:
    minutes = within["limit_minutes"]
    return f"{minutes // _MINUTE} h" if minutes % _MINUTE == 0 else f"{minutes} min"


def _minutes(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds / _MINUTE:.2f} min"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"
