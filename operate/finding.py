"""What was looked at, how it is, and what to do about it: one line of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """FINE; NOTE: intended perhaps; WRONG: a person must do something."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy` says what to do, "" where nothing needs doing."""

    what: str
    verdict: Verdict
    found: str
    remedy: str = ""
