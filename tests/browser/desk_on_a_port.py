"""The api function behind a loopback port, over both tables in process: what a browser sees of a deployed desk.

Below a path of its own, as behind a stage, so that an address of the page that is not relative leads nowhere.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from api import sources
from api.handler import handle
from desk.store.ledger import Setup, Switch
from tests.api_gateway import FakeContext, request
from tests.api_in_process import Api, an_api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

STAGE = "/desk"


class Desk(Api):
    """The desk behind `url`; while it `is_away` it answers 503. `asked`: every request; `sent`: bytes."""

    def __init__(self, desk: DeskTable, ledger: Ledger) -> None:
        super().__init__(desk, ledger)
        self.url = ""
        self.is_away = False
        self.asked: list[str] = []
        self.sent = 0

    def goes(self) -> None:
        """The desk is set up, and posting is on."""
        accounts = {handle.name.lower(): str(place) for place, handle in enumerate(sources.policy().handles, start=1)}
        self.ledger.put("DESK", "SETUP", Setup(accounts, 0))
        self.ledger.put("DESK", "SWITCH", Switch(is_on=True, table=self.desk.name, by="ops", at=self.now))


@contextmanager
def a_desk_on_a_port() -> Iterator[Desk]:
    with an_api(Desk) as made, _server(made) as port:
        made.url = f"http://127.0.0.1:{port}{STAGE}/"
        yield made


class _Server(ThreadingHTTPServer):
    """Answers several at a time, for a browser keeps connections; one that it gives up is no error."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def _server(desk: Desk) -> Iterator[int]:
    one_at_a_time = Lock()
    server = _Server(("127.0.0.1", 0), _handler(desk, one_at_a_time))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        with one_at_a_time:
            desk.is_away = True  # whoever still asks must not reach for tables that are gone
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(desk: Desk, one_at_a_time: Lock) -> type[BaseHTTPRequestHandler]:
    class Gateway(BaseHTTPRequestHandler):
        """Hands each request to the function as the gateway does, one at a time as Lambda does."""

        def answer(self) -> None:
            with one_at_a_time:
                desk.asked.append(f"{self.command} {self.path.removeprefix(STAGE)}")
                answered = _away() if desk.is_away else handle(self.event(), FakeContext())
            self.send_response(answered["statusCode"])
            for name, value in answered["headers"].items():
                self.send_header(name, value)
            self.end_headers()
            body = (answered.get("body") or "").encode()
            desk.sent += len(body)
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 - http.server's names

        def event(self) -> dict[str, Any]:
            address = urlsplit(self.path)
            path = address.path.removeprefix(STAGE) if address.path.startswith(f"{STAGE}/") else "/not-below-the-stage"
            made = request(path, method=self.command, **dict(parse_qsl(address.query)))
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            return made | {"headers": headers, **(_carried(body) if body else {})}

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Gateway


def _carried(body: bytes) -> dict[str, Any]:
    """Give a body as the gateway hands it over: encoded where it is no text."""
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body": b64encode(body).decode(), "isBase64Encoded": True}


def _away() -> dict[str, Any]:
    return {
        "statusCode": 503,
        "headers": {"Content-Type": "application/json"},
        "body": '{"message": "Service Unavailable"}',
    }
