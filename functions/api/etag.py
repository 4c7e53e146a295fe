"""Entity tags (RFC 9110, June 2022): who changes something says which state of it they have seen. Pure."""

from __future__ import annotations

from api.problems import PRECONDITION_NEEDED, STALE, ProblemError


def tag(version: int) -> str:
    """Give the strong entity tag of a version."""
    return f'"{version}"'


def check_seen(if_match: str | None, version: int, what: str) -> None:
    """Compare an `If-Match` header with the version that is stored; `what` reads like "The case".

    Raises ProblemError: 428 without the header, 412 with another tag than the one of this version.
    """
    if if_match is None:
        raise ProblemError(PRECONDITION_NEEDED, "Send `If-Match` with the `ETag` you have seen.")
    if if_match.strip() != tag(version):
        raise stale(what, version)


def stale(what: str, version: int) -> ProblemError:
    """Give the problem of somebody who has not seen the latest state."""
    detail = f"{what} changed since you read it. Read it again and decide anew."
    return ProblemError(STALE, detail, headers={"ETag": tag(version)})
