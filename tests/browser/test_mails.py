"""Mails opened in a real Chromium: whatever a customer wrote is words in them, and does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import example_mails
from tests.integration.report.test_quoting import QUOTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


@pytest.fixture
def inbox(browser: Browser) -> Iterator[Page]:
    """A reader that runs whatever a mail brings; anything that it ran or fetched fails the test."""
    done: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda asked: done.append(asked.url))
    page.on("pageerror", lambda error: done.append(str(error)))
    page.on("dialog", lambda dialog: (done.append(dialog.message), dialog.dismiss()))
    yield page
    context.close()
    assert done == []


@pytest.mark.parametrize("name", ["alert", "viral", "surge", "incident-update", "incident-report"])
def test_a_hostile_text_is_words_in_every_mail_that_quotes(
    inbox: Page, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(example_mails, "_TEXTS", (QUOTED,) * 4)
    monkeypatch.setattr(example_mails, "_OF_THE_INCIDENT", (QUOTED,) * 3)
    mail = example_mails.MAILS[name].__wrapped__()
    inbox.set_content(mail.html)
    quotes = inbox.locator(".post")
    assert {quote.text_content() for quote in quotes.all()} == {QUOTED}
    assert {quote.get_attribute("dir") for quote in quotes.all()} == {"auto"}
    assert quotes.locator("*").count() == inbox.locator("script, img, iframe, object, form").count() == 0
    assert QUOTED in mail.text
