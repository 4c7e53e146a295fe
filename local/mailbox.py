"""A small web page on a loopback port with the e-mails sent so far, as HTML and as text.

It decides how they are listed and nothing about them. What stands in an e-mail is never trusted: it is escaped, its
HTML is shown in a sandbox without scripts, and nothing is loaded from elsewhere. Requests under another name than the
one it gave out are refused, so that no page of the web can read it through the visitor's browser.
"""

from __future__ import annotations

import re
import sys
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from local.cloud import Mail

_STYLE = """
:root { color-scheme: light dark; --quiet: light-dark(#667, #99a); --line: light-dark(#e3e3ea, #33343c) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.25rem; margin: 0 0 1rem }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .2em }
p, li small { color: var(--quiet) }
p { margin: .25rem 0 } p + h1 { margin-top: 1rem }
ol { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line) }
li { padding: .75rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
li small { display: block; font-size: .875rem }
iframe { width: 100%; height: 42rem; margin: 1rem 0; border: 1px solid var(--line); border-radius: .5rem }
* { box-sizing: border-box }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border-top: 1px solid var(--line); padding-top: 1rem }
"""

# The page may style itself and frame its own addresses; an e-mail may style itself and do nothing else.
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"

_NO_NAME, _LONGEST_NAME = re.compile(r"[^a-z0-9]+"), 80
_ONE = re.compile(r"/mails/([1-9][0-9]{0,5})(/html)?")


class Answer(NamedTuple):
    """What a request gets: always a whole HTML document, under a content security policy."""

    status: HTTPStatus
    document: str
    policy: str = _PAGE_POLICY


class Mailbox:
    """Shows what `mails` gives, which is called anew for each request; oldest first, numbered from 1."""

    def __init__(self, mails: Callable[[], Sequence[Mail]]) -> None:
        self._mails = mails
        self._server: ThreadingHTTPServer | None = None
        self.names: tuple[str, ...] = ()

    def start(self) -> str:
        """Serve on a free port of 127.0.0.1 in a thread of its own; gives the address of the list."""
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        port = self._server.server_port
        self.names = (f"127.0.0.1:{port}", f"localhost:{port}")
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return f"http://{self.names[0]}/"

    def stop(self) -> None:
        """End serving; do nothing if it doesn't serve."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def answer(self, path: str) -> Answer:
        """Answer a request for a path."""
        if path == "/":
            return Answer(HTTPStatus.OK, _list(self._mails()))
        asked = _ONE.fullmatch(path)
        mails = self._mails() if asked else ()
        if asked is None or int(asked[1]) > len(mails):
            return Answer(HTTPStatus.NOT_FOUND, _page("Nothing here", '<p><a href="/">all e-mails</a></p>'))
        number = int(asked[1])
        mail = mails[number - 1]
        return Answer(HTTPStatus.OK, mail.html, _MAIL_POLICY) if asked[2] else Answer(HTTPStatus.OK, _one(number, mail))


def keep(mails: Sequence[Mail], folder: Path) -> str:
    """Write each e-mail into a folder, as HTML and as text, and say so; raises OSError where that can't be done.

    Files are numbered from 0001, the oldest first, and named after their subjects.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails, 1):
        name = f"{number:04d}-{_NO_NAME.sub('-', mail.subject.lower()).strip('-')[:_LONGEST_NAME]}"
        (folder / f"{name}.txt").write_text(f"{mail.subject}\n\n{mail.text}", encoding="utf-8")
        (folder / f"{name}.html").write_text(mail.html, encoding="utf-8")
    return f"{len(mails)} e-mails are kept in {folder}"


def _list(mails: Sequence[Mail]) -> str:
    rows = "".join(_row(number, mail) for number, mail in reversed(list(enumerate(mails, 1))))
    return _page(f"E-mails ({len(mails)})", f"<ol>{rows}</ol>" if rows else "<p>None was sent yet.</p>")


def _row(number: int, mail: Mail) -> str:
    to = escape(", ".join(mail.recipients))
    return f'<li><a href="/mails/{number}">{escape(mail.subject)}</a> <small>to {to}</small></li>'


def _one(number: int, mail: Mail) -> str:
    frame = f'<iframe sandbox src="/mails/{number}/html" title="the e-mail as HTML"></iframe>' if mail.html else ""
    people = f"<p>from {escape(mail.sender)}<br>to {escape(', '.join(mail.recipients))}</p>"
    return _page(
        mail.subject, f"{people}{frame}<pre>{escape(mail.text)}</pre>", above='<p><a href="/">all e-mails</a></p>'
    )


def _page(title: str, body: str, *, above: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>{above}<h1>{escape(title)}</h1>{body}</html>"
    )


_FORBIDDEN = Answer(HTTPStatus.FORBIDDEN, _page("Not under this name", "<p>Use the address that was printed.</p>"))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor who left in the middle is no error, and no reason to write over the live view."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler_of(mailbox: Mailbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_asked_by_name = self.headers.get("Host") in mailbox.names
            answer = mailbox.answer(self.path) if is_asked_by_name else _FORBIDDEN
            body = answer.document.encode("utf-8", "replace")
            self.send_response(answer.status)
            for name, value in _headers(answer, len(body)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """The terminal belongs to the live view."""

    return Handler


def _headers(answer: Answer, length: int) -> dict[str, str]:
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(length),
        "Content-Security-Policy": answer.policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
