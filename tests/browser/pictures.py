"""Draws the wallboard's pictures of the README: `PYTHONPATH=functions:. python -m tests.browser.pictures [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.browser.chromium import chromium
from tests.browser.desk_on_a_port import TOKENS, a_desk_on_a_port
from tests.browser.example_desk import STORY, fill_the_day

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.desk_on_a_port import Desk

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"


class Picture(NamedTuple):
    name: str
    size: tuple[int, int]
    scheme: str
    address: str = ""


PICTURES = (
    Picture("wallboard.png", (1280, 720), "light"),
    Picture("wallboard-case-dark.png", (1100, 560), "dark", f"#case={STORY}"),
    Picture("wallboard-phone.png", (390, 844), "light"),
    Picture("wallboard-case-phone-dark.png", (390, 844), "dark", f"#case={STORY}"),
)


def draw(browser: Browser, desk: Desk, picture: Picture, folder: Path) -> None:
    width, height = picture.size
    screen = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=picture.scheme, reduced_motion="reduce"
    )
    page = screen.new_page()
    page.goto(desk.url + picture.address)
    page.locator("#token:focus").wait_for()
    page.get_by_label("API token").fill(TOKENS["lead"])
    page.get_by_role("button", name="Sign in").click()
    page.locator("#figures .tile.arrivals").wait_for(state="attached")
    if picture.address:
        page.locator(".timeline .post").first.wait_for()
    page.mouse.move(0, 0)
    page.screenshot(path=folder / picture.name)
    screen.close()


def main(folder: Path) -> None:
    with a_desk_on_a_port() as desk, chromium() as browser:
        desk.goes()
        fill_the_day(desk)
        for picture in PICTURES:
            draw(browser, desk, picture, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
