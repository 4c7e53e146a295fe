"""Carries one signed body to the receiver: to the very address that was looked up and found public, and no further.

No redirect is followed and no answer is read beyond its head. Nothing here may send to an address that is private,
whatever a name resolves to: the connection is made to the address that was checked, while the certificate is checked
against the name.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from webhook.verdict import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

_SECONDS = 5
"""For the connection, and again for the answer; what is late is sent again, under the same id."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, to_loopback: bool) -> Reply:
    """Send a body; gives what came back, or why nothing did. `to_loopback`: on the local stack."""
    parts = urlsplit(url)
    try:
        with _pool(parts, _address(parts, to_loopback=to_loopback)) as pool:
            answer = pool.urlopen(
                "POST",
                _path(parts),
                body=body,
                headers={"host": parts.netloc, **headers},
                retries=False,
                redirect=False,
                preload_content=False,
            )
            answer.close()
    except (HTTPError, OSError, UnicodeError) as fault:
        return Reply(None, fault=f"{type(fault).__name__}: {fault}".replace(url, "the receiver"))
    return Reply(answer.status, answer.headers.get("retry-after"))


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


def _pool(parts: SplitResult, address: str) -> HTTPConnectionPool:
    timeout = Timeout(connect=_SECONDS, read=_SECONDS)
    if parts.scheme == "http":  # to this machine alone, see `faults_of`
        return HTTPConnectionPool(address, _port(parts), timeout=timeout)
    return HTTPSConnectionPool(
        address,
        _port(parts),
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _path(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path
