"""A post as a mail quotes it: to the letter, but for personal data and for what steers a reader's screen."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pytest

from report.quoting import quoted
from tests.stories import CUSTOMER, a_post, an_event, shipped_policy

if TYPE_CHECKING:
    from desk.store.desk_table import DeskTable

QUOTED = '<img src=x onerror="alert(1)"><script>alert(2)</script><a href="javascript:alert(3)">gnp.exe x'
HOSTILE = QUOTED.replace("gnp.exe x", "\u202egnp.exe\u202c \u2066x\u0007\u009b")


@pytest.mark.parametrize("text", [HOSTILE, escape(HOSTILE, quote=False)], ids=["as it is", "as X escapes it"])
def test_a_hostile_text_is_quoted_without_what_steers_and_else_to_the_letter(desk: DeskTable, text: str) -> None:
    post = a_post(text=text)
    desk.append(an_event(post))
    assert quoted(desk, shipped_policy(), CUSTOMER, post.post_id) == QUOTED


def test_new_lines_stay(desk: DeskTable) -> None:
    post = a_post(text="one\ntwo")
    desk.append(an_event(post))
    assert quoted(desk, shipped_policy(), CUSTOMER, post.post_id) == "one\ntwo"
