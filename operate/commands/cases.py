"""List cases, and show one with everything that happened in it.

Without days it lists the open ones, the next due first; with --from and --to those that opened then, open or not.
"""

from __future__ import annotations

import re
from argparse import ArgumentError
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from rich.console import Group

from desk.errors import NotAllowed
from desk.policy.model import Category, Priority
from desk.store.cases_of_period import cases_of_period
from operate.asked_cases import STATES, Wanted, by_opening, by_urgency
from operate.case_story import story, target
from operate.days import add_days, asked_period
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from operate.tables import foreign, table
from report.wording import duration, words

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from rich.table import Table

    from api.models import CaseDetail, CaseSummary
    from desk.case import Case
    from desk.policy import Policy
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "cases"
HELP = "list cases, or show one with its whole story"

_CASE_ID = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", nargs="?", choices=("list", "show"), default="list", help="default: list")
    parser.add_argument("case_id", nargs="?", metavar="CASE_ID", help="with show: which one")
    only = parser.add_argument_group("only those")
    only.add_argument("--team", help="of this team")
    only.add_argument("--state", choices=STATES, type=str, help="in this state: %(choices)s", metavar="STATE")
    only.add_argument("--priority", choices=list(Priority), type=str.upper, help="as urgent as this")
    only.add_argument(
        "--category", choices=list(Category), type=str, help="about this: %(choices)s", metavar="CATEGORY"
    )
    only.add_argument("--assignee", metavar="NAME", help='given to this person; "" for those that nobody has')
    add_days(only, required=False)
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="show N at most (default: 50; 0: all)")
    add_policy(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """List or show; raises ArgumentError for a team or case that can't be, NotAllowed for a case that is not there."""
    policy = read(arguments.policy)
    if arguments.action == "show":
        return _show(deployment, arguments.case_id or "", policy)
    if arguments.case_id:
        raise ArgumentError(None, f"`desk cases list` takes no case; `desk cases show {arguments.case_id}` shows one")
    with terminal.working("reading"):
        return _list(deployment, arguments, policy)


# ---- a list


def _list(deployment: Deployment, arguments: Namespace, policy: Policy) -> Outcome:
    from api.views import summary  # noqa: PLC0415 - pydantic takes a while that other commands need not wait

    now, wanted = deployment.now(), Wanted.of(arguments)
    found = (case for case in _read(deployment, arguments, policy) if wanted.admits(case, now))
    most = arguments.limit if arguments.limit > 0 else None
    cases = list(islice(found, most))
    is_cut = next(found, None) is not None
    shown = [summary(case, now) for case in cases]
    value = {"as_of": now, "cases": [each.model_dump(mode="json") for each in shown], "is_cut": is_cut}
    rest = [f"The first {len(cases):,} are shown; --limit 0 shows all."] if is_cut else []
    return Outcome(value, Group(_table(shown, now), *rest) if shown else "No case is like that.")


def _read(deployment: Deployment, arguments: Namespace, policy: Policy) -> Iterable[Case]:
    if arguments.first or arguments.last:
        if not (arguments.first and arguments.last):
            raise ArgumentError(None, "--from and --to come together")
        period = asked_period(arguments, policy.time_zone)
        return sorted(cases_of_period(deployment.desk, deployment.ledger, period), key=by_opening)
    teams = {name for name, _ in deployment.ledger.values("QUEUES", object)} | set(policy.teams)
    if arguments.team and arguments.team not in teams:
        raise ArgumentError(None, f"there is no team {arguments.team}; there are {', '.join(sorted(teams))}")
    asked = [arguments.team] if arguments.team else sorted(teams)
    return merge(*map(deployment.desk.open_cases, asked), key=by_urgency)


def _table(cases: Iterable[CaseSummary], now: int) -> Table:
    shown = table("Cases", "case", "", "what", "team", "status", "target", "waits", "with")
    for each in cases:
        shown.add_row(
            each.case_id,
            each.priority,
            foreign(": ".join(filter(None, (words(each.category), each.topic)))),
            foreign(each.team),
            each.status,
            target(each, now),
            duration(now - each.waiting_since) if each.waiting_since else "",
            foreign(each.assignee or ""),
        )
    return shown


# ---- one case


def _show(deployment: Deployment, case_id: str, policy: Policy) -> Outcome:
    if not _CASE_ID.fullmatch(case_id):
        raise ArgumentError(None, "name the case: `desk cases show 80222-2031310341534646272`")
    if deployment.desk.case(case_id) is None:
        raise NotAllowed(f"there is no case {case_id}", reason="unknown")
    told_whole = _detail(deployment, case_id, policy)
    return Outcome(told_whole.model_dump(mode="json"), story(told_whole, policy.time_zone))


def _detail(deployment: Deployment, case_id: str, policy: Policy) -> CaseDetail:
    """Give what `GET /cases/{case_id}` gives."""
    from api.reading import read as read_case  # noqa: PLC0415 - as above
    from api.routes.case import detail  # noqa: PLC0415
    from api.sources import Sources  # noqa: PLC0415

    sources = Sources(deployment.desk, deployment.ledger, policy, deployment.now())
    return detail(sources, read_case(sources, case_id))
