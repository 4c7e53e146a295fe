from __future__ import annotations

import pytest

from desk.errors import Conflict
from desk.meter import Metered
from desk.notice import Crossed, Notice
from desk.store.ledger import Setup, Switch

NOW = 1_772_528_400


def test_a_lease_is_held_by_one_owner_at_a_time(ledger):
    assert ledger.take_lease("poll", owner="a", now=NOW, seconds=55)
    assert not ledger.take_lease("poll", owner="b", now=NOW + 54, seconds=55)
    assert ledger.take_lease("poll", owner="b", now=NOW + 55, seconds=55)


def test_a_lease_given_back_is_free_at_once(ledger):
    ledger.take_lease("poll", owner="a", now=NOW, seconds=55)
    ledger.release_lease("poll", owner="b")
    assert not ledger.take_lease("poll", owner="b", now=NOW, seconds=55)
    ledger.release_lease("poll", owner="a")
    assert ledger.take_lease("poll", owner="b", now=NOW, seconds=55)


def test_of_two_writers_on_one_version_the_second_loses(ledger):
    assert ledger.versioned("SOURCE#mentions", "STATE", dict) == (None, 0)
    first = ledger.put_version("SOURCE#mentions", "STATE", {"head": "1"}, version=0)
    with pytest.raises(Conflict):
        ledger.put_version("SOURCE#mentions", "STATE", {"head": "2"}, version=0)
    ledger.put_version("SOURCE#mentions", "STATE", {"head": "3"}, version=first)
    assert ledger.versioned("SOURCE#mentions", "STATE", dict) == ({"head": "3"}, 2)


def test_counters_add_up_by_period(ledger):
    ledger.add("2026-03-03", "mentions", 5)
    ledger.add("2026-03-03", "mentions", 7)
    ledger.add("2026-03-04", "mentions", 1)
    assert ledger.spent("2026-03-03") == {"mentions": 12}


def test_nothing_is_posted_while_nobody_touched_the_switch(ledger):
    assert ledger.switch() is None


def test_a_restored_table_starts_switched_off():
    switch = Switch(is_on=True, table="desk", by="lena", at=NOW)
    assert switch.allows("desk")
    assert not switch.allows("desk-restored")


def test_before_setup_there_is_none(ledger):
    assert ledger.setup() is None
    ledger.put("DESK", "SETUP", Setup({"pebblewinghelp": "900"}, NOW))
    setup = ledger.setup()
    assert (setup.own_ids, setup.name_of("900"), setup.name_of("1")) == (frozenset({"900"}), "pebblewinghelp", None)


def test_a_breach_is_recorded_once(ledger):
    notice = Notice(
        "2026-03-03", f"{NOW:012d}#1-2#first_response#breach", "1-2", "care", "first_response", Crossed.BREACH, NOW
    )
    assert ledger.record_notice(notice)
    assert not ledger.record_notice(notice)
    assert ledger.notices("2026-03-03") == [notice]


def test_what_can_not_be_understood_is_kept_with_its_reason(ledger):
    kept = ledger.set_aside("mentions", "ab12", {"id": "x"}, "'x' is no id", now=NOW, day="2026-03-03")
    again = ledger.set_aside("mentions", "ab12", {"id": "x"}, "'x' is no id", now=NOW, day="2026-03-03")
    assert (kept, again) == (True, False)


def test_what_functions_used_adds_up_by_day(ledger):
    ledger.add_usage("2026-03-03", "poll", {Metered.READ_UNIT: 0.5, Metered.INVOCATION: 1})
    ledger.add_usage("2026-03-03", "poll", {Metered.READ_UNIT: 2.0, Metered.INVOCATION: 1})
    ledger.add_usage("2026-03-03", "triage", {Metered.INVOCATION: 1})
    ledger.add_usage("2026-03-04", "poll", {Metered.INVOCATION: 1})
    ledger.add_usage("2026-03-05", "poll", {Metered.INVOCATION: 1})
    assert ledger.usage("2026-03-03", "2026-03-04") == {
        "2026-03-03": {Metered.READ_UNIT: 2.5, Metered.INVOCATION: 3},
        "2026-03-04": {Metered.INVOCATION: 1},
    }
