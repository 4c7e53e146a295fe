import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk.posted_text import rewritten

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the reference reads its own files in a way that setuptools has deprecated
    from twitter_text import extract_urls_with_indices


def as_x_shows_it(text, names, slug):
    """What X does to a text between posting and reading, links found by the reference implementation."""
    shown, position = "", 0
    for link in extract_urls_with_indices(text):
        begins, ends = link["indices"]
        shown += text[position:begins] + f"https://t.co/{slug}"
        position = ends
    shown = (shown + text[position:]).strip()
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"@{name} " for name in names) + shown


@pytest.mark.parametrize(
    ("posted", "shown"),
    [
        ("Sorry! Details: example.com/help?a=b ^MR", "@jo Sorry! Details: https://t.co/AbC123xyz9 ^MR"),
        ("Bags & more: 3 < 4", "@jo @care Bags &amp; more: 3 &lt; 4"),
        ("Two\n\nlines ", "@jo Two\n\nlines"),
        ("caf\u0065\u0301", "café"),
        ("@jo hi", "@jo hi"),
        ("Read (https://example.com/a_(b)).", "Read (https://t.co/a)."),
        ("ひらがなexample.comです", "ひらがなhttps://t.co/Zですが"[:-1]),
    ],
)
def test_a_text_and_what_x_shows_of_it_are_the_same(posted, shown):
    assert rewritten(posted) == rewritten(shown)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We are sorry, Jo", "We are sorry, Mia"),
        ("See example.com", "See"),
        ("@jo hi @mia", "@jo hi"),
        ("1 < 2", "1 > 2"),
    ],
)
def test_different_texts_stay_different(one, other):
    assert rewritten(one) != rewritten(other)


WORDS = """
    http://example.com https://foo.co.uk/path?x=1 example.com foo.io/a(b) https://t.co/Ab1 t.co/x/y a b1 é 日本 😀 amp; lt;
    & &amp; &amp;amp; &lt; < > " ' @jo @ . , ( ) / - _ ?
"""
PIECES = st.sampled_from([*WORDS.split(), " ", "@jo ", "\n", "\t", "\x1c", "\u3000", "\u2000", "e\u0301", "\u0338"])
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(st.characters(), max_size=100))


@given(TEXTS)
@example("http://t.co/abcé.com")
@example(">\u0338")
def test_the_normal_form_is_its_own_normal_form(text):
    assert rewritten(rewritten(text)) == rewritten(text)


# What people and templates post: words, punctuation and links that end at a space or a full stop.
POSTED = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "see example.com.",
                "(https://foo.co.uk/path?x=1&y=2)",
                "https://t.co/Ab1",
                "日本example.com",
                "foo.io/a(b)!",
            ]
        ),
        st.sampled_from(
            [
                "&",
                "R&D",
                "<3",
                "->",
                '"so"',
                "@jo",
                ".@jo",
                "#tag",
                "😀",
                "\n",
                "\t",
                "\u3000",
                "e\u0301",
                "^MR",
                "5.30",
            ]
        ),
        st.text(st.characters(categories=["L", "P", "S", "Zs"], exclude_characters=".@:"), max_size=8),
    ),
    max_size=12,
).map(" ".join)


@given(
    POSTED,
    st.lists(st.from_regex("[A-Za-z0-9_]{1,15}", fullmatch=True), max_size=3),
    st.from_regex("[A-Za-z0-9]{10}", fullmatch=True),
)
def test_what_x_rewrites_has_the_same_normal_form(text, names, slug):
    assert rewritten(as_x_shows_it(text, names, slug)) == rewritten(text)
