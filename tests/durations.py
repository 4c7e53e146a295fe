"""Durations in seconds, and how they read: in mails, on the terminal and on the wallboard alike."""

from __future__ import annotations

from typing import Final

READ: Final[tuple[tuple[float | None, str], ...]] = (
    (None, "\u2013"),
    (0, "0 s"),
    (-3, "0 s"),
    (59.4, "59 s"),
    (59.5, "1 min"),
    (60, "1 min"),
    (777.6, "12 min 58 s"),
    (2.5, "3 s"),
    (3599, "59 min 59 s"),
    (3599.5, "1 h"),
    (7200, "2 h"),
    (7829, "2 h 10 min"),
    (7830, "2 h 11 min"),
    (24_979.8, "6 h 56 min"),
    (86_369, "23 h 59 min"),
    (86_370, "1 d"),
    (100_800, "1 d 4 h"),
    (271_800, "3 d 4 h"),
)
