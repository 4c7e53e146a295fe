"""A quarter of an hour of two agents: the wallboard in a real Chromium, over the deployed desk and the simulated X.

Everything is done as people do it: customers write on X, agents look at the page and press its buttons. Without a
Chromium it is skipped, and says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from local.chromium import NoChromiumError, chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.e2e.deployed import Deployed, Written

REFRESH_MS = 10_000
PATIENCE_MS, USUAL_PATIENCE_MS = 60_000, 5_000
"""For a page on a machine that runs a whole cloud beside it; the other is Playwright's own."""

TEAM = "technical"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as started:
            expect.set_options(timeout=PATIENCE_MS)
            yield started
            expect.set_options(timeout=USUAL_PATIENCE_MS)
    except NoChromiumError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def signed_in(browser: Browser, desk: Deployed) -> Iterator[Callable[[str], Page]]:
    """Signs an agent in with a token of their own; a page that complains, or loads from elsewhere, fails the test."""
    complaints: list[str] = []
    contexts, names = [], []

    def sign_in(name: str) -> Page:
        names.append(name)
        token = desk.types("tokens", "create", name, "--scope", "agent").document["token"]
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce"))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if _is_elsewhere(asked.url, desk) else None)
        page.clock.install()
        page.goto(f"{desk.stack.api_url}/#team={TEAM}")
        page.get_by_label("API token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#figures .tile").first).to_be_visible()
        return page

    yield sign_in
    for context, name in zip(contexts, names, strict=True):
        context.close()
        desk.types("tokens", "revoke", name)
    assert complaints == []


def _is_elsewhere(url: str, desk: Deployed) -> bool:
    return not url.startswith((desk.stack.api_url, "data:"))


def row(page: Page, written: Written) -> Locator:
    return page.locator(f'#teams .row[data-case="{written.case_id}"]')


def waiting(page: Page) -> int:
    return int(page.locator(".tile.waiting .figure").inner_text())


def looks_again(page: Page) -> None:
    page.clock.run_for(REFRESH_MS)


def act(page: Page, name: str) -> None:
    page.get_by_role("group", name="Actions").get_by_role("button", name=name).click()


def place(page: Page, written: Written) -> int:
    return [each.get_attribute("data-case") for each in page.locator("#teams .row").all()].index(written.case_id)


def first_response(desk: Deployed, written: Written) -> Any:
    return next(
        each for each in desk.reads(f"/cases/{written.case_id}")["clocks"] if each["metric"] == "first_response"
    )


def test_an_agent_answers_the_most_urgent_case_and_nobody_undoes_it_unseen(
    desk: Deployed, signed_in: Callable[[str], Page]
) -> None:
    mia, jonas = signed_in("Mia"), signed_in("Jonas")

    # the queue moves while posts come in, the most urgent on top
    calm = desk.writes("@PebblewingHelp how do I change my seat in the app?")
    desk.minutes_pass()
    looks_again(mia)
    expect(row(mia, calm)).to_be_visible()
    urgent = desk.writes(
        "@PebblewingHelp your app crashes at check-in and my flight leaves in an hour, please help now!!"
    )
    desk.minutes_pass()
    looks_again(mia)
    expect(row(mia, urgent)).to_be_visible()
    assert waiting(mia) == desk.reads("/queue")["counts"]["waiting"]
    assert place(mia, urgent) < place(mia, calm)

    # both open it; Jonas looks no further
    for page in (mia, jonas):
        looks_again(page)
        row(page, urgent).click()
        expect(page.locator(".timeline")).to_contain_text("Our post: sent")
    jonas.keyboard.press("p")

    # Mia sends a canned reply; it is on X, and the clock has stopped
    mia.keyboard.press("r")
    mia.get_by_role("button", name=re.compile("^Use: ")).first.click()
    said = mia.get_by_label("Text of the reply").input_value().partition("https://")[0]  # X makes links its own
    mia.get_by_role("button", name="Send").click()
    expect(mia.locator(".message")).to_have_text("The reply is on its way to X.")
    desk.minutes_pass()  # it goes out, and the next look at our timeline finds it
    desk.minutes_pass()
    assert any(said in text and text.endswith("^MR") for text in desk.replies_on_x(urgent))
    looks_again(mia)
    expect(mia.locator(".clocks")).to_contain_text("First response met")
    assert first_response(desk, urgent)["state"] == "achieved"

    # what Jonas saw is no more: nothing is done, and he is told
    act(jonas, "Resolve")
    jonas.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(jonas.locator(".message")).to_contain_text("Somebody changed this case while you looked at it")
    expect(jonas.locator(".timeline")).to_contain_text(said)
    assert desk.reads(f"/cases/{urgent.case_id}")["status"] == "answered"

    # Mia resolves it, and it leaves the board
    act(mia, "Resolve")
    mia.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(mia.locator(".message")).to_have_text("Resolved.")
    mia.get_by_role("button", name="Back to the cases").click()
    expect(row(mia, urgent)).to_have_count(0)
    desk.minutes_pass()
    assert desk.reads(f"/cases/{urgent.case_id}")["status"] == "resolved"
