"""How well posts are understood must not fall behind what the model card promises. Measured on public sets, where present."""

from __future__ import annotations

import pytest

from benchmarks import quality


def needs(file):
    reason = f"NOT CHECKED how well posts are understood: {file} is absent; set DATA to the folder of the sets"
    return pytest.mark.skipif(not file.is_file(), reason=reason)


def test_a_score_is_the_mean_of_what_each_label_gets():
    found = quality.score(["a", "a", "b", "b"], ["a", "b", "b", "b"], ("a", "b"))
    assert found.precision == {"a": 1.0, "b": 2 / 3}
    assert found.recall == {"a": 0.5, "b": 1.0}
    assert found.accuracy == 0.75
    assert found.macro_f1 == pytest.approx((2 / 3 + 0.8) / 2)


def test_a_label_nobody_gives_is_worth_nothing():
    assert quality.score(["a", "b"], ["b", "b"], ("a", "b")).f1["a"] == 0.0


@needs(quality.AIRLINE)
def test_the_sentiment_of_posts_to_airlines_is_heard():
    assert quality.airline().figures["airline_macro_f1"] >= 0.68


@needs(quality.COMPLAINTS)
def test_complaints_to_support_accounts_are_told_from_the_rest():
    assert quality.complaints().figures["complaints_macro_f1"] >= 0.75


@needs(quality.UMSAB)
def test_eight_languages_are_heard_better_than_by_vader_and_told_apart():
    figures = quality.umsab().figures
    assert figures["umsab_macro_f1"] >= 0.56
    assert all(
        figures["umsab_by_language"][code] >= figures["vader_by_language"][code] for code in quality.CODES.values()
    )
    assert figures["language_told_right"] >= 0.96
