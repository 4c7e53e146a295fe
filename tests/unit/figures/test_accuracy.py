"""From what people made of single cases to agreement, precision and recall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.accuracy import Aspect, Judged
from desk.figures import Period, measure, wilson
from desk.figures.accuracy import Accuracy, ClassAccuracy, Confusion
from tests.cases import DAY, NOON, a_case
from tests.stories import shipped_policy

DAY_OF = Period(NOON, NOON + DAY)


def accuracy(*pairs: tuple[str, str], unjudged: int = 0) -> Accuracy:
    cases = [a_case(number, judged=(Judged(Aspect.CATEGORY, *pair),)) for number, pair in enumerate(pairs)]
    cases += [a_case(1000 + number) for number in range(unjudged)]
    return measure(cases, DAY_OF, policy=shipped_policy(), as_of=NOON + DAY).accuracy


def test_cases_nobody_judged_are_told_and_count_neither_as_right_nor_as_wrong():
    found = accuracy(("question", "question"), unjudged=9)
    category, priority, _ = found.aspects
    assert (found.cases, category.judged, category.share) == (10, 1, 1.0)
    assert (priority.judged, priority.share, priority.low, priority.classes) == (0, None, None, ())
    assert found.is_known
    assert not accuracy(unjudged=9).is_known


def test_precision_is_of_triages_word_and_recall_of_peoples():
    found = accuracy(*[("question", "question")] * 3, ("question", "complaint"), ("problem", "question"))
    category = found.aspects[0]
    assert category.classes == (
        ClassAccuracy("question", 4, 4, 3, 0.75, 0.75),
        ClassAccuracy("complaint", 0, 1, 0, None, 0.0),
        ClassAccuracy("problem", 1, 0, 0, 0.0, None),
    )
    assert category.confusions[0] == Confusion("question", "question", 3)
    assert (category.agreed, category.corrected) == (3, 2)
    assert (category.low, category.high) == wilson(3, 5)


names = st.sampled_from(["complaint", "question", "praise"])


@given(st.lists(st.tuples(names, names), max_size=30))
def test_the_matrix_adds_up(pairs: list[tuple[str, str]]):
    category = accuracy(*pairs).aspects[0]
    assert sum(each.cases for each in category.confusions) == category.judged == len(pairs)
    for side in ("by_triage", "by_people"):
        assert sum(getattr(each, side) for each in category.classes) == len(pairs)
    assert sum(each.both for each in category.classes) == category.agreed
    if pairs:
        assert category.share == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))
