"""Training and scoring agree. Runs where the libraries of requirements-train.txt are installed, and says where not."""

from __future__ import annotations

import pytest

pytest.importorskip("sklearn", reason="NOT CHECKED that training and scoring agree: install requirements-train.txt")

import numpy as np

from training import corpora
from training.__main__ import main
from training.decided import decide
from training.fit import CLASSES, fit, numbers
from training.halves import as_it_runs, at_random
from training.halves import main as show_halves
from training.matrix import allot, see, weigh
from training.measure import measure, sharpness
from training.own import fit_to, tone_of
from training.table import from_file, to_file
from triage.model.scorer import Model
from triage.signals.reading import read
from triage.signals.sentiment import SERVICE_LOG_ODDS, WEIGHTS, Sentiment

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


def test_what_the_desk_adds_afterwards_is_known_to_the_sharpness():
    labels = np.array([CLASSES.index(Sentiment.NEGATIVE)] * 2 + [CLASSES.index(Sentiment.NEUTRAL)])
    told_by_the_desk, heard = np.array([SERVICE_LOG_ODDS, 0.0]), np.tile([-SERVICE_LOG_ODDS, -9.0], (3, 1))
    assert sharpness(labels, heard, beforehand=told_by_the_desk) < sharpness(labels, heard + told_by_the_desk)


def test_the_desk_decides_by_the_scores_and_its_lists():
    silent, happy = [0.0, 0.0], [-2.0, 3.0]
    texts = made_up("we open at nine, see you there", "we open at nine, see you there", "my bag is lost")
    decided = decide(texts, np.array([happy, silent, silent]), ["en"])
    assert [CLASSES[number] for number in decided] == ["positive", "negative", "negative"]


def test_in_a_language_that_was_not_learnt_the_lists_speak_alone():
    texts = [corpora.Labelled("vi åbner klokken ni", Sentiment.NEUTRAL, "own", "da")]
    assert CLASSES[decide(texts, np.array([[9.0, 0.0]]), ["en"])[0]] is Sentiment.NEUTRAL


def test_fitting_to_own_texts_makes_the_desk_hear_them_better():
    known = tone_of((WEIGHTS / "sentiment.bin").read_bytes())
    texts = own_words()
    matrix = known.read(texts)
    fitted = fit_to(texts, matrix, known)
    assert fitted.tone.measure(texts, matrix).macro_f1 > known.measure(texts, matrix).macro_f1
    assert fitted.tone.worth(texts, fitted.scores).texts == len(texts)


def test_fitting_to_own_texts_twice_gives_the_same_file():
    known = tone_of((WEIGHTS / "sentiment.bin").read_bytes())
    texts = own_words()
    matrix = known.read(texts)
    assert fit_to(texts, matrix, known).tone.file("own") == fit_to(texts, matrix, known).tone.file("own")


def test_too_few_texts_of_a_label_are_refused_with_their_number():
    known = tone_of((WEIGHTS / "sentiment.bin").read_bytes())
    texts = [each for each in own_words() if each.label is not Sentiment.POSITIVE]
    with pytest.raises(ValueError, match="0 of the texts are positive: at least 5 of each label are needed"):
        fit_to(texts, known.read(texts), known)


def test_each_half_fits_once_and_never_measures_itself():
    cuts = [*as_it_runs(9), *at_random(9, seed=1)]
    assert all(sorted([*cut.fits, *cut.measures]) == list(range(9)) for cut in cuts)
    assert len({tuple(sorted(cut.fits)) for cut in cuts}) == len(cuts) == 6


def test_halves_print_what_fitting_is_worth(tmp_path, capsys):
    show_halves(["--labels", str(written(tmp_path)), "--seeds", "1"])
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "the first half fits",
        "the last half fits",
        "texts 1, 3, 5, ... fit",
        "texts 2, 4, 6, ... fit",
        "2 random halves",
    ]


def made_up(*texts):
    return [corpora.Labelled(text, Sentiment.NEUTRAL, "own", "en") for text in texts]


def own_words():
    """A team whose customers say "grobble" for good and "frub" for bad."""
    said = {"positive": "grobble {}, so grobble", "negative": "frub {} again, frub", "neutral": "a {} with a zipp"}
    things = ("seat", "bag", "crew", "gate", "meal", "desk", "line", "app")
    return [
        corpora.Labelled(said[label].format(thing), Sentiment(label), "own", "en") for thing in things for label in said
    ]


def written(folder):
    file = folder / "labels.csv"
    rows = [f'"{each.text}",{each.label}' for each in own_words() * 2]
    file.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    return file


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
