"""The settings of the functions: read from the environment once, on first use, every fault named at once.

No table, secret or address has a default. The template sets them; this module is their documentation.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

_POLICY = Path(__file__).resolve().parent.parent / "policy.toml"

DOCUMENTED = {
    "DESK_TABLE": "name of the table of events, cases and outgoing posts",
    "LEDGER_TABLE": "name of the table of what the desk knows about itself",
    "X_API_URL": "where X's API answers (poll and respond only)",
    "CREDENTIALS_PREFIX": "path in the parameter store under which each handle's credentials stand (poll and respond)",
    "SENDER_ADDRESS": "the verified address e-mails come from (report only)",
    "API_URL": "where the desk's own API answers, for links in e-mails (report only)",
    "CLOCK_URL": "the stepped clock of the local stack; empty in every deployment",
    "LOG_LEVEL": "INFO by default; DEBUG never shows tokens either",
    "POWERTOOLS_SERVICE_NAME": "the function's name in logs and metrics",
    "POWERTOOLS_METRICS_NAMESPACE": "MentionDesk",
}
"""Every environment variable that the template sets, with its meaning."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a function was deployed with; "" where the function has no use for it."""

    desk_table: str
    ledger_table: str
    x_api_url: str = ""
    credentials_prefix: str = ""
    sender_address: str = ""
    api_url: str = ""
    policy_file: Path = _POLICY


def read(environment: Mapping[str, str], *needed: str) -> Settings:
    """Read the settings; raises Misconfigured that names every missing one of the tables and of `needed`."""
    wanted = {"DESK_TABLE", "LEDGER_TABLE", *needed}
    missing = sorted(name for name in wanted if not environment.get(name))
    if missing:
        raise Misconfigured(f"not set: {', '.join(f'{name} ({DOCUMENTED[name]})' for name in missing)}")
    names = [field.name for field in fields(Settings) if field.name != "policy_file"]
    values: dict[str, Any] = {name: environment.get(name.upper(), "") for name in names}
    return Settings(**values)


@cache
def settings(*needed: str) -> Settings:
    """Give this function's settings from its own environment, read once."""
    return read(os.environ, *needed)
