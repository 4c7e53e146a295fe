from pathlib import Path

import pytest

from desk.policy import PolicyFaults, parse

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def repository():
    return REPOSITORY


@pytest.fixture(scope="session")
def shipped():
    return (REPOSITORY / "functions" / "policy.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def policy(shipped):
    return parse(shipped)


@pytest.fixture
def faults_with(shipped):
    """Parse the shipped policy with one passage put in another's place; give its faults as place and message."""

    def parse_with(old, new):
        assert shipped.count(old) >= 1, f"the shipped policy has no {old!r}"
        with pytest.raises(PolicyFaults) as caught:
            parse(shipped.replace(old, new, 1))
        return [(fault.place, fault.message) for fault in caught.value.faults]

    return parse_with
