"""What functions used is written to the ledger once an invocation, as DynamoDB itself reports it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from desk.errors import Conflict, Unavailable
from desk.meter import Metered, meter
from desk.settings import settings
from desk.store import aws, counted, edge
from desk.store.desk_table import DeskTable
from desk.store.ledger import Ledger
from desk.telemetry import metrics

NOW = 1_772_452_800
DAY = "2026-03-02"


@dataclass
class Context:
    """A run of 250 ms: what Lambda says is left, each time it is asked."""

    left_ms: list[int] = field(default_factory=lambda: [10_000, 9_750])
    function_name: str = "mentiondesk-poll"
    memory_limit_in_mb: int = 512

    def get_remaining_time_in_millis(self):
        return self.left_ms.pop(0)


@pytest.fixture(autouse=True)
def deployed(tables, monkeypatch):
    caches = (settings, aws.dynamodb, edge.desk_table, edge.ledger, meter)
    for each in caches:
        each.cache_clear()
    monkeypatch.setenv("DESK_TABLE", tables[0])
    monkeypatch.setenv("LEDGER_TABLE", tables[1])
    monkeypatch.setattr(counted, "clock_from", lambda _: lambda: NOW)
    yield
    for each in caches:
        each.cache_clear()


@pytest.fixture
def told(monkeypatch):
    names = []
    monkeypatch.setattr(metrics, "add_metric", lambda name, *_: names.append(name))
    return names


@counted.counted
def run(event, context):
    return "answer"


def of_the_day(ledger):
    return ledger.usage(DAY, DAY).get(DAY, {})


def test_an_invocation_counts_itself_its_time_and_what_it_read_and_wrote(ledger):
    @counted.counted
    def handler(event, context):
        edge.ledger().put("DESK", "SWITCH", {})
        edge.ledger().get("DESK", "SWITCH", dict)
        return "answer"

    assert handler({}, Context()) == "answer"
    found = of_the_day(ledger)
    assert (found[Metered.INVOCATION], found[Metered.MEGABYTE_MS]) == (1, 512 * 250)
    assert found[Metered.WRITE_UNIT] > 0
    assert found[Metered.READ_UNIT] > 0


def test_counts_of_all_functions_and_runs_add_up_by_day(ledger):
    for name in ("poll", "poll", "triage"):
        run({}, Context(function_name=name))
    assert of_the_day(ledger)[Metered.INVOCATION] == 3
    assert ledger.usage("2026-03-03", "2026-03-31") == {}


def test_a_run_that_failed_has_used_as_much_and_fails_as_before(ledger):
    @counted.counted
    def handler(event, context):
        raise Conflict("somebody was faster")

    with pytest.raises(Conflict, match="faster"):
        handler({}, Context())
    assert of_the_day(ledger)[Metered.INVOCATION] == 1


def test_what_could_not_be_written_down_fails_no_run_and_is_written_by_the_next(ledger, monkeypatch, told):
    def unavailable(*_):
        raise Unavailable("throttled")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "add_usage", unavailable)
        assert run({}, Context()) == "answer"
    assert told == ["UsageNotCounted"]
    assert of_the_day(ledger) == {}
    run({}, Context())
    assert of_the_day(ledger)[Metered.INVOCATION] == 2


def test_a_run_without_settings_fails_for_its_own_reason(monkeypatch, told):
    monkeypatch.delenv("LEDGER_TABLE")

    @counted.counted
    def handler(event, context):
        raise KeyError("its own")

    with pytest.raises(KeyError, match="its own"):
        handler({}, Context())
    assert told == ["UsageNotCounted"]


# ---- the client


def test_a_refused_write_counts_at_its_own_size_though_its_answer_says_nothing():
    ledger = edge.ledger()
    big = "x" * 2000
    assert ledger.put_if_absent("POLICY", "a", big)
    meter().take()
    assert not ledger.put_if_absent("POLICY", "a", big)
    assert meter().take() == {Metered.REFUSED_UNIT: 2}


def test_a_refused_transaction_counts_twice_for_each_of_its_writes():
    desk, ledger = edge.desk_table(), edge.ledger()
    ledger.add(DAY, "posts", 1)
    meter().take()
    with pytest.raises(Conflict):
        desk.erase("7", ["PROFILE"], also=[ledger.spending(DAY, "posts", 1, cap=1)])
    assert meter().take() == {Metered.REFUSED_UNIT: 4}


def test_each_page_of_a_query_and_each_key_of_a_batch_counts_as_read():
    desk = edge.desk_table()
    assert list(desk.keys_of("7")) == []
    queried = meter().take()
    assert desk.profile("7")
    read = meter().take()
    assert set(queried) == set(read) == {Metered.READ_UNIT}


def test_a_client_that_is_not_metered_counts_nothing(dynamodb, tables):
    DeskTable(dynamodb, tables[0]).profile("7")
    assert meter().take() == {}
