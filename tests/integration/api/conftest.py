"""The API over both tables in process, at one fixed moment."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from api import sources
from api.handler import handle
from desk.access import fingerprint
from desk.notice import day_of
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger, Token
from tests.api_gateway import Answer, FakeContext, answer, request
from tests.cases import NOON
from tests.integration.api.working import Working
from tests.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.case import Case
    from desk.store.desk_items import Filed

TOKENS = {scope: f"desk_{scope}" for scope in ("viewer", "agent", "lead", "admin")}


class Api:
    """Calls the API as a caller would, and puts into the tables what it shall find there."""

    def __init__(self, desk: DeskTable, ledger: Ledger) -> None:
        self.desk, self.ledger = desk, ledger

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


@cache
def _dynamodb() -> Any:
    """One client for all tests: making one takes longer than most of them; each mock still starts empty."""
    return boto3.client("dynamodb", region_name="us-east-1")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "api",
        "POWERTOOLS_METRICS_NAMESPACE": "MentionDesk",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "DESK_TABLE": "desk",
        "LEDGER_TABLE": "ledger",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = _dynamodb()
        desk_name, ledger_name = create_tables(client)
        desk, ledger = DeskTable(client, desk_name), Ledger(client, ledger_name)
        monkeypatch.setattr(sources, "desk_table", lambda: desk)
        monkeypatch.setattr(sources, "ledger", lambda: ledger)
        monkeypatch.setattr(sources, "clock_from", lambda _: lambda: NOON)
        for scope, token in TOKENS.items():
            ledger.put(f"TOKEN#{fingerprint(token)}", "TOKEN", Token(f"the {scope}", (scope,), NOON))
        yield Api(desk, ledger)


@pytest.fixture
def working(api: Api, monkeypatch: pytest.MonkeyPatch) -> Working:
    desk = Working(api)
    monkeypatch.setattr(sources, "clock_from", lambda _: lambda: desk.now)
    return desk
