"""The secrets by which the desk acts for its accounts on X: read from the parameter store, kept in memory, never shown.

Each is a SecureString holding JSON with the four values of `Credentials`; `desk setup` puts them there.
"""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import CredentialRefused, Unavailable
from desk.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@cache
def erasure_key_for_good() -> str:
    """Give the same secret, made if nobody was ever erased; raises as `erasure_key` does."""
    return lasting_secret(_parameters(), _path(ERASURE_KEY))


def lasting_secret(parameters: Any, path: str) -> str:
    """Give the secret at `path`, 64 hex digits; it is made once, and what stands there is never written over.

    `parameters` is the client of the parameter store. Raises CredentialRefused, or Unavailable: ask again later.
    """
    try:
        return _read(parameters, path)
    except CredentialRefused:
        with _translated(path), suppress(parameters.exceptions.ParameterAlreadyExists):
            parameters.put_parameter(Name=path, Value=secrets.token_hex(32), Type="SecureString", Overwrite=False)
    return _read(parameters, path)


def forget(name: str) -> None:
    """Let the next use read them anew: after a 401 they may have been rotated."""
    _known().pop(name, None)


@cache
def _known() -> dict[str, Credentials]:
    return {}


@cache
def _parameters() -> Any:
    return boto3.client("ssm", config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard"}))


def stored_at(path: str) -> str:
    """Give the secret at a path of the parameter store, read anew each time; raises as `erasure_key` does."""
    return _read(_parameters(), path)


def _stored(name: str) -> str:
    return stored_at(_path(name))


def _path(name: str) -> str:
    return f"{settings('CREDENTIALS_PREFIX').credentials_prefix}/{name}"


def _read(parameters: Any, path: str) -> str:
    with _translated(path):
        return str(parameters.get_parameter(Name=path, WithDecryption=True)["Parameter"]["Value"])


@contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except ClientError as fault:
        if fault.response["Error"]["Code"] in _NOT_OURS:
            raise CredentialRefused(f"no credentials can be read at {path}") from fault
        raise Unavailable(str(fault)) from fault
    except BotoCoreError as fault:
        raise Unavailable(str(fault)) from fault
