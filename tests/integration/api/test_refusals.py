"""Whom the API refuses and how: every error is a problem document, and none says more than it must."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from api.routes.document import document
from desk.access import fingerprint
from desk.errors import Unavailable
from desk.store.ledger import Token
from tests.api_gateway import request
from tests.cases import NOON, a_case

ENDPOINTS = {
    "/me": "viewer",
    "/queue": "viewer",
    "/cases": "viewer",
    "/reports/sla": "viewer",
    "/reports/sla.csv": "viewer",
    "/reports/accuracy": "viewer",
    "/reports/accuracy.csv": "viewer",
    "/cases/901-5001": "agent",
    "/customers/901": "agent",
}
PUBLIC = ("/health", "/openapi.json")


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_token_without_any_known_scope_is_forbidden(api: Any, path: str) -> None:
    api.ledger.put(f"TOKEN#{fingerprint('desk_odd')}", "TOKEN", Token("odd", ("superuser",), NOON))
    assert api.get(path, scope="desk_odd").status == 403


def test_a_revoked_token_is_refused_at_once(api: Any) -> None:
    api.ledger.delete(f"TOKEN#{fingerprint('desk_admin')}", "TOKEN")
    assert api.get("/queue").status == 401


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "desk_admin", "Bearer desk_admin desk_admin"])
def test_another_way_to_authenticate_is_none(api: Any, header: str) -> None:
    event = request("/queue")
    event["headers"]["authorization"] = header
    assert api.send(event).status == 401


def test_who_may_not_ask_is_not_told_what_is_wrong_with_the_question(api: Any) -> None:
    assert api.get("/cases", scope=None, limit="many").status == 401
    assert api.get("/cases/nonsense", scope="viewer").status == 403


@pytest.mark.parametrize(
    ("path", "query", "place"),
    [
        ("/cases", {"limit": "many"}, "query.limit"),
        ("/cases", {"limit": "0"}, "query.limit"),
        ("/cases", {"limit": "101"}, "query.limit"),
        ("/cases", {"state": "angry"}, "query.state"),
        ("/cases", {"team": "nobody"}, "query.team"),
        ("/cases/nonsense", {}, "path.case_id"),
        ("/cases/901-٥٠٠١", {}, "path.case_id"),
        ("/customers/ada", {}, "path.customer_id"),
        ("/reports/sla", {"to": "2026-02-30"}, "query.to"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_place(api: Any, path: str, query: dict[str, str], place: str) -> None:
    refused = api.get(path, **query)
    assert (refused.status, refused.problem) == (422, "invalid-request")
    assert [fault["place"] for fault in refused.body["faults"]] == [place]


def cursor_of(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%",
        "abc",
        "ä",
        "x" * 3000,
        "AAAA====",
        cursor_of([]),
        cursor_of({}),
        cursor_of(None),
        cursor_of({"team": None, "state": None, "after": {"care": [1]}}),
        cursor_of({"team": None, "state": None, "after": {"care": ["1", "901-5001"]}}),
        cursor_of({"team": None, "state": None, "after": {"care": [-1, "901-5001"]}}),
        cursor_of({"team": None, "state": None, "after": {"care": [1, "PROFILE"]}}),
        cursor_of({"team": "sales", "state": None, "after": {}}),
        cursor_of({"team": None, "state": "waiting", "after": {}}),
    ],
)
def test_a_broken_cursor_is_a_bad_request(api: Any, cursor: str) -> None:
    refused = api.get("/cases", cursor=cursor)
    assert (refused.status, refused.problem) == (400, "broken-cursor")


@pytest.mark.parametrize("path", ["/cases/901-1", "/customers/999"])
def test_what_is_not_there_is_not_found(api: Any, path: str) -> None:
    missing = api.get(path)
    assert (missing.status, missing.problem) == (404, "not-found")


@pytest.mark.parametrize("path", ["/nothing", "/cases/901-1/nothing", "/queue/", "//queue", '/cases/"', "/cases/\\/"])
def test_an_unknown_path_is_not_found(api: Any, path: str) -> None:
    assert api.get(path).problem == "not-found"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("path", [*ENDPOINTS, *PUBLIC])
def test_a_wrong_method_is_told_the_right_ones(api: Any, path: str, method: str) -> None:
    takes = ["GET", *(["PATCH"] if path == "/customers/901" else [])]
    if method not in takes:
        refused = api.send(request(path, method=method, token="desk_admin"))
        assert (refused.status, refused.problem) == (405, "wrong-method")
        assert refused.headers["Allow"] == ", ".join(takes)


def test_an_act_is_posted(api: Any) -> None:
    refused = api.get("/cases/901-5001/resolve")
    assert (refused.status, refused.headers["Allow"]) == (405, "POST")


def test_a_failure_inside_is_logged_and_not_told(api: Any, monkeypatch: Any, capsys: Any) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(api.desk, "open_cases", fail)
    failed = api.get("/queue")
    assert (failed.status, failed.problem) == (500, "internal-error")
    assert "42" not in json.dumps(failed.body)
    assert failed.body["request_id"] == "Yb9q2jP0IAMEJ7w="


def test_a_store_that_does_not_answer_is_asked_again_later(api: Any, monkeypatch: Any) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("throttled")

    monkeypatch.setattr(api.ledger, "get", fail)
    failed = api.get("/queue")
    assert (failed.status, failed.problem) == (503, "unavailable")
    assert failed.headers["Retry-After"] == "5"


@pytest.mark.parametrize("path", [*ENDPOINTS, *PUBLIC, "/nothing"])
def test_every_answer_carries_the_security_headers(api: Any, path: str) -> None:
    api.holds(a_case(1))
    headers = api.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "max-age" in headers["Strict-Transport-Security"]


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_needs_no_token(api: Any, path: str) -> None:
    assert api.get(path, scope=None).status == 200


def test_the_openapi_document_is_valid(api: Any) -> None:
    told = api.get("/openapi.json", scope=None).body
    validate(told)
    assert told["openapi"].startswith("3.1")


def test_every_restricted_endpoint_says_which_scope_it_needs(api: Any) -> None:
    paths = api.get("/openapi.json").body["paths"]
    needed = {
        (method, path): operation.get("security", [])
        for path, item in paths.items()
        for method, operation in item.items()
    }
    assert needed["get", "/cases/{case_id}"] == [{"token": ["agent"]}]
    assert needed["post", "/cases/{case_id}/reclassify"] == [{"token": ["lead"]}]
    assert needed["get", "/health"] == []
    assert all(scopes for (_, path), scopes in needed.items() if path not in PUBLIC)


def test_every_documented_status_was_reached_above() -> None:
    """The tests of this file and its neighbours reach each of these; a new one needs a test of its own."""
    from api.app import app

    described = document(app(), "")["paths"].values()
    operations = (operation for item in described for operation in item.values())
    statuses = {int(status) for operation in operations for status in operation["responses"]}
    assert statuses == {200, 201, 202, 400, 401, 403, 404, 409, 412, 413, 414, 415, 422, 428, 429, 431, 500, 503}


def test_every_answer_of_200_fits_the_document(api: Any) -> None:
    from openapi_schema_validator import OAS31Validator

    api.holds(a_case(1))
    told = api.get("/openapi.json").body
    for path in {*ENDPOINTS, "/health"} - {"/reports/sla.csv", "/reports/accuracy.csv"}:
        template = {"/cases/901-5001": "/cases/{case_id}", "/customers/901": "/customers/{customer_id}"}.get(path, path)
        answers = told["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        schema = {**answers, "components": told["components"]}
        OAS31Validator(schema).validate(api.get(path).body)


def test_the_function_never_imports_the_client_of_x() -> None:
    import subprocess
    import sys
    from pathlib import Path

    functions = Path(__file__).resolve().parents[3] / "functions"
    program = "import sys, api.handler; sys.exit('tweepy' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", program], cwd=functions, check=False)
    assert finished.returncode == 0
