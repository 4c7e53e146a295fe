"""The API with an issuer of JWTs: who the gateway says it is, and nobody by anything a caller can write."""

from __future__ import annotations

import json

import pytest

from api import sources
from api.app import app
from api.claims import Issuer
from api.routes.document import document
from desk.access import Scope
from tests.api_gateway import request
from tests.cases import a_case

ISSUER = "https://id.example"
SCOPED = sorted(
    path.replace("{case_id}", "1-1").replace("{customer_id}", "1").replace("{incident_id}", "1")
    for path, item in document(app(), "")["paths"].items()
    if "get" in item and item["get"].get("security")
)


@pytest.fixture
def by_jwt(api, monkeypatch):
    monkeypatch.setattr(sources, "issuer", lambda: Issuer(ISSUER, "scope", "", "sub"))
    return api


def asked(path, **claims):
    event = request(path, token="of.the.issuer")
    if claims:
        event["requestContext"]["authorizer"] = {"jwt": {"claims": {"iss": ISSUER, **claims}, "scopes": None}}
    return event


def test_who_the_issuer_names_is_let_in_with_the_scope_it_gives(by_jwt):
    answer = by_jwt.send(asked("/me", sub="mia", scope="openid agent"))
    assert (answer.status, answer.body["name"], answer.body["scope"]) == (200, "mia", "agent")


def test_the_name_in_the_claims_stands_in_what_is_done(by_jwt):
    by_jwt.holds(a_case(1))
    case_id = a_case(1).case_id
    event = asked(f"/cases/{case_id}/note", sub="mia", scope="agent")
    event["requestContext"]["http"]["method"] = "POST"
    event |= {"body": json.dumps({"text": "Rang back"})}
    event["headers"] |= {"if-match": '"1"', "idempotency-key": "number-one", "content-type": "application/json"}
    assert by_jwt.send(event).status == 200
    acts = [each for each in by_jwt.desk.events_from("901", "EVENT#") if each.action]
    assert [each.action.by for each in acts] == ["mia"]


def test_too_small_a_scope_is_refused_as_ever(by_jwt):
    assert by_jwt.send(asked("/cases/1-1", sub="mia", scope="viewer")).problem == "scope-too-small"


@pytest.mark.parametrize("path", SCOPED)
def test_without_claims_of_the_gateway_no_route_opens(by_jwt, path):
    answer = by_jwt.send(asked(path))
    assert (answer.status, answer.problem) == (401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scope", Scope)
def test_the_desks_own_tokens_open_nothing_then(by_jwt, scope):
    assert by_jwt.get("/queue", scope=scope).status == 401


def test_claims_of_another_issuer_open_nothing(by_jwt):
    event = asked("/queue", sub="mia", scope="admin")
    event["requestContext"]["authorizer"]["jwt"]["claims"]["iss"] = "https://evil.example"
    assert by_jwt.send(event).status == 401


def test_no_header_and_no_query_can_play_the_gateway(by_jwt):
    event = asked("/queue")
    forged = json.dumps({"jwt": {"claims": {"iss": ISSUER, "sub": "eve", "scope": "admin"}}})
    event["headers"] |= {"authorizer": forged, "x-amzn-authorizer": forged, "x-jwt-claims": forged}
    assert by_jwt.send(event).status == 401


def test_where_no_issuer_is_named_claims_open_nothing(api):
    event = asked("/queue", sub="mia", scope="admin")
    assert api.send(event).status == 401


@pytest.mark.parametrize("path", ["/health", "/openapi.json", "/"])
def test_what_is_public_stays_public(by_jwt, path):
    assert by_jwt.send(request(path)).status == 200
