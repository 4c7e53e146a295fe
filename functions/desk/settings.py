"""The settings of the functions: read from the environment once, on first use, every fault named at once.

No table, secret or address has a default. The template sets them; this module is their documentation.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from desk.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

_POLICY = Path(__file__).resolve().parent.parent / "policy.toml"

DOCUMENTED = {
    "DESK_TABLE": "name of the table of events, cases and outgoing posts",
    "LEDGER_TABLE": "name of the table of what the desk knows about itself",
    "X_API_URL": "where X's API answers (poll and respond only)",
    "CREDENTIALS_PREFIX": "path in the parameter store of each handle's credentials, and of the secret of the erased",
    "SENDER_ADDRESS": "the verified address e-mails come from (report only)",
    "API_URL": "where the desk's own API answers, for links (report, api and webhook)",
    "JWT_ISSUER": "whose tokens the API takes, as the gateway checked them; empty: its own (api only)",
    "JWT_SCOPE_CLAIM": "claim of such a token that lists its scopes (api only)",
    "JWT_SCOPE_PREFIX": "what stands before each of them (api only)",
    "JWT_NAME_CLAIM": "claim that names the person (api only)",
    "WEBHOOK_EVENTS": "what other systems are told of: case, sla, incident; empty: nothing (triage and api)",
    "WEBHOOK_FORMAT": "standard or slack; empty: no webhook (webhook only)",
    "WEBHOOK_PARAMETER": "name in the parameter store of the webhook's address and secrets (webhook only)",
    "WEBHOOK_FAILURES_URL": "the queue that is told of what could not be delivered (webhook only)",
    "WEBHOOK_TO_LOOPBACK": "true on the local stack alone: its receivers stand on this machine (webhook only)",
    "CLOCK_URL": "the stepped clock of the local stack; empty in every deployment",
    "LOG_LEVEL": "INFO by default; DEBUG never shows tokens either",
    "POWERTOOLS_SERVICE_NAME": "the function's name in logs and metrics",
    "POWERTOOLS_METRICS_NAMESPACE": "MentionDesk",
}
"""Every environment variable that the template sets, with its meaning."""


class Settings(Struct, frozen=True):
    """What a function was deployed with; "" where the function has no use for it."""

    desk_table: str
    ledger_table: str
    x_api_url: str = ""
    credentials_prefix: str = ""
    sender_address: str = ""
    api_url: str = ""
    jwt_issuer: str = ""
    jwt_scope_claim: str = ""
    jwt_scope_prefix: str = ""
    jwt_name_claim: str = ""
    webhook_events: str = ""
    webhook_format: str = ""
    webhook_parameter: str = ""
    webhook_failures_url: str = ""
    webhook_to_loopback: str = ""
    policy_file: Path = _POLICY


def read(environment: Mapping[str, str], *needed: str) -> Settings:
    """Read the settings; raises Misconfigured that names every missing one of the tables and of `needed`."""
    wanted = {"DESK_TABLE", "LEDGER_TABLE", *needed}
    missing = sorted(name for name in wanted if not environment.get(name))
    if missing:
        raise Misconfigured(f"not set: {', '.join(f'{name} ({DOCUMENTED[name]})' for name in missing)}")
    names = [name for name in Settings.__struct_fields__ if name != "policy_file"]
    values: dict[str, Any] = {name: environment.get(name.upper(), "") for name in names}
    return Settings(**values)


@cache
def settings(*needed: str) -> Settings:
    """Give this function's settings from its own environment, read once."""
    return read(os.environ, *needed)
