"""Sends alerts every minute, of the budget too, and a summary every day and every week.

It changes no case and asks X for nothing.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import asdict, replace

from desk.clock import clock_from
from desk.errors import Ambiguous, DeskError
from desk.policy import load
from desk.settings import Settings, settings
from desk.store.aws import dynamodb
from desk.store.counted import counted
from desk.store.edge import desk_table, ledger
from desk.telemetry import MetricUnit, logger, metrics
from report.alerts import AlertRun
from report.degraded import BudgetRun
from report.incidents import IncidentRun
from report.mailer import SesMailer, ses
from report.summary import BY_HAND, Summaries, read_request

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from desk.figures import Figures
    from desk.incidents.model import Incident
    from desk.policy import Policy
    from report.digest import Digest
    from report.summary import Request

_MOST_BREACHES = 1000
"""Breaches listed in an answer by hand: Lambda gives back 6 MB at most (AWS quota, 2026)."""


def _settings() -> Settings:
    return settings("SENDER_ADDRESS", "API_URL")


@cache
def _policy() -> Policy:
    return load(_settings().policy_file)


@cache
def _mailer() -> SesMailer:
    return ses(_settings().sender_address)


@logger.inject_lambda_context
@metrics.log_metrics
@counted
def send_alerts(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    """Tell teams of warnings and breaches, who is to hear of incidents of these, and of the budget's stage who pays.

    Fails at the end if a mail could not be sent, so that the alarm rings.
    """
    metrics.add_metric("AlertMailsSent", MetricUnit.Count, 0)  # a quiet run says so too
    metrics.add_metric("IncidentMailsSent", MetricUnit.Count, 0)
    if ledger().setup() is None:
        return {}
    faults: list[DeskError] = []

    def failed(digest: Digest, fault: DeskError) -> None:
        faults.append(fault)
        _count_lost_answer(fault)
        logger.error("alert not sent", team=digest.team.name, notices=len(digest.notices), fault=str(fault))

    now = clock_from(os.environ)()
    run = AlertRun(desk_table(), ledger(), _mailer(), _policy(), _settings().api_url, now)
    told = run.tell(owner=context.aws_request_id, failed=failed)
    metrics.add_metric("AlertMailsSent", MetricUnit.Count, told.mails)
    metrics.add_metric("NoticesTold", MetricUnit.Count, told.told)
    if told.mails:
        logger.info("alerts sent", mails=told.mails, notices=told.told, waiting=told.waiting)
    faults += _tell_incidents(context.aws_request_id, now)
    if fault := _tell_budget(context.aws_request_id, now):
        faults.append(fault)
    if faults:
        raise faults[0]
    return asdict(told)


def _tell_incidents(owner: str, now: int) -> list[DeskError]:
    """Tell of incidents; gives the faults of mails that could not be sent."""
    faults: list[DeskError] = []

    def failed(incident: Incident, fault: DeskError) -> None:
        faults.append(fault)
        _count_lost_answer(fault)
        logger.error("incident not told", incident=incident.incident_id, stage=incident.stage, fault=str(fault))

    run = IncidentRun(desk_table(), ledger(), _mailer(), _policy(), _settings().api_url, now)
    if mails := run.tell(owner=owner, failed=failed):
        metrics.add_metric("IncidentMailsSent", MetricUnit.Count, mails)
        logger.info("incidents told", mails=mails)
    return faults


def _tell_budget(owner: str, now: int) -> DeskError | None:
    """Tell what the budget turned off or on; gives the fault if a mail could not be sent."""
    run = BudgetRun(ledger(), _mailer(), _policy(), now)
    found = run.standing()
    metrics.add_metric("BudgetStage", MetricUnit.Count, found.stage.rank)
    try:
        if run.tell(found, owner=owner):
            logger.info("budget stage told", stage=found.stage, until=found.until)
    except DeskError as fault:
        _count_lost_answer(fault)
        logger.error("budget stage not told", stage=found.stage, fault=str(fault))
        return fault
    return None


@logger.inject_lambda_context
@metrics.log_metrics
@counted
def send_summary(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Send the summary of yesterday or of last week once, or by hand that of any period, and give back its figures.

    Raises BadPayload for an event that asks for nothing it knows.
    """
    metrics.add_metric("SummariesSent", MetricUnit.Count, 0)  # a quiet run says so too
    if ledger().setup() is None:
        return {}
    now = clock_from(os.environ)()
    request = read_request(event, time_zone=_policy().time_zone, now=now)
    summaries = Summaries(desk_table(), ledger(), _mailer(), _policy(), _settings().api_url, now)
    figures = summaries.figures(request.period)
    if figures.volume.cases:
        _send(summaries, request, figures, context)
    else:
        logger.info("no summary: no case opened", kind=request.kind, **asdict(request.period))
    return {"kind": request.kind, "figures": _told(figures)}


def _send(summaries: Summaries, request: Request, figures: Figures, context: LambdaContext) -> None:
    def send() -> None:
        summaries.send(request, figures)
        metrics.add_metric("SummariesSent", MetricUnit.Count, 1)
        logger.info("summary sent", kind=request.kind, cases=figures.volume.cases, **asdict(request.period))

    try:
        if request.kind == BY_HAND:
            send()
        else:
            # It takes 0.3 s to import, which the alerts of every minute need not pay for.
            from report.once import send_once  # noqa: PLC0415

            send_once(request, send, client=dynamodb(), table=_settings().ledger_table, context=context)
    except Ambiguous as fault:
        _count_lost_answer(fault)
        raise


def _count_lost_answer(fault: DeskError) -> None:
    """Count the mails that may arrive twice, as nobody knows whether they went."""
    if isinstance(fault, Ambiguous):
        metrics.add_metric("MailAnswersLost", MetricUnit.Count, 1)


def _told(figures: Figures) -> dict[str, Any]:
    listed = replace(figures, breaches=figures.breaches[:_MOST_BREACHES])
    answer: dict[str, Any] = msgspec.to_builtins(listed)
    return answer | {"breach_count": len(figures.breaches)}
