"""The policy under which a file is played fits the accounts that speak in it."""

from __future__ import annotations

import pytest

from desk.policy import PolicyFaults
from local.file_policy import policy_for
from local.run import SHIPPED_POLICY
from local.script import Line, Person, Script


def a_script(*people: Person) -> Script:
    return Script("a file", people, (Line(key="1", author="ada", at=0.0, text="hello"),))


def test_it_speaks_for_the_accounts_of_the_file_and_declares_no_incident():
    policy = policy_for(a_script(Person("Brand", "1", token="t"), Person("ada", "2")), SHIPPED_POLICY)
    assert [handle.name for handle in policy.handles] == ["Brand"]
    assert (policy.incidents.status_handle, policy.incidents.declares_itself) == ("Brand", False)


def test_a_file_in_which_no_brand_speaks_is_refused_with_what_is_wrong():
    with pytest.raises(PolicyFaults, match="handles"):
        policy_for(a_script(Person("ada", "2")), SHIPPED_POLICY)
