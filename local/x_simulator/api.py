"""X API v2, the part the desk calls: a request goes in, X's answer comes out, without a socket.

Decides who is calling, whether the call is within its limits, and which fault of the plan hits it; what a call does is
decided in `endpoints`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from local.x_simulator import problems
from local.x_simulator.allowance import Allowance, Limits
from local.x_simulator.endpoints import ENDPOINTS, Call, Calls, Endpoint
from local.x_simulator.faults import Body, Fault, FaultPlan, Kind
from local.x_simulator.metering import Meter
from local.x_simulator.parameters import FIRST_PAGE, Parameters, asked_page, page_token
from local.x_simulator.post import User
from local.x_simulator.problems import RefusedError
from local.x_simulator.world import World

JSON = "application/json; charset=utf-8"
PROBLEM_JSON = "application/problem+json"

LEGACY_RATE_LIMIT = 88

_TOKEN = re.compile(r'oauth_token="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent; `query` is the raw query string."""

    method: str
    path: str
    query: str = ""
    authorization: str = ""
    body: bytes = b""

    @property
    def token(self) -> str | None:
        """The OAuth 1.0a access token; its signature is not looked at."""
        match = _TOKEN.search(self.authorization) if self.authorization.startswith("OAuth ") else None
        return match.group(1) if match else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client gets. `silent_s` set means: no answer, and the connection closed after that many seconds."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    silent_s: float | None = None

    def json(self) -> Any:
        """Return the body as a document."""
        return json.loads(self.body)


class XApi:
    """The endpoints over one world, with their limits, faults and counters."""

    def __init__(self, world: World, limits: Limits, faults: FaultPlan, meter: Meter) -> None:
        self._world = world
        self._allowance = Allowance(limits)
        self._faults = faults
        self._meter = meter
        self._calls = Calls(world, meter)

    def limit(self, limits: Limits) -> None:
        """Put other limits in force; every window begins anew."""
        self._allowance = Allowance(limits)

    def answer(self, request: Request) -> Answer:
        """Carry a request out, unless a fault or a rule prevents it."""
        answer = self._answer_with_faults(request)
        if answer.silent_s is None:
            self._meter.count_status(answer.status)
        return answer

    def _answer_with_faults(self, request: Request) -> Answer:
        endpoint, path = _match(request)
        self._meter.count_request(endpoint.name if endpoint else "unknown")
        fault = self._faults.take(request.method, request.path, request.token)
        if fault is None:
            return self._carry_out(request, endpoint, path)
        if fault.kind in {Kind.REPEAT_PAGE, Kind.DROP_FIELDS}:
            return _spoil(fault, request, self._carry_out(request, endpoint, path))
        if fault.committed:
            self._carry_out(request, endpoint, path)
        if fault.kind is Kind.SILENCE:
            return Answer(0, silent_s=fault.hold_s)
        return self._fail(fault, request, endpoint)

    def _carry_out(self, request: Request, endpoint: Endpoint | None, path: Mapping[str, str]) -> Answer:
        headers: dict[str, str] = {}
        try:
            if endpoint is None:
                raise problems.plain(HTTPStatus.NOT_FOUND)
            account = self._account(request)
            is_allowed, headers = self._allowance.take(account.id, endpoint.name, self._world.now)
            if not is_allowed:
                raise problems.plain(HTTPStatus.TOO_MANY_REQUESTS)
            may_write = self._world.may_write(request.token or "")
            headers = {**headers, "x-access-level": "read-write" if may_write else "read"}
            if request.method != "GET" and not may_write:
                raise problems.may_only_read()
            parameters = Parameters(request.query, endpoint.parameters)
            document = endpoint.run(self._calls, Call(account, path, parameters, request.body))
        except RefusedError as refused:
            return _refusal(refused, headers)
        return Answer(endpoint.status, json.dumps(document).encode(), JSON, headers)

    def _account(self, request: Request) -> User:
        account = self._world.user_of_token(request.token or "")
        if account is None:
            raise problems.plain(HTTPStatus.UNAUTHORIZED)
        if self._world.is_suspended(account):
            raise problems.forbidden("Your account is suspended and is not permitted to access this feature.")
        return account

    def _fail(self, fault: Fault, request: Request, endpoint: Endpoint | None) -> Answer:
        headers: dict[str, str] = {}
        if fault.status == HTTPStatus.TOO_MANY_REQUESTS and endpoint is not None:
            account = self._world.user_of_token(request.token or "")
            headers = self._allowance.exhausted(account.id if account else "", endpoint.name, self._world.now)
        return _failure(fault, headers)


def _match(request: Request) -> tuple[Endpoint | None, Mapping[str, str]]:
    for endpoint in ENDPOINTS:
        if (path := endpoint.match(request.method, request.path)) is not None:
            return endpoint, path
    return None, {}


def _refusal(refused: RefusedError, headers: Mapping[str, str]) -> Answer:
    return Answer(refused.status, json.dumps(refused.document).encode(), PROBLEM_JSON, headers)


def _failure(fault: Fault, headers: Mapping[str, str]) -> Answer:
    title = HTTPStatus(fault.status).phrase
    match fault.body:
        case Body.EMPTY:
            return Answer(fault.status, b"", "text/plain", headers)
        case Body.HTML:
            page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
            return Answer(fault.status, page.encode(), "text/html; charset=utf-8", headers)
        case Body.LEGACY:
            document = problems.legacy(LEGACY_RATE_LIMIT, fault.detail or "Rate limit exceeded")
            return Answer(fault.status, json.dumps(document).encode(), JSON, headers)
        case Body.PROBLEM:
            is_broke = fault.status == HTTPStatus.PAYMENT_REQUIRED
            refused = problems.credits_depleted() if is_broke else problems.plain(fault.status, fault.detail)
            return _refusal(refused, headers)


def _spoil(fault: Fault, request: Request, answer: Answer) -> Answer:
    """Return a right answer with the fault's damage done to it; a refusal stays as it is."""
    if answer.status != HTTPStatus.OK:
        return answer
    document = answer.json()
    if fault.kind is Kind.REPEAT_PAGE:
        document.setdefault("meta", {})["next_token"] = asked_page(request.query) or page_token(FIRST_PAGE)
    else:
        _drop_fields(document.get("data", []), fault.fields)
    return Answer(answer.status, json.dumps(document).encode(), answer.content_type, answer.headers)


def _drop_fields(data: Any, names: tuple[str, ...]) -> None:
    for item in data if isinstance(data, list) else [data]:
        for name in names:
            item.pop(name, None)
