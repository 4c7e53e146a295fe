"""Training and scoring agree. Runs where the libraries of requirements-train.txt are installed, and says where not."""

from __future__ import annotations

import pytest

pytest.importorskip("sklearn", reason="NOT CHECKED that training and scoring agree: install requirements-train.txt")

import numpy as np

from training import corpora
from training.__main__ import main
from training.fit import CLASSES, fit, numbers
from training.matrix import allot, see, weigh
from training.measure import measure, sharpness
from training.table import from_file, to_file
from triage.model.scorer import Model
from triage.signals.reading import read
from triage.signals.sentiment import Sentiment

HAPPY = ("lovely crew, thank you :)", "great flight", "so happy with the great crew!", "thank you, lovely service 💙")
UNHAPPY = ("my bag is lost", "worst flight ever :(", "not great, the bag is lost!", "terrible service, worst crew 😡")
PLAIN = ("when do you open", "the flight is at nine", "is the bag a carry-on?", "we open at nine")
TEXTS = [*HAPPY, *UNHAPPY, *PLAIN] * 3
LABELS = [label for label in ("positive", "negative", "neutral") for _ in range(4)] * 3


def fitted(bits=12):
    seen = see(TEXTS)
    buckets = allot(seen, bits)
    matrix = weigh(seen, buckets)
    return matrix, buckets, fit(matrix, numbers(list(map(Sentiment, LABELS))), ["made up"] * len(TEXTS))


def test_the_scorer_gives_what_training_has_fitted():
    matrix, buckets, weights = fitted()
    model = Model(to_file(weights, buckets, name="test", sharpness=1.0, languages=["en"]))
    scored = [model.score(read(text).text) for text in TEXTS]
    assert np.allclose(scored, weights.score(matrix), atol=0.05)


def test_what_was_learnt_is_told_right():
    matrix, _, weights = fitted()
    found = measure(numbers(list(map(Sentiment, LABELS))), weights.score(matrix))
    assert found.macro_f1 == 1.0


def test_fitting_twice_gives_the_same_file():
    files = {to_file(fitted()[2], fitted()[1], name="test", sharpness=1.0, languages=["en"]) for _ in range(2)}
    assert len(files) == 1


def test_a_file_is_read_back_as_it_was_written():
    _, buckets, weights = fitted()
    file = to_file(weights, buckets, name="test", sharpness=1.0, languages=["en"])
    again, owners = from_file(file, Model(file).card)
    telling = weights.rows * buckets.rarity
    assert np.abs(again.rows * buckets.rarity - telling).max() <= np.abs(telling).max() / 20
    assert (owners.rarity == buckets.rarity).all()


def test_scores_that_overstate_are_dulled():
    labels = np.array([CLASSES.index(Sentiment.NEGATIVE), CLASSES.index(Sentiment.POSITIVE)] * 10)
    right_in_half = np.tile([[4.0, 0.0], [4.0, 0.0]], (10, 1))
    assert sharpness(labels, right_in_half) < 1


def test_own_labels_make_weights_of_their_own(tmp_path, capsys):
    labels, out = tmp_path / "labels.csv", tmp_path / "own.bin"
    rows = [f'"{text}",{label}' for text, label in zip(TEXTS, LABELS, strict=True)]
    labels.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    main(["--labels", str(labels), "--test", str(labels), "--out", str(out)])
    printed = capsys.readouterr().out
    assert "forbid training models on content obtained through the X API" in printed
    assert "before, " in printed
    assert "after, " in printed
    assert Model(out.read_bytes()).card.name == "own"
    assert corpora.own(labels)[0].source == "own"
