"""What an alert says: from a team's digest to a mail. Pure but for reading its templates.

Texts of posts come in already without personal data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from report.rendering import render
from report.wording import count, duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desk.policy.model import Policy
    from report.digest import Alert, Digest
    from report.mailer import Mail

MOST_SHOWN = 25
"""Alerts shown with their posts: Gmail cuts a mail off after 102 kB."""


class Mark(Struct, frozen=True):
    """How an alert stands in a word or two. `tone`: late, near (it will be soon) or done; `aside` says what is left."""

    words: str
    tone: str
    aside: str = ""


def alert_mail(digest: Digest, texts: Mapping[str, str], *, policy: Policy, api_url: str, now: int) -> Mail:
    """Make the digest of a team; `texts` gives the text of each post that may be shown, by post id."""
    return render(
        "alert",
        f"{news(digest)} - {digest.team.title}",
        news=news(digest),
        brand=policy.brand,
        team=digest.team,
        time_zone=policy.time_zone,
        alerts=[(alert, mark(alert)) for alert in digest.alerts[:MOST_SHOWN]],
        more=max(0, len(digest.alerts) - MOST_SHOWN),
        texts=texts,
        api_url=api_url,
        now=now,
    )


def mark(alert: Alert) -> Mark:
    """Say how an alert stands: 48 min late, due in 12 min, answered since, or escalated by a person."""
    late = f"{duration(alert.late_seconds)} late" if alert.is_breach else ""
    near = f"due in {duration(-alert.late_seconds)}" if alert.due_at is not None and not late else ""
    if alert.since:
        return Mark(alert.since, "done", late)
    if alert.raised_by:
        return Mark(f"escalated by {alert.raised_by}", "late", late or near)
    return Mark(late, "late") if late else Mark(near, "near")


def news(digest: Digest) -> str:
    """Say the news in a few words: 3 cases breached, oldest 2 h 10 min."""
    said = _news(digest.alerts)
    return f"Escalated to level {digest.level}: {said}" if digest.level else said


def _news(alerts: Sequence[Alert]) -> str:
    late = [alert for alert in alerts if alert.is_breach]
    waiting = [alert for alert in late if alert.since is None]
    if waiting:
        return f"{_cases(waiting)} breached, oldest {duration(_latest(waiting))}"
    if late:
        return f"{_cases(late)} breached and since answered or closed, {duration(_latest(late))} at most"
    near = [alert for alert in alerts if alert.due_at is not None]
    if not near:
        return f"{_cases(alerts)} without a clock that runs"
    return f"{_cases(alerts)} due soon, the first in {duration(-_latest(near))}"


def _cases(alerts: Sequence[Alert]) -> str:
    return count(len({alert.case.case_id for alert in alerts}), "case")


def _latest(alerts: Sequence[Alert]) -> int:
    return max(alert.late_seconds for alert in alerts)
