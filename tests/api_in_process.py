"""The api function over both tables in process, as tests and a browser reach it; its time is whatever a test says."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
import pytest
from moto import mock_aws

from api import sources
from api.handler import handle
from desk import credentials
from desk.access import fingerprint
from desk.notice import day_of
from desk.settings import settings
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger, Token
from tests.api_gateway import Answer, FakeContext, answer, request
from tests.cases import NOON
from tests.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.case import Case
    from desk.store.desk_items import Filed

TOKENS = {scope: f"desk_{scope}" for scope in ("viewer", "agent", "lead", "admin")}
_SETTINGS = {
    "AWS_ACCESS_KEY_ID": "k",
    "AWS_SECRET_ACCESS_KEY": "s",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "api",
    "POWERTOOLS_METRICS_NAMESPACE": "MentionDesk",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "DESK_TABLE": "desk",
    "LEDGER_TABLE": "ledger",
    "CREDENTIALS_PREFIX": "/pebblewing/x",
}


class Api:
    """Calls the API as a caller would, and puts into the tables what it shall find there; `now` is its time."""

    def __init__(self, desk: DeskTable, ledger: Ledger) -> None:
        self.desk, self.ledger = desk, ledger
        self.now = NOON

    def get(self, path: str, *, scope: str | None = "admin", **query: Any) -> Answer:
        token = TOKENS.get(scope, scope) if scope else None
        return self.send(request(path, token=token, **query))

    def send(self, event: dict[str, Any]) -> Answer:
        return answer(handle(event, FakeContext()))

    def holds(self, *cases: Case) -> None:
        for case in cases:
            self.desk.save_case(case)
            self.ledger.put("DAYS", day_of(case.opened_at), {})

    def files(self, filed: Filed) -> None:
        for event in filed.events:
            self.desk.append(event)
        self.desk.file(filed)

    def writings(self) -> Any:
        """Everything in both tables, to see that nothing changed; how often a token wrote is no such change."""
        tables = (self.desk, self.ledger)
        items = [item for table in tables for item in table._client.scan(TableName=table.name)["Items"]]
        return [item for item in items if not item["pk"]["S"].startswith("WRITES#")]


A = TypeVar("A", bound=Api)


@contextmanager
def an_api(kind: type[A]) -> Iterator[A]:
    """Lay out an empty desk for the function, with a token of every scope; `kind` is made over its tables."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in _SETTINGS.items():
            patch.setenv(name, value)
        client = _client("dynamodb")
        desk_name, ledger_name = create_tables(client)
        made = kind(DeskTable(client, desk_name), Ledger(client, ledger_name))
        patch.setattr(sources, "desk_table", lambda: made.desk)
        patch.setattr(sources, "ledger", lambda: made.ledger)
        patch.setattr(sources, "clock_from", lambda _: lambda: made.now)
        patch.setattr(credentials, "_parameters", lambda: _client("ssm"))
        for scope, token in TOKENS.items():
            made.ledger.put(f"TOKEN#{fingerprint(token)}", "TOKEN", Token(f"the {scope}", (scope,), NOON))
        _forget()
        yield made
    _forget()


def _forget() -> None:
    """What one deployment read of its surroundings is not for the next."""
    for cached in (settings, credentials.erasure_key, credentials.erasure_key_for_good):
        cached.cache_clear()


@cache
def _client(service: str) -> Any:
    """One client for all tests: making one takes longer than most of them; each mock still starts empty."""
    return boto3.client(service, region_name="us-east-1")
