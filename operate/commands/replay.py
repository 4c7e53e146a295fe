"""Run triage again over stored posts with another policy or model, and show what would change. It changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import to_builtins
from msgspec.structs import replace
from rich.console import Group

from desk.errors import Misconfigured
from desk.event import first_key_at
from desk.store.cases_of_period import cases_of_period
from desk.store.policy_shelf import PolicyShelf
from operate.days import add_days, asked_period
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from operate.replay import ASPECTS, Terms, counts, replay
from operate.tables import table
from report.wording import count, stretch, words
from triage.quoted import is_ours

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence
    from typing import Any

    from rich.console import RenderableType
    from rich.table import Table

    from desk.figures import Period
    from desk.policy import Policy
    from desk.post import Post
    from operate.deployment import Deployment
    from operate.replay import Replayed, Verdict
    from operate.terminal import Terminal

NAME = "replay"
HELP = "run triage again over past posts with another policy or model"

_MOST_SHOWN = 40
"""Changed posts shown to people; scripts get all."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_days(parser)
    parser.add_argument("--model", type=Path, metavar="FILE", help="weights to judge the tone by, as make train writes")
    add_policy(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Judge all posts of the cases opened in a period again; raises ArgumentError for days in the wrong order.

    Amazon Comprehend is not asked, whatever the policy says: that costs, and it may answer otherwise than it did.
    """
    policy = _policy(arguments)
    period = asked_period(arguments, policy.time_zone)
    found = list(_replayed(deployment, _terms(deployment, policy), period, terminal))
    days = stretch(period.from_at, period.until_at, policy.time_zone)
    return Outcome(_value(found, policy), _shown(found, days))


def _policy(arguments: Namespace) -> Policy:
    policy = read(arguments.policy)
    return replace(policy, weights=str(arguments.model.resolve())) if arguments.model else policy


def _terms(deployment: Deployment, policy: Policy) -> Terms:
    desk, setup = deployment.desk, deployment.ledger.setup()
    if setup is None:
        raise Misconfigured("nothing was read yet: this desk is not set up; run `desk setup`")

    def quotes_us(post: Post) -> bool:
        return post.quotes is not None and is_ours(post.quotes, desk=desk, own_ids=setup.own_ids)

    return Terms(policy, PolicyShelf(policy, deployment.ledger), setup.own_ids, quotes_us)


def _replayed(deployment: Deployment, terms: Terms, period: Period, terminal: Terminal) -> Iterator[Replayed]:
    """Give the posts of the period's cases; each customer's whole story is read, for the history of each post."""
    wanted = {case.case_id: case.customer_id for case in cases_of_period(deployment.desk, deployment.ledger, period)}
    for customer in terminal.tracked(sorted(set(wanted.values())), "judging again"):
        events = deployment.desk.events_from(customer, first_key_at("0"))
        yield from (each for each in replay(events, terms) if each.case_id in wanted)


def _value(found: Sequence[Replayed], policy: Policy) -> dict[str, Any]:
    told = counts(found)
    return {
        "policy_version": policy.version,
        "weights": Path(policy.weights).name,
        "cases": len({each.case_id for each in found}),
        "posts": len(found),
        "without_text": sum(each.would is None for each in found),
        "counts": {
            name: {value: {"was": was, "would": would} for value, (was, would) in by_value.items()}
            for name, by_value in told.items()
        },
        "changed": [to_builtins(each) for each in _changed(found)],
    }


def _changed(found: Sequence[Replayed]) -> list[Replayed]:
    return [each for each in found if each.would is not None and each.was.differs(each.would)]


def _shown(found: Sequence[Replayed], days: str) -> Group:
    changed, gone = _changed(found), sum(each.would is None for each in found)
    cases, touched = ({each.case_id for each in some} for some in (found, changed))
    told = f"{count(len(found), 'post')} of {count(len(cases), 'case')} of {days}; "
    told += f"{count(len(changed), 'post')} of {count(len(touched), 'case')} would be judged otherwise."
    if gone:
        told += f" {gone:,} can't be judged again: their texts are gone."
    parts: list[RenderableType] = [told, _table_of_counts(found)]
    if changed:
        parts += [_table_of_changes(changed[:_MOST_SHOWN])]
    if len(changed) > _MOST_SHOWN:
        parts += [f"The first {_MOST_SHOWN} of {len(changed):,}; all with --json."]
    return Group(*parts)


def _table_of_counts(found: Sequence[Replayed]) -> Table:
    shown = table("Posts", "", "")
    for column in ("as it was", "would be", ""):
        shown.add_column(column, justify="right")
    for name, by_value in counts(found).items():
        for number, (value, (was, would)) in enumerate(by_value.items()):
            moved = f"{would - was:+,}" if would != was else ""
            shown.add_row("" if number else name, words(value), f"{was:,}", f"{would:,}", moved)
    return shown


def _table_of_changes(changed: Sequence[Replayed]) -> Table:
    shown = table("What would change", "case", "post", "what", "why it would")
    for each in changed:
        if each.would is not None:
            shown.add_row(each.case_id, each.post_id, _moves(each.was, each.would), " ".join(each.would.reasons))
    return shown


def _moves(was: Verdict, would: Verdict) -> str:
    names = [name for name in ASPECTS if name in was.differs(would)]
    return "\n".join(f"{name}: {getattr(was, name)} -> {getattr(would, name)}" for name in names)
