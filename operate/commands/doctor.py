"""Look at everything the desk needs, and say what to do where something is wrong. Changes nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import DeskError
from desk.policy import Role
from desk.snowflake import epoch_ms
from desk.spending import Stage
from desk.store.ledger import RunningPolicy
from operate import accounts, budget, posting, surroundings, waiting, webhook
from operate.finding import Finding, Verdict
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from operate.tables import table
from poll.coverage import SourceState
from report.wording import duration

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from rich.table import Table

    from desk.policy import Policy
    from desk.policy.model import Handle
    from desk.store.ledger import Setup
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "doctor"
HELP = "look at everything and say what to do; status 1 if something is wrong"

_LATE_SECONDS = 300
"""The schedules look every minute: what waits longer than this waits for a person."""
_SILENT_SECONDS = 7200
"""A source where nothing happens is noted once an hour; later than this, polling has stopped."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_policy(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Look at everything, whatever is wrong with the rest."""
    policy = read(arguments.policy)
    with terminal.working("looking"):
        findings = list(_findings(deployment, policy))
    is_fine = all(finding.verdict is not Verdict.WRONG for finding in findings)
    value = {"is_fine": is_fine, "findings": [asdict(finding) for finding in findings]}
    return Outcome(value, _table(findings), is_fine)


def _findings(deployment: Deployment, policy: Policy) -> Iterator[Finding]:
    setup = deployment.ledger.setup()
    now = deployment.now()
    yield _setup(setup, policy)
    yield _policy(deployment, policy)
    yield from _looked("credentials", lambda: _credentials(deployment, policy))
    yield from _looked("sender", lambda: [surroundings.mail_sender(deployment)])
    yield from _looked("mails of alarms", lambda: [surroundings.alarm_mails(deployment)])
    yield from _looked("schedules", lambda: [surroundings.schedules(deployment)])
    yield from _looked("time zone", lambda: [surroundings.time_zone(deployment, policy)])
    yield _posting(deployment)
    yield _budget(deployment, policy)
    if setup:
        yield from _sources(deployment, setup, now)
    yield from _looked("events not filed", lambda: [_unfiled(deployment, now)])
    yield from _looked("posts not settled", lambda: [_unsettled(deployment, now)])
    yield from _looked("failure queue", lambda: [surroundings.failure_queue(deployment)])
    yield from _looked("webhook", lambda: [webhook.health(deployment)])


def _looked(what: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    """Look at something beyond our tables; that it can't be looked at is a finding too."""
    try:
        return look()
    except (DeskError, ClientError, BotoCoreError) as fault:
        remedy = "look at it in AWS, and at your rights there"
        return [Finding(what, Verdict.WRONG, f"can't be looked at: {fault}", remedy)]


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


def _policy(deployment: Deployment, policy: Policy) -> Finding:
    """Hold the policy that triage runs with against the file: a change holds only once it is deployed."""
    running = deployment.ledger.get("DESK", "POLICY", RunningPolicy)
    if running is None:
        return Finding("policy", Verdict.NOTE, "no function has used one yet", "wait a minute after `desk setup`")
    if running.version == policy.version:
        return Finding("policy", Verdict.FINE, f"{running.version} runs, as in the file")
    found = f"{running.version} runs, the file is {policy.version}"
    return Finding("policy", Verdict.NOTE, found, "`sam build && sam deploy`, or take the file that was deployed")


def _credentials(deployment: Deployment, policy: Policy) -> list[Finding]:
    found = accounts.identify(deployment, policy, accounts.connect)
    of_accounts = [
        _rights(handle, found.may_post[handle.name]) for handle in policy.handles if handle.name in found.may_post
    ]
    if found.faults:
        remedy = "run `desk setup` with new credentials"
        return [Finding("credentials", Verdict.WRONG, "; ".join(found.faults), remedy), *of_accounts]
    return [Finding("credentials", Verdict.FINE, "X takes them, and they are the accounts' own"), *of_accounts]


def _rights(handle: Handle, may_post: bool | None) -> Finding:  # noqa: FBT001 - what X says
    """Say what the credentials of an account may do; agents' accounts are only read."""
    what = f"rights of @{handle.name}"
    if may_post is False and handle.role is not Role.AGENT:
        remedy = (
            'set the app to "Read and write" at X, mint new tokens there, then `desk setup`: old ones stay as they are'
        )
        return Finding(what, Verdict.WRONG, "may only read", remedy)
    words = {True: "may read and post", False: "may read", None: "may read; X does not say whether it may post"}
    return Finding(what, Verdict.FINE, words[may_post])


def _posting(deployment: Deployment) -> Finding:
    switch = deployment.ledger.switch()
    is_on = bool(switch and switch.allows(deployment.desk.name))
    remedy = "" if is_on else "`desk go` lets it post"
    return Finding("posting", Verdict.FINE if is_on else Verdict.NOTE, posting.words(deployment), remedy)


def _budget(deployment: Deployment, policy: Policy) -> Finding:
    """A budget that turned something off does what it is for, so it is noted, not wrong."""
    found = budget.look(deployment, policy)
    is_whole = found.stage is Stage.EVERYTHING_ON
    remedy = "" if is_whole else "raise [budget] in the policy and deploy, or wait until it ends by itself"
    return Finding("budget for X", Verdict.FINE if is_whole else Verdict.NOTE, budget.words(found), remedy)


def _sources(deployment: Deployment, setup: Setup, now: int) -> Iterator[Finding]:
    """Look how far the mentions of each account were read; an account without mentions is noted once an hour."""
    for handle in sorted(setup.handles):
        state = deployment.ledger.get("SOURCES", f"mentions:{handle}", SourceState)
        read_at = max(setup.started_at, epoch_ms(str(state.head)) // 1000 if state else 0)
        age = max(0, now - read_at)
        words = f"read up to {duration(age)} ago" if state else "never read"
        late = age > (_SILENT_SECONDS if state else _LATE_SECONDS)
        remedy = "the logs of poll say why" if late else ""
        yield Finding(f"mentions of @{handle}", Verdict.WRONG if late else Verdict.FINE, words, remedy)


def _unfiled(deployment: Deployment, now: int) -> Finding:
    return _waiting("events not filed", waiting.unfiled(deployment.desk, now), "the logs of triage-sweep say why")


def _unsettled(deployment: Deployment, now: int) -> Finding:
    return _waiting("posts not settled", waiting.unsettled(deployment.desk, now), "the logs of respond-sweep say why")


def _waiting(what: str, found: waiting.Waiting, remedy: str) -> Finding:
    late = found.oldest_seconds > _LATE_SECONDS
    return Finding(what, Verdict.WRONG if late else Verdict.FINE, found.words, remedy if late else "")


def _table(findings: list[Finding]) -> Table:
    styles = {Verdict.FINE: "green", Verdict.NOTE: "yellow", Verdict.WRONG: "bold red"}
    shown = table("The desk's health", "", "what", "how it is", "what to do")
    for each in findings:
        shown.add_row(f"[{styles[each.verdict]}]{each.verdict}[/]", each.what, each.found, each.remedy)
    return shown
