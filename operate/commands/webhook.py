"""Set, look at and mend the webhook by which another system is told what happens.

`set` says where to: with --url, else the address is asked for and not shown, as that of a Slack channel should be; the
secret that signs is made and shown once. `secret` makes a new one, the one before signs along for a day. `test` sends a
test. `start` asks a receiver anew that rested or had gone. `resend` tries again what was given up. Without a word it
shows how the webhook stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from desk.errors import Misconfigured
from operate import webhook
from operate.moments import told
from operate.outcome import Outcome
from operate.tables import table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "webhook"
HELP = "set, look at and mend the webhook"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", nargs="?", choices=sorted(_ACTIONS), default="show")
    parser.add_argument("--url", help="with set: where to")


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Do what was asked; raises Misconfigured where it can't be done."""
    return _ACTIONS[arguments.action](deployment, arguments, terminal)


def _set(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    url = arguments.url or terminal.secret("Where to (an https address; it is not shown)")
    if not url:
        raise Misconfigured("say where to: `desk webhook set --url https://…`")
    fresh = webhook.point(deployment, url)
    value = {"format": webhook.form(deployment), "secret": fresh}
    return Outcome(value, _secret(fresh) if fresh else "The address is set; the secret is the one you have.")


def _rotate(deployment: Deployment, *_: object) -> Outcome:
    fresh = webhook.rotate(deployment)
    return Outcome({"secret": fresh}, _secret(fresh))


def _test(deployment: Deployment, *_: object) -> Outcome:
    sent = webhook.test(deployment)
    words = "A test goes out within a minute." if webhook.form(deployment) != webhook.OFF else _OFF
    return Outcome({"webhook_id": sent.announcement_id}, words)


def _start(deployment: Deployment, *_: object) -> Outcome:
    webhook.start(deployment)
    return Outcome({"started": True}, "The receiver is asked anew within a minute.")


def _resend(deployment: Deployment, *_: object) -> Outcome:
    count = webhook.resend(deployment)
    return Outcome({"resent": count}, f"Tried again within a minute: {count}.")


def _show(deployment: Deployment, *_: object) -> Outcome:
    known, waits, form = webhook.stored(deployment), webhook.waiting(deployment), webhook.form(deployment)
    gone = waits.standing.gone_since
    value = {
        "format": form,
        "host": webhook.host(known) if known else None,
        "pending": waits.pending,
        "oldest_at": waits.oldest_at,
        "given_up": waits.given_up,
        "rests_until": waits.standing.rests_until or None,
        "gone_since": gone,
    }
    shown = table("The webhook", "what", "how it stands")
    shown.add_row("format", form if form != webhook.OFF else _OFF)
    shown.add_row("receiver", webhook.host(known) if known else "none: run `desk webhook set`")
    shown.add_row("takes it", f"no: gone since {told(gone, 'UTC')}; `desk webhook start` asks anew" if gone else "yes")
    shown.add_row("waiting", f"{waits.pending}, the oldest since {told(waits.oldest_at, 'UTC')}")
    shown.add_row("given up", str(waits.given_up))
    return Outcome(value, shown, is_fine=gone is None and not waits.given_up)


def _secret(secret: str) -> Text:
    text = Text("The secret that signs, shown only now; the receiver needs it:\n")
    text.no_wrap = True
    return text.append(secret, style="bold")


_OFF = "off: deploy with WebhookFormat=standard or slack"
_ACTIONS: dict[str, Callable[[Deployment, Namespace, Terminal], Outcome]] = {
    "set": _set,
    "secret": _rotate,
    "test": _test,
    "start": _start,
    "resend": _resend,
    "show": _show,
}
