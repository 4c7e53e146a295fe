from __future__ import annotations

import csv
import gzip

import pytest

from training.corpora import own, to_learn_from
from triage.signals.sentiment import Sentiment


@pytest.fixture
def folder(tmp_path):
    """Made-up posts in the columns of the public sets."""
    write(tmp_path / "semeval" / "train.csv.gz", ("id", "y", "t", "f"), [
        ("1", "positive", r"lovely\u002c just lovely\u2019", "a.tsv"),
        ("2", "neutral", "The museum at the harbour opens at nine on Sunday", "a.tsv"),
    ])  # fmt: skip
    write(tmp_path / "tweet_sentiment_extraction" / "train.csv.gz", ("textID", "text", "selected_text", "sentiment"), [
        ("a", " I don`t like it", "don`t", "negative"),
    ])  # fmt: skip
    write(tmp_path / "umsab" / "train_val.csv.gz", ("language", "split", "label", "text"), [
        ("german", "train", "positive", "@user schön http"),
        ("english", "val", "neutral", "the museum at the harbour opens at nine, on sunday! http"),
    ])  # fmt: skip
    return tmp_path


def write(file, columns, rows):
    file.parent.mkdir()
    with gzip.open(file, "wt", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([columns, *rows])


def test_texts_are_mended_of_what_their_sets_did_to_them(folder):
    assert [each.text.split() for each in to_learn_from(folder)] == [
        ["lovely,", "just", "lovely\u2019"],
        ["I", "don't", "like", "it"],
        ["@user", "schön"],
    ]


def test_what_is_measured_on_is_not_learnt_from_even_under_another_name(folder):
    assert not any("museum" in each.text for each in to_learn_from(folder))


def test_texts_know_their_source_and_language(folder):
    assert [(each.source, each.language) for each in to_learn_from(folder)] == [
        ("semeval", "en"),
        ("extraction", "en"),
        ("umsab", "de"),
    ]


def test_a_teams_own_labels_are_read_in_english_unless_told_otherwise(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("text,label,language\nhello,Neutral ,\nhej,positive,da\n", encoding="utf-8")
    assert [(each.label, each.language) for each in own(file)] == [
        (Sentiment.NEUTRAL, "en"),
        (Sentiment.POSITIVE, "da"),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("text,label\nhello,neutral\nhello,great\n", "line 3: the label 'great'"),
        ("words,label\nhello,neutral\n", "there is no column 'text'"),
        ("text\nhello\n", "there is no column 'label'"),
    ],
)
def test_a_fault_in_a_teams_own_labels_is_named(tmp_path, content, fault):
    file = tmp_path / "own.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=fault):
        own(file)
