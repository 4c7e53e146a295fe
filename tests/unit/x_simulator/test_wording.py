"""What X makes of a text."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.x_simulator.wording import show, tease, weighted_length, without_leading_names, words_of

KNOWN = {"brand": ("1", "Brand"), "ana": ("2", "ana")}


def shown(text, key="7"):
    return show(text, resolve=lambda name: KNOWN.get(name.casefold()), key=key)


def test_special_characters_are_escaped_and_spans_fit_the_escaped_text():
    result = shown("A & B <3 @brand https://example.com/a?b=1&c=2 #late")
    assert result.text.startswith("A &amp; B &lt;3 @brand https://t.co/")
    name, link, tag = result.names[0], result.links[0], result.tags[0]
    assert result.text[name.start : name.end] == "@brand"
    assert result.text[link.start : link.end] == link.url
    assert result.text[tag.start : tag.end] == "#late"
    assert link.expanded_url == "https://example.com/a?b=1&c=2"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@brand hi", ["Brand"]),
        (".@BRAND, hi", ["Brand"]),
        ("mail me@brand.com", []),
        ("@brandnew @nobody", []),
        ("(@ana)@brand", ["ana", "Brand"]),
        ("@@brand", []),
    ],
)
def test_only_known_names_that_stand_alone_are_mentions(text, names):
    assert [name.username for name in shown(text).names] == names


def test_links_of_different_posts_differ_and_those_of_one_post_stay():
    assert shown("see example.com").text == shown("see example.com").text
    assert shown("see example.com", "7").text != shown("see example.com", "8").text


def test_a_link_that_is_short_already_stays():
    assert shown("see https://t.co/abc123").text == "see https://t.co/abc123"


@given(st.text(alphabet="ab &<>@#.\n", max_size=60))
def test_unescaping_gives_the_written_text_back(text):
    assert html.unescape(shown(text).text) == html.unescape(text)


@given(st.text(max_size=80))
def test_every_span_lies_within_its_text(text):
    result = shown(text)
    for span in (*result.names, *result.links, *result.tags):
        assert 0 <= span.start < span.end <= len(result.text)


def test_a_long_post_shows_its_beginning_and_a_link_to_the_rest():
    full = shown("@brand " + "word " * 80 + "https://example.com/end")
    brief = tease(full, "https://x.com/ana/status/7", key="7")
    assert weighted_length(brief.text) <= 280
    assert brief.text.split("… ")[0] == full.text[: len(brief.text.split("… ")[0])]
    assert brief.links[-1].expanded_url == "https://x.com/ana/status/7"
    assert len(brief.links) == 1
    assert brief.text[brief.links[-1].start : brief.links[-1].end] == brief.links[-1].url


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("日本語", 6),
        ("👍", 2),
        ("👍🏽", 2),
        ("👩‍👩‍👧‍👦", 2),
        ("🇩🇰", 2),
        ("1️⃣", 2),
        ("see https://example.com/a/very/long/path?with=query", 27),
        ("see example.com", 27),
        ("café", 4),
        ("cafe\u0301", 4),
        ("“quoted”", 8),
        ("…", 2),
    ],
)
def test_the_weighted_length_is_that_of_x(text, length):
    assert weighted_length(text) == length


def test_leading_names_are_taken_off_and_others_stay():
    assert without_leading_names("@brand @ana thanks @bo") == "thanks @bo"
    assert without_leading_names("thanks @bo") == "thanks @bo"


def test_words_are_folded_and_stand_between_spaces():
    assert words_of("Is FedEx-like #Late, @brand?") == " is fedex like late brand "
