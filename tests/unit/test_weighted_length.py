import unicodedata
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.weighted_length import weighted_length

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the reference reads its own files in a way that setuptools has deprecated
    from twitter_text import parse_tweet
    from twitter_text.regexp.emoji import emoji_list

KNOWN = [
    ("", 0),
    ("This is a test.", 15),
    ("http://test.com", 23),
    ("test.com", 23),
    ("Test https://test.com test https://test.com test.com test", 86),
    ("저찀쯿쿿", 8),
    ("H🐱☺", 5),
    ("のの", 4),
    ("é", 1),
    ("e\u0301", 1),
    ("\u10ff\u1100", 3),
    ("\u2000\u200d\u200e\u2010\u201f\u2020\u2032\u2037\u2038", 12),
    ("a\r\nb", 3),
    ("👨‍👩‍👧‍👦", 2),
    ("👍🏽", 2),
    ("🇩🇰", 2),
    ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", 2),
    ("1️⃣ 1 #", 6),
    ("© ®", 5),
    ("\U00010000\U0010ffff", 4),
]


@pytest.mark.parametrize(("text", "expected"), KNOWN)
def test_the_weighted_length_is_that_of_x(text, expected):
    assert weighted_length(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in KNOWN])
def test_the_expected_lengths_are_those_of_the_reference(text):
    assert parse_tweet(text).weightedLength == dict(KNOWN)[text]


def test_every_emoji_of_the_reference_weighs_two():
    assert {weighted_length(emoji.emoji) for emoji in emoji_list} == {2}


EMOJI = st.sampled_from([emoji.emoji for emoji in emoji_list if emoji.status == "fully-qualified"])
# What joins or styles emoji is drawn with them only: a sequence that no font draws as one is knowingly counted as one.
CHARACTERS = st.characters(
    exclude_categories=("Cs",),
    exclude_characters="\u200d\ufe0f\u20e3" + "".join(map(chr, (*range(0x1F1E6, 0x1F200), *range(0x1F3FB, 0x1F400)))),
).filter(lambda character: not 0xE0020 <= ord(character) <= 0xE007F)
WORDS = st.sampled_from(
    ["https://t.co/AbC123", "example.com/a?b", "@care", "#tag", "&amp;", "5.30", "ok...", "日本語", " "]
)


def unlike_the_parts_of_a_host(text):
    """Characters of any script around a full stop are the business of the links' own comparison."""
    return "." not in unicodedata.normalize("NFKC", text)


@given(st.lists(st.one_of(EMOJI, WORDS, st.text(CHARACTERS, max_size=8).filter(unlike_the_parts_of_a_host))))
def test_the_length_of_any_text_is_that_of_the_reference(parts):
    text = " ".join(parts)
    assert weighted_length(text) == parse_tweet(text).weightedLength


@given(st.text(st.characters(), max_size=300))
def test_every_text_has_a_length_broken_ones_too(text):
    assert weighted_length(text) >= 0


@pytest.mark.parametrize(
    ("text", "weight"),
    [("a" * 280, 280), ("の" * 140, 280), ("a" * 256 + " https://example.com/" + "long" * 50, 280), ("の" * 5, 10)],
)
def test_letters_weigh_one_wide_ones_two_and_a_link_23(text, weight):
    assert weighted_length(text) == weight


def test_names_that_x_itself_put_in_front_are_free():
    reply = "@jo @care " + "a" * 280
    assert weighted_length(reply) == len(reply)
    assert weighted_length(reply, without_leading_mentions=True) == 280
    assert weighted_length("@jo hi @care", without_leading_mentions=True) == len("hi @care")
