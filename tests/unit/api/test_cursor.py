from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cursor import read_cursor, write_cursor
from api.problems import ProblemError
from desk.store.desk_items import Place

ids = st.integers(0, 2**64 - 1).map(str)
places = st.builds(Place, st.integers(0, 2**39), st.builds("{}-{}".format, ids, ids))
filters = st.none() | st.sampled_from(["care", "sales"])


@given(filters, filters, st.dictionaries(st.text(max_size=20), places, max_size=5))
def test_a_cursor_reads_back_what_was_written(team: str | None, state: str | None, after: dict[str, Place]) -> None:
    assert read_cursor(write_cursor(team, state, after), team=team, state=state) == after


@given(st.text(max_size=200))
def test_any_other_text_is_a_broken_cursor_and_nothing_worse(text: str) -> None:
    with pytest.raises(ProblemError, match="broken-cursor"):
        read_cursor(text, team=None, state=None)


@given(st.dictionaries(st.sampled_from(["care"]), places, min_size=1), st.data())
def test_a_damaged_cursor_never_fails_in_another_way(after: dict[str, Place], data: st.DataObject) -> None:
    whole = write_cursor(None, None, after)
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + data.draw(st.characters()) + whole[at + 1 :]
    try:
        read = read_cursor(damaged, team=None, state=None)
    except ProblemError:
        return
    assert all(place.due_at >= 0 for place in read.values())
