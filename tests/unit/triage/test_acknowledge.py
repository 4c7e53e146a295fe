"""Which posts get the one automatic reply: thanks at the end of a talk get none."""

from __future__ import annotations

import pytest

from desk.policy.model import Category
from tests.stories import a_post, an_assessment, an_event, shipped_policy
from triage.acknowledge import PLANNED, plan


@pytest.mark.parametrize(
    ("closes", "replies_to", "words"),
    [
        (True, "4", "it thanks us at the end of a talk"),
        (True, None, PLANNED),
        (False, "4", PLANNED),
    ],
)
def test_thanks_in_reply_get_no_thank_you_and_praise_out_of_the_blue_does(closes, replies_to, words):
    thanks = an_assessment(category=Category.PRAISE, is_closing_remark=closes, is_summons=True)
    event = an_event(a_post(text="thank you so much", replies_to=replies_to), handle="PebblewingHelp")

    assert plan(event, thanks, "1", policy=shipped_policy(), has_plan=False, stopped=False).words == words
