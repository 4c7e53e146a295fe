"""The secrets by which the desk acts for its accounts on X: read from the parameter store, kept in memory, never shown.

Each is a SecureString holding JSON with the four values of `Credentials`; `desk setup` puts them there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import CredentialRefused, Unavailable
from desk.settings import settings

ERASURE_KEY = "desk/erasure-key"
"""Its name under the deployment's prefix; no credentials of a policy can bear it, for they know no `/`."""

_NOT_OURS = frozenset({"ParameterNotFound", "AccessDeniedException"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """OAuth 1.0a keys of one account; they neither expire nor rotate by themselves (X, authentication, 2026-08)."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)


def read(text: str, *, name: str) -> Credentials:
    """Read the credentials from their JSON text; raises CredentialRefused that names what is missing, never a value."""
    try:
        values: Any = json.loads(text)
    except ValueError:
        raise CredentialRefused(f"the credentials {name} are no JSON") from None
    names = [each.name for each in fields(Credentials)]
    missing = [each for each in names if not (isinstance(values, dict) and values.get(each))]
    if missing:
        raise CredentialRefused(f"the credentials {name} lack {', '.join(missing)}")
    return Credentials(**{each: str(values[each]).strip() for each in names})


def credentials(name: str) -> Credentials:
    """Give the credentials of that name under the deployment's prefix, read once until `forget`.

    Raises CredentialRefused if none stand there or they are incomplete, Unavailable if the store does not answer.
    """
    known = _known()
    if name not in known:
        known[name] = read(_stored(name), name=name)
    return known[name]


@cache
def erasure_key() -> str:
    """Give the secret under which erased customers are known again, read once; it must never change.

    Raises CredentialRefused if it can't be read: without it nobody can tell who was erased.
    """
    return _stored(ERASURE_KEY)


def forget(name: str) -> None:
    """Let the next use read them anew: after a 401 they may have been rotated."""
    _known().pop(name, None)


@cache
def _known() -> dict[str, Credentials]:
    return {}


@cache
def _parameters() -> Any:
    return boto3.client("ssm", config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard"}))


def _stored(name: str) -> str:
    path = f"{settings('X_API_URL', 'CREDENTIALS_PREFIX').credentials_prefix}/{name}"
    try:
        found = _parameters().get_parameter(Name=path, WithDecryption=True)
    except ClientError as fault:
        if fault.response["Error"]["Code"] in _NOT_OURS:
            raise CredentialRefused(f"no credentials can be read at {path}") from fault
        raise Unavailable(str(fault)) from fault
    except BotoCoreError as fault:
        raise Unavailable(str(fault)) from fault
    return str(found["Parameter"]["Value"])
