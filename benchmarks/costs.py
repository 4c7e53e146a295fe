"""What a month costs in USD at 1,000, 10,000 and 100,000 mentions, from the measured units and one table of prices.

Nothing here is measured but what `dynamodb` and `queue` measure; what is assumed stands in `Assumptions` and is
printed. `python -m benchmarks costs --markdown docs/costs.md` writes the page in the docs.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import inf
from typing import TYPE_CHECKING

from benchmarks import declared
from benchmarks.dynamodb import ACKNOWLEDGING, AGAIN, ANSWERING, FILED, LOOKED_AT, STORED, life
from benchmarks.made_up import DAY, HOUR, shipped_policy
from benchmarks.metered import Account, total
from benchmarks.outcome import Outcome, Table
from benchmarks.queue import Wallboard, units_per_open_case, wallboard
from desk import prices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.dynamodb import Life

VOLUMES = (1_000, 10_000, 100_000)
_MINUTES_A_MONTH = 43_800
_DAYS_A_MONTH = 30.4
_GIGABYTE = 1024**3
_MEMORY_GB = 0.5


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What no benchmark can know; each field's text is printed with its value."""

    share_by_search: float = 0.10
    share_acknowledged: float = 0.70
    share_answered: float = 0.80
    share_overdue: float = 0.15
    share_of_authors: float = 0.30
    other_own_posts: int = 600
    mails_per_overdue_case: float = 1.0
    x_call_seconds: float = 0.25
    dynamodb_call_seconds: float = 0.01
    run_seconds: float = 0.03
    log_bytes_per_run: int = 1_000
    log_bytes_per_mention: int = 6_000
    months_kept: int = 12
    open_days: float = 1.0
    boards_a_month: int = 262_800
    reports_a_month: int = 17_520

    @classmethod
    def meanings(cls) -> dict[str, str]:
        """Give what each of them means."""
        return {
            "share_by_search": "part of the mentions that only a search finds, read at the full price",
            "share_acknowledged": "part of the mentions that get an automatic reply",
            "share_answered": "part of the mentions that a person answers, with one post",
            "share_overdue": "part of the mentions that are warned of and breach a target",
            "share_of_authors": "part of the mentions that are unhappy or pressing, by authors not known yet",
            "other_own_posts": "other posts a month on our accounts' timelines, read at the full price",
            "mails_per_overdue_case": "alert mails for each overdue case",
            "x_call_seconds": "time of a call to X, while a function waits and is paid for",
            "dynamodb_call_seconds": "time of a call to DynamoDB",
            "run_seconds": "time of a run beside its calls",
            "log_bytes_per_run": "log and metrics of a scheduled run",
            "log_bytes_per_mention": "log and metrics of a mention's whole life",
            "months_kept": "months of mentions in the table, nothing being deleted yet",
            "open_days": "days that a case stays in the queue",
            "boards_a_month": "GET /board a month: one wallboard, in sight day and night, that asks every 10 s",
            "reports_a_month": "GET /reports/sla a month: the same, for today and for both last days every 5 min",
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill: a fixed part, and one for each mention, these `at_most` so much together; USD a month."""

    name: str
    fixed: float = 0.0
    per_mention: float = 0.0
    at_most: float = inf

    def at(self, mentions: int) -> float:
        """Give the whole line at so many mentions."""
        return self.fixed + min(self.per_mention * mentions, self.at_most)


def run() -> Outcome:
    """Measure, multiply and lay out."""
    assumed, found = Assumptions(), life()
    bill = [*x_lines(assumed, mention_read=prices.OWNED_READ), *aws_lines(assumed, found, units_per_open_case())]
    dear = [*x_lines(assumed, mention_read=prices.POST_READ), *bill[len(x_lines(assumed, mention_read=0.0)) :]]
    figures = {
        "usd_a_month": {str(volume): _sum(bill, volume) for volume in VOLUMES},
        "usd_a_month_app_owned_by_another": {str(volume): _sum(dear, volume) for volume in VOLUMES},
        "fixed_usd": sum(line.fixed for line in bill),
        "usd_per_mention": sum(line.per_mention for line in bill),
    }
    return Outcome((_of_bill(bill, dear), _of_assumptions(assumed, found)), figures)


# ---- X


def x_lines(assumed: Assumptions, *, mention_read: float) -> list[Line]:
    """Give X's lines of the bill, where a mention that our own account reads costs `mention_read`."""
    polling = shipped_policy().polling
    looks = tuple((hours * HOUR, prices.POST_READ) for hours in polling.recheck_hours)
    mention = billed_reads(mention_read, reread_hours=polling.reread_hours, looks=looks)
    found = billed_reads(prices.POST_READ, reread_hours=polling.reread_hours, looks=looks)
    own = billed_reads(mention_read, reread_hours=polling.reread_hours)
    other = billed_reads(prices.POST_READ, reread_hours=polling.reread_hours)
    by_search = assumed.share_by_search
    authors_at_most = polling.author_daily_reads * _DAYS_A_MONTH * prices.USER_READ
    own_posts = assumed.share_acknowledged + assumed.share_answered
    return [
        Line("X: mentions read", per_mention=(1 - by_search) * mention),
        Line("X: posts found by search", per_mention=by_search * found),
        Line("X: our own posts read", fixed=assumed.other_own_posts * other, per_mention=own_posts * own),
        Line("X: authors asked for", per_mention=assumed.share_of_authors * prices.USER_READ, at_most=authors_at_most),
        Line("X: acknowledgements posted", per_mention=assumed.share_acknowledged * prices.SUMMONED_REPLY),
    ]


def billed_reads(price: float, *, reread_hours: int, looks: Iterable[tuple[int, float]] = ()) -> float:
    """Give what reading one post costs in all, the mean over the hours of the day.

    X bills a post once in a UTC day, at its first reading there (X, pricing, 2026-08: a soft guarantee). It is
    read at once, in each full reading of the last day (every `reread_hours`), and in `looks`: (seconds after, USD).
    """
    looks = tuple(looks)
    hours = range(24)
    phases = [reread_hours * HOUR * part // 8 for part in range(8)]
    bills = [_billed(hour * HOUR, phase, price, reread_hours, looks) for hour in hours for phase in phases]
    return sum(bills) / len(bills)


def _billed(at: int, phase: int, price: float, reread_hours: int, looks: tuple[tuple[int, float], ...]) -> float:
    rereads = [(age, price) for age in range(phase, DAY, reread_hours * HOUR)]
    first_of_day: dict[int, float] = {}
    for age, cost in sorted([(0, price), *rereads, *looks], key=lambda reading: reading[0]):
        first_of_day.setdefault((at + age) // DAY, cost)
    return sum(first_of_day.values())


# ---- AWS


def aws_lines(assumed: Assumptions, found: Life, units_per_open: float) -> list[Line]:
    """Give AWS's lines of the bill."""
    quiet = total(found.quiet.values())
    mention = _of_mention(assumed, found)
    runs = declared.minutely_schedules() * _MINUTES_A_MONTH
    triggered = found.triage_runs + assumed.share_acknowledged
    stored = found.stored_bytes / _GIGABYTE * assumed.months_kept
    counted_units = _MINUTES_A_MONTH * units_per_open * assumed.open_days / _DAYS_A_MONTH
    return [
        Line("Lambda: runs", runs * prices.LAMBDA_REQUEST, triggered * prices.LAMBDA_REQUEST),
        Line("Lambda: time", _fixed_time(assumed, found), _mention_time(assumed, mention, triggered)),
        Line(
            "DynamoDB: writes",
            quiet.writes * _MINUTES_A_MONTH * prices.DYNAMODB_WRITE_UNIT,
            mention.writes * prices.DYNAMODB_WRITE_UNIT,
        ),
        Line(
            "DynamoDB: reads",
            quiet.reads * _MINUTES_A_MONTH * prices.DYNAMODB_READ_UNIT,
            mention.reads * prices.DYNAMODB_READ_UNIT,
        ),
        Line("DynamoDB: counting the queue", per_mention=counted_units * prices.DYNAMODB_READ_UNIT),
        Line("DynamoDB: counting all this", runs * prices.DYNAMODB_WRITE_UNIT, triggered * prices.DYNAMODB_WRITE_UNIT),
        Line("DynamoDB: storage", per_mention=stored * prices.DYNAMODB_GB_MONTH),
        Line("DynamoDB: backup", per_mention=stored * prices.DYNAMODB_BACKUP_GB_MONTH),
        _of_wallboard(assumed, wallboard()),
        Line("Scheduler: runs", runs * prices.SCHEDULER_RUN),
        Line("SES: alert mails", per_mention=assumed.share_overdue * assumed.mails_per_overdue_case * prices.SES_MAIL),
        Line("CloudWatch: alarms", declared.count("AWS::CloudWatch::Alarm") * prices.ALARM_MONTH),
        Line("CloudWatch: own metrics", len(declared.own_metrics()) * prices.METRIC_MONTH),
        Line("CloudWatch: dashboard", declared.count("AWS::CloudWatch::Dashboard") * prices.DASHBOARD_MONTH),
        Line(
            "CloudWatch: logs",
            runs * assumed.log_bytes_per_run / _GIGABYTE * prices.LOG_GB,
            assumed.log_bytes_per_mention / _GIGABYTE * prices.LOG_GB,
        ),
        Line("X-Ray: traces", runs * prices.TRACE, triggered * prices.TRACE),
        Line("KMS: key", declared.count("AWS::KMS::Key") * prices.KEY_MONTH),
    ]


def _of_wallboard(assumed: Assumptions, asked: Wallboard) -> Line:
    """Give what one wallboard costs while its queue is as long as one that is counted live.

    Half of the reports read today's cases, half of a day's on the mean; the other half yesterday's as well.
    """
    requests = assumed.boards_a_month + assumed.reports_a_month
    seconds = requests * (assumed.run_seconds + asked.board_pages * assumed.dynamodb_call_seconds)
    fixed = requests * (prices.HTTP_API_REQUEST + prices.LAMBDA_REQUEST)
    fixed += seconds * _MEMORY_GB * prices.LAMBDA_GB_SECOND
    fixed += assumed.boards_a_month * asked.board_units * prices.DYNAMODB_READ_UNIT
    units = assumed.reports_a_month * asked.report_units_per_case / _DAYS_A_MONTH
    return Line("API: one wallboard, at most", fixed, units * prices.DYNAMODB_READ_UNIT)


def _of_mention(assumed: Assumptions, found: Life) -> Account:
    """Give the units of a mean mention: the steps of a life by how many mentions come to them."""
    shares = dict.fromkeys((STORED, FILED, LOOKED_AT), 1.0)
    shares |= dict.fromkeys(ACKNOWLEDGING, assumed.share_acknowledged)
    shares |= dict.fromkeys(ANSWERING, assumed.share_answered)
    shares[AGAIN] = (1 + assumed.share_acknowledged + assumed.share_answered) / 3
    account = Account()
    for step, share in shares.items():
        account.add(found.steps[step], share)
    account.add(found.overdue, assumed.share_overdue)
    return account


def _fixed_time(assumed: Assumptions, found: Life) -> float:
    quiet = total(found.quiet.values())
    seconds = found.x_calls * assumed.x_call_seconds + quiet.requests * assumed.dynamodb_call_seconds
    seconds += len(found.quiet) * (assumed.run_seconds + assumed.dynamodb_call_seconds)
    return seconds * _MINUTES_A_MONTH * _MEMORY_GB * prices.LAMBDA_GB_SECOND


def _mention_time(assumed: Assumptions, mention: Account, triggered: float) -> float:
    seconds = mention.requests * assumed.dynamodb_call_seconds
    seconds += triggered * (assumed.run_seconds + assumed.dynamodb_call_seconds)
    seconds += assumed.share_acknowledged * assumed.x_call_seconds
    return seconds * _MEMORY_GB * prices.LAMBDA_GB_SECOND


# ---- the tables


def _sum(bill: Iterable[Line], mentions: int) -> float:
    return sum(line.at(mentions) for line in bill)


def _of_bill(bill: list[Line], dear: list[Line]) -> Table:
    rows = [_row(line.name, [line]) for line in bill]
    for name, prefix in (("X together", "X:"), ("AWS together", "")):
        lines = [line for line in bill if line.name.startswith("X:") == bool(prefix)]
        rows.append(_row(name, lines))
    rows.append(_row("all together", bill))
    rows.append(_row("the same, if another account owns the app", dear))
    budget, polling = shipped_policy().budget, shipped_policy().polling
    notes = (
        "Most of it is X's bill: it depends on who owns the developer app, and on how many posts are read and posted.",
        "Units are computed by DynamoDB's rules from the functions' real requests; prices: `functions/desk/prices.py`.",
        f"X's prices as of {prices.X_AS_OF}; AWS's list prices of us-east-1 as of {prices.AWS_AS_OF}, no free tier.",
        f"The shipped policy lets X cost {budget.usd_per_month:,.0f} USD a month; no budget or cap on posts is set.",
        f"At most {polling.author_daily_reads} authors a day are asked for, as the shipped `author_daily_reads` says.",
        "A post is billed on each UTC day on which it is read: at once, in full readings of the last day, in looks.",
        "Own metrics are billed for the hours in which they are sent: those of faults mostly are not.",
        "Every run ends by counting what it used, in one write; the summaries tell what that came to.",
        "Left out for being cents: summaries and their mails, KMS requests, the failure queue, taxes.",
        "Write units take index entries as doubled in transactions, the dearer reading of DynamoDB's rules.",
    )
    columns = ("USD a month", "fixed", "per 1,000 mentions", *(f"{volume:,} mentions" for volume in VOLUMES))
    return Table("What a month costs", columns, rows, notes)


def _row(name: str, lines: Sequence[Line]) -> tuple[str, ...]:
    return (
        name,
        f"{sum(line.fixed for line in lines):,.2f}",
        f"{sum(line.per_mention for line in lines) * 1000:,.2f}",
        *(f"{_sum(lines, volume):,.2f}" for volume in VOLUMES),
    )


def _of_assumptions(assumed: Assumptions, found: Life) -> Table:
    meanings = Assumptions.meanings()
    rows = [(meanings[each.name], f"{getattr(assumed, each.name):g}", "assumed") for each in fields(assumed)]
    rows += [(meaning, value, "measured") for meaning, value in _measured(assumed, found)]
    return Table("What it stands on", ("what", "value", "how known"), rows)


def _measured(assumed: Assumptions, found: Life) -> Iterator[tuple[str, str]]:
    mention = _of_mention(assumed, found)
    yield "DynamoDB write units of a mean mention", f"{mention.writes:.0f}"
    yield "DynamoDB read units of a mean mention", f"{mention.reads:.0f}"
    yield "bytes stored for a mention", f"{found.stored_bytes:,.0f}"
    yield "calls to X of a quiet poll", f"{found.x_calls:.0f}"
    yield "schedules that run every minute", str(declared.minutely_schedules())
    yield "alarms", str(declared.count("AWS::CloudWatch::Alarm"))
    yield "metrics of our own", str(len(declared.own_metrics()))
