"""The address e-mails come from, as Amazon SES knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True)
class Sender:
    """An address and whether SES sends from it, by itself or by its domain. `was_asked`: SES just wrote to it."""

    address: str
    is_verified: bool
    was_asked: bool = False

    @property
    def words(self) -> str:
        """Say how it stands and what to do."""
        if self.is_verified:
            return f"{self.address} is verified"
        if self.was_asked:
            return f"SES has written to {self.address}: follow the link in that mail"
        return f"{self.address} is not verified in SES: run `desk setup`, then follow the link in the mail from SES"


def look_up(ses: Any, address: str) -> Sender:
    """Ask SES (v2) about an address and its domain."""
    domain = address.rpartition("@")[2]
    return Sender(address, is_verified=any(_is_verified(ses, identity) for identity in (address, domain)))


def verify(ses: Any, address: str) -> Sender:
    """Have SES verify the address unless it is; safe to repeat. SES writes to the address with a link to follow."""
    sender = look_up(ses, address)
    if sender.is_verified:
        return sender
    try:
        ses.create_email_identity(EmailIdentity=address)
    except ClientError as fault:
        if fault.response["Error"]["Code"] != "AlreadyExistsException":
            raise
        return sender
    return Sender(address, is_verified=_is_verified(ses, address), was_asked=True)


def _is_verified(ses: Any, identity: str) -> bool:
    try:
        found = ses.get_email_identity(EmailIdentity=identity)
    except ClientError as fault:
        if fault.response["Error"]["Code"] != "NotFoundException":
            raise
        return False
    return bool(found.get("VerifiedForSendingStatus"))
