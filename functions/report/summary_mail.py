"""What a summary says and in which order: from figures to a mail. Pure but for reading its templates."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from desk.figures.counting import NO_TOPIC
from desk.figures.formulas import share
from desk.sla import Metric
from report.costs import cost_notes, cost_rows, usd
from report.rendering import render
from report.wording import NOTHING, count, duration, limit, percent, stretch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from desk.figures import Figures, HitRate, Period
    from desk.figures.accuracy import Accuracy, Confusion
    from desk.policy.model import Policy
    from report.mailer import Mail

MOST_BREACHES = 10
"""Breaches listed in a mail; the rest is one link away."""
_MOST_ROWS = 8
_MOST_CHANGES = 5
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LEVELS = 5
_HOUR_MINUTES = 60
_SLOWNESS_MINUTES = (15, 60, 240, 1440)
_MINUTE = 60


class Tile(Struct, frozen=True):
    """A headline figure: what it is, its value, what it is made of, and how it changed."""

    title: str
    value: str
    detail: str
    change: str


class Hour(Struct, frozen=True):
    """A cell of the heat maps: levels are 0 (nothing) to 5, `told` says it in words."""

    volume_level: int
    slowness_level: int
    told: str


class Change(Struct, frozen=True):
    """A figure of the week beside that of the week before."""

    name: str
    now: str
    before: str


def summary_mail(
    figures: Figures, before: Figures, *, title: str, policy: Policy, api_url: str, is_weekly: bool = False
) -> Mail:
    """Make the summary of a period; `before` is the period it is compared with, in full detail if weekly."""
    return render(
        "summary",
        weekly_subject(figures, before, policy.brand) if is_weekly else subject(figures, policy.brand),
        brand=policy.brand,
        title=title,
        days=stretch(figures.period.from_at, figures.period.until_at, figures.time_zone),
        figures=figures,
        tiles=tuple(_tiles(figures, before)),
        team_titles={name: team.title for name, team in policy.teams.items()},
        hit_rates=[rate for rate in figures.hit_rates if rate.priority is None],
        priorities=[rate for rate in figures.hit_rates if rate.priority and rate.metric is Metric.FIRST_RESPONSE],
        joined_rates=[rate for rate in figures.joined.hit_rates if rate.team is None and rate.priority is None],
        breaches=figures.breaches[:MOST_BREACHES],
        breaches_title=breaches_title(len(figures.breaches)),
        subjects={
            "Topics": _largest(figures.volume.topics),
            "Sentiment": _largest(figures.volume.sentiments),
            "Languages": _largest(figures.volume.languages),
        },
        agents=figures.agents[:_MOST_ROWS],
        week=tuple(_week(figures)),
        volume_key=tuple(volume_key(_busiest(figures))),
        slowness_key=tuple(enumerate((*map(limit, _SLOWNESS_MINUTES), "longer"), 1)),
        rhythm=(*(weekdays(figures) if is_weekly else ()), *rhythm(figures)),
        changes=tuple(_changes(figures, before)) if is_weekly else (),
        staffing=figures.staffing if is_weekly else None,
        staffed_week=tuple(_staffed_week(figures)) if is_weekly else (),
        judged=tuple(each for each in figures.accuracy.aspects if each.judged) if is_weekly else (),
        changed=changed_most(figures.accuracy),
        cost_rows=tuple(cost_rows(figures.costs)),
        cost_notes=tuple(cost_notes(figures.costs)),
        api_url=api_url,
    )


def subject(figures: Figures, brand: str) -> str:
    """Give the news in one line."""
    period = figures.period
    return (
        f"{brand}: {count(figures.volume.cases, 'case')}, {percent(_within_an_hour(figures))} answered within 1 h, "
        f"{_breached(figures):,} breached - {stretch(period.from_at, period.until_at, figures.time_zone)}"
    )


def weekly_subject(figures: Figures, before: Figures, brand: str) -> str:
    """Give the news of a week in one line, with how it changed."""
    week = datetime.fromtimestamp(figures.period.from_at, ZoneInfo(figures.time_zone)).isocalendar().week
    grown = _grown(figures.volume.cases, before.volume.cases).removesuffix(" than before")
    moved = _moved(_within_an_hour(figures), _within_an_hour(before))
    return (
        f"{brand}, week {week}: {count(figures.volume.cases, 'case')}{_aside(grown)}, "
        f"{percent(_within_an_hour(figures))} answered within 1 h{_aside(moved)}, {_breached(figures):,} breached"
    )


def _aside(text: str) -> str:
    return f" ({text})" if text else ""


def breaches_title(number: int) -> str:
    """Say how many breaches there were, and of how many the mail tells."""
    return "Breaches" if number <= MOST_BREACHES else f"The {MOST_BREACHES} longest of {number:,} breaches"


def _within_an_hour(figures: Figures) -> float | None:
    within = figures.responses.answerable.within
    return next(each.share_of_all for each in within if each.limit_minutes == _HOUR_MINUTES)


def _breached(figures: Figures) -> int:
    return len({breach.case_id for breach in figures.breaches})


def _changes(figures: Figures, before: Figures) -> Iterator[Change]:
    """Give what tells whether the service grows with its customers (product rule D28)."""
    for (name, now), (_, then) in zip(_told(figures), _told(before), strict=True):
        yield Change(name, now, then)


def _told(figures: Figures) -> Iterator[tuple[str, str]]:
    volume, first = figures.volume, figures.responses.answerable
    on_time = figures.hit_rate(Metric.FIRST_RESPONSE)
    yield "Cases", f"{volume.cases:,}"
    yield "Answerable", f"{volume.answerable:,}"
    yield "Coverage", percent(figures.coverage.share)
    yield "Answered within 1 h", percent(_within_an_hour(figures))
    yield "Median first response", duration(first.median_seconds)
    yield "First responses on time", percent(on_time.share if on_time else None)
    yield "Cases breached", f"{_breached(figures):,}"
    yield "Negative", percent(share(volume.sentiments.get("negative", 0), volume.cases))
    yield "Most frequent topic", next((topic for topic in volume.topics if topic != NO_TOPIC), NOTHING)
    yield "USD per 1,000 mentions", usd(figures.costs.total.usd_per_1000 if figures.costs else None)


def changed_most(accuracy: Accuracy) -> list[Confusion]:
    """Give what people changed most often, be it a category, a priority or a team."""
    changed = [each for about in accuracy.aspects for each in about.confusions if each.by_triage != each.by_people]
    return sorted(changed, key=lambda each: -each.cases)[:_MOST_CHANGES]


def _staffed_week(figures: Figures) -> Iterator[tuple[str, list[int], str]]:
    """Give each weekday with the agents of its 24 hours, and its shifts in words."""
    agents = {(hour.weekday, hour.hour): hour.agents for hour in figures.staffing.hours} if figures.staffing else {}
    for weekday, name in enumerate(_WEEKDAYS):
        hours = [agents.get((weekday, hour), 0) for hour in range(24)]
        yield name, hours, ", ".join(_shifts(hours))


def _shifts(hours: list[int]) -> Iterator[str]:
    """Say which hours in a row need equally many: 07-09 1, 09-17 3; nothing of hours that need nobody."""
    for needed, group in groupby(enumerate(hours), key=itemgetter(1)):
        first, *_ = row = [hour for hour, _ in group]
        if needed:
            yield f"{first:02}-{first + len(row):02} {needed}"


def _tiles(figures: Figures, before: Figures) -> Iterator[Tile]:
    volume, coverage, first = figures.volume, figures.coverage, figures.responses.answerable
    yield Tile(
        "Cases",
        f"{volume.cases:,}",
        f"{volume.answerable:,} answerable, {count(volume.posts, 'post')}",
        _grown(volume.cases, before.volume.cases),
    )
    yield Tile(
        "Coverage",
        percent(coverage.share),
        f"{coverage.answered:,} of {coverage.answerable:,} answered or thanked",
        _moved(coverage.share, before.coverage.share),
    )
    earlier = before.responses.answerable.median_seconds
    yield Tile(
        "First response",
        duration(first.median_seconds),
        f"median; 9 of 10 within {duration(first.p90_seconds)}",
        _quicker(first.median_seconds, earlier),
    )
    yield _hit_rate_tile(figures.hit_rate(Metric.FIRST_RESPONSE), before.hit_rate(Metric.FIRST_RESPONSE))


def _hit_rate_tile(rate: HitRate | None, earlier: HitRate | None) -> Tile:
    if rate is None or rate.share is None:
        return Tile("On time", percent(None), "no first response was due", "")
    detail = f"{rate.achieved:,} of {rate.n:,} first responses; {percent(rate.low)} to {percent(rate.high)} likely"
    return Tile("On time", percent(rate.share), detail, _moved(rate.share, earlier.share if earlier else None))


def _grown(now: int, before: int) -> str:
    if not before:
        return ""
    if now == before:
        return "as many as before"
    return f"{abs(now - before):,} {'more' if now > before else 'fewer'} than before"


def _moved(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return ""
    points = round((now - before) * 100)
    if not points:
        return "as before"
    return f"{count(abs(points), 'point')} {'up' if points > 0 else 'down'}"


def _quicker(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return ""
    if abs(now - before) < _MINUTE:
        return "as before"
    return f"{duration(abs(now - before))} {'quicker' if now < before else 'slower'}"


def _largest(counts: Mapping[str, int]) -> list[tuple[str, int, float]]:
    """Give name, count and share of the largest, the others summed up."""
    total = sum(counts.values())
    rows = list(counts.items())
    shown, rest = rows[:_MOST_ROWS], sum(number for _, number in rows[_MOST_ROWS:])
    if rest:
        shown.append(("others", rest))
    return [(name, number, number / total) for name, number in shown]


def _week(figures: Figures) -> Iterator[tuple[str, list[Hour]]]:
    """Give each weekday of the period with its 24 hours."""
    cells = {(cell.weekday, cell.hour): cell for cell in figures.heat_map}
    most = _busiest(figures)
    for weekday in _weekdays_of(figures.period, figures.time_zone):
        hours = []
        for hour in range(24):
            cell = cells.get((weekday, hour))
            told = f"{_WEEKDAYS[weekday]} {hour:02}:00: {count(cell.cases if cell else 0, 'case')}"
            median = cell.median_seconds if cell else None
            if median is not None:
                told += f", median {duration(median)}"
            hours.append(Hour(volume_level(cell.cases if cell else 0, most), _slowness_level(median), told))
        yield _WEEKDAYS[weekday], hours


def _busiest(figures: Figures) -> int:
    return max((cell.cases for cell in figures.heat_map), default=0)


def _weekdays_of(period: Period, time_zone: str) -> list[int]:
    zone = ZoneInfo(time_zone)
    first, last = (datetime.fromtimestamp(at, zone) for at in (period.from_at, period.until_at - 1))
    days = min((last.date() - first.date()).days + 1, len(_WEEKDAYS))
    return sorted((first.weekday() + offset) % len(_WEEKDAYS) for offset in range(days))


def volume_level(cases: int, most: int) -> int:
    """Give the level of an hour with so many cases, 0 to 5, where `most` is the largest number."""
    return -(-cases * _LEVELS // most) if most else 0


def volume_key(most: int) -> Iterator[tuple[int, str]]:
    """Give each level of the map of cases with the numbers it stands for, where `most` is the largest: 4 to 6."""
    for level in range(1, _LEVELS + 1):
        above, last = (each * most // _LEVELS for each in (level - 1, level))
        if above < last:
            yield level, str(last) if last == above + 1 else f"{above + 1:,} to {last:,}"


def _slowness_level(median_seconds: float | None) -> int:
    if median_seconds is None:
        return 0
    return 1 + sum(median_seconds > minutes * _MINUTE for minutes in _SLOWNESS_MINUTES)


def rhythm(figures: Figures) -> Iterator[str]:
    """Say when it was busiest, and the quiet hours of the day that suit posting of one's own (product rule D23)."""
    by_hour = [0] * 24
    for cell in figures.heat_map:
        by_hour[cell.hour] += cell.cases
    if not any(by_hour):
        return
    busiest = max(range(24), key=lambda hour: (by_hour[hour], -hour))
    yield f"Busiest from {busiest:02}:00 to {(busiest + 1) % 24:02}:00: {count(by_hour[busiest], 'case')}."
    start, length = _quietest(by_hour)
    yield f"Quietest four hours: {start:02}:00 to {(start + length) % 24:02}:00."


def weekdays(figures: Figures) -> Iterator[str]:
    """Say which days of a whole week were the busiest and the quietest."""
    by_day = [0] * len(_WEEKDAYS)
    for cell in figures.heat_map:
        by_day[cell.weekday] += cell.cases
    busiest, quietest = (by_day.index(each(by_day)) for each in (max, min))
    if busiest != quietest:
        yield (
            f"Busiest day: {_WEEKDAYS[busiest]} with {count(by_day[busiest], 'case')}; "
            f"quietest: {_WEEKDAYS[quietest]} with {by_day[quietest]:,}."
        )


def _quietest(by_hour: list[int], length: int = 4) -> tuple[int, int]:
    """Give the four hours in a row with the fewest cases; by day before by night, as nobody reads at night."""
    waking = range(7, 24 - length)
    return min(waking, key=lambda start: sum(by_hour[start : start + length])), length
