"""The brand's accounts on X: their credentials in the parameter store, and whose X says they are.

It stores secrets and reads them back; it never prints one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

from desk.credentials import Credentials, read
from desk.errors import CredentialRefused, DeskError
from desk.policy import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from desk.policy import Policy
    from desk.policy.model import Handle
    from desk.x_client import Owner
    from operate.deployment import Deployment

    Connect = Callable[[Credentials, str], "Account"]

_NAMES_AT_ONCE = 100
"""Names in one lookup of X (X, GET /2/users/by, 2026-08)."""


class Account(Protocol):
    """What setting up needs of X, as one account."""

    def me(self) -> Owner:
        """Give whose credentials these are, and what they may do."""

    def user_ids(self, names: Sequence[str]) -> dict[str, str]:
        """Give user ids by lower-case name; unknown names are left out."""


def connect(credentials: Credentials, base_url: str) -> Account:
    """Give X as that account."""
    from desk.x_client import XClient  # noqa: PLC0415 - half a second that only two commands need

    return XClient(credentials, base_url)


@dataclass(slots=True)
class Found:
    """User ids by lower-case handle, what each account's own credentials may do, and every fault at once.

    `may_post` holds the handles, as written in the policy, whose credentials X took; None: X does not say.
    """

    ids: dict[str, str] = field(default_factory=dict)
    may_post: dict[str, bool | None] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def store(deployment: Deployment, name: str, credentials: Credentials) -> None:
    """Keep credentials as an encrypted parameter, over older ones."""
    deployment.client("ssm").put_parameter(
        Name=deployment.parameter(name), Value=json.dumps(asdict(credentials)), Type="SecureString", Overwrite=True
    )


def stored(deployment: Deployment, name: str) -> Credentials | None:
    """Give the credentials kept under a name; None if there are none. Raises CredentialRefused if they are broken."""
    try:
        found = deployment.client("ssm").get_parameter(Name=deployment.parameter(name), WithDecryption=True)
    except ClientError as fault:
        if fault.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return None
    return read(found["Parameter"]["Value"], name=name)


def identify(deployment: Deployment, policy: Policy, connect: Connect) -> Found:
    """Ask X whose each handle's credentials are.

    An agent without credentials is read with those of another account of the policy, named there as the agent's too;
    its user id is looked up by name.
    """
    found = Found()
    eye: Account | None = None
    borrowing: list[str] = []
    for handle in policy.handles:
        try:
            account, owner = _asked(deployment, handle, connect)
        except DeskError as fault:
            found.faults.append(f"@{handle.name}: {fault}")
            continue
        eye = eye or account
        if owner.name.lower() == handle.name.lower():
            found.ids[handle.name.lower()] = owner.user_id
            found.may_post[handle.name] = owner.may_post
        elif handle.role is Role.AGENT and policy.handle(owner.name):
            borrowing.append(handle.name)
        else:
            found.faults.append(f"@{handle.name}: the credentials {handle.credentials!r} belong to @{owner.name}")
    if eye is not None:
        _look_up(eye, borrowing, found)
    return found


def _asked(deployment: Deployment, handle: Handle, connect: Connect) -> tuple[Account, Owner]:
    """Give X as the owner of the handle's credentials, and who that is."""
    credentials = stored(deployment, handle.credentials)
    if credentials is None:
        raise CredentialRefused(f"no credentials are stored as {handle.credentials!r}")
    account = connect(credentials, deployment.environment["X_API_URL"])
    return account, account.me()


def _look_up(eye: Account, names: Sequence[str], found: Found) -> None:
    try:
        for some in _chunks(names):
            found.ids |= eye.user_ids(some)
    except DeskError as fault:
        found.faults.append(f"looking up {len(names)} agents: {fault}")
        return
    lost = [name for name in names if name.lower() not in found.ids]
    found.faults.extend(f"@{name}: X knows no account of this name" for name in lost)


def _chunks(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start : start + _NAMES_AT_ONCE] for start in range(0, len(names), _NAMES_AT_ONCE))
