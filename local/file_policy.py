"""The policy for a file of posts: the shipped one, made to fit the accounts that speak in the file.

Merging is off, so that a case is one customer in one conversation as the published figures count it; searches and
competitors are off, no incident is declared, and the budget is as large as the file.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import tomlkit

from desk.policy import Policy, parse

if TYPE_CHECKING:
    from pathlib import Path

    from local.script import Script

_USD = 100_000


def policy_for(script: Script, shipped: Path) -> Policy:
    """Make the policy by which a script of a file is played; raises PolicyFaults where its accounts don't fit."""
    values: dict[str, Any] = tomllib.loads(shipped.read_text(encoding="utf-8"))
    own = [person.name for person in script.people if person.token]
    name = own[0] if len(own) == 1 else "the brands of the file"
    values["brand"] |= {"name": name, "time_zone": "UTC", "competitors": []}
    values["handles"] = [{"name": name, "role": "support", "credentials": name} for name in own]
    values["searches"] = []
    values["incidents"] |= {"status_handle": next(iter(own), ""), "declares_itself": False}
    values["cases"]["merge_window_minutes"] = 0
    values["budget"] |= {"usd_per_day": _USD, "usd_per_month": _USD}
    return parse(tomlkit.dumps(values))
