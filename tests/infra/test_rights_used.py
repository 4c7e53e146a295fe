"""Roles against the handlers themselves: a year of everything, and what each asked of AWS meanwhile.

Nothing that is asked for is missing from the role, and nothing stands in the role that nobody asks for.
"""

import pytest

from tests.infra.a_busy_year import live_through
from tests.infra.rehearsal import Rehearsal
from tests.infra.template import actions, functions, statements, targets

OF_THE_PLATFORM = {"logs", "sqs", "xray"}
"""Services that Lambda itself calls with a function's role: for its log, its traces and what it gives up."""
OF_THE_STREAM = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
"""What Lambda calls with the role to read the stream."""
NAMES = {"ssm:GetParameter": "credentials", "ssm:PutParameter": "erasure key", "ses:SendEmail": "identity"}


@pytest.fixture(scope="module")
def used():
    with Rehearsal() as desk:
        live_through(desk)
        return desk.used


def granted(name):
    """What a role allows its function, as pairs of action and resource."""
    allowed = [one for one in statements(name) if one["Effect"] == "Allow"]
    pairs = ((action, target) for one in allowed for action in actions(one) for target in targets(one))
    return {
        (action, NAMES.get(action, target))
        for action, target in pairs
        if action.split(":")[0] not in OF_THE_PLATFORM and action.split(":")[1] not in OF_THE_STREAM
    }


@pytest.mark.parametrize("name", sorted(functions()))
def test_a_role_allows_what_its_function_asks_for_and_nothing_else(used, name):
    allowed = granted(name)
    assert used[name] - allowed == set()
    assert allowed - used[name] == set()
