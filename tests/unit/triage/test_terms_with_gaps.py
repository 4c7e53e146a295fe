"""Terms whose parts stand apart: "driver … texting"."""

from __future__ import annotations

import pytest

from triage.signals.lexicon import Hit, Lexicon
from triage.signals.reading import read

LEXICON = Lexicon([("danger", "en", "driver … is texting"), ("job", "en", "bus driver"), ("lost", "en", "lost")])


def found(text):
    return LEXICON.find(read(text), ["en"])


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("the driver is texting", True),
        ("driver of the late bus to town is texting", True),
        ("the driver of the last but one of our three late buses is texting", False),
        ("is texting a driver", False),
        ("ask the driver. she is texting", False),
        ("the driver", False),
    ],
)
def test_its_parts_stand_in_order_in_one_sentence_and_not_far_apart(text, holds):
    assert any(hit.label == "danger" for hit in found(text)) is holds


def test_it_spans_its_parts_and_covers_no_other_term():
    assert found("bus driver lost or is texting") == [Hit(0, 2, "job"), Hit(1, 6, "danger"), Hit(2, 3, "lost")]


def test_one_of_gaps_alone_is_none():
    assert Lexicon([("x", "en", "…")]).find(read("anything"), ["en"]) == []
