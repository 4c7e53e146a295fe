"""How well posts are understood: the shipped policy and weights on public sets of labelled posts, beside VADER.

The sets are no part of the repository: `DATA` names their folder, and a set that is absent is named as not measured.
Nothing that is measured here was learnt from; `docs/model-card.md` says what was.
"""

from __future__ import annotations

import importlib
import os
import re
from functools import cache
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.made_up import shipped_policy
from benchmarks.outcome import Outcome, Table
from desk.policy.model import Category
from desk.post import Post
from training.corpora import rows_of
from triage.signals import Sentiment
from triage.tree import History, assess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.event import Assessment

DATA = Path(os.environ.get("DATA", Path(__file__).parents[2] / "shared" / "data"))
AIRLINE = DATA / "airline" / "dev.csv.gz"
COMPLAINTS = DATA / "complaints" / "dev.csv"
UMSAB = DATA / "umsab" / "train_val.csv.gz"

CODES = {
    "arabic": "ar",
    "english": "en",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "italian": "it",
    "portuguese": "pt",
    "spanish": "es",
}
"""UMSAB's languages with X's codes; its Hindi is mostly written in Latin letters."""

_US = "900"
_TO_US, _TO_NOBODY = (_US,), ()
_MASKED_LINK = re.compile(r"\bhttps?\b(?!:)")
_NAME = re.compile(r"@\w+")
_WRONG = frozenset({Category.COMPLAINT, Category.PROBLEM})
_SENTIMENTS = tuple(str(label) for label in Sentiment)
_VADER_BOUND = 0.05
_YES, _NO = "complaint", "none"


class Labelled(NamedTuple):
    """A post, what people called it, and its language as X would tell it."""

    text: str
    label: str
    language: str


