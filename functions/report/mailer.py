"""Sends mails by Amazon SES and says what became of them. It knows nothing of what is in them.

No attempt is ever repeated here: a repeated request is a second mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError
from msgspec import Struct

from desk.errors import Ambiguous, DeskError, Misconfigured, Permanent, Unavailable
from desk.meter import Metered, meter

if TYPE_CHECKING:
    from collections.abc import Sequence

_PASSING = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})
_OURS_TO_MEND = frozenset(
    {
        "AccessDeniedException",
        "AccountSuspendedException",
        "LimitExceededException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "NotFoundException",
        "SendingPausedException",
    },
)
"""Errors of SES v2 `SendEmail` that a person must mend (API reference, 2026-11); an unverified address is one."""
_SERVER_FAULT = 500


class Mail(Struct, frozen=True):
    """One mail: its subject, and the same news as HTML and as plain text."""

    subject: str
    html: str
    text: str


class Mailer(Protocol):
    """Whoever can send a mail."""

    def send(self, mail: Mail, *, to: Sequence[str], reply_to: Sequence[str]) -> None:
        """Send one mail to all of `to`; returns once it was accepted."""


class SesMailer(Struct, frozen=True):
    """Mails from one verified address; `client` is SES' client of API version 2."""

    client: Any
    sender: str

    def send(self, mail: Mail, *, to: Sequence[str], reply_to: Sequence[str]) -> None:
        """Send one mail to all of `to`; returns once SES accepted it.

        Raises Unavailable when nothing was sent and trying later may help, Ambiguous when it may have been sent,
        Misconfigured when a person must change something at SES, Permanent for a mail that SES will never take.
        """
        try:
            self.client.send_email(
                FromEmailAddress=self.sender,
                Destination={"ToAddresses": list(to)},
                ReplyToAddresses=list(reply_to),
                Content={"Simple": _content(mail)},
            )
        except ClientError as fault:
            raise _translated(fault) from fault
        except (ConnectTimeoutError, EndpointConnectionError) as fault:
            raise Unavailable(f"SES was not reached: {fault}") from fault
        except BotoCoreError as fault:
            raise Ambiguous(f"SES did not answer, the mail may have gone: {fault}") from fault
        meter().add(Metered.MAIL, len(to))


def ses(sender: str) -> SesMailer:
    """Give the mailer of this process: one attempt a mail, short time-outs."""
    config = Config(retries={"total_max_attempts": 1, "mode": "standard"}, connect_timeout=3, read_timeout=10)
    return SesMailer(boto3.client("sesv2", config=config), sender)


def _content(mail: Mail) -> dict[str, Any]:
    return {
        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
        "Body": {
            "Text": {"Data": mail.text, "Charset": "UTF-8"},
            "Html": {"Data": mail.html, "Charset": "UTF-8"},
        },
    }


def _translated(fault: ClientError) -> DeskError:
    code = fault.response["Error"]["Code"]
    if code in _PASSING:
        return Unavailable(str(fault))
    if code in _OURS_TO_MEND:
        return Misconfigured(f"SES refuses to send: {fault}")
    if fault.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_FAULT:
        return Ambiguous(f"SES failed, the mail may have gone: {fault}")
    return Permanent(str(fault))
