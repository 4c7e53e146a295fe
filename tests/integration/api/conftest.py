"""The API over both tables in process, at one fixed moment, and a case that people work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api_in_process import Api, an_api
from tests.integration.api.working import Working

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def api() -> Iterator[Api]:
    with an_api(Api) as made:
        yield made


@pytest.fixture
def working(api: Api) -> Working:
    return Working(api)
