"""What holds for every endpoint, asked of each that the OpenAPI document names: a new one can't escape.

Whoever may not ask, or asks wrongly, gets a documented refusal, and both tables stay as they were.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from api.app import app
from api.limits import MOST_BODY_BYTES, MOST_HEADER_BYTES, MOST_URI_CHARACTERS
from api.rate import MOST_WRITES, WINDOW_SECONDS
from api.routes.document import document
from desk.access import Scope
from desk.incidents.clusters import Cluster
from desk.incidents.life import Move, moved
from desk.incidents.model import Evidence, Incident, Stage
from desk.store.incidents import keep_incident
from tests.api_gateway import request
from tests.api_in_process import TOKENS
from tests.stories import CASE, CUSTOMER, HOUR, MORNING, wrote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.api_gateway import Answer
    from tests.integration.api.working import Working

SUSPECTED = Incident(
    incident_id="7",
    stage=Stage.SUSPECTED,
    cluster=Cluster("app", ("app crashes",), (), "app crashes"),
    since=MORNING,
    evidence=Evidence(at=MORNING, series="posts", observed=40, expected=4, factor=10, score=12),
    peak=Evidence(at=MORNING, series="posts", observed=40, expected=4, factor=10, score=12),
    changes=(),
)
DECLARED = moved(SUSPECTED, Move.DECLARE, at=MORNING, by="Lena")
PLACES = {"case_id": CASE, "customer_id": CUSTOMER, "incident_id": SUSPECTED.incident_id}
"""What stands in an address; a path with a name of another kind needs one here."""
NOBODY = {"case_id": "999-1", "customer_id": "999", "incident_id": "999"}
OF_SUSPECTED = ("/declare", "/dismiss")
"""What is done to an incident that is not declared; all else needs one that is."""
SAID = {
    "/cases/{case_id}/snooze": {"until": MORNING + 2 * HOUR},
    "/cases/{case_id}/join": {"incident": SUSPECTED.incident_id},
    "/incidents/{incident_id}/status-posts": {"text": "We are sorry. Our app is down, and we are on it."},
}
"""Bodies where the example of the document would not be done: it names what this desk does not have."""
BEFORE = {"reopen": "resolve", "leave": "join"}
"""What must have been done to a case before this can be."""
MEGABYTE = 1 << 20
NEVER = '"99"'
"""An entity tag that nobody was ever given."""
BY: dict[Scope | None, str] = {
    Scope.VIEWER: "wall",
    Scope.AGENT: "Mia",
    Scope.LEAD: "Lena",
    Scope.ADMIN: TOKENS["admin"],
}
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Endpoint:
    """One operation of the document."""

    method: str
    template: str
    described: Any
    schemas: Any

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.template}"

    @property
    def path(self) -> str:
        return self.template.format(**PLACES)

    @property
    def scope(self) -> Scope | None:
        needed = [
            scope for scheme in self.described.get("security", ()) for scopes in scheme.values() for scope in scopes
        ]
        return Scope(needed[0]) if needed else None

    @property
    def parameters(self) -> list[Any]:
        return self.described.get("parameters", [])

    def takes(self, place: str, name: str) -> bool:
        return any((each["in"], each["name"]) == (place, name) for each in self.parameters)

    @property
    def body(self) -> Any:
        """The schema of its body; None if it takes none."""
        content = self.described.get("requestBody", {}).get("content")
        return self._resolved(content["application/json"]["schema"]) if content else None

    @property
    def example(self) -> Any:
        return SAID.get(self.template) or self.body.get("examples", [{}])[0] if self.body else None

    def _resolved(self, schema: Any) -> Any:
        name = schema.get("$ref", "").rpartition("/")[2]
        return self.schemas[name] if name else schema

    def asked(self, *, token: str | None, body: object = None, key: str | None = "a-key-of-a-test", **how: Any) -> Any:
        """A request to it that is right as far as nothing else is said."""
        path, seen = how.pop("path", self.path), how.pop("seen", NEVER)
        headers = {"idempotency-key": key, "if-match": seen, **how.pop("headers", {})}
        event = request(path, method=self.method.upper(), token=token, **how)
        event["headers"] |= {name: value for name, value in headers.items() if value is not None}
        said = self.example if body is None else body
        return event | ({"body": said if isinstance(said, str) else json.dumps(said)} if said is not None else {})


def endpoints() -> Iterator[Endpoint]:
    told = document(app(), "")
    for template, item in told["paths"].items():
        for method in METHODS:
            if method in item:
                yield Endpoint(method, template, item[method], told["components"]["schemas"])


EVERY = list(endpoints())
RESTRICTED = [each for each in EVERY if each.scope]
WRITING = [each for each in EVERY if each.method != "get"]


def of(found: list[Endpoint]) -> Any:
    return pytest.mark.parametrize("endpoint", found, ids=map(str, found))


def smaller(scope: Scope) -> list[Scope]:
    return [each for each in Scope if not each.includes(scope)]


class Asked:
    """Asks one endpoint, and sees that whatever it refuses changed nothing."""

    def __init__(self, working: Working, endpoint: Endpoint) -> None:
        self.working, self.endpoint = working, endpoint
        self.before = working.writings()

    def tag(self) -> str | None:
        """The entity tag of what is changed, as whoever may read it is told it; None of what nobody can have seen."""
        root = "/".join(self.endpoint.path.split("/")[:3])
        told = self.working.asks(root, by="Lena")
        return told.headers.get("ETag")

    def refuses(self, event: Any) -> Answer:
        told: Answer = self.working.api.send(event)
        assert told.status >= 400
        assert str(told.status) in self.endpoint.described["responses"]
        assert told.problem
        assert self.working.writings() == self.before
        return told


@pytest.fixture
def asked(working: Working, endpoint: Endpoint) -> Asked:
    working.holds(wrote(0))
    incident = SUSPECTED if endpoint.template.endswith(OF_SUSPECTED) else DECLARED
    keep_incident(working.ledger, incident, version=0)
    return Asked(working, endpoint)


@of(RESTRICTED)
def test_who_may_not_ask_is_refused_whatever_is_asked(asked: Asked, endpoint: Endpoint) -> None:
    nobody = asked.refuses(endpoint.asked(token=None))
    assert (nobody.status, nobody.headers["WWW-Authenticate"]) == (401, 'Bearer realm="mentiondesk"')
    wrong = asked.refuses(endpoint.asked(token="desk_guessed"))
    assert (wrong.status, 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]) == (401, True)
    assert asked.refuses(endpoint.asked(token=None, body="{", colour="red")).status == 401
    assert endpoint.scope
    for scope in smaller(endpoint.scope):
        refused = asked.refuses(endpoint.asked(token=TOKENS[scope]))
        assert refused.status == 403
        assert f'scope="{endpoint.scope}"' in refused.headers["WWW-Authenticate"]


@of(EVERY)
def test_what_is_too_large_is_refused_unread(asked: Asked, endpoint: Endpoint) -> None:
    assert MEGABYTE > MOST_BODY_BYTES
    assert asked.refuses(endpoint.asked(token=TOKENS["admin"], body="x" * MEGABYTE)).status == 413
    assert (
        asked.refuses(endpoint.asked(token=TOKENS["admin"], headers={"x-many": "x" * MOST_HEADER_BYTES})).status == 431
    )
    assert asked.refuses(endpoint.asked(token=TOKENS["admin"], page="x" * MOST_URI_CHARACTERS)).status == 414


@of(EVERY)
def test_a_parameter_that_nobody_knows_is_refused(asked: Asked, endpoint: Endpoint) -> None:
    assert asked.refuses(endpoint.asked(token=TOKENS["admin"], colour="red")).status == 400


@of([each for each in EVERY if "{" in each.template])
def test_what_is_not_there_is_not_found_and_no_id_is_no_address(asked: Asked, endpoint: Endpoint) -> None:
    missing = endpoint.template.format(**NOBODY)
    assert asked.refuses(endpoint.asked(token=BY[endpoint.scope], path=missing)).status == 404
    nonsense = endpoint.template.format(**dict.fromkeys(PLACES, "nonsense"))
    assert asked.refuses(endpoint.asked(token=TOKENS["admin"], path=nonsense)).status == 422


@of([each for each in EVERY if any(one["in"] == "query" for one in each.parameters)])
def test_a_parameter_of_another_type_is_refused(asked: Asked, endpoint: Endpoint) -> None:
    for each in endpoint.parameters:
        if each["in"] == "query":
            given = {f"{each['name']}_" if each["name"] == "from" else each["name"]: "\u202e%"}
            told = asked.refuses(endpoint.asked(token=TOKENS["admin"], **given))
            assert told.status == (400 if each["name"] == "cursor" else 422)


@of(WRITING)
def test_a_body_that_is_not_what_it_takes_is_refused(asked: Asked, endpoint: Endpoint) -> None:
    def status(body: object, **how: Any) -> int:
        return asked.refuses(endpoint.asked(token=TOKENS["admin"], body=body, **how)).status

    assert [status(body) for body in ("", "{", "[" * 10_000, "[]", '"text"', "7", "null", "{} {}")] == [422] * 8
    assert status({**endpoint.example, "unknown": 1}) == 422
    assert [status({**endpoint.example, name: {"a": [1]}}) for name in endpoint.body.get("properties", ())] == [
        422 for _ in endpoint.body.get("properties", ())
    ]
    assert status(endpoint.example, headers={"content-type": "text/plain"}) == 415


@of(WRITING)
def test_nothing_is_changed_without_a_key_of_its_own(asked: Asked, endpoint: Endpoint) -> None:
    assert endpoint.takes("header", "idempotency-key")
    for key in (None, "", "short", "x" * 65, "with space", "\u00e9" * 10):
        assert asked.refuses(endpoint.asked(token=TOKENS["admin"], key=key)).status == 422


@of([each for each in WRITING if each.takes("header", "if-match")])
def test_nothing_is_changed_over_a_state_that_was_not_seen(asked: Asked, endpoint: Endpoint) -> None:
    token = BY[endpoint.scope]
    assert asked.refuses(endpoint.asked(token=token, seen=None)).status == 428
    latest = asked.tag()
    for seen in (NEVER, latest.strip('"'), "*", f"W/{latest}", "nonsense"):
        refused = asked.refuses(endpoint.asked(token=token, seen=seen))
        assert (refused.status, refused.headers["ETag"]) == (412, latest)


def test_only_what_begins_or_erases_is_done_whatever_was_seen() -> None:
    blind = {str(each) for each in WRITING if not each.takes("header", "if-match")}
    assert blind == {"POST /customers/{customer_id}/erase", "POST /incidents"}


@of(WRITING)
def test_a_request_sent_again_gets_its_answer_again_and_is_done_once(
    asked: Asked, endpoint: Endpoint, working: Working
) -> None:
    if before := BEFORE.get(endpoint.template.rpartition("/")[2]):
        working.does(before, SAID.get(f"/cases/{{case_id}}/{before}"))
        working.triage()
    event = endpoint.asked(token=BY[endpoint.scope], seen=asked.tag())
    first = working.api.send(event)
    assert first.status in {200, 201, 202}, first.body
    after = working.writings()
    assert after != asked.before
    again = working.api.send(event)
    assert (again.status, again.body) == (first.status, first.body)
    assert working.writings() == after


@of(WRITING)
def test_a_token_may_write_so_often_a_minute_and_then_waits(asked: Asked, endpoint: Endpoint, working: Working) -> None:
    window = working.now - working.now % WINDOW_SECONDS
    working.now = window + 20
    working.ledger._client.put_item(
        TableName=working.ledger.name,
        Item={
            "pk": {"S": "WRITES#the admin"},
            "sk": {"S": f"{window:012d}"},
            "amount": {"N": str(MOST_WRITES - 1)},
        },
    )
    event = endpoint.asked(token=TOKENS["admin"], key=None)
    assert asked.refuses(event).status == 422  # counts too
    refused = asked.refuses(event)
    assert (refused.status, refused.problem) == (429, "too-many-writes")
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit"] == '"writes";r=0;t=40'
    assert refused.headers["RateLimit-Policy"] == f'"writes";q={MOST_WRITES};w=60'
    assert asked.refuses(endpoint.asked(token=None)).status == 401
    working.now = window + WINDOW_SECONDS
    assert asked.refuses(event).status == 422


@of(EVERY)
def test_the_document_says_how_often_it_may_be_asked(endpoint: Endpoint) -> None:
    limited = endpoint.described["responses"]["429"]
    ours = {"application/problem+json"} if endpoint in WRITING else set()
    assert set(limited["content"]) == {"application/json"} | ours
    assert set(limited.get("headers", ())) == ({"Retry-After", "RateLimit", "RateLimit-Policy"} if ours else set())
