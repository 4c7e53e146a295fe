import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.entities import leading_mentions_end, links
from desk.top_level_domains import TOP_LEVEL_DOMAINS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the reference reads its own files in a way that setuptools has deprecated
    from twitter_text import extract_urls
    from twitter_text.regexp.valid_cctld import valid_cctld
    from twitter_text.regexp.valid_gtld import valid_gtld


def links_in(text):
    return [text[begins:ends] for begins, ends in links(text)]


LINKED = [
    ("see https://example.com/path?query=1#part now", ["https://example.com/path?query=1#part"]),
    ("(example.com).", ["example.com"]),
    ("example.com, foo.co.jp/a and t.co", ["example.com", "foo.co.jp/a", "t.co"]),
    ("HTTPS://www.ExaMPLE.COM/index.html", ["HTTPS://www.ExaMPLE.COM/index.html"]),
    ("http://日本.co.uk/é(x)y)", ["http://日本.co.uk/é(x)y"]),
    ("日本語example.com日本", ["example.com"]),
    ("foo.com日bar.com/x", ["foo.com", "bar.com/x"]),
    ("http://t.co/abcde/def", ["http://t.co/abcde"]),
    ("http://t.co/" + "a" * 41, []),
    ("http://test_underscore.twitter.com", ["http://test_underscore.twitter.com"]),
    ("http://a.foo_bar.com/x", ["http://a.foo"]),
    ("foo.co.uk:80/a?b=c.", ["foo.co.uk:80/a?b=c"]),
    ("foo.com:80 foo.com?a=b", ["foo.com", "foo.com"]),
    ("foo.com.zz/x", ["foo.com"]),
    ("foo.xn--p1ai", ["foo.xn--p1ai"]),
    ("пример.рф http://пример.рф", ["http://пример.рф"]),
    ("foo.рф", ["foo.рф"]),
    ("end of sentence.Afterwards another", []),
    ("jo@example.com @example.com #example.com $foo.com", []),
    ("-foo.com _foo.com ./foo.com foo.com@bar.com foo.com+ foo.comx", []),
    ("1.5 e.g. a.m. v2.0 ...", []),
    ("http://-a.com/ http://a-.com/ http://☃-.net/", []),
    ("ftp://www.example.com/", []),
]


@pytest.mark.parametrize(("text", "expected"), LINKED)
def test_links_are_those_that_x_makes(text, expected):
    assert links_in(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in LINKED])
def test_the_expected_links_are_those_of_the_reference(text):
    assert extract_urls(text) == dict(LINKED)[text]


def test_the_top_level_domains_are_those_of_the_reference():
    expected = set()
    for pattern in (valid_gtld.pattern, valid_cctld.pattern):
        names, _, _ = pattern.removeprefix("(?:(?:").partition(")(?=")
        expected.update(names.split("|"))
    assert expected == TOP_LEVEL_DOMAINS


def one_of(text):
    return st.sampled_from(["", *text.split()])


HOSTS = st.lists(one_of("www example foo-bar a1 co é-té xn--p1ai zz io").filter(bool), min_size=1, max_size=3)
LINKS = st.tuples(
    one_of("http:// https:// HTTP:// ftp:// //"),
    HOSTS.map(".".join),
    one_of(".com .co.uk .io .zz .рф .日本 .c0m"),
    one_of(":80 : :a"),
    one_of("/ /path /a/b_(c) /a(b(c)) /( /~a,b; /é /@jo/x /日本"),
    one_of("? ?q=1 ?q=a.b&c ?q= ?日本"),
).map("".join)
BEFORE = st.sampled_from(
    [" ", "\n", " (", " «", "日本", " “", " :", " @", " #", " $", " a", " -", " _", " .", "\u200f", "\ufeff"]
)
BEHIND = st.sampled_from(["", " ", ".", ", ", ")", "!", "'s", "@", "+", "-", "_", "日本", "é", "…", "😀", "\n"])


@given(st.lists(st.tuples(BEFORE, LINKS, BEHIND, st.just(" and then")), max_size=3))
def test_links_in_any_text_are_those_of_the_reference(parts):
    text = "".join(map("".join, parts))
    assert links_in(text) == extract_urls(text)


@given(st.text(st.characters(), max_size=200))
def test_links_of_any_text_stand_in_order_within_it(text):
    edges = [0, *(edge for link in links(text) for edge in link), len(text)]
    assert edges == sorted(edges)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("@care @jo_1 hello @you", "hello @you"),
        ("  @care\nhello", "hello"),
        ("＠care hello", "hello"),
        ("@care", ""),
        ("@care, hello", "@care, hello"),
        ("@care.com hello", "@care.com hello"),
        ("hello @care", "hello @care"),
        (" hello", " hello"),
        ("", ""),
    ],
)
def test_a_reply_begins_behind_the_names_it_addresses(text, rest):
    assert text[leading_mentions_end(text) :] == rest
