"""Draws the wallboard's pictures of the README: `python -m tests.browser.pictures [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.chromium import chromium
from tests.browser.desk_on_a_port import a_desk_on_a_port
from tests.browser.example_desk import STORY, fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.desk_on_a_port import Desk

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SCREENS = {"television": (1920, 1080), "laptop": (1280, 800), "phone": (390, 844)}
VIEWS = {"board": "", "case": f"#case={STORY}"}


def signed_in(browser: Browser, desk: Desk, *, token: str, view: str = "", **screen: object) -> Page:
    page = browser.new_context(**screen).new_page()
    page.goto(desk.url + view)
    page.get_by_label("API token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#figures .tile").first.wait_for(state="attached")
    return page


def draw(folder: Path, wanted: set[str]) -> None:
    with a_desk_on_a_port() as desk, chromium() as browser:
        fill(desk)
        for screen, (width, height) in SCREENS.items():
            for scheme in ("light", "dark"):
                for view, address in VIEWS.items():
                    name = f"wallboard-{view}-{screen}-{scheme}.png"
                    if wanted and name not in wanted:
                        continue
                    page = signed_in(browser, desk, token="desk_lead", view=address, viewport={"width": width, "height": height}, color_scheme=scheme)
                    if view == "case":
                        page.get_by_role("button", name="Reply").wait_for()
                    page.mouse.move(0, 0)
                    page.screenshot(path=folder / name)
                    page.context.close()


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES, set(sys.argv[2:]))
