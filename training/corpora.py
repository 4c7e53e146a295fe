"""Reads labelled texts: the public sets the shipped model learns from, those it is measured on, and a team's own.

It says which part of a set may be learnt from, and mends what a set did to its texts. Columns and terms stand in
`docs/model-card.md`.
"""

from __future__ import annotations

import csv
import gzip
import re
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

from triage.signals.sentiment import Sentiment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LANGUAGES: Final = {
    "arabic": "ar",
    "english": "en",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "italian": "it",
    "portuguese": "pt",
    "spanish": "es",
}
"""UMSAB's languages with X's codes. Its Hindi is mostly written in Latin letters."""

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_MASKED_LINK = re.compile(r"\bhttps?\b(?!:)")
_NOT_TELLING = re.compile(r"@\w+|https?\S*|[^\w]|_")
_TOO_SHORT_TO_BE_THE_SAME = 20


class Labelled(NamedTuple):
    """A text with its sentiment; `source` names the set and `language` is X's code."""

    text: str
    label: Sentiment
    source: str
    language: str


def to_learn_from(folder: Path) -> list[Labelled]:
    """Give the texts that the shipped model learns from: SemEval-2017 4A, the extraction set and UMSAB's train part.

    Texts that stand in UMSAB's validation part too are left out: its English is SemEval's.
    """
    measured = {_essence(each.text) for each in umsab(folder, "val")}
    learnt = [*semeval(folder), *extraction(folder), *umsab(folder, "train")]
    return [each for each in learnt if _is_new(_essence(each.text), measured)]


def semeval(folder: Path) -> Iterator[Labelled]:
    """Give SemEval-2017 task 4A, train and test sets of 2013 to 2016."""
    for row in rows_of(folder / "semeval" / "train.csv.gz"):
        yield Labelled(_ESCAPE.sub(_character, row["t"]), Sentiment(row["y"]), "semeval", "en")


def extraction(folder: Path) -> Iterator[Labelled]:
    """Give the tweets of "Tweet Sentiment Extraction", which writes apostrophes as backticks."""
    for row in rows_of(folder / "tweet_sentiment_extraction" / "train.csv.gz"):
        yield Labelled(row["text"].replace("`", "'"), Sentiment(row["sentiment"]), "extraction", "en")


def umsab(folder: Path, split: str) -> Iterator[Labelled]:
    """Give a part of UMSAB, `train` or `val`; its masked links are taken out."""
    for row in rows_of(folder / "umsab" / "train_val.csv.gz"):
        if row["split"] == split:
            text = _MASKED_LINK.sub(" ", row["text"])
            yield Labelled(text, Sentiment(row["label"]), "umsab", LANGUAGES[row["language"]])


def airline(folder: Path) -> Iterator[Labelled]:
    """Give the posts to six airlines; for measuring only."""
    for row in rows_of(folder / "airline" / "dev.csv.gz"):
        yield Labelled(row["text"], Sentiment(row["airline_sentiment"]), "airline", "en")


def own(file: Path) -> list[Labelled]:
    """Read a team's own texts: CSV with the columns `text` and `label`, and `language` if there is more than English.

    Raises `ValueError` with the line for a label that is none of negative, neutral, positive.
    """
    return [_own(row, number) for number, row in enumerate(rows_of(file), 2)]


def _own(row: dict[str, str], number: int) -> Labelled:
    try:
        return Labelled(row["text"], Sentiment(row["label"].strip().lower()), "own", row.get("language") or "en")
    except KeyError as missing:
        raise ValueError(f"there is no column {missing}; text and label are needed") from None
    except ValueError:
        labels = ", ".join(Sentiment)
        raise ValueError(f"line {number}: the label {row['label']!r} is none of {labels}") from None


def rows_of(file: Path) -> Iterator[dict[str, str]]:
    """Read a table of texts, packed or not."""
    with _opened(file) as lines:
        yield from csv.DictReader(lines)


def _opened(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", newline="")
    return file.open(encoding="utf-8", newline="")


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def _essence(text: str) -> str:
    return _NOT_TELLING.sub("", text.lower())


def _is_new(essence: str, known: Sequence[str] | set[str]) -> bool:
    return len(essence) < _TOO_SHORT_TO_BE_THE_SAME or essence not in known
