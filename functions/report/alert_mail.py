"""What an alert says: from a team's digest to a mail. Pure but for reading its templates.

Texts of posts come in already without personal data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from report.rendering import render
from report.wording import count, duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desk.policy.model import Policy
    from report.digest import Alert, Digest
    from report.mailer import Mail

MOST_SHOWN = 25
"""Alerts shown with their posts: Gmail cuts a mail off after 102 kB."""


def alert_mail(digest: Digest, texts: Mapping[str, str], *, policy: Policy, api_url: str, now: int) -> Mail:
    """Make the digest of a team; `texts` gives the text of each post that may be shown, by post id."""
    return render(
        "alert",
        f"{news(digest.alerts)} - {digest.team.title}",
        news=news(digest.alerts),
        brand=policy.brand,
        team=digest.team,
        time_zone=policy.time_zone,
        alerts=digest.alerts[:MOST_SHOWN],
        more=max(0, len(digest.alerts) - MOST_SHOWN),
        texts=texts,
        api_url=api_url,
        now=now,
    )


def news(alerts: Sequence[Alert]) -> str:
    """Say the news in a few words: 3 cases breached, oldest 2 h 10 min."""
    late = [alert for alert in alerts if alert.is_breach]
    waiting = [alert for alert in late if alert.since is None]
    if waiting:
        return f"{_cases(waiting)} breached, oldest {duration(_latest(waiting))}"
    if late:
        return f"{_cases(late)} breached and since answered or closed, {duration(_latest(late))} at most"
    next_due = -max(alert.late_seconds for alert in alerts)
    return f"{_cases(alerts)} due soon, the first in {duration(next_due)}"


def _cases(alerts: Sequence[Alert]) -> str:
    return count(len({alert.case.case_id for alert in alerts}), "case")


def _latest(alerts: Sequence[Alert]) -> int:
    return max(alert.late_seconds for alert in alerts)
