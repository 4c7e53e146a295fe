"""A Chromium, and a desk for it to look at. Without a Chromium these tests are skipped, and say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from local.chromium import NoChromiumError, chromium
from tests.api_in_process import TOKENS
from tests.browser.desk_on_a_port import Desk, a_desk_on_a_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

LAPTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as started:
            yield started
    except NoChromiumError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk_on_a_port() as made:
        made.goes()
        yield made


@pytest.fixture
def opened(browser: Browser, desk: Desk) -> Iterator[Callable[..., Page]]:
    """Opens the page; whatever it complained of, or loaded from elsewhere, fails the test at its end."""
    complaints: list[str] = []
    contexts = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("console", lambda said: complaints.append(said.text) if _is_fault(said) else None)
        page.on("request", lambda asked: None if asked.url.startswith(desk.url) else complaints.append(asked.url))

    def open_page(address: str = "", **screen: Any) -> Page:
        context = browser.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce", **screen})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.clock.install()
        page.goto(desk.url + address)
        expect(page.get_by_label("API token")).to_be_focused()  # its script runs
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def signed_in(opened: Callable[..., Page]) -> Callable[..., Page]:
    """Opens the page and signs in with the token of a scope."""

    def sign_in(scope: str = "lead", address: str = "", **screen: Any) -> Page:
        page = opened(address, **screen)
        page.get_by_label("API token").fill(TOKENS[scope])
        page.get_by_role("button", name="Sign in").click()
        page.locator("#figures .tile").first.wait_for(state="attached")
        return page

    return sign_in


def _is_fault(said: Any) -> bool:
    """An answer that is a refusal is told by the page; the browser's own line about it is no fault of the page."""
    return said.type in {"error", "warning"} and not said.text.startswith("Failed to load resource")
