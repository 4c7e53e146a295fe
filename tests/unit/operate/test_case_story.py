from __future__ import annotations

from typing import Any

import pytest

from api.models import Author, Metrics, TimelineAction, TimelineEntry
from desk.event import Direction, Kind
from operate.case_story import _what, _who

NOTHING = dict.fromkeys(TimelineEntry.model_fields) | {"is_automatic": False}


def an_entry(kind: Kind, **changes: Any) -> TimelineEntry:
    return TimelineEntry.model_construct(**NOTHING | {"kind": kind} | changes)


def an_act(act: str, **changes: Any) -> TimelineAction:
    return TimelineAction.model_construct(
        **dict.fromkeys(TimelineAction.model_fields) | {"act": act, "by": "Mia"} | changes
    )


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (an_entry(Kind.POST, direction=Direction.INBOUND, text="my bag is lost"), ("customer", "my bag is lost")),
        (an_entry(Kind.POST, direction=Direction.OUTBOUND, agent="Mia", text="Sorry!"), ("Mia", "Sorry!")),
        (an_entry(Kind.POST, direction=Direction.OUTBOUND, text="Sorry!"), ("our team", "Sorry!")),
        (an_entry(Kind.POST, direction=Direction.OUTBOUND, is_automatic=True, text="Hello"), ("the desk", "Hello")),
        (an_entry(Kind.EDITED, text="my bags are lost"), ("customer", "edited: my bags are lost")),
        (an_entry(Kind.DELETED), ("customer", "deleted the post")),
        (an_entry(Kind.OUTCOME, state="refused", reason="X refused: duplicate"), ("the desk", "post of ours refused: X refused: duplicate")),
        (an_entry(Kind.ACTION, action=an_act("assign", agent="Jonas"), text="yours"), ("Mia", "assign Jonas (yours)")),
        (an_entry(Kind.ACTION, action=an_act("resolve")), ("Mia", "resolve")),
        (
            an_entry(Kind.AUTHOR, author=Author(followers=1200, verified="blue", posts=9, created_at=None)),
            ("X", "the customer has 1,200 followers; verified: blue"),
        ),
        (
            an_entry(Kind.METRICS, metrics=Metrics(likes=1200, reposts=3, replies=0, quotes=0, impressions=9)),
            ("X", "the post has likes 1,200, reposts 3, impressions 9"),
        ),
    ],
)  # fmt: skip
def test_what_happened_is_told_with_who_did_it(entry: TimelineEntry, told: tuple[str, str]) -> None:
    assert (_who(entry), _what(entry).strip()) == told
