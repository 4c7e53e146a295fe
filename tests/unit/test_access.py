from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.access import Scope, fingerprint, widest


def test_each_scope_includes_those_before_it_and_no_other() -> None:
    order = [Scope.VIEWER, Scope.AGENT, Scope.LEAD, Scope.ADMIN]
    for held, scope in enumerate(order):
        assert [scope.includes(other) for other in order] == [place <= held for place in range(4)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("viewer", "lead"), Scope.LEAD), (("root",), None), ((), None), (("agent", "root"), Scope.AGENT)],
)
def test_the_widest_known_scope_counts(names: tuple[str, ...], expected: Scope | None) -> None:
    assert widest(names) is expected


@given(st.text(), st.text())
def test_a_fingerprint_tells_tokens_apart_and_holds_none_of_them(one: str, other: str) -> None:
    assert (fingerprint(one) == fingerprint(other)) is (one == other)
    assert len(fingerprint(one)) == 64
