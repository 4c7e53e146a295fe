"""Fixtures of every layer: made-up AWS settings, and the two tables in process."""

from __future__ import annotations

import sys
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import settings
from moto import mock_aws

from desk.policy import load
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger
from desk.telemetry import metrics
from tests.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Iterator


settings.register_profile("desk", deadline=None, derandomize=True)  # the same examples on every run and machine
settings.load_profile("desk")


@pytest.fixture(scope="session", autouse=True)
def _no_real_account() -> Iterator[None]:
    """No test can reach an account of anybody's: keys, region and endpoints are made up before boto3 looks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        patch.delenv("AWS_PROFILE", raising=False)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "tests")
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "MentionDesk")
        patch.setenv("POWERTOOLS_DEV", "false")
        yield


@pytest.fixture(scope="session", autouse=True)
def _each_policy_is_read_once() -> Iterator[None]:
    """The same text gives an equal policy, and reading the shipped one takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        reading = sys.modules[load.__module__]
        patch.setattr(reading, "parse", lru_cache(reading.parse))
        yield


@pytest.fixture(autouse=True)
def _no_metrics_of_another_test() -> Iterator[None]:
    """What one test counted is not sent by another: a hundred values of one name are sent at once."""
    yield
    metrics.clear_metrics()


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    """An empty DynamoDB in process."""
    with mock_aws():
        yield _client()


@cache
def _client() -> Any:
    """The one client of all tests: making it takes longer than most of them, and what it speaks to is made anew."""
    return boto3.client("dynamodb")


@pytest.fixture
def tables(dynamodb: Any) -> tuple[str, str]:
    """Names of the Desk table and the ledger, made from the template."""
    return create_tables(dynamodb)


@pytest.fixture
def desk(dynamodb: Any, tables: tuple[str, str]) -> DeskTable:
    return DeskTable(dynamodb, tables[0])


@pytest.fixture
def ledger(dynamodb: Any, tables: tuple[str, str]) -> Ledger:
    return Ledger(dynamodb, tables[1])
