import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.errors import Misconfigured
from desk.policy.model import Search
from desk.policy.search_query import MAX_QUERY_LENGTH, phrase, query, query_length
from poll.common_words import common_words
from poll.queries import MISSPELLINGS_PER_TERM, misspellings, queries_for

OWN = ("PebblewingHelp", "Pebblewing")
A_QUERY = re.compile(
    r'\((?P<terms>"[^"\\]+"(?: OR "[^"\\]+")*)\) -is:retweet'
    r"(?: -from:\w{1,15} -@\w{1,15})*(?: \(lang:\w+(?: OR lang:\w+)*\))?"
    r'(?: -"[^"\\]+")*',
)


def a_search(**changes):
    values = {"terms": ("Pebblewing",), "misspellings": False, "exclude": (), "languages": (), "daily_reads": 100}
    return Search(name="brand", **values | changes)


def terms_of(text):
    return re.findall(r'"([^"]*)"', A_QUERY.fullmatch(text)["terms"])


def all_terms(queries):
    return [term for text in queries for term in terms_of(text)]


def test_a_query_leaves_out_retweets_own_posts_and_what_the_mentions_bring():
    search = a_search(terms=("Pebblewing", "Pebble Wing"), exclude=("wing nut",), languages=("en", "de"))
    [only] = queries_for(search, OWN)
    assert only == (
        '("Pebblewing" OR "Pebble Wing") -is:retweet -from:PebblewingHelp -@PebblewingHelp -from:Pebblewing -@Pebblewing '
        '(lang:en OR lang:de) -"wing nut"'
    )


def test_a_search_in_any_language_names_none():
    assert queries_for(a_search(), ()) == ('("Pebblewing") -is:retweet',)


def test_terms_come_before_misspellings_and_misspellings_likeliest_first():
    [first, *_] = queries_for(a_search(terms=("Pebblewing", "Skyferry"), misspellings=True), OWN)
    assert terms_of(first)[:4] == ["Pebblewing", "Skyferry", misspellings("Pebblewing")[0], misspellings("Skyferry")[0]]


def test_terms_that_differ_in_capitals_only_are_asked_for_once():
    assert all_terms(queries_for(a_search(terms=("Pebblewing", "PEBBLEWING", "pebble  wing")), ())) == [
        "Pebblewing",
        "pebble wing",
    ]


def test_a_misspelling_that_is_excluded_or_a_term_itself_is_not_made():
    search = a_search(terms=("Pebblewing", "pebblwing"), exclude=("Peblewing",), misspellings=True)
    found = all_terms(queries_for(search, OWN))
    assert "peblewing" not in found
    assert found.count("pebblwing") == 1


def test_a_term_that_fits_no_query_is_a_misconfiguration():
    with pytest.raises(Misconfigured, match="fits no query of 512 characters"):
        queries_for(a_search(terms=("x" * 600,)), OWN)


@pytest.mark.parametrize(
    "term",
    [
        'pebble" OR from:elonmusk OR "',
        'wing"',
        "pebble\\",
        "pebble -is:retweet",
        "(pebble) OR lang:en",
        "“pebble”",
        "a\nb",
    ],
)
def test_whatever_a_term_holds_it_stays_one_phrase(term):
    [only] = queries_for(a_search(terms=(term,)), OWN)
    assert A_QUERY.fullmatch(only)
    assert len(terms_of(only)) == 1


def test_the_likeliest_misspellings_lose_a_double_letter_or_swap_two():
    found = misspellings("Pebblewing")
    assert found[0] == "peblewing"
    assert {"pebbelwing", "pebblwing", "pebblewign", "pebblewin"} <= set(found)
    assert len(found) == MISSPELLINGS_PER_TERM


@pytest.mark.parametrize("term", ["wing", "Pebble Wing", "A380plus", "", "#wings", "日本"])
def test_short_words_phrases_and_numbers_are_not_misspelt(term):
    assert misspellings(term) == ()


@pytest.mark.parametrize(
    ("term", "word"), [("Horze", "horse"), ("Pointt", "point"), ("Flught", "flight"), ("Señorr", "señor")]
)
def test_no_misspelling_is_a_common_word(term, word):
    assert word not in misspellings(term)


def test_common_words_are_plain_and_long_enough_to_matter():
    words = common_words()
    assert {"about", "bitte", "siempre", "toujours", "sempre", "gerne"} <= words
    assert all(word.isalpha() and word == word.lower() and len(word) >= 5 for word in words)


words = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzåøé"), min_size=1, max_size=15)
free_text = st.text(st.characters(codec="utf-8"), max_size=20)
terms = st.tuples(words, free_text).map(lambda pair: pair[0] + pair[1])
searches = st.builds(
    a_search,
    terms=st.lists(terms, min_size=1, max_size=40).map(tuple),
    misspellings=st.booleans(),
    exclude=st.lists(words, max_size=3).map(tuple),
    languages=st.lists(st.sampled_from(["en", "de", "he"]), unique=True).map(tuple),
)
handles = st.lists(st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True), max_size=4)


@given(searches, handles)
@settings(deadline=None, max_examples=100)
def test_every_term_is_in_exactly_one_query_and_none_is_too_long(search, own):
    queries = queries_for(search, own)
    assert all(query_length(text) <= MAX_QUERY_LENGTH for text in queries)
    asked = [term.casefold() for term in all_terms(queries)]
    assert len(asked) == len(set(asked))
    assert {phrase(term).strip('"').casefold() for term in search.terms} <= set(asked)
    assert queries == queries_for(search, own)


@given(searches, handles)
@settings(deadline=None, max_examples=100)
def test_queries_are_few_since_no_two_of_them_would_fit_into_one(search, own):
    queries = queries_for(search, own)
    empty = query_length(query((), search, own))
    sizes = [query_length(text) - empty for text in queries]
    assert all(one + len(" OR ") + other + empty > MAX_QUERY_LENGTH for one, other in combinations(sizes, 2))


@given(words)
def test_a_misspelling_is_one_slip_away_and_no_word_of_its_own(word):
    for slip in misspellings(word):
        assert slip != word
        assert slip not in common_words()
        assert abs(len(slip) - len(word)) <= 1
        assert len(slip) >= 5
