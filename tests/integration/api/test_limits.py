"""How much a request may bring, and what it may name: a limit is a problem like any other."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from api.limits import MOST_BODY_BYTES, MOST_PARAMETERS
from tests.api_gateway import request

PATHS = ("/queue", "/cases", "/reports/sla", "/reports/sla.csv", "/cases/901-5001", "/customers/901", "/health")


def with_body(body: str, *, encoded: bool = False) -> dict[str, Any]:
    return request("/queue", token="desk_admin") | {"body": body, "isBase64Encoded": encoded}


def test_the_bytes_of_a_body_count_not_its_characters(api: Any) -> None:
    assert api.send(with_body("é" * (MOST_BODY_BYTES // 2))).status == 200
    assert api.send(with_body("é" * (MOST_BODY_BYTES // 2 + 1))).status == 413


def test_an_encoded_body_counts_decoded(api: Any) -> None:
    assert api.send(with_body(base64.b64encode(b"x" * MOST_BODY_BYTES).decode()[:-4], encoded=True)).status == 200
    assert api.send(with_body(base64.b64encode(b"x" * (MOST_BODY_BYTES + 3)).decode(), encoded=True)).status == 413


def test_sizes_are_asked_before_the_token(api: Any) -> None:
    refused = api.send(request("/queue") | {"body": "x" * (MOST_BODY_BYTES + 1)})
    assert refused.status == 413


@pytest.mark.parametrize("path", PATHS)
def test_each_parameter_that_is_not_known_is_named(api: Any, path: str) -> None:
    refused = api.get(path, colour="red", size=3)
    assert (refused.status, refused.problem) == (400, "bad-parameters")
    assert [fault["place"] for fault in refused.body["faults"]] == ["query.colour", "query.size"]
    assert "red" not in str(refused.body)


def test_who_names_a_wrong_parameter_is_told_the_right_ones(api: Any) -> None:
    (fault,) = api.get("/reports/sla", since="2026-03-01").body["faults"]
    assert fault["detail"] == "There is no such parameter; there are from, to."


def test_a_parameter_given_twice_is_ambiguous(api: Any) -> None:
    event = request("/cases", token="desk_admin", team="care")
    event["rawQueryString"] = "team=care&team=sales"
    refused = api.send(event)
    assert (refused.status, refused.problem) == (400, "bad-parameters")
    assert refused.body["faults"] == [{"place": "query.team", "detail": "It is given 2 times; give it once."}]


def test_more_parameters_than_the_limit_are_not_even_named(api: Any) -> None:
    refused = api.get("/cases", **{f"p{number}": number for number in range(MOST_PARAMETERS + 1)})
    assert (refused.status, refused.problem) == (400, "bad-parameters")
    assert "faults" not in refused.body


def test_who_may_not_ask_is_not_told_which_parameters_there_are(api: Any) -> None:
    assert api.get("/cases", scope=None, colour="red").status == 401


@pytest.mark.parametrize(
    ("path", "query"), [("/cases", {"team": "care", "limit": 5}), ("/reports/sla", {"from_": "2026-03-01"})]
)
def test_what_is_known_and_given_once_is_taken(api: Any, path: str, query: dict[str, Any]) -> None:
    assert api.get(path, **query).status == 200
