"""A plan of what goes wrong: "for the next N requests that match, do this instead".

A plan is scripted from a test or over HTTP and is used up as it is served, oldest fault first. It decides which fault
hits a request and nothing else; the api carries it out.

Kinds:
* `answer`: an error of `status` with a `body` of some shape, before the request is carried out, or after (`committed`).
* `silence`: no answer. The connection is held open for `hold_s` seconds, or until the client gives up, and is closed.
  With `committed` the request was carried out first: the post exists and its answer is lost.
* `repeat_page`: the page's `next_token` leads to the same page again.
* `drop_fields`: `fields` are missing from every item of `data`.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from http import HTTPStatus
from typing import Any


class Kind(StrEnum):
    """What happens to a request."""

    ANSWER = "answer"
    SILENCE = "silence"
    REPEAT_PAGE = "repeat_page"
    DROP_FIELDS = "drop_fields"


class Body(StrEnum):
    """The shape of an error's body: X's problem document, the older one, a web page, or nothing."""

    PROBLEM = "problem"
    LEGACY = "legacy"
    HTML = "html"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One line of the plan; `path` is a regular expression for the whole path, None matches everything.

    A status that HTTP doesn't know raises `ValueError`, a broken pattern `re.error`.
    """

    kind: Kind
    times: int = 1
    method: str | None = None
    path: str | None = None
    token: str | None = None
    committed: bool = False
    status: int = 503
    body: Body = Body.PROBLEM
    detail: str | None = None
    hold_s: float = 0.0
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        HTTPStatus(self.status)
        re.compile(self.path or "")

    def hits(self, method: str, path: str, token: str | None) -> bool:
        """Say whether a request is one of those meant."""
        return (
            self.method in {None, method}
            and self.token in {None, token}
            and (self.path is None or re.fullmatch(self.path, path) is not None)
        )


def read_fault(document: Mapping[str, Any]) -> Fault:
    """Read a fault from JSON with the names of `Fault`'s fields; anything else raises `ValueError`."""
    unknown = set(document) - {field.name for field in fields(Fault)}
    if unknown or "kind" not in document:
        message = f"a fault needs a kind and knows no {sorted(unknown)}"
        raise ValueError(message)
    read: dict[str, Any] = dict(document)
    read["kind"] = Kind(read["kind"])
    read["body"] = Body(read.get("body", Body.PROBLEM))
    read["fields"] = tuple(read.get("fields", ()))
    return Fault(**read)


class FaultPlan:
    """The faults still to be served, and how many were."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self.served: Counter[str] = Counter()

    def add(self, *faults: Fault) -> None:
        """Append faults; those added first are served first."""
        self._waiting.extend(faults)

    def clear(self) -> None:
        """Forget the faults that were not served."""
        self._waiting.clear()

    def take(self, method: str, path: str, token: str | None) -> Fault | None:
        """Return the fault that hits a request, if any, and use it up once."""
        for index, fault in enumerate(self._waiting):
            if fault.hits(method, path, token):
                self._waiting[index : index + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self.served[fault.kind] += 1
                return fault
        return None

    def __len__(self) -> int:
        return sum(fault.times for fault in self._waiting)
