"""The scorer by small tables made here; the shipped weights by what they must be."""

from __future__ import annotations

import json
from math import isclose, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import Misconfigured
from tests.builders import a_policy
from tests.stories import shipped_policy
from triage.model.features import CHECK_SHIFT, VERSION, letter_features, tokens, word_features, word_hash
from triage.model.scorer import Chances, Model, Scores, WeightsError, chances
from triage.signals.reading import read
from triage.signals.sentiment import WEIGHTS, model_for

FILE = WEIGHTS / "sentiment.bin"
BITS = 10
ANY_TEXT = st.one_of(st.text(), st.text(alphabet=st.characters(exclude_categories=())))


def shipped():
    return model_for(shipped_policy())


def a_card(**changes):
    card = {
        "name": "small",
        "features": VERSION,
        "bits": BITS,
        "step": 0.01,
        "intercepts": [0.0, 0.0],
        "sharpness": 1.0,
        "languages": ["en"],
    }
    return json.dumps(card | changes).encode()


def a_table(*entries):
    """Give the four rows of a table; each entry is a feature with its rarity, negative and positive weight."""
    rows = [bytearray(1 << BITS) for _ in range(4)]
    for feature, *values in entries:
        bucket = feature % (1 << BITS)
        for row, value in zip(rows, (feature >> CHECK_SHIFT, *values), strict=True):
            row[bucket] = value % 256
    return b"".join(rows)


def a_model(*entries, **card):
    return Model(a_card(**card) + b"\n" + a_table(*entries))


def test_a_text_is_cut_into_words_signs_and_pictures():
    assert tokens(read("Don't buy :( it's SOOOO bad!!! 3 stars 😡").text) == [
        "don't", "buy", ":(", "it's", "soo", "bad", "!!", "3", "stars", "😡",
    ]  # fmt: skip


def test_a_word_behind_a_not_is_another_word_until_the_next_pause():
    def features(*words):
        return word_features(words, [word_hash(word) for word in words])

    good = word_hash("good")
    assert good in features("very", "good")
    assert good not in features("not", "very", "good")
    assert good in features("not", "bad", ",", "good")


def test_pairs_of_words_know_their_order():
    pair = [word_hash("not"), word_hash("again")]
    assert word_features(["not", "again"], pair) != word_features(["again", "not"], pair[::-1])


def test_letters_are_read_in_pieces_with_the_ends_of_the_word_marked():
    assert len(letter_features("ab")) == len(["<a", "ab", "b>", "<ab", "ab>", "<ab>"])
    assert not set(letter_features("ab")) & set(letter_features("cd"))


def test_a_word_counts_by_its_weight_over_the_length_of_all_that_is_known():
    good, bad = word_hash("good"), word_hash("bad")
    model = a_model((good, 3, -50, 100), (bad, 4, 80, 0))
    found = Scores(*model.score("good xyz bad"))
    assert isclose(found.negative, 0.01 * (-50 + 80) / sqrt(3 * 3 + 4 * 4))
    assert isclose(found.positive, 0.01 * 100 / sqrt(3 * 3 + 4 * 4))


def test_a_feature_that_shares_a_bucket_with_another_is_not_taken_for_it():
    good = word_hash("good")
    stranger = good ^ (1 << 31)
    assert a_model((stranger, 3, 90, 90)).score("good") == Scores(0, 0)


def test_a_text_without_anything_known_has_the_intercepts_alone():
    assert a_model(intercepts=[0.25, -0.5], sharpness=2.0).score("anything") == Scores(0.5, -1.0)


def test_chances_sum_to_one_and_are_even_where_nothing_tells():
    assert chances(Scores(0.0, 0.0)) == Chances(1 / 3, 1 / 3, 1 / 3)
    assert isclose(chances(Scores(log(2), 0.0)).negative, 0.5)
    assert isclose(sum(chances(Scores(900.0, -900.0))), 1)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"no card\n",
        b"[]\n",
        a_card(features=VERSION + 1) + b"\n" + a_table(),
        a_card(bits=BITS + 1) + b"\n" + a_table(),
        a_card(colour="red") + b"\n" + a_table(),
    ],
)
def test_a_file_that_is_no_table_of_weights_is_refused(file):
    with pytest.raises(WeightsError):
        Model(file)


def test_a_policy_that_names_no_file_of_weights_is_told_so():
    with pytest.raises(Misconfigured, match=r"tone\.weights in the policy names absent\.bin"):
        model_for(a_policy(weights="absent.bin"))


def test_the_shipped_weights_are_small_and_hold_no_words():
    file = FILE.read_bytes()
    assert len(file) <= 2_000_000
    assert shipped().card.languages == ("ar", "de", "en", "es", "fr", "hi", "it", "pt")


@pytest.mark.parametrize(
    ("happy", "unhappy"),
    [
        ("what a wonderful crew, thank you", "what a terrible crew, shame on you"),
        ("i love it :)", "i hate it :("),
        ("this is good", "this is not good"),
        ("das war wunderbar", "das war furchtbar"),
        ("me encanta, gracias", "qué vergüenza, muy mal"),
        ("j'adore", "je déteste"),
    ],
)
def test_the_shipped_weights_tell_kind_words_from_angry_ones(happy, unhappy):
    kind, angry = (chances(Scores(*shipped().score(text))) for text in (happy, unhappy))
    assert kind.positive > kind.negative
    assert angry.negative > angry.positive


@given(ANY_TEXT)
def test_no_text_is_too_odd_to_be_scored(text):
    found = chances(Scores(*shipped().score(read(text).text)))
    assert all(0 <= chance <= 1 for chance in found)
    assert isclose(sum(found), 1)


@given(ANY_TEXT)
def test_the_same_text_has_the_same_score_whatever_was_scored_before(text):
    fresh = Model(FILE.read_bytes())
    assert fresh.score(read(text).text) == shipped().score(read(text).text)


def test_classes_stay_apart_in_a_text_of_any_length():
    good, bad = word_hash("good"), word_hash("bad")
    model = a_model((good, 1, 127, -127), (bad, 1, -127, 127))
    found = Scores(*model.score(" good bad" * 20_000))
    assert isclose(found.negative, 0, abs_tol=1e-6)
    assert isclose(found.positive, 0, abs_tol=1e-6)
