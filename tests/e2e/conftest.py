"""The deployed stack under test: the sample day, and which tests run when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desk.policy import load
from local import sample_day
from local.run import SHIPPED_POLICY
from tests.e2e.deployed import Deployed, Played, playing

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
NOBODY = "http://127.0.0.1:9/in"
"""A receiver that is never called: the webhook runs where a test runs it."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands here, and keep together what shares a stack; its update comes last."""
    for item in items:
        if HERE in item.path.parents:
            fixtures = getattr(item, "fixturenames", ())
            item.add_marker("e2e")
            item.add_marker(pytest.mark.xdist_group("the sample day" if "played" in fixtures else item.path.name))
    items.sort(key=lambda item: "rehearsed" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def played() -> Iterator[Played]:
    """The sample day, deployed and played once for all tests, with every function telling all it can, to others too."""
    with playing(sample_day.read(), load(SHIPPED_POLICY), log_level="DEBUG", webhook="standard") as it:
        Deployed(it.stack).types("webhook", "set", "--url", NOBODY)
        yield it


@pytest.fixture(scope="session")
def desk(played: Played) -> Deployed:
    """The desk after the sample day, for tests that go on with it."""
    return Deployed(played.stack)
