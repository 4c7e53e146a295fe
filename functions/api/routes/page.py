"""GET / and /wallboard/<asset>: the wallboard, one static page that asks this API. Public, for it holds no figure.

It decides which files are served and what a browser may do with them; everything else is in the files.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from msgspec import Struct

from api.problems import NOT_FOUND, ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

router = Router()

PAGE = "index.html"
FOLDER = Path(__file__).resolve().parent.parent / "wallboard"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}

PATHS = ("/", "/wallboard/{asset}")
"""What this module serves. It is no part of the OpenAPI document: a page is for people."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""Nothing inline, nothing from elsewhere, no text made into markup (Content Security Policy Level 3, W3C, 2025-06)."""


class Asset(Struct, frozen=True):
    """A file as it is served; `etag` names its content."""

    body: str
    content_type: str
    etag: str


@cache
def assets() -> dict[str, Asset]:
    """Give every file of the wallboard by its name, read once."""
    return {path.name: _asset(path) for path in FOLDER.iterdir() if path.suffix in _TYPES}


@router.get("/", include_in_schema=False)
def read_page() -> Response[str]:
    """Give the page."""
    return _serve(PAGE)


@router.get("/wallboard/<asset>", include_in_schema=False)
def read_asset(asset: str) -> Response[str]:
    """Give a file that the page asks for."""
    if asset == PAGE or asset not in assets():
        raise ProblemError(NOT_FOUND, "The wallboard has no such file.")
    return _serve(asset)


def _asset(path: Path) -> Asset:
    body = path.read_text(encoding="utf-8")
    return Asset(body, f"{_TYPES[path.suffix]}; charset=utf-8", f'"{sha256(body.encode()).hexdigest()[:16]}"')


def _serve(name: str) -> Response[str]:
    asset = assets()[name]
    headers = _headers(asset)
    if asset.etag in router.current_event.headers.get("if-none-match", ""):
        return Response(304, asset.content_type, "", headers=headers)
    return Response(200, asset.content_type, asset.body, headers=headers)


def _headers(asset: Asset) -> Mapping[str, str]:
    """Give what a file carries: it is asked for at each load, and sent again only if it changed."""
    return {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": asset.etag,
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
