"""`make pictures`: draws the pictures of the README anew, from plays on the deployed stack: a day, and an outage.

It decides what is shown and how large, never what stands there: the wallboard and the mails are photographed in a
Chromium, the live view as `make run` draws it. Only the token is blotted out.
"""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from PIL import Image
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from desk.policy import load
from local import sample_day
from local.chromium import NoChromiumError, chromium
from local.cloud import REPOSITORY, CloudError
from local.outage import outage
from local.play import Play
from local.run import FAULTY, FINE, INTERRUPTED, SHIPPED_POLICY, ends_by_interrupt
from local.stack import Stack
from local.view import frame
from local.watch import act, ask, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from local.cloud import Mail
    from local.play import Step

FOLDER = REPOSITORY / "docs" / "pictures"
BUSY, MONDAY = "2026-03-10T14:05", "2026-03-16T07:00"
"""Moments by the brand's clock: of the sample day when every kind of case waits, and when its week is summed up."""

STORY = "lost-bag"
"""The post of the sample day that opens the case in the pictures."""

MAIL, PHONE = (800, 900), (360, 760)
"""Pixels, as (width, height), of what is seen of a mail at a desk and on a phone."""

_MORNING, _NOTICED, _HALF, _LOOK = 5400, 720, 3600, 240
"""Seconds: of the morning before the outage, until it is declared, until its middle, between two looks."""

_COLOURS, _FEWER_COLOURS = 256, 48
_COLUMNS = 88
_BLOTTED = "desk_········"

Scheme = Literal["light", "dark"]


class Board(NamedTuple):
    """One picture of the wallboard: its file, its size in pixels, how it is lit, and whether a case is open."""

    name: str
    size: tuple[int, int]
    scheme: Scheme
    shows_case: bool = False


BOARDS = (
    Board("wallboard.png", (1280, 720), "light"),
    Board("wallboard-case-dark.png", (1100, 720), "dark", shows_case=True),
    Board("wallboard-phone.png", (390, 844), "light"),
    Board("wallboard-case-phone-dark.png", (390, 844), "dark", shows_case=True),
)


INCIDENT = Board("wallboard-incident.png", (1280, 720), "light")


def main(folder: Path) -> int:
    """Draw every picture into a folder; gives the exit status."""
    ends_by_interrupt()
    try:
        with chromium() as browser:
            with Stack(sample_day.read(), load(SHIPPED_POLICY)) as stack:
                _draw(browser, stack, folder)
            draw_incident(browser, folder)
    except (NoChromiumError, CloudError) as fault:
        print(f"make pictures: {fault}", file=sys.stderr)
        return FAULTY
    except KeyboardInterrupt:
        return INTERRUPTED
    return FINE


def _draw(browser: Browser, stack: Stack, folder: Path) -> None:
    play = Play(stack)
    steps = play.steps()
    busy = next(step for step in steps if step.now >= _moment(BUSY, stack))
    draw_live_view(stack, busy, folder)
    draw_boards(browser, stack, folder)
    for _ in steps:
        pass
    play.go_on_to(_moment(MONDAY, stack))
    stack.invoke("Summary", {"kind": "weekly"})
    draw_mails(browser, stack.cloud.sent_mails(), folder)


def _moment(local: str, stack: Stack) -> int:
    return int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(stack.policy.time_zone)).timestamp())


# ---- the wallboard


def draw_boards(browser: Browser, stack: Stack, folder: Path) -> None:
    """Photograph the wallboard as it is now, signed in with the first token."""
    opening = stack.ids[STORY]
    case = next(each["case_id"] for each in ask(stack, "/cases?limit=100")["cases"] if each["opening_post"] == opening)
    for board in BOARDS:
        with _signed_in(browser, stack, board, f"#case={case}" if board.shows_case else "") as page:
            if board.shows_case:
                page.locator(".timeline .post").first.wait_for()
            page.mouse.move(0, 0)
            _keep(page.screenshot(), folder / board.name)


@contextmanager
def _signed_in(browser: Browser, stack: Stack, board: Board, place: str = "") -> Iterator[Page]:
    """Show the wallboard at a place of it, signed in with the first token."""
    with _page(browser, *board.size, board.scheme) as page:
        page.goto(f"{stack.api_url}/{place}")
        page.get_by_label("API token").fill(stack.token)
        page.get_by_role("button", name="Sign in").click()
        page.locator("#figures .tile.arrivals").wait_for(state="attached")
        yield page


# ---- an incident


