"""Where announcements go and by which secrets they are signed, as one text in the parameter store. Pure.

The address is kept with the secrets, for that of a Slack channel is one: whoever knows it can post there.
"""

from __future__ import annotations

import base64
from binascii import Error as NotBase64
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import msgspec

from desk.errors import Misconfigured

PREFIX = "whsec_"
_LEAST_BYTES, _MOST_BYTES = 24, 64
"""Of a secret (Standard Webhooks 1.0.0, "Signature scheme": 192 to 512 bits)."""
_BOTH_SECONDS = 86_400
"""A secret that was replaced signs along for a day, so that a receiver can learn the new one meanwhile."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A signing secret, `whsec_` and base64; it signs until a moment in UTC epoch seconds, None: for good."""

    value: str = field(repr=False)
    until: int | None = None

    @property
    def key(self) -> bytes:
        """The bytes that sign; raises Misconfigured for what is no such secret, without telling it."""
        try:
            key = base64.b64decode(self.value.removeprefix(PREFIX), validate=True)
        except (ValueError, NotBase64):
            raise Misconfigured("a signing secret of the webhook is no base64") from None
        if not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
            raise Misconfigured(f"a signing secret of the webhook has {len(key)} bytes, not {_LEAST_BYTES} or more")
        return key


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The receiver's address, and its secrets, the newest first."""

    url: str = field(repr=False)
    secrets: tuple[Secret, ...]

    def signing(self, now: int) -> tuple[Secret, ...]:
        """Give the secrets that sign at a moment."""
        return tuple(each for each in self.secrets if each.until is None or now < each.until)

    def rotated(self, value: str, now: int) -> Endpoint:
        """Give it with a new secret; the one before signs along for a day, older ones no more."""
        before = tuple(replace(each, until=now + _BOTH_SECONDS) for each in self.secrets if each.until is None)
        return replace(self, secrets=(Secret(value), *before))

    @property
    def text(self) -> str:
        """The text to keep."""
        return msgspec.json.encode(self).decode()


def read(text: str) -> Endpoint:
    """Read it from its text; raises Misconfigured that tells no value."""
    try:
        return msgspec.json.decode(text, type=Endpoint)
    except msgspec.DecodeError:
        raise Misconfigured("what is kept of the webhook can't be read: run `desk webhook set` again") from None


def made_of(random_bytes: bytes) -> str:
    """Give a secret as receivers know it."""
    return PREFIX + base64.b64encode(random_bytes).decode()


def faults_of(url: str, *, to_loopback: bool) -> list[str]:
    """Say what is wrong with an address, all at once: an empty list where nothing is.

    `to_loopback`: on the local stack, whose receivers stand on this machine and speak plain HTTP.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return ["it is no address"]
    is_local = to_loopback and host == "127.0.0.1"
    found = {
        "it does not begin with https://": parts.scheme != "https" and not (is_local and parts.scheme == "http"),
        "it names no host": not host,
        "it carries a name or a password before the host": parts.username is not None or parts.password is not None,
        "it has a fragment, which no server sees": bool(parts.fragment),
        "it has blanks or other signs that no address has": not url.isascii() or not url.isprintable() or " " in url,
    }
    return [words for words, is_wrong in found.items() if is_wrong]
