"""Whatever X sends: a post, or a reason why it is none; and a post can always be stored and read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import BadPayload
from desk.post import parse
from desk.store.codec import decode, encode

RAW = {"id": "20", "text": "hi", "author_id": "5", "created_at": "2026-03-03T09:00:00.000Z"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just("\ud83d"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = [
    *RAW,
    "conversation_id",
    "edit_history_tweet_ids",
    "entities",
    "in_reply_to_user_id",
    "lang",
    "note_tweet",
    "public_metrics",
    "referenced_tweets",
]


figures = st.fixed_dictionaries({"like_count": anything | st.floats()})


def read(raw):
    """The post, or the reason why it is none."""
    try:
        return parse(raw)
    except BadPayload as fault:
        return str(fault)


@given(st.dictionaries(st.sampled_from(KEYS), anything | figures, max_size=4) | anything)
def test_anything_is_a_post_or_a_reason_and_both_can_be_stored(sent):
    found = read(RAW | sent if isinstance(sent, dict) else sent)
    assert decode(encode(found), type(found)) == found


@pytest.mark.parametrize("bad", ["", "-1", "1.5", "٣", "9" * 20, "abc"])
def test_what_is_no_id_of_x_is_no_id(bad):
    with pytest.raises(BadPayload):
        parse(RAW | {"id": bad})