def draw_incident(browser: Browser, folder: Path) -> None:
    """Play an outage; photograph it on the wallboard while it goes on, and the mail that closes it."""
    played = outage()
    with Stack(played.excerpt(before_seconds=_MORNING), load(SHIPPED_POLICY)) as stack:
        play = Play(stack)
        _play_to(play, stack, played.begins_at, step=1800)
        _play_to(play, stack, played.begins_at + _NOTICED, step=_LOOK)
        incident = f"/incidents/{ask(stack, '/incidents')['incidents'][0]['incident_id']}"
        act(stack, incident, "status-posts", {})
        _play_to(play, stack, played.begins_at + _HALF, step=_LOOK)
        with _signed_in(browser, stack, INCIDENT) as page:
            page.locator("#figures .tile.incident").wait_for()
            _keep(page.screenshot(), folder / INCIDENT.name)
        _play_to(play, stack, played.ends_at, step=_LOOK)
        act(stack, incident, "resolve", {"replies": False, "text": "check-in works again"})
        _play_to(play, stack, played.ends_at + 2 * _HALF, step=_LOOK)
        closing = next(mail for mail in reversed(stack.cloud.sent_mails()) if "ncident" in mail.subject)
    with _page(browser, MAIL[0], 1, "light") as page:
        _keep(_photographed(page, closing), folder / "incident-mail.png", _FEWER_COLOURS)


def _play_to(play: Play, stack: Stack, moment: int, *, step: int) -> None:
    while (now := int(stack.world.now)) < moment:
        play.go_on_to(min(moment, now + step))


# ---- mails


def draw_mails(browser: Browser, mails: list[Mail], folder: Path) -> None:
    """Photograph the latest mail, a summary, and the alert about the most cases: at a desk, on a phone in the dark."""
    alerts, summary = [mail for mail in mails if "breached, oldest" in mail.subject], mails[-1]
    alert = max(alerts, key=lambda mail: mail.text.count("/cases/"))
    width, height = MAIL
    with _page(browser, width, 1, "light") as page:  # as high as the mail then
        _keep(_photographed(page, alert), folder / "alert-mail.png")
        _keep(_photographed(page, summary), folder / "summary-mail-whole.png", _FEWER_COLOURS)
    with _page(browser, width, height, "light") as page:
        page.set_content(summary.html)
        _keep(page.screenshot(), folder / "summary-mail.png")
    _keep(_on_phones(browser, alert, summary), folder / "mails-on-a-phone.png")


def _photographed(page: Page, mail: Mail) -> bytes:
    page.set_content(mail.html)
    return page.screenshot(full_page=True)


def _on_phones(browser: Browser, alert: Mail, summary: Mail) -> bytes:
    """Three screens side by side: the alert, the head of the summary, and its maps."""
    gap = 20
    width, height = PHONE
    with _page(browser, 3 * width + 2 * gap, height, "dark") as page:
        page.set_content(f"<body style='margin:0;display:flex;gap:{gap}px;background:#fff'></body>")
        for mail, title in ((alert, ""), (summary, ""), (summary, "When it came in")):
            page.evaluate(_SCREEN, [mail.html, title, *PHONE])
        return page.screenshot()


_SCREEN = """([html, title, width, height]) => new Promise((done) => {
  const screen = document.createElement("iframe");
  Object.assign(screen, { srcdoc: html, width, height, scrolling: "no", style: "border:0" });
  screen.onload = () => {
    const inside = [...screen.contentDocument.querySelectorAll("div, td, h2, p")];
    inside.findLast((each) => title && each.textContent.trim().startsWith(title))?.scrollIntoView();
    if (title) screen.contentWindow.scrollBy(0, -20);
    done();
  };
  document.body.append(screen);
})"""
"""Shows a mail as one screen, from the text that is its title on; an empty one shows it from its head on."""


# ---- the live view


def draw_live_view(stack: Stack, step: Step, folder: Path) -> None:
    """Draw the live view as a terminal of `make run` shows it, without the fonts that it would fetch elsewhere."""
    shown = replace(snapshot(stack, step, mailbox_url="http://127.0.0.1:41659/"), token=_BLOTTED)
    console = Console(width=_COLUMNS, record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(frame(shown))
    drawn = console.export_svg(title="make run", theme=_THEME, code_format=_SVG, unique_id="view")
    (folder / "live-view.svg").write_text(drawn, encoding="utf-8")


_THEME = TerminalTheme(
    (22, 24, 29),
    (214, 217, 224),
    [
        (22, 24, 29), (229, 99, 99), (122, 193, 122), (222, 180, 88),
        (105, 155, 228), (190, 138, 214), (86, 190, 200), (214, 217, 224),
    ],
    [(92, 98, 110)],
)  # fmt: skip

_SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
    <style>
    .{unique_id}-matrix {{
        font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
    }}
    .{unique_id}-title {{ font: bold 18px arial }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
    </g>
</svg>
"""


# ---- photographs


@contextmanager
def _page(browser: Browser, width: int, height: int, scheme: Scheme) -> Iterator[Page]:
    screen: Any = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        yield screen.new_page()
    finally:
        screen.close()


def _keep(photograph: bytes, file: Path, colours: int = _COLOURS) -> None:
    """Write a photograph as a small PNG: a page of text has few colours, the rare ones among them tell something."""
    with Image.open(io.BytesIO(photograph)) as drawn:
        few = drawn.convert("RGB").quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(file, optimize=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
