from __future__ import annotations

from operate.moments import told
from tests.cases import NOON


def test_a_moment_is_told_in_its_time_zone() -> None:
    assert told(NOON, "Europe/Berlin") == "Mon 02 Mar 2026 13:00 CET"
    assert told(None, "UTC") == "-"
