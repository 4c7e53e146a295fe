"""axe-core finds nothing on any view, light and dark, large and small (WCAG 2.2 AA; the rules it can check)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.example_desk import STORY, fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.desk_on_a_port import Desk

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark on a phone": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
}
EVERY_SCREEN = pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@EVERY_SCREEN
def test_signing_in_is_accessible(opened: Callable[..., Page], screen: dict[str, Any]) -> None:
    page = opened(**screen)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []


@EVERY_SCREEN
def test_every_view_is_accessible(desk: Desk, signed_in: Callable[..., Page], screen: dict[str, Any]) -> None:
    fill(desk)
    page = signed_in("admin", **screen)
    assert violations(page) == []
    page.keyboard.press("?")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(f'[data-case="{STORY}"]').click()
    expect(page.get_by_role("button", name="Reply")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("r")
    expect(page.get_by_label("Text of the reply")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert violations(page) == []
    for name in ("Customer", "Erase customer"):
        page.keyboard.press("Escape")
        page.get_by_role("group", name="Actions").get_by_role("button", name=name, exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
        assert violations(page) == []


@EVERY_SCREEN
def test_a_desk_in_trouble_is_accessible(desk: Desk, signed_in: Callable[..., Page], screen: dict[str, Any]) -> None:
    fill(desk)
    desk.ledger.delete("DESK", "SWITCH")
    page = signed_in(**screen)
    desk.is_away = True
    page.clock.run_for(50_000)
    expect(page.locator(".warning")).to_have_count(2)
    expect(page.locator("body")).to_have_attribute("data-stale", "")
    assert violations(page) == []
