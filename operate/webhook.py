"""The webhook's receiver: its address and secrets in the parameter store, and what waits for it in the ledger."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from desk.announcement import Announcement, announcement_id
from desk.errors import Misconfigured
from desk.store import announcements
from desk.store.announcements import Standing
from operate.finding import Finding, Verdict
from webhook import endpoint
from webhook.endpoint import Endpoint

if TYPE_CHECKING:
    from operate.deployment import Deployment

OFF = "off"
_RANDOM_BYTES = 32
_MOST_MESSAGES = 10


@dataclass(frozen=True, slots=True)
class Waiting:
    """What stands between the desk and its receiver; `oldest_at`: since when the oldest has waited."""

    pending: int
    oldest_at: int | None
    given_up: int
    standing: Standing


def form(deployment: Deployment) -> str:
    """Give the format with which the stack was deployed; "off": nothing is told."""
    return _output(deployment, "WebhookFormat")


def stored(deployment: Deployment) -> Endpoint | None:
    """Give the receiver that is set; None if none is."""
    try:
        found = deployment.client("ssm").get_parameter(Name=_parameter(deployment), WithDecryption=True)
    except ClientError as fault:
        if fault.response["Error"]["Code"] == "ParameterNotFound":
            return None
        raise
    return endpoint.read(str(found["Parameter"]["Value"]))


def point(deployment: Deployment, url: str) -> str | None:
    """Send everything to an address from now on; gives the secret, made now, if there was no receiver yet.

    A receiver that rested or had gone is asked anew. Raises Misconfigured for an address that can't be used.
    """
    to_loopback = deployment.environment["X_API_URL"].startswith("http://127.0.0.1:")
    if faults := endpoint.faults_of(url, to_loopback=to_loopback):
        raise Misconfigured(f"the address can't be used: {'; '.join(faults)}")
    known = stored(deployment)
    fresh = None if known else _new_secret()
    kept = known.secrets if known else (endpoint.Secret(fresh or ""),)
    _keep(deployment, Endpoint(url, kept))
    start(deployment)
    return fresh


def rotate(deployment: Deployment) -> str:
    """Give a new secret; the one before signs along for a day. Raises Misconfigured if there is no receiver."""
    known, fresh = _known(deployment), _new_secret()
    _keep(deployment, known.rotated(fresh, deployment.now()))
    return fresh


def start(deployment: Deployment) -> None:
    """Ask a receiver anew that rested or had gone."""
    announcements.keep_standing(deployment.ledger, Standing())


def test(deployment: Deployment) -> Announcement:
    """Announce that this is a test; it goes the way of every announcement."""
    _known(deployment)
    now, kind = deployment.now(), "webhook.tested"
    made = Announcement(
        announcement_id(kind, deployment.stack, secrets.token_hex(8)),
        kind,
        at=now,
        announced_at=now,
        headline="This is a test: the desk reaches you",
        facts={},
    )
    announcements.announce(deployment.ledger, made)
    return made


def resend(deployment: Deployment) -> int:
    """Let everything that was given up be tried again, under the ids it had, and empty the queue; gives how many."""
    ledger, now = deployment.ledger, deployment.now()
    found = [announcement for _, announcement in announcements.given_up(ledger)]
    for each in found:
        announcements.send_again(ledger, each, now=now)
    _empty(deployment.client("sqs"), _output(deployment, "WebhookFailureQueueUrl"))
    return len(found)


def waiting(deployment: Deployment) -> Waiting:
    """Give what waits for the receiver."""
    ledger = deployment.ledger
    since = [each.announcement.announced_at for each in announcements.every_pending(ledger)]
    lost = sum(1 for _ in announcements.given_up(ledger))
    return Waiting(len(since), min(since, default=None), lost, announcements.standing(ledger))


def health(deployment: Deployment) -> Finding:
    """Look whether the receiver is known and takes what it is told."""
    if form(deployment) == OFF:
        return Finding("webhook", Verdict.FINE, "off")
    known, waits = stored(deployment), waiting(deployment)
    if known is None:
        return Finding("webhook", Verdict.WRONG, "nobody said where to; nothing is lost", "run `desk webhook set`")
    if waits.standing.gone_since is not None:
        remedy = "ask whoever runs it, then `desk webhook start`, or `set` with another address"
        return Finding("webhook", Verdict.WRONG, f"{host(known)} is gone for good, it says", remedy)
    if waits.given_up:
        remedy = "mend the receiver, then `desk webhook resend`"
        return Finding("webhook", Verdict.WRONG, f"{waits.given_up} announcements were given up", remedy)
    return Finding("webhook", Verdict.FINE, f"{host(known)}, in the format {form(deployment)}; {waits.pending} waiting")


def host(known: Endpoint) -> str:
    """Give all of an address that may be shown: the rest of it may be a secret."""
    return urlsplit(known.url).hostname or ""


def _known(deployment: Deployment) -> Endpoint:
    known = stored(deployment)
    if known is None:
        raise Misconfigured("nobody said where to: run `desk webhook set` first")
    return known


def _keep(deployment: Deployment, value: Endpoint) -> None:
    deployment.client("ssm").put_parameter(
        Name=_parameter(deployment), Value=value.text, Type="SecureString", Overwrite=True
    )


def _new_secret() -> str:
    return endpoint.made_of(secrets.token_bytes(_RANDOM_BYTES))


def _empty(queue: Any, url: str) -> None:
    """Take every message out: each names what `UNDELIVERED` held."""
    while messages := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=_MOST_MESSAGES).get("Messages"):
        for each in messages:
            queue.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])


def _parameter(deployment: Deployment) -> str:
    return _output(deployment, "WebhookParameter")


def _output(deployment: Deployment, name: str) -> str:
    if name not in deployment.outputs:
        raise Misconfigured(f"the stack {deployment.stack} knows no webhook yet: deploy this version first")
    return deployment.outputs[name]
