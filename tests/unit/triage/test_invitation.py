from __future__ import annotations

import pytest

from tests.stories import shipped_policy
from triage.invitation import invites

PHRASES = shipped_policy().reports.private_phrases


@pytest.mark.parametrize(
    "text",
    [
        "Please send us a DM with your booking number ^MR",
        "Could you write to us privately?",
        "Schreibst du uns eine Direktnachricht?",
        "¿Nos lo envías por mensaje directo?",
    ],
)
def test_an_answer_that_asks_to_go_on_in_private_is_known_by_its_words(text):
    assert invites(text, PHRASES)


@pytest.mark.parametrize("text", ["Our admins have mended it.", "Boarding is at gate 12.", ""])
def test_a_phrase_counts_as_whole_words_only(text):
    assert not invites(text, PHRASES)


def test_without_phrases_nothing_is_an_invitation():
    assert not invites("Please send us a DM", ())
