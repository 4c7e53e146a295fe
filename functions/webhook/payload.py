"""The body of an announcement: as Standard Webhooks recommends it, or as a Slack channel shows it. Pure.

The same announcement always gives the same body, so that an attempt made again is the same in every byte but its time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from desk.announcement import Announcement


class Format(StrEnum):
    """STANDARD: `type`, `timestamp`, `data` (Standard Webhooks 1.0.0). SLACK: `text` and `blocks`."""

    STANDARD = "standard"
    SLACK = "slack"


def body(announcement: Announcement, form: Format, *, api_url: str) -> bytes:
    """Give the body to send; `api_url` is where the desk's own API answers, for links."""
    return msgspec.json.encode(_BODIES[form](announcement, api_url))


def _standard(announcement: Announcement, api_url: str) -> dict[str, Any]:
    return {
        "type": announcement.kind,
        "timestamp": datetime.fromtimestamp(announcement.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": {**announcement.facts, "links": _links(announcement, api_url)},
    }


def _links(announcement: Announcement, api_url: str) -> dict[str, str]:
    case = announcement.facts.get("case")
    if not case:
        return {}
    return {
        "case": f"{api_url}/cases/{case['case_id']}",
        "post": f"https://x.com/i/status/{case['opening_post']}",
    }


# ---- Slack


def _slack(announcement: Announcement, api_url: str) -> dict[str, Any]:
    """Give what an incoming webhook of Slack takes (docs.slack.dev, "Incoming webhooks" and "Block Kit", 2026-11).

    `text` is what notifications show, the blocks are what the channel shows.
    """
    title = " · ".join((escaped(announcement.headline), *_marks(announcement)))
    blocks = [_section(f"*{title}*"), *_context(announcement), *_ways(announcement, api_url)]
    return {"text": title, "blocks": blocks}


def escaped(text: str) -> str:
    """Keep a text from being read as a mention or a link (Slack, "Formatting text for app surfaces", 2026-11)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _marks(announcement: Announcement) -> Iterator[str]:
    case = announcement.facts.get("case")
    if case:
        yield from (escaped(str(case[name])) for name in ("priority", "category", "team"))


def _context(announcement: Announcement) -> Iterator[dict[str, Any]]:
    """Give who has the case and its moments; Slack shows each moment by the clock of whoever reads it."""
    case = announcement.facts.get("case")
    if case:
        whose = f"{case['status']}, assigned to {escaped(case['assignee'] or 'nobody')}"
        moments = (("waiting since", case["waiting_since"]), ("due", case["due_at"]))
        words = " · ".join((whose, *(f"{name} {_moment(at)}" for name, at in moments if at)))
        yield {"type": "context", "elements": [{"type": "mrkdwn", "text": words}]}


def _moment(at: int) -> str:
    fallback = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{at}^{{date_short_pretty}} {{time}}|{fallback}>"


def _ways(announcement: Announcement, api_url: str) -> Iterator[dict[str, Any]]:
    """Give the links; the case itself is asked for with a token, so that people get the wallboard."""
    links = _links(announcement, api_url)
    if links:
        yield _section(f"<{links['post']}|The post on X> · <{api_url}/|The wallboard>")


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


_BODIES: Final[Mapping[Format, Callable[[Announcement, str], dict[str, Any]]]] = {
    Format.STANDARD: _standard,
    Format.SLACK: _slack,
}
