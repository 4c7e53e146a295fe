"""Claims that the gateway has checked, and who is behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.claims import Issuer, handed_on, token_of
from desk.access import Scope
from desk.store.ledger import Token

ISSUER = Issuer("https://id.example", "scope", "", "sub")
OF_COGNITO = Issuer("https://id.example", "scope", "mentiondesk/", "username")


def claims(**more):
    return {"iss": "https://id.example", "sub": "mia", "scope": "viewer agent", **more}


@pytest.mark.parametrize(
    ("claim", "scopes"),
    [
        ("viewer", ("viewer",)),
        ("openid viewer lead", ("viewer", "lead")),
        ("[viewer agent]", ("viewer", "agent")),  # a list, as the gateway writes it
        (["viewer", "admin"], ("viewer", "admin")),
        ("viewer,agent", ("viewer", "agent")),
        ("", ()),
        (None, ()),
        ("administrator Admin VIEWER", ()),
    ],
)
def test_scopes_are_those_that_the_claim_lists(claim, scopes):
    assert token_of(claims(scope=claim), ISSUER) == Token("mia", scopes, 0)


def test_what_was_given_for_another_service_counts_for_nothing():
    token = token_of(claims(username="mia", scope="billing/admin mentiondesk/agent admin"), OF_COGNITO)
    assert token == Token("mia", ("agent",), 0)


@pytest.mark.parametrize(
    "found",
    [
        None,
        {},
        claims(iss="https://evil.example"),
        claims(iss="https://id.example/"),
        claims(iss=None),
        claims(sub=""),
        claims(sub=None),
        claims(sub="  "),
        claims(sub="mi\na"),
        claims(sub="x" * 201),
    ],
)
def test_whom_no_claims_of_the_issuer_name_is_nobody(found):
    assert token_of(found, ISSUER) is None


def test_another_claim_may_name_the_person_and_list_what_they_may_do():
    issuer = Issuer("https://id.example", "permissions", "", "email")
    token = token_of(claims(email="mia@pebblewing.example", permissions="[lead]"), issuer)
    assert token == Token("mia@pebblewing.example", ("lead",), 0)


@given(st.text(), st.text(max_size=5))
def test_no_claim_gives_more_than_a_scope_that_stands_in_it(claim, prefix):
    token = token_of(claims(scope=claim), Issuer("https://id.example", "scope", prefix, "sub"))
    assert token is not None
    assert all(scope in list(Scope) and prefix + scope in claim for scope in token.scopes)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"requestContext": {}},
        {"requestContext": {"authorizer": None}},
        {"requestContext": {"authorizer": {"lambda": {"claims": claims()}}}},
        {"headers": {"claims": "iss"}, "body": '{"requestContext": {"authorizer": {"jwt": {"claims": {}}}}}'},
    ],
)
def test_claims_are_read_where_the_gateway_writes_them_and_nowhere_else(event):
    assert handed_on(event) is None


def test_what_the_gateway_hands_on_is_found():
    event = {"requestContext": {"authorizer": {"jwt": {"claims": claims(), "scopes": None}}}}
    assert handed_on(event) == claims()
