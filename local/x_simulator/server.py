"""The simulator on a socket: one world, X's endpoints and the control endpoints, on 127.0.0.1.

Decides nothing about X: it takes bytes to `api` and `control`, one request at a time, and brings their answers back.
"""

import select
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import unquote, urlsplit

from local.x_simulator.allowance import Limits
from local.x_simulator.api import Answer, Request, XApi
from local.x_simulator.control import answer_control
from local.x_simulator.faults import FaultPlan
from local.x_simulator.metering import Meter
from local.x_simulator.world import World

LOOPBACK = "127.0.0.1"

_STOP_WITHIN_S = 0.05


class Simulator:
    """X for one world. Use it in process with `answer`, or on a socket with `start` and `stop` (or `with`).

    Requests are answered one at a time. While others call, change the world through `/_sim/` and not directly.
    """

    def __init__(self, world: World | None = None, *, limits: Limits | None = None, port: int = 0) -> None:
        self._lock = threading.Lock()
        self._limits = limits or Limits()
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._begin(World() if world is None else world)

    def _begin(self, world: World) -> None:
        self.world = world
        self.faults = FaultPlan()
        self.meter = Meter()
        self._api = XApi(world, self._limits, self.faults, self.meter)

    def answer(self, request: Request) -> Answer:
        """Answer a request, to X or to the simulator itself, without a socket."""
        with self._lock:
            if request.path.startswith("/_sim/"):
                return answer_control(self, request)
            return self._api.answer(request)

    def report(self) -> dict[str, Any]:
        """Return what was counted since the start or the last reset."""
        return self.meter.report() | {"faults_served": dict(self.faults.served), "faults_waiting": len(self.faults)}

    def set_limits(self, limits: Limits) -> None:
        """Put other limits in force; windows begin anew."""
        self._limits = limits
        self._api.limit(limits)

    def reset(self, *, now: float | None = None) -> None:
        """Begin again with an empty world, no faults and no counts; limits stay."""
        self._begin(World(now))

    def start(self) -> str:
        """Listen on 127.0.0.1 and return the base URL."""
        self._server = _Server((LOOPBACK, self._port), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_STOP_WITHIN_S,), daemon=True)
        self._thread.start()
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def port(self) -> int:
        """The port it listens on; before `start` the one it was given."""
        return self._server.server_address[1] if self._server else self._port

    def stop(self) -> None:
        """Close the socket and every connection, and wait for their threads."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    """A server that can hang up on its clients, so that idle keep-alive connections don't hold it up."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a client that ended in the middle of a request, and tell of anything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """Shut down every open connection."""
        for connection in list(self._connections):
            _shut_down(connection)


class _Handler(BaseHTTPRequestHandler):
    """Reads one request, writes one answer; keeps the connection."""

    simulator: Simulator
    protocol_version = "HTTP/1.1"
    server_version = "x-simulator"
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_call(self) -> None:
        """Answer a request of any method."""
        target = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=unquote(target.path),
            query=target.query,
            authorization=self.headers.get("Authorization", ""),
            body=self.rfile.read(length),
        )
        answer = self.simulator.answer(request)
        if answer.silent_s is None:
            self._write(answer)
        else:
            self._keep_silent(answer.silent_s)

    do_GET = do_POST = do_PUT = do_DELETE = handle_call  # noqa: N815 - the names http.server calls

    def _write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def _keep_silent(self, seconds: float) -> None:
        """Give no answer: wait until the client hangs up, at most some seconds, and close."""
        select.select([self.connection], [], [], seconds)
        self.close_connection = True
        _shut_down(self.connection)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server uses
        """Keep quiet: `/_sim/report` counts."""


def _handler_for(simulator: Simulator) -> type[_Handler]:
    return cast("type[_Handler]", type("_BoundHandler", (_Handler,), {"simulator": simulator}))


def _shut_down(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client was first
