"""How often people let triage's word stand: from a tally to agreement, precision and recall. Pure.

What it is about: the cases of the period that a person answered, resolved or changed (`desk.accuracy`). All others say
nothing, in particular those that triage closed by itself. So recall is a share of what people looked at, not of all
that came in; and who answers without changing anything may have overlooked a mistake.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from desk.accuracy import Aspect
from desk.figures.formulas import share, wilson
from desk.figures.tally import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.figures.tally import Tally


class Confusion(Struct, frozen=True):
    """A cell of the confusion matrix: so many cases were one thing to triage and one to people, maybe the same."""

    by_triage: str
    by_people: str
    cases: int


class ClassAccuracy(Struct, frozen=True):
    """One class: how often either said so, and both. Precision: both of triage's; recall: both of people's."""

    name: str
    by_triage: int
    by_people: int
    both: int
    precision: float | None
    recall: float | None


class AspectAccuracy(Struct, frozen=True):
    """Of `judged` cases people let `agreed` stand, `share` with its 95 % Wilson interval; the most frequent first.

    `confusions` holds the whole matrix but for its empty cells.
    """

    aspect: Aspect
    judged: int
    agreed: int
    corrected: int
    share: float | None
    low: float | None
    high: float | None
    classes: tuple[ClassAccuracy, ...]
    confusions: tuple[Confusion, ...]


class Accuracy(Struct, frozen=True):
    """What people made of triage's word; of `cases` in all, only the `judged` of each aspect say anything."""

    cases: int
    aspects: tuple[AspectAccuracy, ...]

    @property
    def is_known(self) -> bool:
        """Anybody judged anything."""
        return any(each.judged for each in self.aspects)


def accuracy_of(counted: Tally) -> Accuracy:
    """Give the accuracy of the cases of a tally, for every aspect in turn."""
    cells: dict[Aspect, tuple[Confusion, ...]] = dict.fromkeys(Aspect, ())
    for name, cases in counted.by_name(Subject.JUDGED).items():
        aspect, by_triage, by_people = name.split()
        cells[Aspect(aspect)] += (Confusion(by_triage, by_people, cases),)
    aspects = tuple(_aspect(aspect, confusions) for aspect, confusions in cells.items())
    return Accuracy(counted.counts[Subject.VOLUME, "cases"], aspects)


def _aspect(aspect: Aspect, confusions: tuple[Confusion, ...]) -> AspectAccuracy:
    judged = sum(each.cases for each in confusions)
    agreed = sum(each.cases for each in confusions if each.by_triage == each.by_people)
    low, high = wilson(agreed, judged) or (None, None)
    return AspectAccuracy(
        aspect=aspect,
        judged=judged,
        agreed=agreed,
        corrected=judged - agreed,
        share=share(agreed, judged),
        low=low,
        high=high,
        classes=tuple(_classes(confusions)),
        confusions=confusions,
    )


def _classes(confusions: tuple[Confusion, ...]) -> Iterator[ClassAccuracy]:
    by_triage, by_people, both = Counter[str](), Counter[str](), Counter[str]()
    for each in confusions:
        by_triage[each.by_triage] += each.cases
        by_people[each.by_people] += each.cases
        both[each.by_triage] += each.cases if each.by_triage == each.by_people else 0
    for name in sorted({*by_triage, *by_people}, key=lambda name: (-by_people[name], name)):
        said, was, right = by_triage[name], by_people[name], both[name]
        yield ClassAccuracy(name, said, was, right, share(right, said), share(right, was))