class Score(NamedTuple):
    """Precision, recall and F1 by label, and the part of all posts that was called right."""

    precision: dict[str, float]
    recall: dict[str, float]
    f1: dict[str, float]
    accuracy: float

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the labels."""
        return mean(self.f1.values())


def run() -> Outcome:
    """Measure on every set that is there, and name the others."""
    works = {AIRLINE: airline, COMPLAINTS: complaints, UMSAB: umsab}
    outcomes = [work() if file.is_file() else _absent(file) for file, work in works.items()]
    tables = [table for outcome in outcomes for table in outcome.tables]
    figures = {name: figure for outcome in outcomes for name, figure in outcome.figures.items()}
    return Outcome(tables, figures)


def judge(post: Labelled, *, code: str | None, mentions: tuple[str, ...] = _TO_US) -> Assessment:
    """Give the desk's decision on a post that mentions these accounts, with X's code of its language if it told one."""
    made = Post("1", "1", "7", "1", 1_700_000_000, post.text, language=code, mentions=mentions)
    return assess(made, policy=shipped_policy(), own_ids=frozenset({_US}), history=History())


def score(truth: Sequence[str], said: Sequence[str], labels: Sequence[str]) -> Score:
    """Compare what people said with what was decided."""
    pairs = list(zip(truth, said, strict=True))
    right = {label: pairs.count((label, label)) for label in labels}
    precision = {label: right[label] / max(1, said.count(label)) for label in labels}
    recall = {label: right[label] / max(1, truth.count(label)) for label in labels}
    f1 = {label: 2 * precision[label] * recall[label] / ((precision[label] + recall[label]) or 1.0) for label in labels}
    return Score(precision, recall, f1, sum(right.values()) / len(pairs))


# ---- the sets


def airline() -> Outcome:
    """Measure sentiment on posts to six airlines."""
    posts = [Labelled(row["text"], row["airline_sentiment"], "en") for row in rows_of(AIRLINE)]
    truth = [post.label for post in posts]
    found = {
        "the desk": [judge(post, code="en").sentiment for post in posts],
        "VADER": [_vader(post.text) for post in posts],
        "always negative": ["negative"] * len(posts),
    }
    scores = {name: score(truth, said, _SENTIMENTS) for name, said in found.items()}
    table = Table(
        "Sentiment: posts to six airlines",
        ("by", "accuracy", "macro F1", *(f"F1 {label}" for label in _SENTIMENTS)),
        [
            (
                name,
                *map(_percent, (each.accuracy, each.macro_f1, *each.f1.values())),
            )
            for name, each in scores.items()
        ],
        (f"{len(posts):,} posts of Twitter US Airline Sentiment (CrowdFlower, 2015), taken to mention us.",),
    )
    return Outcome([table], {"airline_macro_f1": scores["the desk"].macro_f1})


def complaints() -> Outcome:
    """Measure complaint or not, on rows that speak to a support account: all others are none by construction."""
    rows = [row for row in rows_of(COMPLAINTS) if not row["domain"].startswith("random") and _NAME.search(row["text"])]
    posts = [Labelled(_NAME.sub("@us", row["text"]), _YES if row["label"] == "1" else _NO, "en") for row in rows]
    truth = [post.label for post in posts]
    found = {
        "the desk": [_YES if judge(post, code="en").category in _WRONG else _NO for post in posts],
        "VADER": [_YES if _vader(post.text) == "negative" else _NO for post in posts],
        "always a complaint": [_YES] * len(posts),
    }
    scores = {name: score(truth, said, (_YES, _NO)) for name, said in found.items()}
    table = Table(
        "Complaint or not: posts to support accounts",
        ("by", "accuracy", "macro F1", "precision", "recall", "precision of the rest", "recall of the rest"),
        [
            (
                name,
                _percent(each.accuracy),
                _percent(each.macro_f1),
                *(_percent(part[label]) for label in (_YES, _NO) for part in (each.precision, each.recall)),
            )
            for name, each in scores.items()
        ],
        (
            f"{len(posts):,} posts of Preotiuc-Pietro, Gaman and Aletras (2019), handles masked. They call any breach",
            "of expectations a complaint, so that the desk's `complaint` and `problem` are both taken for one.",
        ),
    )
    return Outcome([table], {"complaints_macro_f1": scores["the desk"].macro_f1})


def umsab() -> Outcome:
    """Measure sentiment and language in eight languages."""
    posts = [
        Labelled(_MASKED_LINK.sub(" ", row["text"]), row["label"], CODES[row["language"]])
        for row in rows_of(UMSAB)
        if row["split"] == "val"
    ]
    heard = {code: _heard([post for post in posts if post.language == code]) for code in CODES.values()}
    columns = [mean(part) for part in zip(*heard.values(), strict=True)]
    written = mean(each.told for code, each in heard.items() if code != CODES["hindi"])
    rows = [(name, *map(_percent, heard[code])) for name, code in CODES.items()]
    rows.append(("mean", *map(_percent, columns[:2]), f"{_percent(written)} without Hindi"))
    table = Table(
        "Eight languages: sentiment and language of posts to nobody",
        ("language", "macro F1, the desk", "macro F1, VADER", "language told right"),
        rows,
        (
            f"{len(posts):,} posts of UMSAB's validation part (Barbieri and others 2022), its masked links taken out.",
            "Sentiment with X's code of the language, the language without it. Hindi is mostly in Latin letters there.",
        ),
    )
    figures = {
        "umsab_macro_f1": columns[0],
        "umsab_by_language": {code: each.desk for code, each in heard.items()},
        "vader_by_language": {code: each.vader for code, each in heard.items()},
        "language_told_right": written,
    }
    return Outcome([table], figures)


class _Heard(NamedTuple):
    """Macro F1 of the sentiment by the desk and by VADER, and the part of the posts whose language was told right."""

    desk: float
    vader: float
    told: float


def _heard(posts: Sequence[Labelled]) -> _Heard:
    truth = [post.label for post in posts]
    said = [judge(post, code=post.language, mentions=_TO_NOBODY).sentiment for post in posts]
    told = [judge(post, code=None, mentions=_TO_NOBODY).language == post.language for post in posts]
    by_vader = [_vader(post.text) for post in posts]
    return _Heard(score(truth, said, _SENTIMENTS).macro_f1, score(truth, by_vader, _SENTIMENTS).macro_f1, mean(told))


def _absent(file: Path) -> Outcome:
    name = file.relative_to(DATA)
    return Outcome([Table(f"NOT MEASURED: {name} is absent", ("set DATA to the folder of",), [(str(name),)])])


# ---- the yardstick


def _vader(text: str) -> str:
    """Call a post what VADER calls it, by the bounds its authors give (vaderSentiment's README)."""
    compound = _analyzer().polarity_scores(text)["compound"]
    if abs(compound) < _VADER_BOUND:
        return "neutral"
    return "positive" if compound > 0 else "negative"


@cache
def _analyzer() -> Any:
    return importlib.import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()


def _percent(part: float) -> str:
    return f"{100 * part:.1f}"
