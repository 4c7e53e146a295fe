"""Carries one signed body to the receiver: to the very address that was looked up and found public, and no further.

No redirect is followed and no answer is read beyond its head. Nothing here may send to an address that is private,
whatever a name resolves to: the connection is made to the address that was checked, while the certificate is checked
against the name.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import closing, contextmanager, suppress
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address
from threading import Event, Timer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from webhook.verdict import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from urllib.parse import SplitResult

_SECONDS = 5
"""For the connection, and again for all that follows; what is late is sent again, under the same id."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, to_loopback: bool) -> Reply:
    """Send a body; gives what came back, or why nothing did. `to_loopback`: on the local stack."""
    parts = urlsplit(url)
    try:
        address = _address(parts, to_loopback=to_loopback)
        with socket.create_connection((address, _port(parts)), _SECONDS) as line, _hung_up_in_time(line):
            return _asked(line, parts, body, {"host": parts.netloc, **headers})
    except HTTPException as fault:
        return Reply(None, fault=type(fault).__name__)  # its words are the receiver's
    except (OSError, UnicodeError) as fault:
        return Reply(None, fault=f"{type(fault).__name__}: {fault}")


@contextmanager
def _hung_up_in_time(line: socket.socket) -> Iterator[None]:
    """Hang up once time is over, whatever the line is busy with; raises TimeoutError then, whatever came of it.

    A socket's own limit is one for each piece it reads: who sends a byte now and then never meets it.
    """
    is_late, held = Event(), line.dup()  # TLS takes the socket over

    def hang_up() -> None:
        is_late.set()
        with suppress(OSError):  # it was over just now
            held.shutdown(socket.SHUT_RDWR)

    timer = Timer(_SECONDS, hang_up)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        held.close()
        if is_late.is_set():
            raise TimeoutError("too slow")


def _asked(line: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> Reply:
    with closing(HTTPConnection(parts.hostname or "", _port(parts))) as connection:
        connection.sock = _private(line, parts)
        connection.request("POST", _path(parts), body, headers)
        with connection.getresponse() as answer:
            return Reply(answer.status, answer.getheader("retry-after"))


def _private(line: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme == "http":  # to this machine alone, see `faults_of`
        return line
    return _trust().wrap_socket(line, server_hostname=parts.hostname)


@cache
def _trust() -> ssl.SSLContext:
    """Ask for a certificate of the very name, by somebody this machine trusts."""
    return ssl.create_default_context()


class _PrivateError(OSError):
    """The name leads to an address that is not public."""


def _address(parts: SplitResult, *, to_loopback: bool) -> str:
    """Look a host up. By IPv4 alone, as Lambda reaches the internet (AWS, "Internet access", 2026-11)."""
    host = parts.hostname or ""
    found = socket.getaddrinfo(host, _port(parts), family=socket.AF_INET, type=socket.SOCK_STREAM)
    addresses = [IPv4Address(str(each[4][0])) for each in found]
    if any(not is_permitted(address, to_loopback=to_loopback) for address in addresses):
        raise _PrivateError("the receiver's name leads to an address that is not public")
    return str(addresses[0])


def is_permitted(address: IPv4Address, *, to_loopback: bool) -> bool:
    """Say whether a receiver may stand there: in public, or on the local stack on this machine."""
    return to_loopback if address.is_loopback else address.is_global and not address.is_multicast


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _path(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path
