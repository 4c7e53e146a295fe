"""The made-up posts: labelled as the model takes them, and nobody's."""

import re
from collections import Counter

from training.made_up import made_up_posts
from triage.signals.wants import SIGNS, Pressure

ALL = list(made_up_posts())
OURS = {"@Pebblewing", "@PebblewingHelp", "@mia_pebblewing"}
WAITING = {"danger", "now", "soon", "calm"}
DRAMA_NUMBER = re.compile(r"07700900\d{3}")  # set aside for fiction: Ofcom, numbers for drama use


def test_each_has_labels_that_the_model_knows():
    assert {category for _, category, _, _ in ALL} == set(SIGNS)
    assert {urgency for _, _, urgency, _ in ALL} == set(Pressure)


def test_each_language_has_every_label():
    for language in ("da", "de", "en", "es", "fr", "it", "pt"):
        mine = [post for post in ALL if post[0] == language]
        assert len(mine) >= 400
        assert {category for _, category, _, _ in mine} == set(SIGNS)
        assert {urgency for _, _, urgency, _ in mine} == set(Pressure)


def test_whoever_has_a_problem_waits():
    assert {urgency for _, category, urgency, _ in ALL if category == "problem"} == WAITING


def test_none_stands_there_twice():
    repeated = [text for text, times in Counter((language, text) for language, _, _, text in ALL).items() if times > 1]
    assert not repeated


def test_they_name_no_account_number_or_address_that_could_be_somebodys():
    texts = [text for *_, text in ALL]
    assert {name for text in texts for name in re.findall(r"(?<!\w)@\w+", text)} <= OURS
    assert all(DRAMA_NUMBER.fullmatch(number) for text in texts for number in re.findall(r"\d{9,}", text))
    assert not [text for text in texts if re.search(r"https?://(?!t\.example/)", text)]
