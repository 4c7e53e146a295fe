"""The deployed stack under test: the sample day, and which tests run when."""

from __future__ import annotations

from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

from desk.policy import load
from local import sample_day
from local.cloud import REPOSITORY, build
from local.run import SHIPPED_POLICY
from tests.e2e.deployed import Deployed, Played, playing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xdist.remote import Producer

HERE = Path(__file__).parent
NOBODY = "http://127.0.0.1:9/in"
"""A receiver that is never called: the webhook runs where a test runs it."""


OWN_STACKS = ("test_burst.py", "test_outage.py", "test_recorded_posts.py")
"""These deploy a stack each; all the others share the sample day's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands here; the update of the sample day's stack comes last."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("e2e")
    items.sort(key=lambda item: "rehearsed" in getattr(item, "fixturenames", ()))


class ByStack(LoadScopeScheduling):
    """Gives all tests of one stack to one worker, so that each stack is deployed once."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0]).name
        return file if file in OWN_STACKS else "the sample day"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByStack:
    """Share the tests out by their stacks among the workers, if there are several."""
    return ByStack(config, log)


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id) -> Path:
    """The functions, built once for all stacks: the worker that comes first builds, the others wait for it."""
    own = tmp_path_factory.getbasetemp()
    directory = own if worker_id == "master" else own.parent
    done = directory / "built"
    with (directory / "build.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not done.exists():
            build(REPOSITORY, own / "build", {"TMPDIR": str(own)})
            (own / "build").rename(done)
    return done


@pytest.fixture(scope="session")
def played(built) -> Iterator[Played]:
    """The sample day, deployed and played once for all tests, with every function telling all it can, to others too."""
    with playing(sample_day.read(), load(SHIPPED_POLICY), built=built, log_level="DEBUG", webhook="standard") as it:
        Deployed(it.stack).types("webhook", "set", "--url", NOBODY)
        yield it


@pytest.fixture(scope="session")
def desk(played: Played) -> Deployed:
    """The desk after the sample day, for tests that go on with it."""
    return Deployed(played.stack)
