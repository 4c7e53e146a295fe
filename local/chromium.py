"""Finds a Chromium on this machine and starts it, for the tests of the wallboard and for the pictures of the README."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserType

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = (
    "no Chromium on this machine: install one, or let `playwright install chromium` do it; the wallboard is untested"
)


class NoChromiumError(Exception):
    """There is none to start."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium on the path, else the one that Playwright installed; raises NoChromiumError without any."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_found(playwright.chromium), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def _found(kind: BrowserType) -> str:
    found = next(filter(None, map(shutil.which, NAMES)), kind.executable_path)
    if not Path(found).exists():
        raise NoChromiumError(MISSING)
    return found
