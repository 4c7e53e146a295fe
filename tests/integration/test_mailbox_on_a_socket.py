"""The mailbox on its loopback port."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from local.cloud import Mail
from local.mailbox import Mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def address() -> Iterator[str]:
    """Where a mailbox with one e-mail answers."""
    mailbox = Mailbox(
        lambda: [Mail("desk@pebblewing.example", ("lead@pebblewing.example",), "Grüße", "Hello", "<p>ü</p>")]
    )
    yield mailbox.start()
    mailbox.stop()


def get(address: str, path: str, host: str | None = None) -> http.client.HTTPResponse:
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=5)
    connection.request("GET", path, headers={"Host": host} if host else {})
    return connection.getresponse()


def test_it_listens_on_loopback_alone_and_shows_its_e_mails(address):
    assert address.startswith("http://127.0.0.1:")
    with get(address, "/") as answer:
        assert answer.status == 200
        assert "Grüße" in answer.read().decode()


def test_the_e_mails_html_comes_under_its_own_strict_policy(address):
    with get(address, "/mails/1/html") as answer:
        assert answer.read().decode() == "<p>ü</p>"
        assert "sandbox" in answer.getheader("Content-Security-Policy")
        assert answer.getheader("X-Content-Type-Options") == "nosniff"


def test_a_request_under_another_name_is_refused(address):
    with get(address, "/", host="rebound.example") as answer:
        assert answer.status == 403
        assert "Grüße" not in answer.read().decode()


def test_after_the_end_nobody_answers(address):
    mailbox = Mailbox(list)
    where = mailbox.start()
    mailbox.stop()
    with pytest.raises(ConnectionRefusedError):
        get(where, "/")
