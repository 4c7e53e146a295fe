"""What people are told of an incident: that it begins, how it goes, how it ended. Pure but for reading its templates.

It decides neither whether something is news nor what is done. Texts of posts come in already without personal data.
"""

from __future__ import annotations

from enum import StrEnum
from textwrap import shorten
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from desk.incidents.detection import NEGATIVE, TOPIC
from desk.incidents.life import HOLDING, OVER
from desk.incidents.measures import measures
from desk.incidents.model import Stage
from report.rendering import render
from report.wording import count, duration, moment, money, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from desk.incidents.model import Evidence, Incident, StatusPost
    from desk.incidents.volume import Column
    from desk.policy.model import Policy
    from report.mailer import Mail

MOST_COLUMNS = 16
"""Lines of the picture: two hours of ten minutes each, a day of two hours each."""
_FRESH_SECONDS = 600
_MOST_OF_LABEL = 50
"""Characters, so that a subject fits a line."""


_BEGINNINGS: Final[Mapping[Stage, str]] = {
    Stage.SUSPECTED: "Surge",
    Stage.DECLARED: "Incident declared",
    Stage.MONITORING: "Incident declared, calmer by now",
    Stage.RESOLVED: "Incident declared and resolved",
}
"""How the first news of an incident reads, by what it has come to meanwhile; nobody hears first that it was none."""


class Telling(StrEnum):
    """SURGE: it begins, or was declared. UPDATE: it goes on. REFUSED: a status post of it was not posted.

    REPORT: it is over, and nothing of it is left to do.
    """

    SURGE = "surge"
    UPDATE = "update"
    REFUSED = "refused"
    REPORT = "report"


class Bar(Struct, frozen=True):
    """A line of the picture. `usual`, `above` and `missing` are parts of its width in per cent, `rest` the others.

    `usual` are posts that the baseline expected, `above` those beyond, `missing` those that it expected and nobody
    wrote.
    """

    label: str
    posts: int
    expected: float
    usual: int
    above: int
    missing: int

    @property
    def rest(self) -> int:
        """What is left of the width."""
        return 100 - self.usual - self.above - self.missing


class Line(Struct, frozen=True):
    """A fact in two parts, such as "Declared" and "12 min after it began, by Lena"."""

    name: str
    told: str


class Quote(Struct, frozen=True):
    """A post that tells what it is about, and its text if it is kept."""

    post_id: str
    text: str | None


def incident_mail(
    incident: Incident,
    telling: Telling,
    columns: Sequence[Column],
    texts: Mapping[str, str],
    *,
    policy: Policy,
    api_url: str,
    now: int,
) -> Mail:
    """Make a mail about an incident; `columns` draw its volume, `texts` are those of its examples by post id."""
    zone = policy.time_zone
    news = said(incident, telling, now)
    return render(
        "incident",
        f"{news}{_in_figures(incident, telling)} - {policy.brand}",
        news=news,
        brand=policy.brand,
        incident=incident,
        telling=telling,
        tone="done" if incident.stage in OVER else "late" if incident.stage is Stage.DECLARED else "near",
        seen=_seen(incident, telling, zone, now),
        bars=bars(columns, zone),
        minutes=columns[0].seconds // 60 if columns else 0,
        done=tuple(_done(incident, policy)),
        wanted=_wanted(incident, policy) if telling is not Telling.REPORT else "",
        measures=tuple(_measured(incident)) if telling is Telling.REPORT else (),
        quotes=[Quote(post, texts.get(post)) for _, post in incident.example_posts],
        time_zone=zone,
        api_url=api_url,
        update_minutes=policy.incidents.update_minutes,
        now=now,
    )


def said(incident: Incident, telling: Telling, now: int) -> str:
    """Say the news in a few words: Incident declared: app login."""
    label = shorten(incident.cluster.label, _MOST_OF_LABEL, placeholder=" \u2026")
    age = duration(now - incident.since)
    if telling is Telling.REPORT:
        return f"Incident {incident.stage} after {duration(incident.changes[-1].at - incident.since)}: {label}"
    if telling is Telling.REFUSED:
        return f"A status post was not posted: {label}"
    if telling is Telling.UPDATE and incident.stage is Stage.DECLARED:
        return f"Incident goes on for {age}: {label}"
    if telling is Telling.UPDATE and incident.stage is Stage.RESOLVED:
        has_replies = incident.resolution is not None and incident.resolution.replies
        return f"Incident resolved{', its replies still go out' if has_replies else ''}: {label}"
    if telling is Telling.UPDATE:
        return f"Incident calmer after {age}: {label}"
    return f"{_BEGINNINGS[incident.stage]}: {label}"


def _in_figures(incident: Incident, telling: Telling) -> str:
    """Say in a subject what was seen, where that is the news."""
    seen = incident.evidence
    if telling is not Telling.SURGE:
        return ""
    return f", {seen.observed:,.0f} {series(seen)} where {usual(seen)} usual"


def series(evidence: Evidence) -> str:
    """Say what was counted."""
    if evidence.series == NEGATIVE:
        return "negative posts"
    return (
        f"posts on {words(evidence.series.removeprefix(TOPIC)).replace('-', ' ')}"
        if evidence.series.startswith(TOPIC)
        else "posts"
    )


