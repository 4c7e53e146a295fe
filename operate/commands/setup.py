"""Set a deployed desk up: credentials, accounts, the sender of e-mails, the first API token, and whether it may post.

Safe to run again: what is there stays, what is given anew replaces it. A file of answers (or DESK_SETUP) looks like
{"credentials": {"<name in policy>": {"consumer_key": "", "consumer_secret": "", "access_token": "",
"access_token_secret": ""}}, "posting": true}.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group

from desk.access import Scope
from desk.errors import Misconfigured
from desk.store.ledger import Setup
from operate import accounts, answers, posting, sender, tokens
from operate.commands.tokens import created
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from operate.tables import table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from rich.table import Table

    from desk.policy import Policy
    from operate.answers import Answers
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "setup"
HELP = "set a deployed desk up; safe to run again"

FIRST_TOKEN = "first"  # noqa: S105 - the name of the token


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_policy(parser)
    parser.add_argument("--from-file", type=Path, metavar="JSON", help="answers instead of questions; - reads stdin")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--posting", dest="posting", action="store_true", default=None, help="let the desk post")
    choice.add_argument("--no-posting", dest="posting", action="store_false", help="leave posting as it is")
    posting.add_by(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Set the desk up step by step; raises Misconfigured that names every fault before anything relies on it."""
    policy = read(arguments.policy)
    told = answers.given(arguments.from_file, os.environ)
    _keep_credentials(deployment, policy, told, terminal)
    terminal.say("asking X whose the credentials are")
    setup = _keep_accounts(deployment, policy)
    mail = sender.verify(deployment.client("sesv2"), deployment.environment["SENDER_ADDRESS"])
    wanted = told.posting if arguments.posting is None else arguments.posting
    if wanted or (wanted is None and _wants_posting(deployment, terminal)):
        posting.turn(deployment, on=True, by=arguments.by)
    switch = deployment.ledger.switch()
    token = _first_token(deployment)  # last, for it is shown only once
    value = {
        "handles": dict(setup.handles),
        "started_at": setup.started_at,
        "sender": {"address": mail.address, "is_verified": mail.is_verified},
        "posting": bool(switch and switch.allows(deployment.desk.name)),
        "token": token,
    }
    shown = _table(setup, mail, posting.words(deployment))
    return Outcome(value, Group(shown, created(FIRST_TOKEN, Scope.ADMIN, token)) if token else shown)


def _keep_credentials(deployment: Deployment, policy: Policy, told: Answers, terminal: Terminal) -> None:
    unused = sorted(told.credentials.keys() - {handle.credentials for handle in policy.handles})
    if unused:
        raise Misconfigured(f"no handle of the policy uses the credentials {', '.join(unused)}")
    for name, each in told.credentials.items():
        accounts.store(deployment, name, each)
    if not terminal.is_interactive:
        return
    for handle in policy.handles:
        missing = accounts.stored(deployment, handle.credentials) is None
        if missing and (typed := answers.asked(terminal, handle.name)):
            accounts.store(deployment, handle.credentials, typed)


def _keep_accounts(deployment: Deployment, policy: Policy) -> Setup:
    """Write down the accounts' user ids; the desk listens from the first time on that this succeeds."""
    found = accounts.identify(deployment, policy, accounts.connect)
    if found.faults:
        raise Misconfigured("the accounts are not ready:\n" + "\n".join(f"  {fault}" for fault in found.faults))
    known = deployment.ledger.setup()
    setup = Setup(found.ids, known.started_at if known else deployment.now())
    deployment.ledger.put("DESK", "SETUP", setup)
    return setup


def _first_token(deployment: Deployment) -> str | None:
    """Make a token that may do everything, unless there is any token."""
    if any(True for _ in tokens.every(deployment.ledger)):
        return None
    return tokens.create(deployment.ledger, name=FIRST_TOKEN, scope=Scope.ADMIN, now=deployment.now())


def _wants_posting(deployment: Deployment, terminal: Terminal) -> bool:
    switch = deployment.ledger.switch()
    if switch is not None and switch.allows(deployment.desk.name):
        return False
    return terminal.confirms("Let the desk post acknowledgements from now on?")


def _table(setup: Setup, mail: sender.Sender, switch: str) -> Table:
    shown = table("The desk is set up", "what", "how it stands")
    for name, user_id in setup.handles.items():
        shown.add_row(f"@{name}", f"user {user_id}")
    shown.add_row("sender", mail.words)
    shown.add_row("posting", switch)
    return shown
