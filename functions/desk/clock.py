"""The one place where the desk reads the time.

In production that is the machine's clock. The local run plays recorded days in seconds: there a *stepped* clock is
read over HTTP, and it is refused unless the AWS and the X endpoints are loopback addresses, so that no deployed
stack can ever run on a false time.
"""

from __future__ import annotations

import json
import time
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from desk.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ANSWER_WITHIN_SECONDS = 5


def clock_from(environment: Mapping[str, str]) -> Callable[[], int]:
    """Give the function that reads the time in UTC epoch seconds.

    Raises Misconfigured if `CLOCK_URL` is set while `AWS_ENDPOINT_URL` or `X_API_URL` (where set) or the clock
    itself is anywhere but on this machine.
    """
    url = environment.get("CLOCK_URL", "")
    if not url:
        return lambda: int(time.time())
    endpoints = {"CLOCK_URL": url, "AWS_ENDPOINT_URL": environment.get("AWS_ENDPOINT_URL", "")}
    if "X_API_URL" in environment:
        endpoints["X_API_URL"] = environment["X_API_URL"]
    strangers = [name for name, value in endpoints.items() if urlsplit(value).hostname not in _LOOPBACK]
    if strangers:
        raise Misconfigured(f"CLOCK_URL is for the local stack only, but {', '.join(strangers)} leads elsewhere")
    return lambda: _stepped(url)


def _stepped(url: str) -> int:
    with urllib.request.urlopen(url, timeout=_ANSWER_WITHIN_SECONDS) as answer:  # noqa: S310 - loopback, checked above
        return int(json.load(answer)["now"])
