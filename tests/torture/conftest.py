"""In this folder DynamoDB is the one in memory: what is imported from elsewhere runs against it too."""

from __future__ import annotations

import pytest

from tests.torture.memory_dynamodb import MemoryDynamoDB


@pytest.fixture
def dynamodb():
    return MemoryDynamoDB.of_template(page_items=3)


@pytest.fixture
def tables(dynamodb):
    return "desk", "ledger"
