"""Roles against the handlers themselves: a year of everything, and what each asked of AWS meanwhile.

Nothing that is asked for is missing from the role, and nothing stands in the role that nobody asks for.
"""

import pytest

from tests.infra.a_busy_year import live_through
from tests.infra.rehearsal import Rehearsal
from tests.infra.template import actions, functions, permits, statements, targets

OF_THE_PLATFORM = {"logs", "sqs", "xray"}
"""Services that Lambda itself calls with a function's role: for its log, its traces and what it gives up."""
OF_THE_STREAM = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
"""What Lambda calls with the role to read the stream."""
NAMES = {"ssm:GetParameter": "credentials", "ssm:PutParameter": "erasure key", "ses:SendEmail": "identity"}


@pytest.fixture(scope="module")
def lived():
    with Rehearsal() as desk:
        live_through(desk)
        return desk


@pytest.fixture(scope="module")
def used(lived):
    return lived.used


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


@pytest.mark.parametrize("name", sorted(functions()))
def test_a_role_allows_each_partition_of_the_ledger_that_its_function_asks_for(lived, name):
    assert [each for each in sorted(lived.partitions[name]) if not permits(name, *each)] == []


@pytest.mark.parametrize("sid", ["KeepAnnouncements", "ReadStanding"])
def test_who_calls_strangers_is_allowed_no_partition_that_it_does_not_ask_for(lived, sid):
    (one,) = [one for one in statements("WebhookFunction") if one["Sid"] == sid]
    asked = {partition for action, partition in lived.partitions["WebhookFunction"] if action in actions(one)}
    assert set(one["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]) == asked
