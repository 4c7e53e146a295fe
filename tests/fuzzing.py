"""The API against its own OpenAPI document: requests made up by schemathesis, right ones and wrong ones, by every scope.

Each answer must be documented: its status, its type, its headers, its shape; and none may be a failure of ours. Half of
the right requests are about cases and customers that exist, over the state that is stored.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as conformance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

CHECKS = [
    not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_headers_conformance,
    conformance.response_schema_conformance,
]
GATEWAYS_OWN = frozenset({429, 503})
"""What the gateway answers by itself, in a body of its own."""
_SEED = 20260310
_TIMEOUT_SECONDS = 30


@dataclass(slots=True)
class Found:
    """What came of it: requests by endpoint, answers by status, and each fault once."""

    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fuzzing:
    """One API at `url`. `known`: ids that stand in paths, by their name.

    `tokens` gives a token of each scope, the widest last; new ones each time, for how often a token may write is limited.
    """

    url: str
    tokens: Callable[[], Sequence[str]]
    known: Mapping[str, Sequence[str]]
    session: requests.Session = field(default_factory=requests.Session)

    def run(self, examples: int) -> Found:
        """Ask every endpoint so often, with right and with wrong requests."""
        load_all_checks()
        self.session.trust_env = False  # no proxy stands between
        found = Found()
        schema = schemathesis.openapi.from_dict(self._get("/openapi.json").json())
        for operation in (each.ok() for each in schema.get_all_operations()):
            for mode in GenerationMode:
                self._ask(operation, mode, examples, found)
        return found

    def _ask(self, operation: Any, mode: GenerationMode, examples: int, found: Found) -> None:
        @seed(_SEED)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), token=self._tokens(), is_known=st.booleans())
        def ask(case: Any, token: str | None, *, is_known: bool) -> None:
            if is_known and mode is GenerationMode.POSITIVE:
                self._make_known(case, token)
            self._judge(case, token, found)

        try:
            ask()
        except Exception as fault:  # what can't be made up for this endpoint is no answer of it
            if not type(fault).__module__.startswith(("hypothesis", "schemathesis")):
                raise

    def _tokens(self) -> st.SearchStrategy[str | None]:
        """Most requests may do what they ask, so that more than the door is tried."""
        *narrower, widest = self.tokens()
        return st.sampled_from([widest] * 6 + [*narrower, None])

    def _make_known(self, case: Any, token: str | None) -> None:
        """Name what exists, and its latest entity tag as far as the token may read it."""
        for name in case.path_parameters or ():
            if self.known.get(name):
                case.path_parameters[name] = self.known[name][len(str(case.body)) % len(self.known[name])]
        if "if-match" in (case.headers or {}):
            root = "/".join(case.formatted_path.split("/")[:3])
            case.headers["if-match"] = self._get(root, token).headers.get("ETag", '"0"')

    def _judge(self, case: Any, token: str | None, found: Found) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = case.call(self.url, session=self.session, headers=headers, timeout=_TIMEOUT_SECONDS)
        endpoint = f"{case.method.upper()} {case.operation.path}"
        found.asked[endpoint] += 1
        found.answered[answer.status_code] += 1
        if _is_the_gateways(answer):
            return
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for fault in group.exceptions:
                name = f"{endpoint} {answer.status_code} {fault.title}"
                found.faults.setdefault(name, f"{fault}\n{case.as_curl_command(headers)}")

    def _get(self, path: str, token: str | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.session.get(f"{self.url}{path}", headers=headers, timeout=_TIMEOUT_SECONDS)


def _is_the_gateways(answer: Any) -> bool:
    kind = answer.headers.get("content-type", [""])[0]
    return answer.status_code in GATEWAYS_OWN and "problem" not in kind
