"""What a command found or did: values for scripts, something to look at for people, and whether all is well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Outcome:
    """`value` is plain JSON values, `shown` the same for people; unless `is_fine` the exit status is 1."""

    value: dict[str, Any]
    shown: RenderableType
    is_fine: bool = True
