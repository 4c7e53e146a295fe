"""One case as an operator reads it: its facts, its targets, what happened, what could be answered. Pure.

What customers wrote stands in it as they wrote it, without anything that a terminal would obey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from desk.event import Direction, Kind
from desk.sla import ClockState
from operate.moments import told
from operate.tables import foreign, table
from report.wording import count, duration, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.table import Table

    from api.models import CaseDetail, CaseSummary, TimelineEntry

_STYLES = {ClockState.BREACHING: "bold red", ClockState.IMMINENT: "yellow", ClockState.PENDING: "green"}


def story(case: CaseDetail, zone: str) -> Group:
    """Tell a case whole, moments in a time zone."""
    return Group(_facts(case, zone), _targets(case, zone), _timeline(case, zone), *_suggestions(case))


def target(each: CaseSummary | CaseDetail, now: int) -> Text:
    """Say how the most pressing clock of a case stands."""
    style = _STYLES.get(each.sla_state, "") if each.sla_state else ""
    if each.sla_state is ClockState.BREACHING and each.late_since:
        return Text(f"{duration(now - each.late_since)} late", style)
    return Text(f"due in {duration(max(0, each.due_at - now))}" if each.due_at else "-", style)


def _facts(case: CaseDetail, zone: str) -> Table:
    shown = table(f"Case {case.case_id}", "what", "how it stands")
    about = ": ".join(filter(None, (words(case.category), case.topic)))
    facts: Mapping[str, Text | str] = {
        "about": foreign(f"{case.priority} {about}, {case.sentiment}, {case.language}"),
        "status": words(case.status),
        "next target": target(case, case.as_of),
        "team": foreign(f"{case.team}, {f'with {case.assignee}' if case.assignee else 'given to nobody'}"),
        "customer": foreign(f"{case.customer_id}, {count(len(case.customer.cases), 'case')} in all"),
        "opened": told(case.opened_at, zone),
        "acknowledgement": foreign(case.acknowledgement or "none"),
        "on X": case.url,
    }
    for name, fact in facts.items():
        shown.add_row(name, fact)
    return shown


def _targets(case: CaseDetail, zone: str) -> Table:
    shown = table("Targets", "target", "state", "due", "met")
    for each in case.clocks:
        state = Text(words(each.state), _STYLES.get(each.state, ""))
        shown.add_row(words(each.metric), state, told(each.due_at, zone), told(each.met_at, zone))
    return shown


def _timeline(case: CaseDetail, zone: str) -> Table:
    shown = table("What happened", "when", "who", "what")
    for each in case.timeline:
        shown.add_row(told(each.at, zone), foreign(_who(each)), foreign(_what(each)))
    return shown


def _who(entry: TimelineEntry) -> str:
    if entry.action:
        return entry.action.by
    if entry.author or entry.metrics:
        return "X"
    if entry.kind is Kind.OUTCOME or entry.is_automatic:
        return "the desk"
    return (entry.agent or "our team") if entry.direction is Direction.OUTBOUND else "customer"


def _what(entry: TimelineEntry) -> str:
    if entry.action:
        done = entry.action.model_dump(mode="json", exclude={"act", "by", "outbox_key"}, exclude_none=True)
        return " ".join([words(entry.action.act), *map(str, done.values()), f"({entry.text})" if entry.text else ""])
    if entry.kind is Kind.OUTCOME:
        return f"post of ours {words(entry.state or '')}" + (f": {entry.reason}" if entry.reason else "")
    if entry.author or entry.metrics:
        return _told_by_x(entry)
    return {Kind.EDITED: "edited: ", Kind.DELETED: "deleted the post"}.get(entry.kind, "") + (entry.text or "")


def _told_by_x(entry: TimelineEntry) -> str:
    """Say what X tells of the customer, or of one post."""
    if entry.author:
        return f"the customer has {count(entry.author.followers, 'follower')}; verified: {entry.author.verified}"
    figures = entry.metrics.model_dump() if entry.metrics else {}
    return "the post has " + ", ".join(f"{name} {figure:,}" for name, figure in figures.items() if figure)


def _suggestions(case: CaseDetail) -> list[Table]:
    if not case.suggestions:
        return []
    shown = table("Canned responses that fit", "response", "text", "change first")
    for each in case.suggestions:
        shown.add_row(each.response, foreign(each.text), foreign(" ".join(each.objections)))
    return [shown]
