"""One incident as an operator reads it: its facts, its posts beside what is usual, what was done. Pure.

What customers wrote stands in it as they wrote it, without anything that a terminal would obey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from operate.moments import told
from operate.tables import foreign, table
from report.wording import duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from api.incident_models import Column, IncidentDetail, StatusPost
    from api.models import Evidence

_BAR_CHARACTERS = 40


def story(incident: IncidentDetail, zone: str) -> Group:
    """Tell an incident whole, moments in a time zone."""
    return Group(_facts(incident, zone), _course(incident, zone), _done(incident, zone), *_examples(incident))


def _facts(incident: IncidentDetail, zone: str) -> Table:
    shown = table(f"Incident {incident.incident_id}", "what", "how it stands")
    for name, fact in _told(incident, zone):
        shown.add_row(name, foreign(fact))
    return shown


def _told(incident: IncidentDetail, zone: str) -> Iterator[tuple[str, str]]:
    took = incident.measures
    yield "about", ", ".join(filter(None, (incident.label, incident.topic, *incident.terms, *incident.links)))
    yield "stage", f"{incident.stage}, it began {told(incident.since, zone)}"
    yield "seen last", f"{_seen(incident.evidence)} ({told(incident.evidence.at, zone)})"
    yield "at its height", _seen(incident.peak)
    yield "cases", f"{incident.joined:,} joined; {incident.held:,} replies held, {incident.answered:,} sent as its own"
    yield "saved", f"{took.posts_saved:,} posts, {took.usd_saved:.2f} USD"
    yield "declared", _after(took.to_declare_seconds)
    yield "first status post", _after(took.to_status_post_seconds)
    yield "resolved", _after(took.to_resolve_seconds)
    yield "closed", told(incident.closed_at, zone)


def _seen(evidence: Evidence) -> str:
    return f"{evidence.observed:,.0f} ({evidence.series}), usual {evidence.expected:,.1f}, score {evidence.score:.1f}"


def _after(seconds: int | None) -> str:
    return "-" if seconds is None else f"{duration(seconds)} after it began"


def _course(incident: IncidentDetail, zone: str) -> Table:
    minutes = incident.volume[0].seconds // 60 if incident.volume else 0
    shown = table(f"Posts of {minutes} minutes each", "from", "posts", "usual", "")
    most = max((max(each.posts, each.expected) for each in incident.volume), default=0) or 1
    for each in incident.volume:
        shown.add_row(told(each.begins, zone), f"{each.posts:,}", f"{each.expected:,.1f}", _bar(each, most))
    return shown


def _bar(column: Column, most: float) -> Text:
    """Draw what is usual and what is above it, on one scale for all."""
    whole = round(column.posts / most * _BAR_CHARACTERS)
    usual = min(whole, round(column.expected / most * _BAR_CHARACTERS))
    return Text("\u2588" * usual, "blue") + Text("\u2588" * (whole - usual), "red")


def _done(incident: IncidentDetail, zone: str) -> Table:
    shown = table("What was done", "when", "who", "what")
    said = [(each.at, each.by, f"{each.stage}{f': {each.reason}' if each.reason else ''}") for each in incident.changes]
    for post in incident.status_posts:
        what = f"status post, {_end(post)}: {post.text}"
        said.append((post.approved_at or post.written_at, post.approved_by or "", what))
    for at, by, what in sorted(said):
        shown.add_row(told(at, zone), foreign(by), foreign(what))
    return shown


def _end(post: StatusPost) -> str:
    if post.refused is not None:
        return f"was not posted ({post.refused})"
    if post.lost_at is not None:
        return "may or may not stand on X: it is being looked for"
    return post.url or ("on its way to X" if post.approved_by else "a draft to approve")


def _examples(incident: IncidentDetail) -> list[Table]:
    if not incident.examples:
        return []
    shown = table("What people write", "post", "text")
    for each in incident.examples:
        shown.add_row(each.url, foreign(each.text or "(not kept any more)"))
    return [shown]
