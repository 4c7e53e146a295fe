"""Requests as API Gateway's HTTP API hands them to a function (payload 2.0), and answers as a caller sees them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class FakeContext:
    """What Lambda tells a function of its run."""

    function_name: str = "api"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:api"
    aws_request_id: str = "8c0d5c1e-1111-2222-3333-444455556666"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def problem(self) -> str:
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.body["status"] == self.status
        return self.body["type"].rpartition(":")[2]


def request(path: str, *, method: str = "GET", token: str | None = None, **query: Any) -> dict[str, Any]:
    """A request event; a name in `query` may end with `_` to be a Python keyword's."""
    parameters = {name.rstrip("_"): str(value) for name, value in query.items()}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(parameters),
        "headers": {"host": "desk.example", **({"authorization": f"Bearer {token}"} if token else {})},
        "queryStringParameters": parameters,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "desk",
            "domainName": "desk.example",
            "domainPrefix": "desk",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t"},
            "requestId": "Yb9q2jP0IAMEJ7w=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Mar/2026:12:00:00 +0000",
            "timeEpoch": 1772452800000,
        },
        "isBase64Encoded": False,
    }


def answer(response: dict[str, Any]) -> Answer:
    headers, body = response["headers"], response["body"]
    return Answer(response["statusCode"], headers, json.loads(body) if "json" in headers["Content-Type"] else body)