def usual(evidence: Evidence) -> str:
    """Say how many are usual, with the verb: "4.2 are", "1 is", "none is"."""
    number = f"{evidence.expected:,.1f}".removesuffix(".0")
    return {"0": "none is", "1": "1 is"}.get(number, f"{number} are")


def _seen(incident: Incident, telling: Telling, time_zone: str, now: int) -> str:
    """Say how far above the usual it is, or was when it was seen last; at the end, at its height."""
    if telling is Telling.REPORT:
        return f"At its height there were {_height(incident.peak)}."
    if now - incident.evidence.at < _FRESH_SECONDS:
        return f"There are {_height(incident.evidence)}."
    return (
        f"When it was seen last, at {_clock(incident.evidence.at, time_zone)}, there were {_height(incident.evidence)}."
    )


def _height(evidence: Evidence) -> str:
    times = f", {evidence.factor:,.0f} times as many" if evidence.expected >= 1 else ""
    return f"{evidence.observed:,.0f} {series(evidence)} where {usual(evidence)} usual{times}"


def _clock(at: int, time_zone: str) -> str:
    return moment(at, time_zone).rpartition(" ")[2]


def bars(columns: Sequence[Column], time_zone: str) -> tuple[Bar, ...]:
    """Give the picture's lines, all on one scale; a part that is there is never invisible."""
    most = max((max(each.posts, each.expected) for each in columns), default=0) or 1
    return tuple(_bar(each, most, time_zone) for each in columns)


def _bar(column: Column, most: float, time_zone: str) -> Bar:
    def width(amount: float) -> int:
        return max(1, int(amount * 100 / most)) if amount > 0 else 0

    within = width(min(column.posts, column.expected))
    above = min(width(column.posts - column.expected), 100 - within)
    missing = min(width(column.expected - column.posts), 100 - within)
    return Bar(_clock(column.begins, time_zone), column.posts, column.expected, within, above, missing)


# ---- what was done, what is to do


def _done(incident: Incident, policy: Policy) -> Iterator[str]:
    if incident.stage is Stage.SUSPECTED:
        yield "Nothing yet: customers are acknowledged as ever."
        if policy.incidents.declares_itself:
            yield "It declares the incident by itself once it is beyond doubt, and holds back single replies then."
        return
    if incident.joined or incident.stage in HOLDING:
        yield f"{count(incident.joined, 'case')} joined the incident; cases of P1 never do, and are answered as ever."
    if incident.stage in HOLDING:
        yield f"{count(incident.held, 'automatic reply', 'automatic replies')} held back."
    if incident.answered:
        yield f"{count(incident.answered, 'customer')} got the incident's own reply."
    yield from (f"Status post {post.number}, {_end(post)}" for post in incident.status_posts if post.approved_by)


def _end(post: StatusPost) -> str:
    """Say who approved a status post, and what became of it."""
    if post.post_id:
        return f"approved by {post.approved_by}: https://x.com/i/status/{post.post_id}"
    if post.refused is not None:
        return f"approved by {post.approved_by}, was not posted: {post.refused}"
    if post.lost_at is not None:
        return f"approved by {post.approved_by}, may or may not stand on X: X did not say, and it is being looked for."
    return f"approved by {post.approved_by}, is on its way to X."


def _wanted(incident: Incident, policy: Policy) -> str:
    if incident.stage is Stage.SUSPECTED:
        return "Declare it if it is one; dismiss it if it is none."
    draft = next((post for post in incident.status_posts if post.approved_by is None), None)
    if draft and (draft.number > 1 or not policy.incidents.status_post_by_itself):
        return f"Approve the status post, or write another: \u201c{draft.text}\u201d"
    if any(post.refused is not None for post in incident.status_posts[-1:]):
        return "Publish another status post: the last one was not posted."
    if any(post.lost_at is not None for post in incident.status_posts[-1:]):
        return "Look at the account on X before you publish another status post: the last one may stand there."
    if incident.stage in HOLDING:
        return "Tell customers how it goes by another status post; resolve it when it is over."
    return ""


# ---- how it was


def _measured(incident: Incident) -> Iterator[Line]:
    found, at = measures(incident), incident.reached
    yield Line("Seen", _after(found.to_suspect_seconds, incident.changes[0].by))
    if at(Stage.DECLARED):
        yield Line("Declared", _after(found.to_declare_seconds, _by(incident, Stage.DECLARED)))
        posted = found.to_status_post_seconds
        yield Line("First status post", "none" if posted is None else _after(posted, ""))
    ended = incident.changes[-1]
    yield Line(ended.stage.capitalize(), _after(ended.at - incident.since, ended.by) + _because(ended.reason))
    yield Line("Cases that joined", f"{incident.joined:,}")
    yield Line("Replies held back", f"{incident.held:,}")
    yield Line("Customers told by the incident's reply", f"{incident.answered:,}")
    yield Line("Posts saved", f"{found.posts_saved:,} ({money(found.usd_saved)} by X's list prices)")


def _by(incident: Incident, stage: Stage) -> str:
    return next((change.by for change in incident.changes if change.stage is stage), "")


def _after(seconds: int | None, by: str) -> str:
    return f"{duration(seconds)} after it began{f', by {by}' if by else ''}"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
