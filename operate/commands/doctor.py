"""Look at everything the desk needs, and say what to do where something is wrong. Changes nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import DeskError
from desk.snowflake import epoch_ms
from operate import accounts, posting, sender, waiting
from operate.moments import lasting
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from operate.tables import table
from poll.coverage import SourceState

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from rich.table import Table

    from desk.policy import Policy
    from desk.store.ledger import Setup
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "doctor"
HELP = "look at everything and say what to do; status 1 if something is wrong"

_LATE_SECONDS = 300
"""The schedules look every minute: what waits longer than this waits for a person."""
_SILENT_SECONDS = 7200
"""A source where nothing happens is noted once an hour; later than this, polling has stopped."""


class Verdict(StrEnum):
    """FINE; NOTE: intended perhaps; WRONG: a person must do something."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do about it."""

    what: str
    verdict: Verdict
    found: str
    remedy: str = ""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_policy(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Look at everything, whatever is wrong with the rest."""
    terminal.say("looking")
    findings = list(_findings(deployment, read(arguments.policy)))
    is_fine = all(finding.verdict is not Verdict.WRONG for finding in findings)
    value = {"is_fine": is_fine, "findings": [asdict(finding) for finding in findings]}
    return Outcome(value, _table(findings), is_fine)


def _findings(deployment: Deployment, policy: Policy) -> Iterator[Finding]:
    setup = deployment.ledger.setup()
    now = deployment.now()
    yield _setup(setup, policy)
    yield _looked("credentials", lambda: _credentials(deployment, policy))
    yield _looked("sender", lambda: _sender(deployment))
    yield _posting(deployment)
    if setup:
        yield from _sources(deployment, setup, now)
    yield _waiting("events not filed", waiting.unfiled(deployment.desk, now), "the logs of triage-sweep say why")
    yield _waiting("posts not settled", waiting.unsettled(deployment.desk, now), "the logs of respond-sweep say why")
    yield _looked("failure queue", lambda: _failures(deployment))


def _looked(what: str, look: Callable[[], Finding]) -> Finding:
    """Look at something beyond our tables; that it can't be looked at is a finding too."""
    try:
        return look()
    except (DeskError, ClientError, BotoCoreError) as fault:
        return Finding(
            what, Verdict.WRONG, f"can't be looked at: {fault}", "look at it in AWS, and at your rights there"
        )


def _setup(setup: Setup | None, policy: Policy) -> Finding:
    if setup is None:
        return Finding("setup", Verdict.WRONG, "was never done; nothing is polled", "run `desk setup`")
    wanted = {handle.name.lower() for handle in policy.handles}
    missing, former = sorted(wanted - setup.handles.keys()), sorted(setup.handles.keys() - wanted)
    if missing or former:
        found = "; ".join(
            f"{word}: {', '.join(f'@{name}' for name in names)}"
            for word, names in (("in the policy only", missing), ("not in the policy any more", former))
            if names
        )
        return Finding("setup", Verdict.WRONG, found, "run `desk setup` again")
    return Finding("setup", Verdict.FINE, f"knows all {len(wanted)} accounts of the policy")


def _credentials(deployment: Deployment, policy: Policy) -> Finding:
    found = accounts.identify(deployment, policy, accounts.connect)
    if found.faults:
        return Finding("credentials", Verdict.WRONG, "; ".join(found.faults), "run `desk setup` with new credentials")
    return Finding("credentials", Verdict.FINE, "X takes them, and they are the accounts' own")


def _sender(deployment: Deployment) -> Finding:
    found = sender.look_up(deployment.client("sesv2"), deployment.environment["SENDER_ADDRESS"])
    if found.is_verified:
        return Finding("sender", Verdict.FINE, found.words)
    remedy = "run `desk setup`, then follow the link that SES sends"
    return Finding("sender", Verdict.WRONG, f"SES does not send from {found.address}", remedy)


def _posting(deployment: Deployment) -> Finding:
    switch = deployment.ledger.switch()
    is_on = bool(switch and switch.allows(deployment.desk.name))
    remedy = "" if is_on else "`desk go` lets it post"
    return Finding("posting", Verdict.FINE if is_on else Verdict.NOTE, posting.words(deployment), remedy)


def _sources(deployment: Deployment, setup: Setup, now: int) -> Iterator[Finding]:
    """Look how far the mentions of each account were read; an account without mentions is noted once an hour."""
    for handle in sorted(setup.handles):
        state = deployment.ledger.get("SOURCES", f"mentions:{handle}", SourceState)
        read_at = max(setup.started_at, epoch_ms(str(state.head)) // 1000 if state else 0)
        age = max(0, now - read_at)
        words = f"read up to {lasting(age)} ago" if state else "never read"
        late = age > (_SILENT_SECONDS if state else _LATE_SECONDS)
        remedy = "the logs of poll say why" if late else ""
        yield Finding(f"mentions of @{handle}", Verdict.WRONG if late else Verdict.FINE, words, remedy)


def _waiting(what: str, found: waiting.Waiting, remedy: str) -> Finding:
    late = found.oldest_seconds > _LATE_SECONDS
    return Finding(what, Verdict.WRONG if late else Verdict.FINE, found.words, remedy if late else "")


def _failures(deployment: Deployment) -> Finding:
    counted = deployment.client("sqs").get_queue_attributes(
        QueueUrl=deployment.outputs["FailureQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    count = int(counted["Attributes"]["ApproximateNumberOfMessages"])
    if not count:
        return Finding("failure queue", Verdict.FINE, "empty")
    remedy = "the schedules mend what the stream gave up; look into the queue if it grows"
    return Finding("failure queue", Verdict.NOTE, f"about {count} messages", remedy)


def _table(findings: list[Finding]) -> Table:
    styles = {Verdict.FINE: "green", Verdict.NOTE: "yellow", Verdict.WRONG: "bold red"}
    shown = table("The desk's health", "", "what", "how it is", "what to do")
    for each in findings:
        shown.add_row(f"[{styles[each.verdict]}]{each.verdict}[/]", each.what, each.found, each.remedy)
    return shown
