"""What holds of every mail, whatever it tells."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from mails.__main__ import PARTS, TEMPLATES, compiled
from tests import example_mails

GMAIL_CLIPS_AT_BYTES = 102 * 1024
"""Gmail shows what is longer cut off (seen in use, 2026-11; Google documents no figure)."""
EVERY_MAIL = pytest.mark.parametrize("name", example_mails.MAILS)
VOID = {"br", "meta", "link", "img", "hr"}


class Nesting(HTMLParser):
    """Sees that each element is closed where it was opened, and collects the start tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag, self.getpos()


def as_outlook_reads(html: str) -> str:
    """Lay open what stands in comments for Outlook, which lays tables out where others take a `div`."""
    return re.sub(r"<!--\[if mso \| IE\]>|<!\[endif\]-->", "", html)


def test_the_templates_are_what_their_sources_make():
    for path, template in compiled().items():
        assert path.read_text(encoding="utf-8") == template, f"{path.name}: run `make mails`"


def test_each_mail_stands_in_the_package_as_html_and_as_text():
    htmls, texts = ({path.name.split(".")[0] for path in TEMPLATES.glob(f"*.{kind}.j2")} for kind in ("html", "txt"))
    assert htmls == texts == {path.name.split(".")[0] for path in compiled()}


@EVERY_MAIL
@pytest.mark.parametrize("reader", [str, as_outlook_reads])
def test_every_element_is_closed_where_it_was_opened(name, reader):
    Nesting(reader(example_mails.MAILS[name]().html))


@EVERY_MAIL
def test_nothing_is_fetched_from_anywhere(name):
    html = example_mails.MAILS[name]().html
    assert not re.search(r"<img|<link|<script|@import|url\(|src=|background=", html)


@EVERY_MAIL
def test_tables_that_only_lay_out_are_told_from_those_that_tell(name):
    tags = Nesting(example_mails.MAILS[name]().html).tags
    assert tags[0] == ("html", tags[0][1] | {"lang": "en"})
    tables = [attributes for tag, attributes in tags if tag == "table"]
    assert {each.get("role") for each in tables} <= {"presentation", "img", None}
    assert all("aria-label" in each for each in tables if each.get("role") == "img")


@EVERY_MAIL
def test_the_subject_fits_a_line_and_heads_the_mail(name):
    mail = example_mails.MAILS[name]()
    assert len(mail.subject) <= 120
    assert "\n" not in mail.subject
    assert mail.text.strip()


@pytest.mark.parametrize("make", [example_mails.a_full_week, lambda: example_mails.alert(200)], ids=["week", "alert"])
def test_the_longest_mails_are_not_cut_off(make):
    assert len(make().html.encode()) < GMAIL_CLIPS_AT_BYTES


# ---- colours


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance" (2023-10-05)."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


LIGHT = [
    ("#1c2430", "#ffffff"),
    ("#5b6877", "#ffffff"),
    ("#1f55c4", "#ffffff"),
    ("#b3261e", "#ffffff"),
    ("#9b1c14", "#fde7e5"),
    ("#7a4d00", "#fff0d2"),
    ("#1b6a3a", "#e3f3e8"),
    ("#ffffff", "#1f55c4"),
    ("#1c2430", "#cfe0fb"),
]
DARK = [
    ("#e7ecf2", "#1a212b"),
    ("#9eabba", "#1a212b"),
    ("#8db4ff", "#1a212b"),
    ("#ff8f85", "#1a212b"),
    ("#ffb4ab", "#4d2220"),
    ("#ffd98a", "#453511"),
    ("#9fdcb4", "#1c3a28"),
    ("#0f141a", "#8db4ff"),
    ("#e7ecf2", "#1f3863"),
]


@pytest.mark.parametrize(("text", "ground"), LIGHT + DARK)
def test_text_stands_out_from_its_ground(text, ground):
    assert contrast(text, ground) >= 4.5  # WCAG 2.2, success criterion 1.4.3


def test_no_other_colour_of_text_is_in_use():
    head = (PARTS / "head.mjml").read_text(encoding="utf-8")
    assert set(re.findall(r'[ "]color[:=] ?"?(#\w{6})', head)) == {text for text, _ in LIGHT + DARK}
