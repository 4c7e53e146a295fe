"""A receiver of webhooks on this machine: keeps what it was sent, answers as it is told, and checks signatures."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Received:
    """One attempt, as it came over the wire."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def webhook_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    def is_signed_by(self, secret: str) -> bool:
        """Verify it as a consumer does, written anew from the standard: any of the signatures may fit."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        content = f"{self.webhook_id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.new(key, content, "sha256").digest()).decode()
        given = self.headers["webhook-signature"].split(" ")
        return any(hmac.compare_digest(f"v1,{expected}", each) for each in given)


@dataclass
class Receiver:
    """Answers 204, or what was planned: a status with headers; by 0 it hangs up without an answer."""

    received: list[Received] = field(default_factory=list)
    planned: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    always: tuple[int, dict[str, str]] = (204, {})
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, headers = receiver.takes(Received(self.path, dict(self.headers.items()), body))
                if not status:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/in?from=desk"

    def takes(self, received: Received) -> tuple[int, dict[str, str]]:
        """Note what came and give the answer to it; what comes at once is answered in the order noted."""
        with self._lock:
            self.received.append(received)
            return self.planned.popleft() if self.planned else self.always

    def answers(self, status: int, **headers: str) -> None:
        """Plan the next answer."""
        self.planned.append((status, {name.replace("_", "-"): value for name, value in headers.items()}))
