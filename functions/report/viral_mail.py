"""What a viral alert says: unhappy posts that many may read, and why. Pure but for reading its template.

Texts of posts come in already without personal data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from desk.reach import Fact
from report.alert_mail import MOST_SHOWN, Mark
from report.rendering import render
from report.wording import count, duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.policy.model import Policy
    from desk.reach import Viral
    from report.digest import Alert, Digest
    from report.mailer import Mail

_VERIFIED: Final = {"business": "verified as a business", "government": "verified as a government"}


def viral_mail(digest: Digest, texts: Mapping[str, str], *, policy: Policy, api_url: str, now: int) -> Mail:
    """Make the mail of a digest of such posts; `texts` gives the text of each that may be shown, by post id."""
    return render(
        "viral",
        f"{news(digest)} - {digest.team.title}",
        news=news(digest),
        brand=policy.brand,
        team=digest.team,
        time_zone=policy.time_zone,
        alerts=[(alert, why(alert), standing(alert)) for alert in digest.alerts[:MOST_SHOWN]],
        more=max(0, len(digest.alerts) - MOST_SHOWN),
        reach=policy.reach,
        texts=texts,
        api_url=api_url,
        now=now,
    )


def news(digest: Digest) -> str:
    """Say the news in a few words."""
    facts = [alert.viral for alert in digest.alerts if alert.viral]
    cases = len({alert.case.case_id for alert in digest.alerts})
    if cases > 1:
        return f"{cases} unhappy posts that many may read"
    spreading = next((each for each in facts if each.fact is Fact.SPREADING), None)
    if spreading:
        return f"An unhappy post spreads: {_growth(spreading)}"
    return f"An unhappy post by a large account: {_readers(digest.alerts[0])}"


def why(alert: Alert) -> str:
    """Say why many may read it."""
    if alert.viral and alert.viral.fact is Fact.SPREADING:
        return _growth(alert.viral)
    return _readers(alert)


def standing(alert: Alert) -> Mark:
    """Say how the case stands: answered since, late, or due."""
    if alert.since:
        return Mark(alert.since, "done")
    if alert.is_breach:
        return Mark(f"{duration(alert.late_seconds)} late", "late")
    return Mark(f"due in {duration(-alert.late_seconds)}" if alert.due_at is not None else "no clock runs", "near")


def _growth(found: Viral) -> str:
    return count(found.figure, "reaction an hour", "reactions an hour")


def _readers(alert: Alert) -> str:
    followers = count(alert.viral.figure if alert.viral else 0, "follower")
    verified = _VERIFIED.get(alert.case.verified or "")
    return f"{followers}, {verified}" if verified else followers
