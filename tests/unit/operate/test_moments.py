from __future__ import annotations

import pytest

from operate.moments import lasting, told
from tests.cases import NOON


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3660, "1 h 1 min"), (90_000, "1 d 1 h")],
)
def test_a_duration_is_told_in_its_largest_units(seconds: int, words: str) -> None:
    assert lasting(seconds) == words


def test_a_moment_is_told_in_its_time_zone() -> None:
    assert told(NOON, "Europe/Berlin") == "Mon 02 Mar 2026 13:00 CET"
    assert told(None, "UTC") == "-"
