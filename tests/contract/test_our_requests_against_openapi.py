"""Every request the desk sends to X, as tweepy really builds it, against X's own OpenAPI file."""

from __future__ import annotations

import re
import warnings
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest

from desk.credentials import Credentials
from desk.snowflake import id_at
from desk.x_client import XClient
from local.x_simulator import Simulator, User, World

NOON = 1_700_000_000
PATTERNS = {
    r"/2/users/\d+/mentions": "/2/users/{id}/mentions",
    r"/2/users/\d+/tweets": "/2/users/{id}/tweets",
}


@pytest.fixture
def sent(monkeypatch):
    """Requests as they leave, and a client whose requests a simulator answers."""
    world = World(NOON)
    world.add_user(User(id="1", username="brand"), token="t")
    world.add_user(User(id="2", username="ana"))
    asked = world.post(author="ana", text="@brand hello", created_at=NOON - 60)
    seen: list[requests.PreparedRequest] = []
    send = requests.Session.send

    def recorded(self, request, **how):
        seen.append(request)
        return send(self, request, **how)

    monkeypatch.setattr(requests.Session, "send", recorded)
    with Simulator(world) as simulator:
        client = XClient(Credentials("k", "s", "t", "u"), f"http://127.0.0.1:{simulator.port}")
        yield client, str(asked.id), seen


def as_documented(request: requests.PreparedRequest) -> MockRequest:
    parts = urlsplit(request.url)
    found = [name for expression, name in PATTERNS.items() if re.fullmatch(expression, parts.path)]
    pattern = found[0] if found else parts.path
    return MockRequest(
        "https://api.x.com",
        request.method.lower(),
        parts.path,
        path_pattern=pattern,
        view_args={"id": parts.path.split("/")[3]} if found else {},
        args={name: values[0] for name, values in parse_qs(parts.query).items()},
        headers={"Authorization": str(request.headers["Authorization"])},
        data=request.body if isinstance(request.body, bytes) else (request.body or "").encode() or None,
        content_type="application/json",
    )


CALLS = {
    "me": lambda x, _: x.me(),
    "user ids": lambda x, _: x.user_ids(["brand", "ana"]),
    "mentions": lambda x, _: x.mentions("1", since_id=id_at(NOON - 900), until_id=id_at(NOON), max_results=100),
    "timeline": lambda x, _: x.timeline("1", since_id=id_at(NOON - 900), until_id=id_at(NOON), max_results=100),
    "search": lambda x, _: x.search('("brand") -is:retweet', since_id=id_at(NOON - 900), max_results=100),
    "authors": lambda x, _: x.authors(["1", "2"]),
    "lookup": lambda x, post: x.lookup([post]),
    "reply": lambda x, post: x.post("hello", reply_to=post),
    "status post": lambda x, _: x.post("hello, all"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_request_of_ours_is_as_x_documents_it(openapi, sent, call):
    client, post, seen = sent
    call(client, post)
    assert seen
    for request in seen:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Unsupported scheme type")  # the file's OAuth 1.0a security scheme
            openapi.validate_request(as_documented(request))


def test_the_check_bites(openapi, sent):
    client, post, seen = sent
    client.post("hello", reply_to=post)
    seen[0].body = b'{"text": "hello", "reply": {"to": "1"}}'
    wrong = as_documented(seen[0])
    warnings.filterwarnings("ignore", "Unsupported scheme type")
    with pytest.raises(OpenAPIError):
        openapi.validate_request(wrong)
