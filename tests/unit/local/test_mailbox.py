"""What the mailbox answers, without a socket."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from local.cloud import Mail
from local.mailbox import Mailbox, keep

EVIL = '<script>alert("x")</script>'


def a_mail(subject: str = "3 cases breached", html: str = "<p>Hello</p>") -> Mail:
    return Mail("desk@pebblewing.example", ("lead@pebblewing.example",), subject, f"Hello {EVIL}", html)


def answer(path: str, *mails: Mail):
    return Mailbox(lambda: mails).answer(path)


def test_the_list_shows_the_newest_first_and_keeps_their_numbers():
    document = answer("/", a_mail("first"), a_mail("second")).document
    assert document.index('/mails/2">second') < document.index('/mails/1">first')


def test_an_empty_mailbox_says_so():
    assert "None was sent yet" in answer("/").document


@pytest.mark.parametrize("path", ["/", "/mails/1"])
def test_words_of_an_e_mail_are_escaped(path):
    assert EVIL not in answer(path, a_mail(subject=EVIL)).document


def test_the_html_of_an_e_mail_stands_alone_in_a_sandbox_without_scripts():
    page, html = answer("/mails/1", a_mail()), answer("/mails/1/html", a_mail())
    assert '<iframe sandbox src="/mails/1/html"' in page.document
    assert html.document == "<p>Hello</p>"
    assert "sandbox;" in html.policy
    assert "script-src" not in html.policy + page.policy
    assert {each.policy.split(";")[0] for each in (page, html)} == {"default-src 'none'"}


def test_an_e_mail_without_html_has_no_frame_and_shows_its_text():
    document = answer("/mails/1", a_mail(html="")).document
    assert "<iframe" not in document
    assert "<pre>Hello &lt;script" in document


@pytest.mark.parametrize(
    "path", ["/mails/0", "/mails/2", "/mails/x", "/mails/1/htm", "/mails/99999999", "/favicon.ico", ""]
)
def test_what_is_not_there_is_not_found(path):
    assert answer(path, a_mail()).status is HTTPStatus.NOT_FOUND


def test_mails_are_asked_for_anew_each_time():
    mails: list[Mail] = []
    mailbox = Mailbox(lambda: mails)
    before = mailbox.answer("/mails/1").status
    mails.append(a_mail())
    assert (before, mailbox.answer("/mails/1").status) == (HTTPStatus.NOT_FOUND, HTTPStatus.OK)


def test_mails_are_kept_in_their_order_under_their_subjects(tmp_path):
    folder = tmp_path / "new" / "mails"
    assert keep([a_mail("2 cases breached, oldest 1 h"), a_mail("../../etc")], folder).startswith(
        "2 e-mails are kept in"
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "0001-2-cases-breached-oldest-1-h.html",
        "0001-2-cases-breached-oldest-1-h.txt",
        "0002-etc.html",
        "0002-etc.txt",
    ]
    assert (folder / "0002-etc.html").read_text(encoding="utf-8") == "<p>Hello</p>"
