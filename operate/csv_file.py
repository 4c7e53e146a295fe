"""Files that a command writes for another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.errors import Misconfigured

if TYPE_CHECKING:
    from pathlib import Path


def write(file: Path, text: str) -> None:
    """Write a file as it is given, over what was there; raises Misconfigured where it can't be written."""
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as fault:
        raise Misconfigured(f"{file} can't be written: {fault.strerror}") from fault
